#pragma once
// A connected WebSocket, as its users see it. net/ws_client.cpp is the real one; tests script their
// own.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/result.hpp"
#include "model/time.hpp"
#include "model/wire.hpp"
#include "net/proxy.hpp"
#include "net/url.hpp"

namespace foghorn {

namespace asio = boost::asio;

class WsStream {
 public:
  virtual ~WsStream() = default;

  /// Waits for the line and hands over every complete message it brought, whole and unmasked,
  /// control frames among them as Frame::Kind says (pings are already answered). The batch is valid
  /// until the next call; it may hold one frame or a thousand, never none. One read at a time.
  /// Errors: closed_by_peer, bad_protocol, too_large, the line's own; the messages before one are
  /// handed over first. An error is final, and so is a cancelled read: only close() makes sense
  /// after. A text need not be UTF-8.
  virtual asio::awaitable<Result<std::span<const Frame>>> read() = 0;

  /// Sends one text frame. One write at a time; may overlap a read. A cancelled write may still go
  /// out; where more than 1 MiB of such waits for a peer that does not read, a further one is
  /// asio::error::no_buffer_space.
  virtual asio::awaitable<Result<void>> write(std::string text) = 0;

  /// Sends a ping without waiting for its turn; the pong comes as a frame. An error shows in
  /// read(). Where a ping still waits to be sent, that one serves.
  virtual void ping() = 0;

  /// Says goodbye (close code 1000) if that can be said within a second, and closes. The stream is
  /// useless after; a read under way ends. Destroying the stream closes too, without a word.
  virtual asio::awaitable<void> close() = 0;

  /// What the peer said when it closed, for a log: `code=1008 reason="policy"`; empty where it has
  /// not closed. The reason is the wire's, without control characters and double quotes.
  virtual std::string farewell() const { return {}; }
};

struct WsOptions {
  std::string ca_file{};  ///< trust these roots instead of the system's
  ProxyChoice proxy{};
  std::vector<std::pair<std::string, std::string>>
      headers{};  ///< of the upgrade; a User-Agent replaces ours, the handshake's own are ours
                  ///< alone
  std::size_t largest_message{
      8 << 20};  ///< bytes; a larger frame or message ends the connection with too_large
  Duration resolve_limit{std::chrono::seconds{10}};
  Duration connect_limit{std::chrono::seconds{10}};  ///< per address
  Duration handshake_limit{
      std::chrono::seconds{10}};  ///< the proxy's answers, again TLS, and again the upgrade
  Duration goodbye_limit{std::chrono::seconds{1}};  ///< how long close() may try to say goodbye
};

/// How a connect ended: a stream, or an error with what the peer said about it.
struct WsConnected {
  std::unique_ptr<WsStream> stream;  ///< null on error
  boost::system::error_code error;
  int http_status{};       ///< of a refused upgrade; else 0
  Duration retry_after{};  ///< from Retry-After; zero where absent
  /// What there is to say about the error beside its code, for a log: "proxy … answered 407 …".
  /// Without URL and credentials; may be empty.
  std::string detail{};
};

/// Resolves, connects, goes through the proxy where there is one for the URL, does the TLS
/// handshake (certificate and host name always checked for wss) and the upgrade, each within its
/// limit. Cancellable at any point. ws:// without TLS is for loopback only: elsewhere
/// Errc::refused. A header that would end its line is invalid_argument.
asio::awaitable<WsConnected> connect_ws(Url url, WsOptions options);

/// What a session connects with: connect_ws, or a test's own.
using WsConnector = std::function<asio::awaitable<WsConnected>(Url, WsOptions)>;

}  // namespace foghorn
