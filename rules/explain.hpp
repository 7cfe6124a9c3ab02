#pragma once
// A rule's truth at one moment, term by term: for the analyst who asks why it did not fire. Plain
// values; nobody decides by them.

#include <optional>
#include <string>
#include <vector>

#include "model/alert_event.hpp"
#include "rules/episode.hpp"
#include "rules/expression.hpp"
#include "rules/market.hpp"
#include "rules/value.hpp"

namespace foghorn {

/// What stands behind a call on a series.
struct ExplainedSeries {
  std::string instrument;
  Duration window{};
  double seen{1.0};                      ///< of the window, 0–1
  std::optional<Timestamp> known_since;  ///< of a price: its series' first; nullopt: none yet
  std::optional<Move> move;
  std::vector<VenueCoverage> venues;  ///< of a sum or count
  std::int64_t unsummed{};            ///< likewise: orders of unknown amount
};

/// A part of a condition.
struct ExplainedPart {
  std::string text;     ///< as it is written
  std::size_t depth{};  ///< the whole condition's is 0; parts follow what they are parts of
  Type type;
  std::vector<Value> values;  ///< at each rung; one where `tier` is not in it
  std::optional<ExplainedSeries> series;
};

/// How far a comparison is from being true.
struct Distance {
  std::string term;  ///< the text of what is compared
  Type type;
  double value{};  ///< of it: now, or the bound that is known
  Value bound;     ///< the same, with what is not known of it
  double wanted{};
  double relative{};  ///< of what is wanted, 0 where it is met
};

/// A condition at each rung.
struct ExplainedCondition {
  std::vector<ExplainedPart> parts;  ///< the whole first; without literals and `tier` itself
  std::vector<std::optional<Distance>> distances;  ///< by rung; nullopt where none can be told
};

struct ExplainedRung {
  Tier tier{};
  std::optional<double> level;  ///< what `tier` is worth; nullopt of a rule without tiers
  Value truth;                  ///< of `when`
  Duration held{};              ///< what `for` has counted
  std::optional<Distance> distance;
};

struct ExplainedInstrument {
  std::string id;
  std::string unit;
  PriceState state{};
  bool underlying_closed{};  ///< it trades, the market that it follows does not
  std::optional<Sample> last;
  std::optional<Timestamp> disagreeing_since;
  std::size_t min_sources{};
  std::vector<SourcePrice> sources;  ///< alive
};

struct Explanation {
  std::string rule;
  Text title;
  Timestamp now{no_time};  ///< engine time of what is told; no_time: nothing has come yet
  Phase phase{};
  std::optional<Tier> tier;           ///< the highest that the open episode was told at
  Timestamp began{no_time};           ///< first true, of an open or pending episode
  Timestamp announced{no_time};       ///< the last fire or escalate
  Timestamp cooldown_until{no_time};  ///< where that is still to come
  Duration hold{};
  Duration keep{};
  Duration kept{};                   ///< what `keep` has counted
  Type tier_type;                    ///< where rungs have levels
  std::vector<ExplainedRung> rungs;  ///< lowest first, with the next one that a ratchet adds
  std::vector<ExplainedPart> when;
  std::vector<ExplainedPart> clear;  ///< at the lowest rung; empty where the rule has none
  std::vector<ExplainedInstrument> instruments;  ///< that it reads
};

}  // namespace foghorn
