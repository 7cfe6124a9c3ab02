#pragma once
// What the daemon says of a reload in messages: a bad config in the middle of the night must not go
// unnoticed.

#include <string>
#include <vector>

#include "model/alert_event.hpp"
#include "model/result.hpp"

namespace foghorn {

/// The config has these mistakes, at least one; the one that ran goes on.
AlertEvent reload_failed(const std::vector<Mistake>& mistakes, Timestamp at);

/// These keys want a restart; the config that ran goes on.
AlertEvent reload_wants_restart(const std::vector<std::string>& keys, Timestamp at);

/// After either of these: a reload was carried out again.
AlertEvent reload_works_again(Timestamp at);

}  // namespace foghorn
