#pragma once
// The opening handshake of RFC 6455 §4: one HTTP request, one answer.

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "model/time.hpp"
#include "net/http_head.hpp"
#include "net/line.hpp"
#include "net/url.hpp"

namespace foghorn {

struct WsUpgrade {
  boost::system::error_code error;  ///< none: the line speaks WebSocket now
  int http_status{};                ///< of a refusal
  Duration retry_after{};           ///< of a refusal
  std::string early;                ///< what came after the answer's head: WebSocket bytes already
};

/// Asks for the upgrade of `line` to WebSocket, without extensions and subprotocols. Of `headers`,
/// which are writable(), a User-Agent replaces ours; those of the handshake itself are ours alone.
/// Errors: refused, rate_limited (429) or unavailable_here (451); bad_protocol for a 101 that does
/// not answer our key or turns on what was not asked for; too_large for a head over 16 KiB; the
/// line's own. `line` outlives the call.
asio::awaitable<WsUpgrade> upgrade_to_ws(Line& line, Url url, std::vector<HttpHeader> headers);

/// What Sec-WebSocket-Accept must say to `key` (§4.2.2).
std::string ws_accept(std::string_view key);

}  // namespace foghorn
