#pragma once
// Snapshots as Prometheus metrics (design §9): names and labels live here and nowhere else. Every
// label set comes from the config, so every series exists from the start.

#include <string>

#include "alerts/dispatcher.hpp"
#include "daemon/own_counts.hpp"
#include "daemon/process_facts.hpp"
#include "daemon/snapshot.hpp"

namespace foghorn {

/// The text format 0.0.4 that Prometheus scrapes.
std::string metrics_text(const Snapshot& market, const DispatcherSnapshot& delivery,
                         const ProcessFacts& process, const OwnCounts& own = {});

}  // namespace foghorn
