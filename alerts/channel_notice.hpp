#pragma once
// What the daemon says of its own channels.

#include <string>

#include "model/alert_event.hpp"

namespace foghorn {

/// The circuit of channel `name` opened at `at`, for `reason` (of the closed list), or closed again
/// (reason empty).
AlertEvent channel_down(const std::string& name, const std::string& reason, Timestamp at);
AlertEvent channel_back(const std::string& name, Timestamp at);

}  // namespace foghorn
