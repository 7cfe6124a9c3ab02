// How the engine of another config takes over from one that runs.
#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/engine_parts.hpp"

namespace foghorn {

void Engine::succeed(Engine& earlier, Timestamp t) {
  const auto was = market_.succeed(earlier.market_, t);
  now_ = earlier.now_;
  started_ = earlier.started_;
  if (started_ != no_time) {
    // A rule that is new may have to be judged before the next heartbeat that mattered so far.
    next_heartbeat_ = round_up(std::max(now_ + Duration{1}, t), options_.heartbeat);
    if (options_.heartbeat == earlier.options_.heartbeat)
      next_heartbeat_ = std::min(next_heartbeat_, earlier.next_heartbeat_);
  }
  std::vector<bool> goes_on(earlier.watches_.size());
  for (std::size_t i = 0; i < was.size(); ++i) {
    if (was[i]) {
      goes_on[*was[i]] = true;
      succeed(i, earlier.watches_[*was[i]]);
      if (!watches_[i].no_data_after) take_back(i, t);
    } else if (started_ != no_time) {
      watches_[i].since = t;
    }
    if (started_ != no_time) collect_days(i, true);
  }
  for (std::size_t i = 0; i < goes_on.size(); ++i) {
    if (goes_on[i]) continue;
    earlier.take_back(i, t);
    if (earlier.watches_[i].bar) earlier.end_bar(i);
  }
  std::ranges::move(std::exchange(earlier.alerts_, {}), std::back_inserter(alerts_));

  for (const auto& rule : earlier.rules_) succeed(*rule, earlier, t);
  dirty_ = true;
}

void Engine::succeed(std::size_t instrument, InstrumentWatch& earlier) {
  auto& w = watches_[instrument];
  w.stored = std::move(earlier.stored);
  w.agreed = market_.agreed(instrument);
  w.priced = earlier.priced;
  w.since = earlier.since;
  w.bar = std::exchange(earlier.bar, std::nullopt);
  if (w.bar) w.bar->instrument = instrument;
}

void Engine::succeed(Rule& was, const Engine& earlier, Timestamp t) {
  const auto found = std::ranges::find_if(
      rules_, [&](const auto& rule) { return rule->compiled.spec.id == was.compiled.spec.id; });
  auto* rule = found == rules_.end() ? nullptr : found->get();
  if (rule) {
    // Counted by the rule's id, whatever it says now.
    rule->evaluations = was.evaluations;
    if (was.alone) rule->evaluations += earlier.watches_[*was.alone].passed;
    rule->transitions = was.transitions;
  }
  if (!rule || rule->compiled.hash != was.compiled.hash) {
    if (was.episode.open()) {
      abandon(rule, was.compiled.spec.id, was.instrument, was.episode_id, was.episode.state(), t);
      // What it was is known better than from a store.
      alerts_.back().tier = was.compiled.tier_of(was.episode.rung());
      if (!rule) alerts_.back().title = was.compiled.spec.title;
      if (rule) ++rule->transitions[static_cast<std::size_t>(AlertKind::resolve)];
    } else if (const auto held = was.episode.state(); held.held_back) {
      held_back_.push_back({was.compiled.spec.id, was.compiled.spec.title, was.instrument,
                            was.compiled.tier_of(*held.held_back), held.began, t});
    }
    return;
  }
  rule->set_rungs(std::max(rule->rungs, was.rungs));
  rule->episode.succeed(was.episode);
  rule->episode_id = std::move(was.episode_id);
  rule->when.succeed(was.when);
  if (rule->clear && was.clear) rule->clear->succeed(*was.clear);
}

}  // namespace foghorn
