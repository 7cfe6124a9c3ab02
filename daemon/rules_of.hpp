#pragma once
// The rules of a config that was loaded without a mistake, compiled.

#include <vector>

#include "daemon/config/config.hpp"
#include "rules/compiled_rule.hpp"

namespace foghorn {

std::vector<CompiledRule> rules_of(const Config& config);

}  // namespace foghorn
