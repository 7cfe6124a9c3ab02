#pragma once
// The market side's state as metrics: the part of metrics.hpp that is about feeds, instruments,
// liquidations, rules and captures.

#include "daemon/metric_text.hpp"
#include "daemon/snapshot.hpp"

namespace foghorn {

void add_market(MetricPage& page, const Snapshot& market);

}  // namespace foghorn
