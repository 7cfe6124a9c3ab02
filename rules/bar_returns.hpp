#pragma once
// The log returns of a price over bars of one length, which is what statistics are made of.

#include <cstdint>
#include <optional>

#include "model/time.hpp"
#include "model/trading_hours.hpp"
#include "rules/bounded_deque.hpp"
#include "rules/sample.hpp"
#include "rules/series.hpp"

namespace foghorn {

/// Bars close at whole multiples of their length since the epoch, at the last price as of that
/// boundary. A bar has a return where it and the one before have a close; none where no price stood
/// (a gap), where the price was not above zero, and over a closure. Bars of a day or more are
/// longer than the breaks within a week: their returns go from one close to the next, and a bar in
/// which the market was never open is left out.
///
/// Memory is fixed at construction; O(1) amortised per bar.
class BarReturns {
 public:
  struct Return {
    Timestamp begin{}, end{};
    double value{};
  };

  /// `hours` outlive this; null: always. A price stands for `stands` of trading. The latest
  /// `capacity` returns are kept.
  BarReturns(Duration bar, const TradingHours* hours, Duration stands, std::size_t capacity);

  /// The price at `t`, never earlier than before: closes the bars that ended before `t`.
  void add(Timestamp t, double price);

  /// No more prices of `t` or earlier will come: closes the bars that ended by `t`.
  void settle(Timestamp t) { close_until(t, true); }

  /// What was before is not compared with what comes.
  void restart();

  /// Makes all anew of a series whose past was filled.
  void refill(const PriceSeries& series);

  /// Goes on where `earlier` is, of the same bars and hours. The oldest returns give way where this
  /// has less room.
  void succeed(const BarReturns& earlier);

  Duration bar() const { return bar_; }
  std::size_t capacity() const { return returns_.capacity(); }
  /// When a bar could first have had a return; no_time: no price yet.
  Timestamp began() const { return began_; }
  /// The end of the next bar to close; nullopt: none does without a new price.
  std::optional<Timestamp> next_close() const;

  // Returns have numbers that grow as they come; those in [first(), end()) are kept.
  std::uint64_t first() const { return first_; }
  std::uint64_t end() const { return first_ + returns_.size(); }
  const Return& operator[](std::uint64_t i) const {
    return returns_[static_cast<std::size_t>(i - first_)];
  }
  /// Whether number `i` goes on where the one before ended.
  bool follows(std::uint64_t i) const {
    return i > first_ && (*this)[i].begin == (*this)[i - 1].end;
  }

 private:
  void close_until(Timestamp t, bool inclusive);
  void close(Timestamp end);
  void forget_all();
  Duration traded(Timestamp from, Timestamp to) const {
    return (to - from) - (hours_ ? hours_->closed(from, to) : Duration{});
  }

  Duration bar_;
  const TradingHours* hours_;
  Duration stands_;
  BoundedDeque<Return> returns_;
  std::uint64_t first_{};
  Timestamp began_{no_time};
  std::optional<Sample> last_;       // the last price
  std::optional<Sample> closed_at_;  // the last close, at its bar's end
  Timestamp next_end_{no_time};      // of the bar that fills; no_time: of none
};

}  // namespace foghorn
