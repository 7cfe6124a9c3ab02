#pragma once
// /api/v1/status and /api/v1/alerts as design §8 fixes them.

#include <span>
#include <string>
#include <vector>

#include "alerts/dispatcher.hpp"
#include "daemon/snapshot.hpp"
#include "store/rows.hpp"

namespace foghorn {

std::string status_json(const Snapshot& market, const DispatcherSnapshot& delivery);

/// An alert event and what became of it on each channel.
struct TracedAlert {
  AlertEvent event;
  std::vector<OutboxRow> deliveries;
};

/// An array, newest first, of replay's objects with deliveries.
std::string alerts_json(std::span<const TracedAlert> alerts);

}  // namespace foghorn
