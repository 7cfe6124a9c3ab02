#pragma once
// A price and when it was.

#include "model/time.hpp"

namespace foghorn {

struct Sample {
  Timestamp time{};
  double value{};

  friend bool operator==(const Sample&, const Sample&) = default;
};

}  // namespace foghorn
