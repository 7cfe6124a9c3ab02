#include "tests/sim/path.hpp"

#include <algorithm>
#include <cmath>

namespace foghorn::sim {
namespace {

constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15;  // SplitMix64: Steele, Lea, Flood 2014

constexpr std::uint64_t scrambled(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

double to_unit(std::uint64_t x) {
  return static_cast<double>(x >> 11) * 0x1p-53;
}

double knot_value(std::uint64_t seed, std::int64_t index) {
  return 2 * to_unit(scrambled(seed + golden_gamma * static_cast<std::uint64_t>(index))) - 1;
}

}  // namespace

std::uint64_t next_random(std::uint64_t& state) {
  return scrambled(state += golden_gamma);
}

double next_unit(std::uint64_t& state) {
  return to_unit(next_random(state));
}

std::uint64_t seed_of(std::uint64_t scenario_seed, const char* name) {
  std::uint64_t hash = scrambled(scenario_seed + golden_gamma);
  for (; *name != '\0'; ++name) hash = scrambled(hash ^ static_cast<unsigned char>(*name));
  return hash;
}

double smooth_noise(std::uint64_t seed, Timestamp t, Duration knot) {
  const auto since_epoch = t.time_since_epoch();
  const std::int64_t index = since_epoch / knot;
  const double u =
      static_cast<double>((since_epoch % knot).count()) / static_cast<double>(knot.count());
  const double eased = u * u * (3 - 2 * u);
  return knot_value(seed, index) * (1 - eased) + knot_value(seed, index + 1) * eased;
}

PricePath::PricePath(std::vector<Anchor> anchors, double noise, std::uint64_t seed)
    : anchors_{std::move(anchors)}, noise_{noise}, seed_{seed} {}

double PricePath::at(Timestamp t) const {
  const auto after =
      std::upper_bound(anchors_.begin(), anchors_.end(), t,
                       [](Timestamp time, const Anchor& a) { return time < a.time; });
  if (after == anchors_.begin()) return anchors_.front().price;
  if (after == anchors_.end()) return anchors_.back().price;

  const auto& before = *std::prev(after);
  const double u = static_cast<double>((t - before.time).count()) /
                   static_cast<double>((after->time - before.time).count());
  const double line = std::exp(std::log(before.price) * (1 - u) + std::log(after->price) * u);
  const double noise = 0.6 * smooth_noise(seed_, t, std::chrono::minutes{7}) +
                       0.4 * smooth_noise(seed_ + 1, t, std::chrono::seconds{45});
  const double fade = std::min(1.0, 16 * u * (1 - u));
  return line * (1 + noise_ * fade * noise);
}

}  // namespace foghorn::sim
