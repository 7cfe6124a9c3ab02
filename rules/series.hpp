#pragma once
// What an instrument's price was, back through time, in bounded memory: each second for 24 h, each minute for 30 days,
// each day beyond (design §6, Resolution). A bucket is (start, end], like the windows that read it, so that a value that came
// exactly at an edge is the value as of that edge.

#include <optional>
#include <vector>

#include "model/time.hpp"

namespace foghorn {

struct Sample {
  Timestamp time{};
  double value{};

  friend bool operator==(const Sample&, const Sample&) = default;
};

/// A stretch [from, to) that was not seen.
struct Gap {
  Timestamp from{};
  Timestamp to{};
};

class PriceSeries {
 public:
  /// `reach`: the longest window any rule asks for; what is older may be forgotten.
  explicit PriceSeries(Duration reach);

  /// The price at `t`, never earlier than the one before. Allocates nothing once its rings have grown.
  void add(Timestamp t, double value);

  /// The price was not known in [from, to). Kept as long as `reach`, the newest 1,024 of them.
  void add_gap(Timestamp from, Timestamp to);

  /// Starts anew at the next add(): what was before is not compared with what comes (consensus' new_series).
  void restart();

  bool empty() const;
  Sample last() const;       ///< requires !empty()
  Timestamp began() const;   ///< first sample since construction or restart(); requires !empty()

  /// The last sample at or before `u`, at the finest resolution still kept; nullopt before the first.
  std::optional<Sample> as_of(Timestamp u) const;

  /// The earliest time later than `u` at which as_of() changes; nullopt if it never does with what is known.
  std::optional<Timestamp> next_change(Timestamp u) const;

  /// The time-weighted median of the price over [u − half, u + half]; nullopt without a sample there.
  std::optional<double> median_around(Timestamp u, Duration half) const;

  /// How much of (from, to] was not seen: before the series began, or in a gap.
  Duration unseen(Timestamp from, Timestamp to) const;

 private:
  // Left to series.cpp's author; replace freely.
};

}  // namespace foghorn
