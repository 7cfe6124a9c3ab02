#include "daemon/rules_of.hpp"

#include <stdexcept>

namespace foghorn {

std::vector<CompiledRule> rules_of(const Config& config) {
  return rules_of(config.rules, universe_of(config.instruments, config.feeds));
}

std::vector<CompiledRule> rules_of(const std::vector<RuleSpec>& specs, const Universe& universe) {
  std::vector<CompiledRule> rules;
  for (const auto& spec : specs) {
    auto compiled = compile_rule(spec, universe);
    if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&compiled))
      throw std::runtime_error{to_line(mistakes->front())};
    rules.push_back(std::move(std::get<CompiledRule>(compiled)));
  }
  return rules;
}

}  // namespace foghorn
