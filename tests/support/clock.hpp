#pragma once
// An arrival clock that stands still until moved, or moves by a fixed step each time it is read: a
// test that must see time pass waits for readings, not for time.

#include "net/clock.hpp"

namespace foghorn::test {

class ManualClock {
 public:
  explicit ManualClock(Timestamp start, Duration step = {})
      : start_{start},
        step_{step},
        arrival{ArrivalClock::Readings{[this] { return start_; }, [this] { return read(); }}} {}

  ManualClock(const ManualClock&) = delete;
  ManualClock& operator=(const ManualClock&) = delete;

  void advance(Duration by) { passed_ += by; }
  void set_step(Duration step) { step_ = step; }

 private:
  ArrivalClock::Steady read() {
    const auto now = passed_;
    passed_ += step_;
    return ArrivalClock::Steady{now};
  }

  Timestamp start_;
  Duration step_;
  Duration passed_{};

 public:
  ArrivalClock arrival;  ///< what is tested reads this
};

}  // namespace foghorn::test
