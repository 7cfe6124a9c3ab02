#pragma once
// Spreads the connects of one feed: venues count new connections per address and second (OKX:
// three).

#include <algorithm>

#include "model/time.hpp"

namespace foghorn {

class ConnectPacer {
 public:
  explicit ConnectPacer(Duration spacing = std::chrono::milliseconds{350}) : spacing_{spacing} {}

  /// Takes the next free slot and says how long to wait for it.
  Duration reserve(Timestamp now) {
    const auto slot = std::max(now, next_);
    next_ = slot + spacing_;
    return slot - now;
  }

 private:
  Duration spacing_;
  Timestamp next_{no_time};
};

}  // namespace foghorn
