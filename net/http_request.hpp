#pragma once
// Which requests our HTTP server takes, and what it says to the others. Reads what anybody may
// send; touches no socket.

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <optional>
#include <string_view>

#include "net/http_message.hpp"

namespace foghorn {

/// Reads a head; a body is never read.
using HttpRequestParser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

/// A request as judged by its head.
struct HttpAsked {
  std::optional<HttpQuery> query;  ///< nullopt: `refusal` is the answer
  HttpReply refusal{};
  bool head_only{};
  bool keep_alive{};
};

/// Of a parser that has its head. `only_local`: the server listens on loopback alone, and answers
/// only those who call it by an address or a name of loopback; see is_local_host().
HttpAsked read_request(const HttpRequestParser& parser, bool only_local);

/// Whether a Host header names this machine's loopback or is an IP address, with or without a port.
/// Another name is how a page on the web reaches a port of its reader's machine: it has its own
/// name point to 127.0.0.1 (DNS rebinding), and the browser takes our answers for its own.
bool is_local_host(std::string_view host);

}  // namespace foghorn
