#pragma once
// The latest earlier time at which a price was at least as high (as low) as it is now, among the
// prices since the last day that is over.

#include <cstdint>
#include <optional>

#include "model/time.hpp"
#include "rules/bounded_deque.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// Which end of a range of prices.
enum class RangeEnd : std::uint8_t { high, low };

/// O(1) amortised per price, in fixed memory: prices of one second are told apart only as far as
/// the latest is concerned, and of thousands that fall without rising once, the oldest are taken
/// for as high as the highest of them.
class LastBeyond {
 public:
  explicit LastBeyond(RangeEnd which);

  /// Never earlier than the one before. A price that repeats the one before, since forget(), stands
  /// where it stood.
  void add(Timestamp t, double price);

  /// What came before `t` is not asked for any more.
  void forget(Timestamp t);
  void clear() { held_.clear(); }

  /// Of the latest price; nullopt where no earlier one was.
  std::optional<Timestamp> time() const;

 private:
  bool outer(double a, double b) const { return which_ == RangeEnd::high ? a > b : a < b; }

  RangeEnd which_;
  Timestamp kept_since_{no_time};
  // The latest price, and before it those that no later one is beyond, oldest and outermost first.
  BoundedDeque<Sample> held_;
};

}  // namespace foghorn
