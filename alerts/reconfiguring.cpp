// The dispatcher's part in going on by another config: which couriers stay, go and come. One that
// goes ends with the answer to what it has on the line, and one that comes in its name waits for
// that: only then does the store say what is left to tell.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "alerts/dispatcher_courier.hpp"

namespace foghorn {

void Dispatcher::reconfigure(DeliverySetup next) {
  const auto at = now();
  surroundings_.zone = std::move(next.zone);
  surroundings_.templates = std::move(next.templates);

  auto before = std::exchange(couriers_, {});
  for (const auto& spec : next.channels) {
    const auto stays = std::ranges::find_if(before, [&](const auto& courier) {
      return courier && courier->spec.name == spec.name && courier->spec.type == spec.type;
    });
    if (stays != before.end()) {
      (*stays)->take(spec, at);
      couriers_.push_back(std::move(*stays));
      continue;
    }
    couriers_.push_back(std::make_unique<Courier>(executor_, spec, std::vector<Timestamp>{},
                                                  no_time, at, surroundings_));
    couriers_.back()->held = true;
  }
  for (auto& goes : before) {
    if (!goes || goes->held || !tasks_) continue;  // it has not begun
    if (const auto left = goes->fsm.rows(); left > 0)
      spdlog::warn("channel removed, what waits for it stays in the outbox channel={} rows={}",
                   goes->spec.name, left);
    goes->leaving = true;
    goes->wake.cancel();
    leaving_.push_back(std::move(goes));
  }
  routes_ = std::move(next.routes);
  hush_.set_quiet_while(routes_.quiet_while);
  take_over();
  look_again(at);
  wake_couriers();
}

/// What the dispatcher's memory has of a channel that comes is at most what it took in since: the
/// store has all of it, once it has taken it.
void Dispatcher::take_over() {
  const auto ready = [this](const auto& courier) {
    const auto& name = courier->spec.name;
    return courier->held && std::ranges::none_of(leaving_, [&](const auto& gone) {
             return gone->spec.name == name;
           });
  };
  if (finishing_ || std::ranges::none_of(couriers_, ready)) return;
  if (writer_.failing() && !writer_.flush(now())) return;  // the keeper comes back to it
  try {
    std::vector<std::unique_ptr<Courier>> made;
    std::vector<Courier*> begin;
    for (const auto& held : couriers_) {
      if (!ready(held)) continue;
      made.push_back(make_courier(held->spec));
      begin.push_back(made.back().get());
    }
    take_up(begin);
    auto next = made.begin();
    for (auto& place : couriers_)
      if (ready(place)) place = std::move(*next++);
    for (auto* courier : begin)
      if (tasks_) spawn(*courier);
    if (!writer_.failing()) take_up_hush();
    cannot_begin_.clear();
  } catch (const StoreError& e) {
    if (std::exchange(cannot_begin_, e.what()) != cannot_begin_)
      spdlog::error("new channels cannot begin detail=\"{}\" retry_in=1s", cannot_begin_);
  }
}

/// It has ended, and with it what it had on the line.
void Dispatcher::part_with(const Courier& gone) {
  std::erase_if(leaving_, [&](const auto& courier) { return courier.get() == &gone; });
  take_over();
}

}  // namespace foghorn
