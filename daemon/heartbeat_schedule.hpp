#pragma once
// When the daemon says that it is alive: at whole multiples of a period by the reader's clock.

#include <algorithm>

#include "alerts/channels/zone.hpp"
#include "model/time.hpp"

namespace foghorn {

/// Every `period`, counted from midnight of the reader's first day ever, and `phase` later:
/// {24h, 8h} is 08:00 each day.
struct HeartbeatSchedule {
  Duration period{};  ///< above zero
  Duration phase{};   ///< below `period`

  friend bool operator==(const HeartbeatSchedule&, const HeartbeatSchedule&) = default;
};

/// How far the zone's clock is ahead of UTC at `t`.
inline Duration offset_at(const Zone& zone, Timestamp t) {
  return zone.offset ? zone.offset(t) : Duration{};
}

/// The first beat after `now`. Where the zone sets its clock, none is lost for longer than it was
/// set by, and none comes twice.
inline Timestamp next_beat(const HeartbeatSchedule& schedule, Timestamp now, const Zone& zone) {
  const auto number_at = [&](Timestamp t) {
    const auto local = t.time_since_epoch() + offset_at(zone, t) - schedule.phase;
    return local.count() / schedule.period.count();  // after 1970, so never negative
  };
  const auto local_of = [&](std::int64_t number) {
    return schedule.period * number + schedule.phase;
  };
  const auto number = number_at(now) + 1;
  // The offset that holds at the beat is not known before the beat is: guessed, then corrected.
  auto beat = Timestamp{local_of(number) - offset_at(zone, now)};
  beat = Timestamp{local_of(number) - offset_at(zone, beat)};
  return std::max(beat, now + Duration{1});
}

}  // namespace foghorn
