#pragma once
// What the config says about one feed.

#include <optional>
#include <string>

#include "feeds/venues/venue.hpp"
#include "net/proxy.hpp"

namespace foghorn {

struct FeedOptions {
  std::string name{};  ///< the config's: a metric label
  FeedRequest request{};
  std::string ca_file{};  ///< for the WebSocket and for REST; empty: the system's roots
  ProxyChoice proxy{};    ///< the same
  /// Replaces the venue's REST base; "": no REST; nullopt: the venue's own.
  std::optional<std::string> rest_url{};
  bool delayed{};
  bool positive_prices{true};  ///< the venue knows no price of zero or less
  /// What the venue last said of its contracts, in an earlier life: good until it says it anew.
  std::optional<std::string> known_contracts{};
};

/// Where a path of the feed's venue is asked for; empty where it has no REST, or no such path.
std::string rest_address(const Venue& venue, const FeedOptions& options, std::string_view path);

}  // namespace foghorn
