#include "net/clock.hpp"

#include <utility>

namespace foghorn {

Timestamp wall_now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

ArrivalClock::ArrivalClock() : ArrivalClock{Readings{wall_now, std::chrono::steady_clock::now}} {}

ArrivalClock::ArrivalClock(Readings readings) : readings_{std::move(readings)} {
  anchor_at(readings_.wall(), readings_.steady(), false);
}

Timestamp ArrivalClock::now() {
  const auto passed = std::chrono::floor<Duration>(readings_.steady() - steady_anchor_);
  return anchor_ + (slow_ ? passed / 2 : passed);
}

std::optional<Duration> ArrivalClock::realign() {
  const auto ours = now();
  const auto wall = readings_.wall();
  const auto steady = readings_.steady();
  const auto drift = wall - ours;

  if (drift > tolerance) {
    anchor_at(wall, steady, false);
    ++realignments_;
    return drift;
  }
  if (slow_ && drift >= Duration{}) anchor_at(ours, steady, false);
  if (!slow_ && drift < -tolerance) {
    anchor_at(ours, steady, true);
    ++realignments_;
    return drift;
  }
  return std::nullopt;
}

void ArrivalClock::anchor_at(Timestamp wall, Steady steady, bool slow) {
  anchor_ = wall;
  steady_anchor_ = steady;
  slow_ = slow;
}

}  // namespace foghorn
