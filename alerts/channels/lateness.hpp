#pragma once
// How long an alert is news. What could not be told within that is told all the same, on a line of
// the next digest that says so: 未及时送达.

#include "alerts/channels/channel.hpp"

namespace foghorn {

/// From an event's acceptance on, by the wall clock. Without a tier as long as a notice.
constexpr Duration time_to_live(const std::optional<Tier>& tier) {
  using namespace std::chrono_literals;
  switch (tier.value_or(Tier::notice)) {
    case Tier::notice: return 15min;
    case Tier::major: return 2h;
    case Tier::critical: break;
  }
  return 24h;
}

/// Whether the message has to say that this event of it is told too late. That is the sender's
/// word: what the reader's own mute hours held back, or what was never to be told but in a digest,
/// is late by the clock and not by our fault.
inline bool overdue(const AlertEvent& event, const RenderOptions& options) {
  return options.late.contains(event.id);
}

}  // namespace foghorn
