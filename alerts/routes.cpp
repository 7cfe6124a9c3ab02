#include "alerts/routes.hpp"

#include <algorithm>

namespace foghorn {
namespace {

void add(std::vector<std::string>& to, const std::vector<std::string>& channels) {
  for (const auto& channel : channels)
    if (std::ranges::find(to, channel) == to.end()) to.push_back(channel);
}

const Route* route_of(const Routes& routes, const std::string& rule) {
  const auto found = routes.rules.find(rule);
  return found == routes.rules.end() || found->second.empty() ? nullptr : &found->second;
}

}  // namespace

std::vector<std::string> channels_for(const AlertEvent& event, const Routes& routes,
                                      const std::set<std::string>& had_episode) {
  if (event.kind == AlertKind::resolve) return {had_episode.begin(), had_episode.end()};
  std::vector<std::string> channels;
  if (!event.rule.empty()) {
    const auto* route = route_of(routes, event.rule);
    if (!route || !event.tier) return channels;
    if (const auto at = route->find(*event.tier); at != route->end()) add(channels, at->second);
    return channels;
  }
  add(channels, routes.notices);
  if (const auto readers = routes.readers.find(event.instrument); readers != routes.readers.end())
    for (const auto& rule : readers->second)
      if (const auto* route = route_of(routes, rule)) add(channels, route->begin()->second);
  return channels;
}

std::set<std::string> channels_up_to(const AlertEvent& resolve, const Routes& routes) {
  std::set<std::string> channels;
  if (const auto* route = route_of(routes, resolve.rule))
    for (const auto& [tier, names] : *route)
      if (tier <= resolve.tier.value_or(Tier::critical))
        channels.insert(names.begin(), names.end());
  if (channels.empty()) channels.insert(routes.notices.begin(), routes.notices.end());
  return channels;
}

}  // namespace foghorn
