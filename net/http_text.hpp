#pragma once
// What several of our HTTP users read out of headers.

#include <string_view>

#include "model/time.hpp"

namespace foghorn {

/// A Retry-After value, in seconds or as an HTTP date that is compared with `now`. Zero for
/// anything else, and for the past. At most a day: who asks for more is asked again tomorrow.
Duration parse_retry_after(std::string_view value, Timestamp now);

}  // namespace foghorn
