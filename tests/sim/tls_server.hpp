#pragma once
// A TLS server on loopback that speaks WebSocket and HTTP: the ground on which simulated venues and
// webhook receivers stand. It uses Beast throughout, so that it shares no framing code with the
// daemon's own client.

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/certificate.hpp"

namespace foghorn::sim {

namespace asio = boost::asio;

/// The server's end of one WebSocket. Everything sent is queued and goes out in order. Calls after
/// the end do nothing.
class WsPeer {
 public:
  virtual ~WsPeer() = default;
  virtual void send(std::string text) = 0;
  virtual void ping() = 0;   ///< a ping control frame
  virtual void close() = 0;  ///< a close frame after what is queued
  virtual void reset() = 0;  ///< breaks the TCP connection at once; what is queued is lost
};

struct HttpCall {
  std::string method{};
  std::string target{};
  std::string body{};
};

struct HttpPlan {
  enum class Kind : std::uint8_t {
    reply,
    hang,   ///< nothing is answered until the client gives up
    reset,  ///< the connection breaks without an answer
  };

  Kind kind{};
  int status{200};
  std::string content_type{"application/json"};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};

/// What a server is for. Called on the server's executor, one at a time.
class Service {
 public:
  virtual ~Service() = default;

  /// Whether a WebSocket may be opened at `target`; if not, `status` is the answer.
  struct Admission {
    bool admitted{};
    int status{404};
  };
  virtual Admission admits(std::string_view) { return {}; }

  /// `peer` lives until closed() returns.
  virtual void opened(WsPeer&, std::string_view /*target*/) {}
  virtual void text(WsPeer&, std::string_view) {}
  virtual void closed(WsPeer&) {}

  virtual HttpPlan http(const HttpCall&) { return {.status = 404}; }
};

class TlsServer {
 public:
  /// `service` must outlive the executor's context.
  TlsServer(asio::any_io_executor executor, const Credentials& credentials, Service& service);
  ~TlsServer();

  /// Listens on 127.0.0.1 (port 0: any) and serves while the executor runs. Returns the port.
  /// Throws boost::system::system_error.
  std::uint16_t listen(std::uint16_t port);

  /// HTTP requests that came and are not answered yet.
  std::size_t open_requests() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace foghorn::sim
