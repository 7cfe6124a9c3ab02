#pragma once
// What the store has of instruments' pasts, for an engine that begins with them.

#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/market_side.hpp"
#include "store/store.hpp"

namespace foghorn {

/// Days, and the minutes of the last 31 days: of these `instruments`, event series left out. What
/// cannot be read is logged and left out.
std::vector<StoredPast> stored_past(Store& store, const Config& config,
                                    const std::vector<std::string>& instruments, Timestamp now);

/// The ids of all of the config's instruments.
std::vector<std::string> instruments_of(const Config& config);

}  // namespace foghorn
