#pragma once
// How time is cut into buckets (start, end]: like the windows (t − W, t] that read them, so that
// what came exactly at an edge is on the same side of both.

#include "model/time.hpp"

namespace foghorn {

/// The end of the bucket that holds `t`; buckets end at whole multiples of `width` since the epoch.
constexpr Timestamp bucket_end(Timestamp t, Duration width) {
  const auto since = t.time_since_epoch();
  const auto whole = since / width;  // towards zero
  return Timestamp{width * (since % width > Duration{} ? whole + 1 : whole)};
}

}  // namespace foghorn
