#pragma once
// A histogram of waits, in the shape that metrics want.

#include <array>
#include <cstdint>

#include "model/time.hpp"

namespace foghorn {

struct Latency {
  /// Upper bounds in seconds; beyond the last is one more bucket.
  static constexpr std::array<double, 12> bounds{0.05, 0.1, 0.25, 0.5, 1,   2.5,
                                                 5,    10,  30,   60,  300, 1800};

  std::array<std::uint64_t, bounds.size() + 1> counts{};  ///< each wait once, not cumulated
  double sum{};                                           ///< seconds

  void observe(Duration wait) {
    const double seconds = std::chrono::duration<double>{wait}.count();
    std::size_t i = 0;
    while (i < bounds.size() && seconds > bounds[i]) ++i;
    ++counts[i];
    sum += seconds;
  }
};

}  // namespace foghorn
