#pragma once
// Whom a message calls by name, where a platform can: rarely, or nobody looks up any more.

#include <span>
#include <string_view>

#include "alerts/channels/channel.hpp"

namespace foghorn {

inline constexpr std::string_view everybody = "@all";

/// Whether the news of one of these is critical, and not over. Never a digest's.
bool calls_people(std::span<const AlertEvent> events, const RenderOptions& options);

/// Eleven digits, the first a 1: a mobile number of mainland China.
bool is_mobile_number(std::string_view mention);

}  // namespace foghorn
