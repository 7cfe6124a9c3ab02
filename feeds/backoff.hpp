#pragma once
// How long to wait before trying again: full jitter, so that a thousand clients cut off together do
// not come back together.

#include <algorithm>

#include "model/time.hpp"

namespace foghorn {

class Backoff {
 public:
  Backoff(Duration first, Duration longest) : first_{first}, longest_{longest}, ceiling_{first} {}

  /// The next wait, anywhere below a ceiling that doubles each time. `random` is uniform in [0, 1).
  Duration next(double random) {
    const auto ceiling = ceiling_;
    ceiling_ = std::min(ceiling_ * 2, longest_);
    return Duration{static_cast<Duration::rep>(static_cast<double>(ceiling.count()) * random)};
  }

  void reset() { ceiling_ = first_; }

 private:
  Duration first_;
  Duration longest_;
  Duration ceiling_;
};

}  // namespace foghorn
