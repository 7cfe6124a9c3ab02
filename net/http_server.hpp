#pragma once
// A small HTTP server for the daemon's read-only port: GET and HEAD, bounded in every way.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.hpp"
#include "net/http_message.hpp"

namespace foghorn {

/// What goes wrong at the port. Indexes HttpServerCounts::troubles.
enum class HttpTrouble : std::uint8_t {
  full,         ///< a connection was turned away: all are taken, and none of them is idle
  streams,      ///< a stream was turned away: all are taken
  slow_reader,  ///< a peer did not take its answer in time
  handler,      ///< a handler failed, or did not answer in time
  connection,   ///< a connection ended by a mistake of ours
  accept,       ///< the system gave no connection
};
inline constexpr std::array<std::string_view, 6> http_troubles{
    "full", "streams", "slow_reader", "handler", "connection", "accept"};

struct HttpServerCounts {
  std::uint64_t connections{};  ///< taken, since the start
  std::uint64_t requests{};     ///< read, of any kind
  std::size_t open{};           ///< connections, now
  std::size_t streams{};        ///< of these
  std::array<std::uint64_t, http_troubles.size()> troubles{};
};

/// How long the server waits for its peers and its handler; tests are less patient.
struct HttpLimits {
  std::chrono::milliseconds idle{std::chrono::seconds{30}};     ///< for a request to begin
  std::chrono::milliseconds head{std::chrono::seconds{10}};     ///< for its head to be whole
  std::chrono::milliseconds handler{std::chrono::seconds{10}};  ///< for an answer
  /// For the peer to take an answer, or a piece of one.
  std::chrono::milliseconds write{std::chrono::seconds{10}};
  std::chrono::milliseconds parting{std::chrono::seconds{1}};  ///< for who is turned away to go
};

/// At most 64 connections, 16 of them streams, so that these never keep Prometheus out. Who comes
/// beyond that takes the place of the connection that has waited longest for a request to begin;
/// where all are in the middle of one, it gets 503 and Retry-After. 8 KiB of request head, no
/// request body; a reader that does not take what it asked for is cut off, and at most 128 KiB wait
/// for it in the system. Other methods get 405. A handler that throws gives 500, which says nothing
/// of why.
class HttpServer {
 public:
  /// Told of each kind of trouble when it begins or changes, not each time it comes: for the log.
  using OnTrouble = std::function<void(HttpTrouble, const std::string& what)>;

  HttpServer(asio::any_io_executor executor, HttpHandler handler, OnTrouble on_trouble = {},
             HttpLimits limits = {});
  ~HttpServer();

  /// Binds "127.0.0.1:9464" (port 0: any). Errors are the system's: address in use, permission. On
  /// loopback, only requests that name loopback or an address are answered (see is_local_host()).
  Result<void> listen(const std::string& address);
  std::uint16_t port() const;

  /// Serves until cancelled.
  asio::awaitable<void> run();

  HttpServerCounts counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foghorn
