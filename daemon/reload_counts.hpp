#pragma once
// What became of requests to reload the config, for metrics.

#include <cstdint>

#include "model/time.hpp"

namespace foghorn {

struct ReloadCounts {
  bool last_successful{true};   ///< the running config is the one last asked for
  Timestamp taken_up{no_time};  ///< when the running config was, at the start or by a reload
  std::uint64_t successes{};    ///< reloads since the start
  std::uint64_t failures{};     ///< refused: the config that ran goes on
};

}  // namespace foghorn
