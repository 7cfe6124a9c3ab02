// What a person may order of a courier: to try again what was given up, to give up what waits, to
// go another way.

#include <algorithm>
#include <utility>

#include "alerts/courier_fsm.hpp"

namespace foghorn {

void CourierFsm::take_back(OutboxRow row, AlertEvent event) {
  backlog_.insert({std::move(row), std::move(event)});
}

std::optional<OutboxRow> CourierFsm::drop(const std::string& id, Timestamp now) {
  auto taken = backlog_.take(id);
  if (!taken) return std::nullopt;
  taken->row.state = OutboxState::dropped;
  taken->row.settled = now;
  return std::move(taken->row);
}

void CourierFsm::line_changed(Timestamp now) {
  held_until_ = no_time;
  circuit_.probe_by(now);
  for (auto& bundle : backlog_.bundles())
    for (auto& waiting : bundle.rows) waiting.row.next_try = std::min(waiting.row.next_try, now);
}

}  // namespace foghorn
