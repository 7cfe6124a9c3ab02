#pragma once
// What became of an attempt, the network's part included.

#include <string_view>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "net/http_client.hpp"

namespace foghorn {

/// The judgement on what came of a request: the channel's where a whole answer came, else by how
/// far the request got.
Delivery judge(const Channel& channel, const HttpAnswer& answer, Timestamp now);

/// Every reason an attempt can fail for: the channel's own and the network's. Closed, for metrics.
std::vector<std::string_view> attempt_reasons(const Channel& channel);

}  // namespace foghorn
