#pragma once
// The objects that /api/v1/status and /api/v1/stream have in common.

#include <boost/json.hpp>

#include <optional>
#include <string_view>

#include "alerts/dispatcher.hpp"
#include "daemon/snapshot.hpp"

namespace foghorn::status_parts {

/// A string; a list in braces would be an array.
boost::json::value text(std::string_view t);
/// RFC 3339, or null for no_time.
boost::json::value time(Timestamp t);

template <class T>
boost::json::value or_null(const std::optional<T>& v) {
  if (!v) return nullptr;
  return boost::json::value_from(*v);
}

boost::json::object feed(const FeedSnapshot& feed);
boost::json::object liquidations(const LiquidationSnapshot& venue);
boost::json::object channel(const ChannelSnapshot& channel);
boost::json::object silence(const Silence& silence);

}  // namespace foghorn::status_parts
