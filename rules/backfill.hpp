#pragma once
// What venues tell afterwards of minutes that were not seen: kept by source, and made into the
// minutes of an instrument (design §5.9).

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "model/events.hpp"
#include "model/specs.hpp"

namespace foghorn {

/// The longest past that is asked for and kept.
inline constexpr Duration longest_backfill = std::chrono::days{31};

/// Minutes of a source's price that nobody has seen, [from, to): whole minutes, all over.
struct Missing {
  SourceId source{};
  Timestamp from{};
  Timestamp to{};

  friend bool operator==(const Missing&, const Missing&) = default;
};

/// One source's candles, ascending, each minute once.
class Candles {
 public:
  /// Adds `minutes` (ascending, each once); of a minute told before the later word stands. What
  /// cannot be a minute of prices (not finite, a high below the low, a start within a minute) is
  /// passed over. What is older than the newest by more than longest_backfill is forgotten.
  void add(std::span<const Candle> minutes);

  bool empty() const { return minutes_.empty(); }
  /// Those that begin in [from, to).
  std::span<const Candle> between(Timestamp from, Timestamp to) const;

 private:
  std::vector<Candle> minutes_;
};

/// An instrument's minutes out of its sources' (each ascending): the median of the opens, of the
/// highs, of the lows and of the closes. Each median is that of the largest group that agrees
/// within max_deviation, as live prices are joined; where that has fewer than min_sources, or
/// another is as large, the minute is left out: it stays unseen.
std::vector<Candle> consensus_of(std::span<const std::span<const Candle>> sources,
                                 const ConsensusPolicy& policy);

}  // namespace foghorn
