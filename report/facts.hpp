#pragma once
// The fact sheet: what the data say of a window of time, and of nothing else. No text, no cause, no
// opinion; whatever is claimed names the bars that it rests on.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/alert_event.hpp"
#include "model/events.hpp"
#include "model/held_back.hpp"
#include "model/text.hpp"
#include "model/time.hpp"
#include "rules/gaps.hpp"

namespace foghorn {

/// What a number was taken from.
enum class FactSource : std::uint8_t { minutes, days, liquidations };

/// Where not all was seen, a highest price is at least what was seen, a lowest at most.
enum class Bound : std::uint8_t { exact, at_least, at_most };

/// A bar that a claim rests on. Of an imported list of closes all four are the close.
struct BarRef {
  FactSource source{};  ///< minutes or days
  Timestamp start{};    ///< the minute, or midnight UTC of the trading day
  double open{}, high{}, low{}, close{};
  bool told_later{};  ///< nobody saw the minute: venues told it afterwards

  friend bool operator==(const BarRef&, const BarRef&) = default;
};

/// A number, and what is to be known of it.
struct Figure {
  double value{};
  Timestamp at{no_time};  ///< as of when: of the bar that holds it, or the end of what it sums up
  double seen{1.0};       ///< how much of what it speaks of was seen or told afterwards, 0–1
  Bound bound{Bound::exact};
  FactSource source{FactSource::minutes};
  std::vector<BarRef> bars{};

  friend bool operator==(const Figure&, const Figure&) = default;
};

/// The largest way down (up) within the window, from a price to a later one.
struct MoveFact {
  bool up{};
  Figure from, to;
  Figure ratio;     ///< to ÷ from − 1
  Duration took{};  ///< between the two minutes; zero: within one
};

/// What is called sudden.
inline constexpr Duration sudden = std::chrono::hours{4};

/// A round number (two digits that count, then zeros) that the price reached from the other side.
struct Crossing {
  bool up{};
  double level{};
  Timestamp at{};    ///< the first minute that reached it
  bool held{};       ///< the last price is still there or beyond
  bool prominent{};  ///< the one to name: a new digit (100, 100,000), else the outermost
  std::vector<BarRef> bars{};
};

/// The window's high (low) is beyond all that is known since some earlier day.
struct ExtremeFact {
  bool high{};
  bool of_closes{};  ///< a daily close among daily closes
  Figure price;
  std::optional<Timestamp> last_beyond{};  ///< midnight UTC of the latest trading day as high (low)
  Timestamp known_since{};                 ///< the first day known: where none was
};

/// Daily closes that rose (fell) one after another, up to the last day that is over.
struct StreakFact {
  int days{};  ///< negative: falling
  bool at_least{};
  Timestamp last_day{};  ///< midnight UTC of the trading day, as all days here
  /// The last day of the latest earlier run that was as long; nullopt: none known was.
  std::optional<Timestamp> as_long_until{};
  Timestamp known_since{};
  bool rank_known{};  ///< false: days are missing, and how rare it is cannot be said
  std::vector<BarRef> bars{};
};

/// The close of a day that ended within the window against the close before.
struct DayMoveFact {
  Timestamp day{};  ///< midnight UTC of the trading day
  Figure close, change;
  std::optional<Figure> ratio;             ///< nullopt: the close before was not positive
  std::optional<Timestamp> as_large_on{};  ///< the latest earlier day that moved as far this way
  Timestamp known_since{};
  bool rank_known{};  ///< false: too many days are missing to say how rare it is
};

/// The price stayed within narrow bounds and went nowhere (区间震荡).
struct Consolidation {
  double low{}, high{};          ///< rounded outwards: all prices lie within
  bool near_high{}, near_low{};  ///< within the upper (lower) fifth of thirty days' range
  Figure range_ratio;
};

/// 一度突破…后回落: the price went one way and came back.
struct Reversal {
  bool up{};  ///< it rose first
  Figure extreme;
  std::optional<double> level{};  ///< a round number that it had reached and is behind again
  Figure retreat;                 ///< last ÷ extreme − 1
};

/// The market that a 24-hour price follows opened again: the price then against that at its close.
struct Reopening {
  Figure before, after;
  Figure ratio;
};

/// A longer past, for comparison.
struct ContextFact {
  int days{};
  std::optional<Figure> high, low, change_ratio;
  double seen{};
};

struct MarketHours {
  std::string calendar;  ///< "nymex-energy"; empty: trades always and follows nobody
  bool follows{};        ///< the price goes on while that market is closed
  bool open{true};
  Timestamp turns{Timestamp::max()};  ///< when it next opens or closes
};

/// What an instrument stands for among the others.
enum class Role : std::uint8_t { none, oil, gold, equity, crypto };

struct InstrumentFacts {
  std::string id;
  Text name;
  std::string unit;
  std::vector<std::string> sources;
  Role role{};
  bool probability{};  ///< of the Federal Reserve's next step, 0–1
  MarketHours market;
  double seen{};                ///< or told afterwards, of the window's trading time
  std::vector<Gap> gaps;        ///< of it
  std::vector<Gap> told_later;  ///< minutes that nobody saw, as venues told of them afterwards

  std::optional<Figure> reference;  ///< the price as of the window's beginning
  std::optional<Figure> open, high, low, last;
  std::optional<Figure> change, change_ratio, range, range_ratio;
  std::vector<MoveFact> moves;         ///< the largest fall and rise, whichever is larger first
  std::vector<MoveFact> sudden_moves;  ///< the same within `sudden`, each as short as it is told
  std::vector<Crossing> crossings;
  std::vector<ExtremeFact> extremes;
  std::optional<DayMoveFact> day_move;
  std::optional<StreakFact> streak;
  std::optional<Consolidation> consolidation;
  std::vector<Reversal> reversals;
  std::optional<Reopening> reopening;
  std::vector<ContextFact> context;
};

/// Liquidations of one asset and position, at one venue or at all.
struct LiquidationSum {
  std::int64_t orders{};
  std::int64_t unsummed{};  ///< orders without a notional: not in `usd`
  double usd{};
};

struct LiquidationVenue {
  std::string venue;
  LiquidationCoverage coverage{};
  bool repeats{};  ///< tells other venues' orders again: beside the sum, never in it
  LiquidationSum longs, shorts;
  double seen{};  ///< of the window
  std::vector<Gap> gaps;
};

struct LargestLiquidation {
  std::string venue, asset;
  Position position{};
  double usd{};
  Timestamp at{};
};

struct AssetLiquidations {
  std::string asset;
  LiquidationSum longs, shorts;
};

/// The visible part of the window's liquidations: orders, never people. Every sum is at least what
/// was lost.
struct LiquidationFacts {
  Text name{};  ///< of the event series
  LiquidationSum longs, shorts;
  std::optional<LargestLiquidation> largest{};
  std::vector<LiquidationVenue> venues{};   ///< those watched in the window, by their sums
  std::vector<AssetLiquidations> assets{};  ///< the largest first, at most ten
  double seen{};                            ///< the least of the venues that are in the sum

  std::int64_t orders() const { return longs.orders + shorts.orders; }
  double usd() const { return longs.usd + shorts.usd; }
};

/// How the kinds of assets moved together, by fixed thresholds.
enum class RiskMood : std::uint8_t { risk_off, risk_on, mixed, calm };

struct CrossAssetFacts {
  struct Part {
    std::string instrument;
    Text name;
    Role role{};
    double change_ratio{};
  };
  RiskMood mood{};
  std::vector<Part> parts;  ///< one of each role that is known, at least three
};

/// What a rule told of one episode within the window.
struct EpisodeFact {
  std::string rule, episode, instrument;
  Text title;
  Tier tier{};                  ///< the highest told
  Timestamp fired{no_time};     ///< no_time: longer ago than was looked
  Timestamp resolved{no_time};  ///< no_time: not by its end
  std::optional<double> value{};
  ValueKind value_kind{};
  std::string value_unit;
};

struct FactSheet {
  Timestamp from{}, to{};  ///< the window, [from, to); whole minutes
  bool settled{true};      ///< false: minutes of it may still have been on their way
  std::vector<InstrumentFacts> instruments;
  std::optional<LiquidationFacts> liquidations;  ///< nullopt: no event series is configured
  std::optional<CrossAssetFacts> cross_asset;
  std::vector<EpisodeFact> episodes;
  std::vector<HeldBack> held_back;
};

}  // namespace foghorn
