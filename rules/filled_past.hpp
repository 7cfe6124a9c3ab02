#pragma once
// What of a price's past was not seen and was told afterwards, minute by minute.

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "model/events.hpp"
#include "model/time.hpp"
#include "rules/gaps.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// Samples made of candles, in the stretches that were not seen. Within its minute a candle's
/// turning points are not timed: a rise is taken to have dipped first, a fall to have peaked first.
/// Where prices of the minute were seen, they may be what made its high and low: of these nothing
/// is said in the part that was not, which has the open or close where they belong to it.
class FilledPast {
 public:
  bool empty() const { return samples_.empty(); }
  void clear();

  /// Takes `minutes` (ascending, each once) into what of `unseen` they cover, and into what earlier
  /// calls filled: a minute told again replaces what it said before. The last price of a minute
  /// stands for `stands` beyond it. Returns the stretches that are covered now, as joined() does.
  std::vector<Gap> fill(std::span<const Candle> minutes, std::span<const Gap> unseen,
                        Duration stands);

  /// Forgets what is older than `oldest`.
  void forget(Timestamp oldest);

  /// In order of time.
  std::span<const Sample> samples() const { return samples_; }

  /// The last sample at or before `u`; nullopt where there is none.
  std::optional<Sample> as_of(Timestamp u) const {
    const auto later = after(u).size();
    return later == samples_.size() ? std::nullopt
                                    : std::optional{samples_[samples_.size() - later - 1]};
  }

  /// The samples later than `u`.
  std::span<const Sample> after(Timestamp u) const {
    if (empty() || samples_.back().time <= u) return {};
    return {std::ranges::upper_bound(samples_, u, {}, &Sample::time), samples_.end()};
  }

 private:
  std::vector<Sample> samples_;
  std::vector<Gap> stretches_;  // that were filled, as joined() gives them
};

}  // namespace foghorn
