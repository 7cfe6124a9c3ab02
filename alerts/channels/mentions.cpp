#include "alerts/channels/mentions.hpp"

#include <algorithm>

#include "alerts/channels/text.hpp"

namespace foghorn {

bool calls_people(std::span<const AlertEvent> events, const RenderOptions& options) {
  if (options.form == Form::digest) return false;
  while (!events.empty()) {
    const auto together = told_together(events);
    const auto& news = events[together - 1];
    const bool begins = news.kind == AlertKind::fire || news.kind == AlertKind::escalate;
    if (begins && news.tier == Tier::critical) return true;
    events = events.subspan(together);
  }
  return false;
}

bool is_mobile_number(std::string_view mention) {
  return mention.size() == 11 && mention.front() == '1' &&
         std::ranges::all_of(mention, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace foghorn
