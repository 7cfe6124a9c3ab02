#pragma once
// What /api/v1/stream tells, in parts: each is told again only when it has changed.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/dispatcher.hpp"
#include "daemon/page_snapshot.hpp"
#include "daemon/status_json.hpp"

namespace foghorn {

/// A piece of the stream's object. Parts of one group stand one after the other.
struct PagePart {
  std::string_view group;  ///< the object's key: "rules"; of a closed list
  std::string key;         ///< which of the group's list; empty: the group is this value alone
  std::string json;

  friend bool operator==(const PagePart&, const PagePart&) = default;
};

/// Groups that are lists, in the order in which they are told; the others are single values.
inline constexpr std::string_view page_lists[] = {"instruments", "pasts",        "rules",
                                                  "feeds",       "liquidations", "channels"};

/// What of the daemon itself is told.
struct PageDaemon {
  std::string_view language;  ///< "zh", "en": of the config
  std::string timezone;
  bool events_clock{};  ///< engine time is the events' own, not ours
};

std::vector<PagePart> page_parts(const PageSnapshot& page, const DispatcherSnapshot& delivery,
                                 std::span<const TracedAlert> alerts, const PageDaemon& daemon);

}  // namespace foghorn
