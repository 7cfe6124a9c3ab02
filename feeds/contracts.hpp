#pragma once
// Learns from a venue's REST interface how large its contracts are. Until it knows, liquidations
// counted in contracts have no notional: they are counted, not summed.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "feeds/login.hpp"
#include "model/result.hpp"
#include "net/clock.hpp"
#include "net/http_client.hpp"

namespace foghorn {

struct ContractsPolicy {
  Duration first_backoff{std::chrono::seconds{1}};
  Duration longest_backoff{std::chrono::seconds{60}};
  /// Contracts are listed, and sometimes resized, while we run.
  Duration refresh{std::chrono::hours{24}};
};

/// What is referred to is the Feed's, and outlives the coroutine.
struct ContractsContext {
  std::string feed;  ///< for the log
  /// Reads the answer's body and says how many contracts it knows. Errors: bad_protocol.
  std::function<Result<std::size_t>(std::string_view body)> accept;
  ArrivalClock& clock;
  std::string url;
  HttpOptions options;
  HttpFetch fetch;
  std::function<double()> random;  ///< uniform in [0, 1)
  ContractsPolicy policy;
};

/// Asks until it is told, then again every `refresh`; a failed refresh keeps what is known. Never
/// returns; ends by cancellation.
asio::awaitable<void> run_contracts(ContractsContext context);

}  // namespace foghorn
