#pragma once
// How large OKX's contracts are.

#include <string_view>

#include "feeds/venues/venue.hpp"

namespace foghorn::wire {

/// Reads the answer of GET /api/v5/public/instruments. Errors: bad_protocol.
Result<Contracts> parse_okx_contracts(std::string_view body);

}  // namespace foghorn::wire
