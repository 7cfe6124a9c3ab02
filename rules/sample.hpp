#pragma once
// A price and when it was.

#include "model/time.hpp"

namespace foghorn {

struct Sample {
  Timestamp time{};
  double value{};

  friend bool operator==(const Sample&, const Sample&) = default;
};

/// Stored minutes come back as samples so far apart at most, and stand so long at least: four
/// prices of each (daemon/warm_start.hpp).
inline constexpr Duration recalled_stands = std::chrono::seconds{20};

}  // namespace foghorn
