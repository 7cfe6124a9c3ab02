#pragma once
// What the digests count, for metrics.

#include <cstdint>
#include <string>
#include <vector>

#include "model/time.hpp"

namespace foghorn {

struct DigestCounts {
  struct Digest {
    std::string name;         ///< no two have the same: it is a metric's label
    std::uint64_t sent{};     ///< handed to the channels when it was due
    std::uint64_t late{};     ///< handed to them later, and labelled so
    std::uint64_t failed{};   ///< tries that made none; each is tried again
    Timestamp last{no_time};  ///< when it was last handed to them; no_time: not in this life
  };
  std::vector<Digest> digests{};  ///< in the order of the config
};

}  // namespace foghorn
