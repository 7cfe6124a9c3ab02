#pragma once
// The hours in which a channel holds back what is not urgent. Pure: time is given.

#include <functional>
#include <optional>

#include "alerts/channel_spec.hpp"

namespace foghorn {

/// When what is mute at that time no longer is; nullopt: nothing is. An empty function: never.
using MutedUntil = std::function<std::optional<Timestamp>(Timestamp)>;

/// By the clock that is `offset` ahead of UTC. Hours that end at a time which the clock skips end
/// when it has been changed: until then their end is given as if it would not be.
MutedUntil mute_clock(MuteHours hours, std::function<Duration(Timestamp)> offset);

}  // namespace foghorn
