#pragma once
// What a simulated price is at a time: a straight line in log price between anchor points, and a
// small noise. Pure and repeatable: the same scenario gives the same price at the same time on
// every machine, in any order of asking.

#include <cstdint>
#include <vector>

#include "model/time.hpp"

namespace foghorn::sim {

struct Anchor {
  Timestamp time{};
  double price{};  ///< positive
};

/// Smooth noise in [-1, 1] with a new value every `knot`, the same for the same seed and time.
double smooth_noise(std::uint64_t seed, Timestamp t, Duration knot);

/// The next number of a sequence that every machine computes alike (SplitMix64); moves `state`.
std::uint64_t next_random(std::uint64_t& state);

/// The same as a number in [0, 1).
double next_unit(std::uint64_t& state);

/// A seed for one named thing of a scenario.
std::uint64_t seed_of(std::uint64_t scenario_seed, const char* name);

class PricePath {
 public:
  /// `anchors`: at least one, times rising. `noise`: a ratio; it fades out towards each anchor, so
  /// that the path goes exactly through them.
  PricePath(std::vector<Anchor> anchors, double noise, std::uint64_t seed);

  /// Before the first anchor its price, after the last one the last one's.
  double at(Timestamp t) const;

  double noise() const { return noise_; }

 private:
  std::vector<Anchor> anchors_;
  double noise_;
  std::uint64_t seed_;
};

}  // namespace foghorn::sim
