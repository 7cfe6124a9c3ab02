#pragma once
// Time zones by name, from the system's database.

#include <string>

#include "alerts/channels/zone.hpp"

namespace foghorn {

/// The zone of that name, which the config's loader has seen to be there, or "UTC". Throws
/// std::runtime_error where it is not.
Zone zone_of(const std::string& name);

}  // namespace foghorn
