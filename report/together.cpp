// What several instruments say together, and what was told of them.
#include <algorithm>
#include <cmath>
#include <map>

#include "report/parts.hpp"

namespace foghorn {
namespace {

// A move of less counts for neither side.
constexpr double moved = 0.003;

const CrossAssetFacts::Part* part(const CrossAssetFacts& facts, Role role) {
  const auto found = std::ranges::find(facts.parts, role, &CrossAssetFacts::Part::role);
  return found == facts.parts.end() ? nullptr : &*found;
}

/// Risk-off where all that carries risk falls while gold rises; risk-on where all of it rises while
/// gold does not. Oil has no say: it rises with demand and with fear.
RiskMood mood_of(const CrossAssetFacts& facts) {
  int known = 0, up = 0, down = 0;
  for (const auto role : {Role::equity, Role::crypto}) {
    if (const auto* p = part(facts, role)) {
      ++known;
      up += p->change_ratio >= moved;
      down += p->change_ratio <= -moved;
    }
  }
  if (const auto* gold = part(facts, Role::gold); gold && known > 0) {
    if (gold->change_ratio >= moved && down == known) return RiskMood::risk_off;
    if (gold->change_ratio < moved && up == known) return RiskMood::risk_on;
  }
  const bool any = std::ranges::any_of(
      facts.parts, [](const auto& p) { return std::abs(p.change_ratio) >= moved; });
  return any ? RiskMood::mixed : RiskMood::calm;
}

}  // namespace

std::optional<CrossAssetFacts> cross_asset_facts(std::span<const InstrumentFacts> instruments) {
  CrossAssetFacts facts;
  for (const auto role : {Role::oil, Role::gold, Role::equity, Role::crypto}) {
    // Of several of one kind the first that the config names.
    const auto first = std::ranges::find_if(instruments, [&](const InstrumentFacts& i) {
      return i.role == role && i.change_ratio.has_value();
    });
    if (first != instruments.end())
      facts.parts.push_back({first->id, first->name, role, first->change_ratio->value});
  }
  if (facts.parts.size() < 3) return std::nullopt;
  facts.mood = mood_of(facts);
  return facts;
}

std::vector<EpisodeFact> episode_facts(std::span<const AlertEvent> events, Timestamp from) {
  std::vector<EpisodeFact> episodes;
  std::map<std::string, std::size_t> place;
  for (const auto& event : events) {
    if (event.episode.empty() || event.rule.empty()) continue;
    const auto [at, is_new] = place.emplace(event.episode, episodes.size());
    if (is_new) {
      episodes.push_back({.rule = event.rule,
                          .episode = event.episode,
                          .instrument = event.instrument,
                          .title = event.title,
                          .tier = event.tier.value_or(Tier::notice),
                          .value = event.value,
                          .value_kind = event.value_kind,
                          .value_unit = event.value_unit});
    }
    auto& episode = episodes[at->second];
    episode.tier = std::max(episode.tier, event.tier.value_or(Tier::notice));
    if (event.kind == AlertKind::fire) episode.fired = event.event_time;
    if (event.kind == AlertKind::resolve) episode.resolved = event.event_time;
    if (event.kind == AlertKind::escalate) episode.value = event.value;
  }
  std::erase_if(episodes, [from](const EpisodeFact& episode) {
    return episode.resolved != no_time && episode.resolved < from;
  });
  return episodes;
}

}  // namespace foghorn
