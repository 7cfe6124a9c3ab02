#pragma once
// The engine that a config asks for: the same in the live daemon and in a replay of its capture.

#include <optional>
#include <vector>

#include "daemon/config/config.hpp"
#include "rules/engine.hpp"

namespace foghorn {

/// The live daemon's clock makes it expect data from its start.
EngineOptions engine_options_of(const Config& config);

/// The venues of the enabled feeds that bring liquidations.
std::vector<EventVenue> event_venues_of(const Config& config);

/// Of each instrument its change over a day, for status and metrics; nullopt of an event series.
std::vector<std::optional<TermId>> day_changes_of(Engine& engine);

}  // namespace foghorn
