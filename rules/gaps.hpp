#pragma once
// Stretches of time, and what is left of them.

#include <span>
#include <vector>

#include "model/time.hpp"
#include "model/trading_hours.hpp"

namespace foghorn {

/// A stretch [from, to) that was not seen.
struct Gap {
  Timestamp from{};
  Timestamp to{};

  friend bool operator==(const Gap&, const Gap&) = default;
};

/// The same time in as few stretches as it takes, oldest first. Those that are empty are left out.
std::vector<Gap> joined(std::vector<Gap> gaps);

/// What is in `gaps` and not in `taken`. Both as joined() gives them; so is the answer.
std::vector<Gap> without(std::span<const Gap> gaps, std::span<const Gap> taken);

/// What is in both. Both as joined() gives them; so is the answer.
std::vector<Gap> common(std::span<const Gap> a, std::span<const Gap> b);

/// Of [from, to) what the market was open; all of it with null hours. Requires from < to.
std::vector<Gap> open_stretches(const TradingHours* hours, Timestamp from, Timestamp to);

}  // namespace foghorn
