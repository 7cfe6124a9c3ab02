#pragma once
// What the daemon counts of itself, apart from market and delivery: for metrics.

#include "daemon/digest_counts.hpp"
#include "daemon/heartbeat.hpp"
#include "daemon/reload_counts.hpp"
#include "net/http_server.hpp"

namespace foghorn {

struct OwnCounts {
  HeartbeatCounts heartbeat{};
  DigestCounts digests{};
  ReloadCounts reload{};
  HttpServerCounts http{};
};

}  // namespace foghorn
