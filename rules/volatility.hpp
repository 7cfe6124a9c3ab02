#pragma once
// Moves in units of what is usual: volatility, robust z-scores, jumps. All of it is worked out from
// bar returns (rules/bar_returns.hpp), when a bar has closed and somebody asks.

#include <memory>
#include <vector>

#include "model/time.hpp"
#include "rules/bar_returns.hpp"
#include "rules/expression.hpp"
#include "rules/value.hpp"

namespace foghorn {

/// The bipower variation of the returns with numbers in [from, to): the sum of |r_i|·|r_{i−1}| over
/// those that follow one another, slid along in O(1) amortised.
class BipowerSum {
 public:
  void slide(const BarReturns& returns, std::uint64_t from, std::uint64_t to);

  std::uint64_t pairs() const { return pairs_; }
  /// sqrt((π/2) · mean of the products): the standard deviation of a return as it would be without
  /// jumps. A product of two neighbours is small where only one of them is a jump.
  double volatility() const;

 private:
  void add(const BarReturns& returns, std::uint64_t i);

  std::uint64_t from_{}, to_{};
  double sum_{};
  std::uint64_t pairs_{};
  std::uint64_t slid_{};  // since it was last summed from nothing
};

/// How many returns Lee and Mykland's yardstick looks back over, where a day has `bars` bars.
std::uint64_t lee_mykland_window(double bars);

class Volatility {
 public:
  /// `hours` outlive this; null: always. A price stands for `stands`.
  Volatility(const TradingHours* hours, Duration stands) : hours_{hours}, stands_{stands} {}

  /// Before the first add(). The function is one of those below.
  void prepare(Function function, Duration window, Duration bar);
  bool empty() const { return bars_.empty(); }

  // As BarReturns.
  void add(Timestamp t, double price);
  void settle(Timestamp t);
  void restart();
  void refill(const PriceSeries& series);

  /// Goes on where `earlier` is, of the same hours, at the end of `series`: what it had no bars for
  /// is worked out of that, and so are earlier ones where the series goes further back. After
  /// prepare(), before the first add().
  void succeed(Volatility& earlier, const PriceSeries& series);

  /// vol(S, W, bar): a ratio per bar. sqrt((π/2) · mean |r_i|·|r_{i−1}|) over the returns of the
  /// bars that closed in W (Barndorff-Nielsen and Shephard, Power and bipower variation with
  /// stochastic volatility and jumps, Journal of Financial Econometrics 2, 2004).
  ///
  /// zscore(S, W, bar): a number. (r − median) ÷ (1.4826 · MAD), r being the return of the last bar
  /// closed, median and MAD (median absolute deviation from it) those of the returns in W; 1.4826
  /// makes the MAD of normal returns their standard deviation (Rousseeuw and Croux, JASA 88, 1993).
  /// Undefined where the MAD is zero.
  ///
  /// jump(S, bar): a number. Lee and Mykland's L = r ÷ σ, r being the return of the last bar
  /// closed, σ² = (π/2) · mean |r_j|·|r_{j−1}| over the K − 1 returns before it, K = ⌈sqrt(252 ·
  /// n)⌉ for n bars a day (Lee and Mykland, Jumps in financial markets, Review of Financial Studies
  /// 21, 2008). Undefined where σ is zero.
  ///
  /// Where half of the returns are lacking, warming if the series is too young, else incomplete; so
  /// are zscore and jump while the last bar has no return.
  Value value(Function function, Duration window, Duration bar, Timestamp t);

  /// sigma(S, W)'s yardstick: bipower volatility of the last 1,440 returns over one minute that had
  /// ended by t − W: a day before the move, without it.
  Value minute_volatility(Duration window, Timestamp t);

  /// The earliest time at which a bar of value()'s closes; nullopt: none without a new price.
  std::optional<Timestamp> next_close(Duration bar) const;

 private:
  struct Measure {
    Function function{};
    Duration window{};
    Duration bar{};
    BipowerSum bipower;
    std::uint64_t of{};  // returns.end() that `last` was worked out of
    Timestamp boundary{no_time};
    Value last;
  };

  BarReturns& returns(Duration bar) const;
  Measure& measure(Function function, Duration window, Duration bar);
  Value work_out(Measure& measure, const BarReturns& returns, Timestamp boundary);
  Value zscore(const Measure& measure, const BarReturns& returns, Timestamp since);
  Value jump(Measure& measure, const BarReturns& returns);
  Value volatility(const Measure& measure, const BarReturns& returns, std::uint64_t expected,
                   Timestamp since) const;
  double bars_a_day(Duration bar) const;

  const TradingHours* hours_;
  Duration stands_;
  std::vector<std::unique_ptr<BarReturns>> bars_;  // one per length
  std::vector<Measure> measures_;
  std::vector<double> scratch_;
};

}  // namespace foghorn
