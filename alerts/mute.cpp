#include "alerts/mute.hpp"

namespace foghorn {

MutedUntil mute_clock(MuteHours hours, std::function<Duration(Timestamp)> offset) {
  using namespace std::chrono;
  return [hours, offset = std::move(offset)](Timestamp t) -> std::optional<Timestamp> {
    const auto local = t + offset(t);
    const auto midnight = floor<days>(local);
    const auto time = local - midnight;
    const bool over_midnight = hours.from > hours.to;
    const bool mute = over_midnight ? time >= hours.from || time < hours.to
                                    : time >= hours.from && time < hours.to;
    if (!mute) return std::nullopt;
    const auto day = over_midnight && time >= hours.from ? midnight + days{1} : midnight;
    const Timestamp local_end = day + hours.to;
    const auto end = local_end - offset(t);
    // The clock may be changed in between, and then skip that very time.
    const auto end_by_then = local_end - offset(end);
    return end_by_then + offset(end_by_then) == local_end ? end_by_then : end;
  };
}

}  // namespace foghorn
