#pragma once
// What is asked of our HTTP server, and what it answers: plain values, nothing of sockets.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "net/http_head.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct HttpQuery {
  std::string path;                                             ///< decoded, without the query
  std::vector<std::pair<std::string, std::string>> parameters;  ///< decoded
  std::string accept;                                           ///< the Accept header
  std::string if_none_match{};                                  ///< likewise
};

/// Waits for the next piece of a reply; an empty one is the end of it. Asked for one after the
/// other, each when the one before has left for the peer; cancelled when the peer hangs up.
using HttpPieces = std::function<asio::awaitable<std::string>()>;

struct HttpReply {
  int status{200};
  std::string content_type{"text/plain; charset=utf-8"};
  std::string body{};
  /// More headers; writable(). They replace those of the same name that every reply has.
  std::vector<HttpHeader> headers{};
  /// A reply that goes on after its body, until the pieces end or the peer hangs up. Of a HEAD none
  /// is asked for.
  HttpPieces pieces{};
};

/// Answers one request. May wait.
using HttpHandler = std::function<asio::awaitable<HttpReply>(HttpQuery)>;

/// The reply as it goes out, up to its pieces. `head_only`: without the body.
std::string to_http(const HttpReply& reply, bool keep_alive, bool head_only);

}  // namespace foghorn
