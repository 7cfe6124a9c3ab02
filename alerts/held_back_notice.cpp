#include "alerts/held_back_notice.hpp"

namespace foghorn {

AlertEvent held_back_notice(const HeldBack& episode) {
  AlertEvent event;
  event.time = event.event_time = event.began = episode.began;
  event.rule = episode.rule;
  event.instrument = episode.instrument;
  event.kind = AlertKind::notice;
  event.tier = episode.tier;
  event.id = episode.rule + "@" + format_utc(episode.began);
  event.title = episode.title;
  event.name = {episode.instrument, episode.instrument};
  event.reason = "held back";
  return event;
}

}  // namespace foghorn
