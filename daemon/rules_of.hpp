#pragma once
// The rules of a config that was loaded without a mistake, compiled.

#include <vector>

#include "daemon/config/config.hpp"
#include "rules/compiled_rule.hpp"

namespace foghorn {

std::vector<CompiledRule> rules_of(const Config& config);

/// Others than the config's own, also without a mistake.
std::vector<CompiledRule> rules_of(const std::vector<RuleSpec>& specs, const Universe& universe);

}  // namespace foghorn
