#pragma once
// What the engine has to say: alert events. Self-contained, so that one written to the store says
// the same after a change of config: it carries the titles and units its reader needs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/events.hpp"
#include "model/text.hpp"
#include "model/time.hpp"

namespace foghorn {

enum class Tier : std::uint8_t { notice, major, critical };

enum class AlertKind : std::uint8_t {
  fire,
  escalate,
  resolve,
  no_data,  ///< an instrument's price has been stale for a rule's no_data
  data_back,
  unconfirmed,  ///< an instrument's sources have disagreed for 60 s
  confirmed,
  digest,  ///< several events told in one message
  notice,  ///< the daemon speaks of itself
};

std::string_view to_text(Tier tier);       ///< "notice", "major", "critical"
std::string_view to_text(AlertKind kind);  ///< "fire", "no_data", …
std::optional<Tier> parse_tier(std::string_view text);
std::optional<AlertKind> parse_alert_kind(std::string_view text);

/// What sort of number an alert's value is, so that a reader sees -10.9 % and not -0.109.
enum class ValueKind : std::uint8_t { number, ratio, quantity };

/// A source's part in a price when the event was made.
struct SourcePrice {
  std::string source;  ///< "bybit:CLUSDT"
  double price{};
  bool agrees{};  ///< its price is in the group that won

  friend bool operator==(const SourcePrice&, const SourcePrice&) = default;
};

/// The two prices behind a change, rise or fall that decided.
struct Move {
  double from{};
  Timestamp from_time{};
  double to{};
  Duration window{};
  bool bridged{};  ///< the reference is the last price before a closure, not the one `window` ago

  friend bool operator==(const Move&, const Move&) = default;
};

/// A venue's part in a sum or count of liquidations: how much of them it shows, and how much of the
/// window we were there to see it.
struct VenueCoverage {
  std::string venue;
  LiquidationCoverage coverage{LiquidationCoverage::unknown};
  double seen{1.0};                          ///< of the window, 0–1
  std::optional<Timestamp> missing_since{};  ///< since when it is not seen; nullopt while it is

  friend bool operator==(const VenueCoverage&, const VenueCoverage&) = default;
};

/// A price beyond all those of some past: 创 2024 年 8 月以来新高.
struct Extreme {
  bool high{};  ///< else a new low
  /// Midnight UTC of the last trading day whose high was not below (low not above) this one;
  /// nullopt: no day known was.
  std::optional<Timestamp> last_beyond{};
  Timestamp known_since{};  ///< the first day known with none missing since; all are below (above)
  /// Of a day since then only the close is known: the price is beyond that, and the text must say
  /// so (收盘价).
  bool closes_only{};
  /// Days before known_since are missing, or more of them: an earlier one may have been beyond it,
  /// or is known to have been. With no last_beyond; the text is then 至少为…以来最高.
  bool at_least{};

  friend bool operator==(const Extreme&, const Extreme&) = default;
};

struct AlertEvent {
  Timestamp time{};        ///< engine time of the decision
  Timestamp event_time{};  ///< the venue's time of the event that decided; `time` where a timer did
  std::string rule;        ///< empty for the kinds that speak of an instrument
  std::string instrument;
  AlertKind kind{};
  std::optional<Tier> tier;
  std::optional<double> value;  ///< the left side of the comparison that decided; ratios as 0.109
  std::string episode;          ///< empty where there is none
  std::string id;               ///< unique and deterministic; the webhook-id

  // For the reader.
  Text title;  ///< of the rule; of the instrument where rule is empty
  Text name;   ///< of the instrument
  /// What a scheduled digest has to say, a fact a line and the weightiest first; empty: nothing
  /// beyond what the other members say. Its event_time is the end of the window that it tells, and
  /// `began` the window's beginning.
  Text body{};
  std::string unit;  ///< of the instrument: "USD/bbl"
  ValueKind value_kind{};
  std::string value_unit;  ///< where value_kind is quantity
  std::string value_term;  ///< the text that was compared: "change(WTI, 24h)"
  std::optional<double> price;
  std::optional<Move> move;
  /// The move by the usual moves of its length: log(to / from) over the standard deviation of daily
  /// closes scaled to its window; signed. nullopt where too little history is known, or there is no
  /// move.
  std::optional<double> sigma;
  std::optional<Extreme> extreme;  ///< where the price is worth the remark
  std::vector<SourcePrice> sources;
  std::vector<VenueCoverage> venues;  ///< of the event series that decided, or that the rule reads
  std::int64_t unsummed{};  ///< orders of its window whose notional is not known: not in its sum
  Timestamp began{};        ///< the episode's first true time
  double seen{
      1.0};  ///< how much of the deciding window was seen, 0–1; below 1 a sum is a lower bound
  bool underlying_closed{};  ///< the instrument trades, the market that it follows does not
  std::string
      reason;  ///< why, where it is not the condition: "rule changed", "rule removed", "restarted"

  friend bool operator==(const AlertEvent&, const AlertEvent&) = default;
};

}  // namespace foghorn
