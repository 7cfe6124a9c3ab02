#include "alerts/firing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "alerts/channels/matter.hpp"

namespace foghorn {
namespace {

std::string slot_of(const AlertEvent& event, const Matter& matter) {
  return fmt::format("{}\n{}\n{}", matter.name, event.instrument,
                     passes(event.kind) ? event.title.en : "");
}

std::size_t place_of(const AlertEvent& event) {
  return event.tier ? 1 + static_cast<std::size_t>(*event.tier) : 0;
}

}  // namespace

Firing::Alert* Firing::Slot::firing() {
  for (auto& alert : by_tier)
    if (alert && !alert->over) return &*alert;
  return nullptr;
}

bool Firing::add(AlertEvent event, Timestamp learned, bool told) {
  auto matter = matter_of(event);
  const auto name = slot_of(event, matter);
  const auto known = slots_.find(name);
  if (known != slots_.end() && known->second.last_id == event.id) return true;
  auto* firing = known == slots_.end() ? nullptr : known->second.firing();
  const bool ends_it = firing && matter.over;
  const bool has_place = known != slots_.end() && known->second.by_tier[place_of(event)];
  if (!ends_it && !has_place && alerts_ >= most && !make_room()) return false;

  auto& slot = slots_[name];
  slot.last_id = event.id;
  const auto change = told ? 0 : ++change_;
  if (ends_it) {
    if (firing->matter == matter.key) end(*firing, std::move(event), learned, change);
    return true;
  }
  if (firing && firing->event.tier != event.tier)
    end(*firing, last_words(*firing, event, firing->matter == matter.key), learned, change);
  auto& place = slot.by_tier[place_of(event)];
  // What passes by itself is told for as long as an end is.
  const bool over = matter.over || passes(event.kind);
  put(place, {.event = std::move(event),
              .matter = std::move(matter.key),
              .learned = learned,
              .over = over,
              .change = change});
  return true;
}

void Firing::put(std::optional<Alert>& place, Alert alert) {
  if (!place) ++alerts_;
  place = std::move(alert);
}

/// The end of an alert in whose place another tier of its rule fires: of the same episode, or of
/// one that came without the end of this one.
AlertEvent Firing::last_words(const Alert& alert, const AlertEvent& successor, bool escalated) {
  auto last = escalated ? successor : alert.event;
  last.kind = AlertKind::resolve;
  last.time = successor.time;
  if (escalated) last.reason = "escalated";
  return last;
}

/// `last` is what there is to read about it; which alert it is, and since when, stays.
void Firing::end(Alert& alert, AlertEvent last, Timestamp learned, std::uint64_t change) {
  last.tier = alert.event.tier;
  last.began = alert.event.began;
  alert.event = std::move(last);
  alert.learned = learned;
  alert.over = true;
  alert.change = change;
}

/// What is over for longest leaves, told or not: it fires no more.
bool Firing::make_room() {
  std::optional<Alert>* oldest = nullptr;
  for (auto& [name, slot] : slots_)
    for (auto& alert : slot.by_tier)
      if (alert && alert->over && (!oldest || alert->learned < (*oldest)->learned)) oldest = &alert;
  if (!oldest) return false;
  oldest->reset();
  --alerts_;
  return true;
}

void Firing::forget(Timestamp now) {
  for (auto slot = slots_.begin(); slot != slots_.end();) {
    bool any = false;
    for (auto& alert : slot->second.by_tier) {
      if (alert && alert->over && alert->change <= told_ && now >= alert->learned + farewell) {
        alert.reset();
        --alerts_;
      }
      any |= alert.has_value();
    }
    slot = any ? std::next(slot) : slots_.erase(slot);
  }
}

std::vector<AlertEvent> Firing::present(Timestamp now) {
  forget(now);
  on_the_line_ = change_;
  std::vector<AlertEvent> events;
  events.reserve(alerts_);
  for (const auto& [name, slot] : slots_)
    for (const auto& alert : slot.by_tier)
      if (alert) events.push_back(alert->event);
  return events;
}

void Firing::arrived(Timestamp now) {
  told_ = on_the_line_;
  arrived_ = now;
}

std::optional<Timestamp> Firing::again(Timestamp now) {
  forget(now);
  if (slots_.empty()) return std::nullopt;
  return arrived_ == no_time ? now : std::min(arrived_ + repeat, now + repeat);
}

}  // namespace foghorn
