#pragma once
// The past of one price (an instrument's consensus, or one source of it) and what the rules ask of
// it.

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/alert_event.hpp"
#include "rules/expression.hpp"
#include "rules/series.hpp"
#include "rules/value.hpp"
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
};

/// Left edges, windows and gaps as design §5.8 and §6 define them. The owner says when the price is
/// known; a price older than max_staleness is stale, and a gap opens there until the next add().
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

  /// Minutes told afterwards (ascending): they fill the windows where nothing was seen, and say
  /// nothing of now. As PriceSeries::fill(); nothing before the first price.
  void fill(std::span<const Candle> minutes);

  /// What the windows in use would need told, as of `t`: where one of them was not seen as wholly
  /// as rules want it, all of it that was not, up to `t`. Of a series that started anew, nothing
  /// from before; at most longest_backfill.
  std::vector<Gap> missing(Timestamp t) const;

  bool empty() const { return series_.empty(); }
  Sample last() const { return series_.last(); }
  /// The last price still stands: it was seen in this life and has not gone stale.
  bool current(Timestamp t) const { return seen_live_ && !stale(t); }

  Value value(const PriceQuery& query, Timestamp t);

  /// The earliest time after `t` at which value() may differ without a new price; nullopt: never.
  std::optional<Timestamp> next_change(const PriceQuery& query, Timestamp t) const;

  /// The two prices behind a change, rise or fall; nullopt for other functions or where there are
  /// none.
  std::optional<Move> move(const PriceQuery& query, Timestamp t);

  /// How much of (t − W, t] was seen, 0–1.
  double seen(Duration window, Timestamp t) const;

 private:
  // A length that queries ask for: its extremes, and what its left edge is at the moment asked
  // about. Several queries of one length at one moment look the past up once.
  struct Window {
    Duration span{};
    std::unique_ptr<ExtremeWindow> extremes;  // null where no query needs them
    std::unique_ptr<ExtremeWindow> filled;    // of what was told afterwards; null where nothing was
    Timestamp moment{no_time};                // what follows is of; no_time: of none
    std::optional<Sample> edge;
    Timestamp edge_until{no_time};  // it stays so long, whatever is added
    double seen{};
  };

  bool stale(Timestamp t) const {
    return !empty() && t - series_.last().time > options_.max_staleness;
  }
  Window& window(Duration span);
  const Window& at(Duration span, Timestamp t);
  void find_edge(Window& window, Timestamp t) const;
  bool averages(const PriceQuery& query) const;
  Duration oldest_edge(Duration window) const {
    return std::max(options_.max_staleness, window / 10);
  }
  std::optional<Sample> edge(Duration window, Timestamp t) const;
  std::optional<Sample> reference(const PriceQuery& query, Timestamp t);
  void refill(Window& window) const;
  std::optional<Sample> highest(Duration window, Timestamp t);
  std::optional<Sample> lowest(Duration window, Timestamp t);
  Value ratio_to(const std::optional<Sample>& base, Duration window, Timestamp t) const;
  Value extreme_value(const PriceQuery& query, Timestamp t);
  Value new_extreme(const PriceQuery& query, Timestamp t);

  PriceTrackOptions options_;
  PriceSeries series_;
  bool seen_live_{};
  std::vector<Window> windows_;
};

}  // namespace foghorn
