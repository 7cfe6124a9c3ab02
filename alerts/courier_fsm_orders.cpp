// What a person may order of a courier: to try again what was given up, to give up what waits.

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

}  // namespace foghorn
