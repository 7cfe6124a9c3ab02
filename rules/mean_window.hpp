#pragma once
// The mean of a price over (t − W, t], weighted by how long each price stood.

#include <optional>

#include "model/time.hpp"
#include "rules/bounded_deque.hpp"

namespace foghorn {

/// Times are of a clock that goes on while the market trades (TradingHours::traded_before()), so
/// that a price does not stand through a closure. Between two stretches in which a price stood,
/// none is known; such time has no weight.
///
/// Resolution: one second for W ≤ 24 h, one minute for W ≤ 30 d, one day beyond. Of the prices
/// within one of these the mean counts where the left edge cuts through them. O(1) amortised per
/// stretch, and the answers do not depend on when advance() was called.
class MeanWindow {
 public:
  /// Requires span > 0.
  explicit MeanWindow(Duration span);

  /// `price` stood from `from` to `to`. Stretches come in order and do not overlap.
  void stood(Duration from, Duration to, double price);
  void clear();

  /// Drops what ended by `from`. It never goes back.
  void advance(Duration from);

  /// The mean since `from`, the last price having stood from `last_from` to `last_to` besides, not
  /// earlier than all that was told; nullopt where nothing stood. After advance(from) or one
  /// before.
  std::optional<double> since(Duration from, Duration last_from, Duration last_to,
                              double last_price) const;

  Duration span() const { return span_; }

 private:
  // Up to `at`: the sum of (price − base) × seconds, and for how long prices stood. Between two of
  // them both rise evenly.
  struct Sum {
    Duration at{};
    double area{};
    Duration held{};
  };

  void push(const Sum& sum);
  Sum up_to(Duration at) const;

  Duration span_;
  Duration slot_;
  double base_{};  // near all prices: sums of differences stay small, and exact
  BoundedDeque<Sum> sums_;
};

}  // namespace foghorn
