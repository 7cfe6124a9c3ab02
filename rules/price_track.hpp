#pragma once
// The past of one price (an instrument's consensus, or one source of it) and what the rules ask of
// it.

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/alert_event.hpp"
#include "model/trading_hours.hpp"
#include "rules/band.hpp"
#include "rules/daily_history.hpp"
#include "rules/expression.hpp"
#include "rules/outlook.hpp"
#include "rules/series.hpp"
#include "rules/session_prices.hpp"
#include "rules/value.hpp"
#include "rules/volatility.hpp"
#include "rules/window.hpp"

namespace foghorn {

/// What a price function asks: f(series, window), change(series, since=@day).
struct PriceQuery {
  Function function{};
  Duration window{};
  Duration bar{};
  Timestamp since{no_time};
  bool settle{};
  bool bridge{};  ///< see RuleSpec

  friend bool operator==(const PriceQuery&, const PriceQuery&) = default;
};

struct PriceTrackOptions {
  Duration reach{};  ///< the longest window asked for
  Duration max_staleness{};
  std::optional<Duration> ref_window;
  const TradingHours* hours{};       ///< outlive the track, as all hours here; null: always
  const TradingHours* underlying{};  ///< see InstrumentSpec; null: none
  const DailyHistory* history{};     ///< days from before the series began; null: none
  Duration least_kept{};             ///< the series goes back so far, whatever is asked for
};

/// Left edges, windows and gaps as design §5.6, §5.8 and §6 define them. The owner says when the
/// price is known; a price that the market could have changed for longer than max_staleness is
/// stale, and a gap opens there until the next add(). While the market is closed, no time passes
/// for either.
class PriceTrack {
 public:
  explicit PriceTrack(PriceTrackOptions options);

  /// Makes the window that `query` needs, shared by all that ask for the same length. Before the
  /// first add().
  void prepare(const PriceQuery& query);

  /// The price at `t`, never earlier than before; closes a gap if the last one had gone stale.
  /// `new_series`: what was before is not compared with what comes.
  void add(Timestamp t, double price, bool new_series);

  /// A price of an earlier life: it fills the windows, but says nothing of now. Before the first
  /// add().
  void recall(Timestamp t, double price);

  /// An earlier life began a new series, and the next price is of that. Before the first add() and
  /// recall().
  void restart();

  /// Goes on where `earlier` is, a track of the same price with other options or windows, which is
  /// then empty. After prepare(), before the first add(). Requires that what its series keeps is
  /// the least kept here.
  void succeed(PriceTrack& earlier);

  /// Minutes told afterwards (ascending): they fill the windows where nothing was seen, and say
  /// nothing of now. As PriceSeries::fill(); nothing before the first price.
  void fill(std::span<const Candle> minutes);

  /// No more prices of `t` or earlier will come: bars that end then are closed.
  void settle(Timestamp t) { volatility_.settle(t); }

  /// What the windows in use would need told, as of `t`: where one of them was not seen as wholly
  /// as rules want it, all of it that was not, up to `t`. Of a series that started anew, nothing
  /// from before; at most longest_backfill.
  std::vector<Gap> missing(Timestamp t) const;

  const PriceSeries& series() const { return series_; }
  bool empty() const { return series_.empty(); }
  Sample last() const { return series_.last(); }
  /// The first price that anything is compared with; as last(), not while empty().
  Timestamp began() const { return series_.began(); }
  /// The price as of `u`, no later than the last one; nullopt where it was not known: before its
  /// series began, or gone stale.
  std::optional<double> known_as_of(Timestamp u) const {
    const auto sample = series_.empty() ? std::nullopt : series_.as_of(u);
    if (!sample) return std::nullopt;
    const auto age = options_.hours ? options_.hours->traded(sample->time, u) : u - sample->time;
    return age <= options_.max_staleness ? std::optional{sample->value} : std::nullopt;
  }
  /// The last price still stands: it was seen in this life, or nothing can have come since, and has
  /// not gone stale.
  bool current(Timestamp t) const {
    return !stale(t) && (seen_live_ || (!empty() && !is_open(options_.hours, t)));
  }

  Value value(const PriceQuery& query, Timestamp t);

  /// The earliest time after `t` at which value() may differ without a new price; nullopt: never.
  std::optional<Timestamp> next_change(const PriceQuery& query, Timestamp t) const;

  /// All that value() can be under `outlook`, of every moment from `t` to its end; nullopt where
  /// that cannot be told. May narrow the outlook.
  std::optional<Band> reach(const PriceQuery& query, Outlook& outlook, Timestamp t);

  /// The two prices behind a change, rise or fall over a window, or since the settlement (then
  /// without a window); nullopt for other functions or where there are none.
  std::optional<Move> move(const PriceQuery& query, Timestamp t);

  /// How much was seen of what the market was open in (t − W, t], 0–1; 1 where it was closed. Days
  /// of the history count where the series had not begun.
  double seen(Duration window, Timestamp t) const;

 private:
  // The price as of a window's left edge.
  struct Edge {
    Sample sample;
    bool beyond_closure{};  // the market was closed then, or between the price and then
  };
  // What was in the window before the last price, when that came.
  struct Record {
    std::optional<Sample> high, low;
    std::optional<Sample> filled_high, filled_low;
    std::optional<Edge> edge;
    double seen{};
    std::optional<Sample> day_high, day_low;
    bool closes_only{};
  };
  // A length that queries ask for: its extremes, and what its left edge is at the moment asked
  // about. Several queries of one length at one moment look the past up once.
  struct Window {
    Duration span{};
    std::unique_ptr<ExtremeWindow> extremes;  // null where no query needs them
    std::unique_ptr<ExtremeWindow> filled;    // of what was told afterwards; null where nothing was
    std::unique_ptr<MeanWindow> mean;         // null where no query needs it
    bool records{};                           // a query needs what follows
    Record before_last;
    Timestamp moment{no_time};  // what follows is of; no_time: of none
    std::optional<Edge> edge;
    Timestamp edge_until{no_time};  // it stays so long, whatever is added
    double seen{};
    // The days before the series began, looked up once an hour.
    DailyHistory::Stretch days;
    Timestamp days_from{no_time};
    Timestamp days_to{no_time};
    std::uint64_t days_version{};
  };

  bool stale(Timestamp t) const {
    if (empty() || t - series_.last().time <= options_.max_staleness) return false;
    return !options_.hours ||
           options_.hours->traded(series_.last().time, t) > options_.max_staleness;
  }
  Timestamp stale_from() const {
    return traded_by(options_.hours, series_.last().time, options_.max_staleness);
  }
  /// The time of a clock that stands while the market is closed.
  Duration trading_clock(Timestamp t) const {
    return options_.hours ? options_.hours->traded_before(t) : t.time_since_epoch();
  }
  void start_anew();
  Timestamp first_compared(Duration span) const;
  void succeed(Window& window, Window* earlier, bool same_hours);
  void take(Timestamp t, double price, bool new_series, Duration stands);
  Window& window(Duration span);
  bool needs_days(Duration span, Timestamp t) const;
  void find_days(Window& window, Timestamp t) const;
  double seen_by_series(Duration span, Timestamp t) const;
  const Window& at(Duration span, Timestamp t);
  void find_edge(Window& window, Timestamp t) const;
  bool averages(const PriceQuery& query) const;
  Duration oldest_edge(Duration window) const {
    return std::max(options_.max_staleness, window / 10);
  }
  std::optional<Edge> edge(Duration window, Timestamp t) const;
  static bool counts(const Edge& edge, const PriceQuery& query);
  std::optional<Sample> edge_for(const PriceQuery& query, Timestamp t);
  std::optional<Sample> reference(const PriceQuery& query, Timestamp t);
  void note_record(Window& window);
  void fill_sessions();
  void refill(Window& window) const;
  void refill_mean(Window& window) const;
  std::optional<Sample> highest(const PriceQuery& query, Timestamp t);
  std::optional<Sample> lowest(const PriceQuery& query, Timestamp t);
  Value ratio_to(const std::optional<Sample>& base, Duration window, Timestamp t) const;
  Value extreme_value(const PriceQuery& query, Timestamp t);
  Value mean_value(const PriceQuery& query, Timestamp t);
  Value new_extreme(const PriceQuery& query);
  Value gap_value(Timestamp t) const;
  Value sigma_value(const PriceQuery& query, Timestamp t);
  Timestamp median_changes(Timestamp u) const;
  std::optional<std::optional<PriceRange>> edges(Duration span, Duration around, Timestamp t,
                                                 Timestamp until) const;
  std::optional<Band> extreme_reach(const PriceQuery& query, Outlook& outlook, Timestamp t);

  PriceTrackOptions options_;
  PriceSeries series_;
  SessionPrices sessions_;
  Volatility volatility_;
  bool seen_live_{};
  bool restarted_{};  // the days of before are not compared with what came then
  std::vector<Window> windows_;
};

}  // namespace foghorn
