#pragma once
// Which channels an alert event goes to.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/alert_event.hpp"

namespace foghorn {

/// Channels by tier, as a rule's `route` has them.
using Route = std::map<Tier, std::vector<std::string>>;

struct Routes {
  std::map<std::string, Route> rules{};  ///< by rule id
  /// By instrument, each there is, the rules that read it: what is said of the instrument goes to
  /// their lowest routes.
  std::map<std::string, std::vector<std::string>> readers{};
  std::map<std::string, std::string> quiet_while{};  ///< by rule, the one that speaks for it
  std::vector<std::string> notices{};  ///< where the daemon speaks of itself and its data
};

/// The event's channels, each once, in order of first mention. A rule's event goes where its tier's
/// route says; a resolve to every channel of `had_episode`; an event of no rule to `notices` and
/// the lowest route of the instrument's rules.
std::vector<std::string> channels_for(const AlertEvent& event, const Routes& routes,
                                      const std::set<std::string>& had_episode);

/// Where the episode of a resolve may have been told, by the routes of today: for a store that
/// cannot say where it was. `notices` where the rule is gone.
std::set<std::string> channels_up_to(const AlertEvent& resolve, const Routes& routes);

}  // namespace foghorn
