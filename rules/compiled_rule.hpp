#pragma once
// A rule ready to run: its conditions parsed and typed, its rungs as numbers, its hash.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/specs.hpp"
#include "rules/episode.hpp"
#include "rules/expression.hpp"

namespace foghorn {

struct CompiledRule {
  RuleSpec spec;
  Expression when;
  std::optional<Expression> clear;
  std::vector<Tier> tiers;    ///< one per written rung, lowest first; never empty
  std::vector<double> rungs;  ///< what `tier` is worth at each; empty where the rule has no tiers
  std::optional<double>
      ratchet;       ///< the step between rungs above the top one; negative where rungs fall
  std::string hash;  ///< of when, clear, tiers, ratchet, for and keep: state is kept while it stays

  EpisodePolicy policy() const { return {spec.hold, spec.keep, spec.cooldown}; }

  /// The rung's name; rungs above the written ones have the top one's.
  Tier tier_of(std::size_t rung) const { return tiers[std::min(rung, tiers.size() - 1)]; }

  /// What `tier` is worth at `rung`, ratchet rungs included.
  double value_of(std::size_t rung) const;
};

/// Everything that is wrong with the rule, or the rule.
std::variant<CompiledRule, std::vector<Mistake>> compile_rule(const RuleSpec& spec,
                                                              const Universe& universe);

}  // namespace foghorn
