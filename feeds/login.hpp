#pragma once
// The login by REST that some venues want before each connect, and what its answer puts into the
// connection's texts.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "feeds/venues/venue.hpp"
#include "net/clock.hpp"
#include "net/http_client.hpp"

namespace foghorn {

/// What a feed asks with: fetch(), or a test's own.
using HttpFetch = std::function<asio::awaitable<HttpAnswer>(HttpRequest, HttpOptions)>;

/// What a text's "{NAME}" stands for. Secrets: for no log.
using Tokens = std::vector<std::pair<std::string, std::string>>;

/// How a login ended: with the tokens, or an error and what the venue said about it.
struct LoggedIn {
  Tokens tokens{};
  boost::system::error_code error{};  ///< refused and rate_limited by status, bad_protocol for an
                                      ///< answer without a token, the line's own
  int http_status{};
  Duration retry_after{};
};

/// What to ask, and how. References outlive the coroutine.
struct LoginContext {
  Login login;
  std::string url;
  HttpOptions options;
  HttpFetch fetch;
  ArrivalClock& clock;
};

asio::awaitable<LoggedIn> log_in(LoginContext context);

/// `text` with each "{NAME}" replaced.
std::string filled(std::string text, const Tokens& tokens);

}  // namespace foghorn
