#pragma once
// Instruments and rules as a person wrote them: read from config.toml, not yet compiled.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/alert_event.hpp"
#include "model/source.hpp"
#include "model/text.hpp"
#include "model/time.hpp"
#include "model/trading_hours.hpp"

namespace foghorn {

/// A text and where its first character stands, for messages that point into it.
struct Located {
  /// Where the file spells a text at greater length than it is, as with \", its characters from
  /// byte `at` on stand here.
  struct Jump {
    std::size_t at{};
    int line{};
    int column{};

    friend bool operator==(const Jump&, const Jump&) = default;
  };

  std::string text;
  std::string file;
  int line{};
  int column{};
  std::vector<Jump> jumps{};  ///< in order

  friend bool operator==(const Located&, const Located&) = default;
};

/// What engine time is: our arrival time, or the event's own (replay of CSV, rule tests, demo).
/// Design §5.1.
enum class EngineClock : std::uint8_t { arrival, events };

struct ConsensusPolicy {
  std::size_t min_sources{1};  ///< default: 1 for one source, else 2
  Duration max_age{std::chrono::seconds{60}};
  double max_deviation{0.02};  ///< a ratio

  friend bool operator==(const ConsensusPolicy&, const ConsensusPolicy&) = default;
};

/// class = "fedwatch": a probability that the market gives the Federal Reserve's next steps, from
/// the prices of 30-day fed funds futures.
struct FedwatchSpec {
  enum class Of : std::uint8_t { hold, no_cut };  ///< at the next meeting; by the end of its year

  struct Contract {
    Timestamp month{};       ///< its first instant, UTC
    std::string instrument;  ///< whose price is 100 less the month's average rate in per cent
    friend bool operator==(const Contract&, const Contract&) = default;
  };

  Of of{};
  std::vector<Timestamp> meetings;  ///< midnight UTC of the days of decision, in order
  std::vector<Contract> contracts;  ///< in order of their months

  friend bool operator==(const FedwatchSpec&, const FedwatchSpec&) = default;
};

struct InstrumentSpec {
  std::string id;       ///< "WTI"
  Text name;            ///< default: the id
  std::string unit;     ///< "USD/bbl"
  bool event_series{};  ///< class = "event": additive, sum() and count()
  std::vector<Source> sources;
  ConsensusPolicy consensus;
  Duration max_staleness{std::chrono::seconds{60}};
  std::string session{"always"};
  std::string underlying;  ///< of an instrument that trades always: whose hours messages, gap() and
                           ///< settle go by; empty: none
  std::shared_ptr<const TradingHours> hours;             ///< of `session`; null: always
  std::shared_ptr<const TradingHours> underlying_hours;  ///< of `underlying`; null: none
  std::optional<Duration> ref_window;
  std::optional<FedwatchSpec> fedwatch;  ///< then it has no sources

  friend bool operator==(const InstrumentSpec&, const InstrumentSpec&) = default;
};

struct RuleSpec {
  std::string id;
  Text title;  ///< default: the id
  Located when;
  std::optional<Located> clear;   ///< default: not `when` at the lowest rung
  std::map<Tier, Located> tiers;  ///< literals with units; empty: one rung, named by `severity`
  Tier severity{Tier::notice};
  Duration hold{};  ///< `for`
  Duration keep{};
  Duration cooldown{};
  std::optional<Located> ratchet;
  Duration no_data{std::chrono::minutes{5}};
  std::string quiet_while{};  ///< another rule: while it tells as much, this one is only recorded
  bool bridge{};  ///< gap = "bridge": a reference that falls into a closure is the last price
                  ///< before it
  std::map<Tier, std::vector<std::string>>
      route;   ///< channels; a plain list is stored under `severity`
  Located at;  ///< the [[rule]] itself; text is the id

  friend bool operator==(const RuleSpec&, const RuleSpec&) = default;
};

}  // namespace foghorn
