#pragma once
// What runs out with time in a config's probabilities, as holidays do in its calendars.

#include <vector>

#include "daemon/config/config.hpp"

namespace foghorn {

/// One warning for each instrument of class "fedwatch" whose meetings are all past at `now`: it has
/// no value any more.
std::vector<Mistake> outdated_meetings(const Config& config, Timestamp now);

}  // namespace foghorn
