#pragma once
// How long to leave a failing channel alone: the wait after one failure, and the circuit after
// many. Pure: time is given.

#include <algorithm>

#include "model/time.hpp"

namespace foghorn {

/// The wait after failure number `failures` (from 1), with full jitter: anything up to 1 s doubling
/// to 60 s, from the eleventh on up to 5 min. `random` is in [0, 1).
inline Duration backoff(int failures, double random) {
  using namespace std::chrono;
  Duration most = minutes{5};
  if (failures <= 10)
    most = std::min<Duration>(seconds{1LL << std::clamp(failures - 1, 0, 6)}, seconds{60});
  return duration_cast<Duration>(most * random);
}

/// Opens after 5 failures in a row or one permanent refusal; while open, only a probe goes out:
/// after 30 s, then after twice as long each time, up to 10 min. Any success closes it.
class Circuit {
 public:
  static constexpr int most_failures = 5;
  static constexpr Duration first_probe = std::chrono::seconds{30};
  static constexpr Duration longest_probe = std::chrono::minutes{10};

  bool open() const { return open_; }
  Timestamp probe_at() const { return probe_at_; }  ///< while open
  int failures() const { return failures_; }        ///< in a row

  /// True if this opened it.
  bool failed(Timestamp now) { return count(now, ++failures_ >= most_failures || open_); }
  bool refused_for_good(Timestamp now) {
    ++failures_;
    return count(now, true);
  }

  /// While it is open, the next probe need wait no longer than this.
  void probe_by(Timestamp at) { probe_at_ = std::min(probe_at_, at); }

  /// True if this closed it.
  bool succeeded() {
    const bool was_open = open_;
    *this = {};
    return was_open;
  }

 private:
  bool count(Timestamp now, bool enough) {
    if (!enough) return false;
    const bool was_open = open_;
    wait_ = was_open ? std::min(wait_ * 2, longest_probe) : first_probe;
    probe_at_ = now + wait_;
    open_ = true;
    return !was_open;
  }

  bool open_{};
  int failures_{};
  Duration wait_{};
  Timestamp probe_at_{no_time};
};

}  // namespace foghorn
