#pragma once
// A config to come, as the control socket tells of it: see control.hpp.

#include <string>

#include "daemon/next_config.hpp"

namespace foghorn {

/// The answer to "config diff", on one line.
std::string control_json(const NextConfig& next);

}  // namespace foghorn
