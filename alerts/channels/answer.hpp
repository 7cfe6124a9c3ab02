#pragma once
// What every platform's answer has in common.

#include <string_view>

#include "alerts/channels/channel.hpp"

namespace foghorn {

/// Whether the body is a web page: a proxy or a captive portal answered, not the platform.
bool looks_like_html(std::string_view body);

/// The judgement on an HTTP status that the platform gives no meaning of its own: 429 and 5xx pass,
/// a redirect is somebody's portal, and any other is tried again twice.
Delivery judge_status(int status);

}  // namespace foghorn
