#pragma once
// What the status page shows of the market side, beyond what /api/v1/status has: every source's
// freshness, how far each rule is from firing, and prices of the last hour. Plain values that cross
// to the service thread; taken when somebody looks, never kept up to date.

#include <optional>
#include <string>
#include <vector>

#include "daemon/snapshot.hpp"
#include "rules/explain.hpp"
#include "rules/market.hpp"

namespace foghorn {

/// An instrument that has a price, or an event series.
struct PageInstrument {
  Text name;
  std::size_t min_sources{};
  bool underlying_closed{};  ///< it trades, the market that it follows does not
  std::optional<Timestamp> disagreeing_since;
  std::vector<Market::SourceView> sources;  ///< alive or not
};

/// Prices a minute apart.
struct PagePast {
  Timestamp last{no_time};                    ///< the moment of the last one
  std::vector<std::optional<double>> prices;  ///< oldest first; nullopt: not known then
};
inline constexpr Duration page_past_step = std::chrono::minutes{1};
inline constexpr std::size_t page_past_count = 61;

/// The first thing of a condition that is not known, where it is not known.
struct PageUnknown {
  Unknown reason{};
  std::string text;  ///< as it is written: "change(WTI, 24h)"
  std::string says;  ///< in the words of `foghorn explain`
  std::string instrument;
  Duration window{};
  double seen{1.0};                      ///< of the window, 0–1
  std::optional<Timestamp> known_since;  ///< of its series
};

struct PageRule {
  Text title;
  std::string when;  ///< the condition as it is written
  Timestamp began{no_time};
  Timestamp announced{no_time};
  Timestamp cooldown_until{no_time};
  Duration hold{}, keep{}, kept{};
  Type tier_type;
  std::vector<ExplainedRung> rungs;  ///< lowest first
  std::optional<PageUnknown> unknown;
};

struct PageSnapshot {
  Snapshot market;
  std::vector<PageInstrument> instruments;  ///< as market.instruments
  std::vector<PageRule> rules;              ///< as market.rules
  std::vector<PagePast> pasts;              ///< as instruments; empty where not asked for
};

}  // namespace foghorn
