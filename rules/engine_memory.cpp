// What the engine remembers between lives of the daemon, and what it shows of itself.
#include <algorithm>
#include <utility>

#include "model/ids.hpp"
#include "rules/engine_parts.hpp"

namespace foghorn {

std::vector<std::string> instruments_read_by(const CompiledRule& rule) {
  std::vector<std::string> ids;
  const auto collect = [&](const Expression& expression) {
    for (const auto& selector : selectors_of(expression))
      if (std::find(ids.begin(), ids.end(), selector.instrument) == ids.end())
        ids.push_back(selector.instrument);
  };
  collect(rule.when);
  if (rule.clear) collect(*rule.clear);
  return ids;
}

std::vector<RuleMemory> Engine::rule_memories() const {
  std::vector<RuleMemory> stored;
  for (const auto& rule : rules_) {
    stored.push_back({rule->compiled.spec.id, rule->compiled.hash, rule->instrument,
                      rule->episode_id, rule->episode.state(), rule->when.memory(),
                      rule->clear ? rule->clear->memory() : std::vector<RecollectionState>{}});
  }
  return stored;
}

std::vector<InstrumentMemory> Engine::instrument_memories() const {
  std::vector<InstrumentMemory> stored;
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    stored.push_back(watches_[i].stored);
    stored.back().agreed = market_.agreed_sources(i);
    stored.back().series_began = market_.series_began(i);
  }
  return stored;
}

void Engine::restore(std::span<const RuleMemory> rules,
                     std::span<const InstrumentMemory> instruments, Timestamp t) {
  for (const auto& stored : rules) {
    const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const auto& rule) {
      return rule->compiled.spec.id == stored.rule;
    });
    if (found != rules_.end() && (*found)->compiled.hash == stored.hash) {
      auto& rule = **found;
      rule.episode.restore(stored.state);
      rule.episode_id = stored.episode;
      rule.set_rungs(std::max(rule.rungs, stored.state.held.size()));
      rule.when.restore(stored.when);
      if (rule.clear) rule.clear->restore(stored.clear);
      continue;
    }
    const auto* rule = found == rules_.end() ? nullptr : found->get();
    if (stored.state.open) {
      abandon(rule, stored.rule, stored.instrument, stored.episode, stored.state, t);
    } else if (stored.state.held_back) {
      const Text title = rule ? rule->compiled.spec.title : Text{stored.rule, stored.rule};
      const auto tier = rule ? rule->compiled.tier_of(*stored.state.held_back) : Tier::notice;
      held_back_.push_back({stored.rule, title, stored.instrument, tier, stored.state.began, t});
    }
  }
  for (const auto& stored : instruments) {
    const auto i = market_.find(stored.instrument);
    if (!i) {
      take_back(stored, t);
      continue;
    }
    watches_[*i].stored = stored;
    market_.restore_agreed(*i, stored.agreed);
    market_.restore_series(*i, stored.series_began);
    watches_[*i].agreed = market_.agreed(*i);
    if (!watches_[*i].no_data_after) take_back(*i, t);
  }
}

/// Of an instrument of an earlier life that is gone.
void Engine::take_back(const InstrumentMemory& stored, Timestamp t) {
  const auto say = [&](AlertKind kind) {
    AlertEvent alert;
    alert.time = alert.event_time = alert.began = t;
    alert.instrument = stored.instrument;
    alert.kind = kind;
    alert.id =
        make_id({to_text(kind), stored.instrument, std::to_string(t.time_since_epoch().count())});
    alert.title = alert.name = {stored.instrument, stored.instrument};
    alert.reason = rule_removed;
    alerts_.push_back(std::move(alert));
    dirty_ = true;
  };
  if (stored.no_data) say(AlertKind::data_back);
  if (stored.unconfirmed) say(AlertKind::confirmed);
}

/// Ends the episode of a rule that was, by the rule that has its id now; null: none has.
void Engine::abandon(const Rule* rule, const std::string& id, const std::string& instrument,
                     const std::string& episode, const EpisodeState& state, Timestamp t) {
  AlertEvent alert;
  alert.time = alert.event_time = t;
  alert.rule = id;
  alert.instrument = instrument;
  alert.kind = AlertKind::resolve;
  alert.episode = episode;
  alert.id = episode + "-" + std::to_string(state.messages);
  alert.began = state.began;
  alert.title = {id, id};
  alert.reason = rule ? rule_changed : rule_removed;
  if (rule) {
    alert.title = rule->compiled.spec.title;
    alert.tier = rule->compiled.tier_of(state.rung);
  }
  alerts_.push_back(std::move(alert));
  dirty_ = true;
}

std::vector<RuleStatus> Engine::status() {
  std::vector<RuleStatus> all;
  for (const auto& rule : rules_) {
    RuleStatus status{.rule = rule->compiled.spec.id,
                      .phase = rule->episode.phase(),
                      .tier = std::nullopt,
                      .value = std::nullopt};
    if (rule->episode.open()) status.tier = rule->compiled.tier_of(rule->episode.rung());
    if (now_ != no_time) {
      rule->when.refresh(market_);
      status.unknown = rule->when.value(rule->compiled.value_of(0)).reason;
      if (const auto decision = rule->when.decision(market_, rule->compiled.value_of(0)))
        status.value = decision->value;
    }
    status.evaluations = rule->evaluations + (rule->alone ? watches_[*rule->alone].passed : 0);
    status.transitions = rule->transitions;
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace foghorn
