#pragma once
// What a config says of delivery, as the dispatcher takes it.

#include <vector>

#include "alerts/dispatcher.hpp"
#include "daemon/config/config.hpp"
#include "rules/compiled_rule.hpp"

namespace foghorn {

/// `rules`: the config's, compiled.
DeliverySetup delivery_setup_of(const Config& config, const std::vector<CompiledRule>& rules);

/// For the moment in which one config takes another's place: whatever either decides has its
/// channels and its routes. Where both know a name, the channel is reached as `next` says (unless
/// it is of another type), and the rule's route is `now`'s.
DeliverySetup both_of(DeliverySetup now, const DeliverySetup& next);

}  // namespace foghorn
