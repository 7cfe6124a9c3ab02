#pragma once
// What the daemon says of its own channels.

#include <string>
#include <vector>

#include "model/alert_event.hpp"

namespace foghorn {

/// The circuit of channel `name` opened at `at`, for `reason` (of the closed list), or closed again
/// (reason empty).
AlertEvent channel_down(const std::string& name, const std::string& reason, Timestamp at);
AlertEvent channel_back(const std::string& name, Timestamp at);

/// Outbox rows `rows` (one at least, and the first few are named) of channel `name` are given up:
/// the platform will not have them, or has twice not said whether it has them, for `reason`.
AlertEvent messages_refused(const std::string& name, const std::vector<std::string>& rows,
                            const std::string& reason, Timestamp at);
AlertEvent messages_unanswered(const std::string& name, const std::vector<std::string>& rows,
                               const std::string& reason, Timestamp at);

/// A message that says it is a test, sent to channel `name` at `at`. `rule_title` is that of the
/// rule it stands in for; empty: of none.
AlertEvent test_message(const std::string& name, const Text& rule_title, std::optional<Tier> tier,
                        Timestamp at);
bool is_test_message(const std::string& event);

}  // namespace foghorn
