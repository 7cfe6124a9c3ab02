#pragma once
// What a sum of liquidations is not: whose orders are in it, and what these venues withheld or we
// missed.

#include <string>

#include "alerts/channels/channel.hpp"

namespace foghorn {

/// One line: the venues, where one is or was not seen, which publish only some of their orders, and
/// how many orders had no amount. Empty for an event of no event series.
std::string coverage_text(const AlertEvent& event, const RenderOptions& options);

}  // namespace foghorn
