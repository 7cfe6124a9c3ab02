#pragma once
// What is expected of an instrument while little happens. A rule that can come out only one way as
// long as the expectation holds need not be judged: one comparison stands for all of its terms.

#include "model/time.hpp"

namespace foghorn {

/// From now until `until` (inclusive) every live source's price lies within [low, high], as it does
/// now; none of them dies, and none starts.
struct Outlook {
  double low{};
  double high{};
  Timestamp until{no_time};
};

}  // namespace foghorn
