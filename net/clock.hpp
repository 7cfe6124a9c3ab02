#pragma once
// What time it is. The only place that reads the system's clocks for the time of day; everyone else
// is told.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "model/time.hpp"

namespace foghorn {

/// The wall clock, for logs and delivery. May jump either way when the machine's clock is set.
Timestamp wall_now();

/// Stamps arrivals: the wall clock at the start plus the steady clock since, so that setting the
/// machine's clock never takes it back. One thread.
class ArrivalClock {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  /// Where the two clocks are read; tests give their own.
  struct Readings {
    std::function<Timestamp()> wall;
    std::function<Steady()> steady;
  };

  static constexpr Duration tolerance = std::chrono::seconds{1};

  ArrivalClock();
  explicit ArrivalClock(Readings readings);

  /// Never earlier than the last answer. Costs one reading of the steady clock.
  Timestamp now();

  /// Compares with the wall clock; to be called about once a second. Where they differ by more than
  /// `tolerance`, sets out to agree again and returns the difference (wall − ours), once for each
  /// such event, for the log. Behind the wall clock (it was set forwards, or the machine slept) it
  /// leaps there at once. Ahead of it (it was set back) it runs at half speed until it has been
  /// caught up.
  std::optional<Duration> realign();
  /// How many such events there were.
  std::uint64_t realignments() const { return realignments_; }

 private:
  void anchor_at(Timestamp wall, Steady steady, bool slow);

  Readings readings_;
  Timestamp anchor_{};
  Steady steady_anchor_{};
  bool slow_{};
  std::uint64_t realignments_{};
};

}  // namespace foghorn
