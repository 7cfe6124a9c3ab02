#pragma once
// How stored minutes become a price's past: the same in the live daemon and in a replay of it.

#include <span>
#include <vector>

#include "rules/sample.hpp"
#include "store/rows.hpp"

namespace foghorn {

/// Within its minute a bar's turning points are not timed; a rise is taken to have dipped first, a
/// fall to have peaked first.
///
/// `may_go_on`: the last minute may not be over, as on the events' clock, which stood still since.
/// All of it then was at its beginning, so that it stands in the way of nothing that comes.
inline std::vector<Sample> samples_of(std::span<const StoredBar> bars, bool may_go_on = false) {
  using std::chrono::seconds;
  std::vector<Sample> samples;
  samples.reserve(4 * bars.size());
  for (const auto& bar : bars) {
    const bool rose = bar.close >= bar.open;
    samples.push_back({bar.minute, bar.open});
    samples.push_back({bar.minute + seconds{20}, rose ? bar.low : bar.high});
    samples.push_back({bar.minute + seconds{40}, rose ? bar.high : bar.low});
    samples.push_back({bar.minute + seconds{59}, bar.close});
  }
  if (may_go_on && !bars.empty())
    for (auto sample = samples.end() - 4; sample != samples.end(); ++sample)
      sample->time = bars.back().minute;
  return samples;
}

}  // namespace foghorn
