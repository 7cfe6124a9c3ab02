#include "daemon/traced_alerts.hpp"

namespace foghorn {

Result<std::vector<TracedAlert>> traced_alerts(Store& store, Timestamp from, std::size_t most) {
  auto events = store.events(from, Timestamp::max(), most);
  if (!events) return events.error();
  std::vector<TracedAlert> alerts;
  for (auto event = events->rbegin(); event != events->rend(); ++event) {
    auto rows = store.deliveries(event->id);
    alerts.push_back({std::move(*event), rows ? std::move(*rows) : std::vector<OutboxRow>{}});
  }
  return alerts;
}

std::span<const TracedAlert> LatestAlerts::read() {
  const auto changes = store_.changes();
  if (read_at_ == changes) return alerts_;
  auto alerts = traced_alerts(store_, Timestamp{}, most_);
  if (alerts)
    read_at_ = changes;
  else
    read_at_.reset();
  alerts_ = alerts ? std::move(*alerts) : std::vector<TracedAlert>{};
  return alerts_;
}

}  // namespace foghorn
