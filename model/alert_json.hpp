#pragma once
// Alert events as JSON: the public line that replay, the status page and other programs read, and
// the whole event for the store.

#include <optional>
#include <string>
#include <string_view>

#include "model/alert_event.hpp"

namespace foghorn {

/// One object without a line's end, keys always in this order:
/// {"time":…,"rule":…,"instrument":…,"kind":…,"tier":…,"value":…,"episode":…,"id":…}
/// Empty texts (rule, instrument, episode), no tier and no finite value are null. Numbers are the
/// shortest that read back exactly.
std::string to_public_json(const AlertEvent& event);

/// Everything in the event; from_json reads it back equal (a number that is not finite comes back
/// as none).
std::string to_json(const AlertEvent& event);

/// nullopt for what to_json did not write. Keys it does not know are passed over, and absent ones
/// keep their default, so that a store outlives a change of version.
std::optional<AlertEvent> from_json(std::string_view text);

}  // namespace foghorn
