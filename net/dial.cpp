#include "net/dial.hpp"

#include <optional>
#include <utility>

#include "net/race.hpp"
#include "net/resolve.hpp"
#include "net/tunnel.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

using asio::ip::tcp;

/// A socket that leads to the host, or why there is none.
struct Reached {
  std::optional<tcp::socket> socket;
  boost::system::error_code error;
  std::string detail{};
};

Reached stopped_by(const Proxy& proxy, std::string why) {
  return {.socket = {},
          .error = Errc::proxy_failed,
          .detail = "proxy " + to_text(proxy) + " " + std::move(why)};
}

asio::awaitable<Reached> reach_directly(Url url, DialLimits limits) {
  auto socket = co_await dial(std::move(url.host), std::move(url.port), limits);
  Reached reached;
  if (socket) {
    reached.socket = std::move(*socket);
  } else {
    reached.error = socket.error();
  }
  co_return reached;
}

asio::awaitable<Reached> reach_through(Proxy proxy, Url url, DialLimits limits) {
  auto socket = co_await dial(proxy.host, proxy.port, limits);
  if (!socket) co_return stopped_by(proxy, "cannot be reached: " + socket.error().message());
  const auto refusal = co_await with_timeout(
      open_tunnel(*socket, proxy, std::move(url.host), std::move(url.port)), limits.tls);
  if (!refusal && refusal.error() == Errc::timed_out)
    co_return stopped_by(proxy, "does not answer");
  if (!refusal) co_return stopped_by(proxy, "hung up: " + refusal.error().message());
  if (!refusal->empty()) co_return stopped_by(proxy, *refusal);
  Reached reached;
  reached.socket = std::move(*socket);
  co_return reached;
}

}  // namespace

asio::awaitable<Result<tcp::socket>> dial(std::string host, std::string port, DialLimits limits) {
  const auto endpoints =
      co_await with_timeout(resolve(std::move(host), std::move(port)), limits.resolve);
  if (!endpoints) co_return endpoints.error();
  const RaceLimits race_limits{.connect = limits.connect};
  co_return co_await race(interleaved(*endpoints), race_limits);
}

asio::awaitable<OpenedLine> open_line(Url url, std::string ca_file, ProxyChoice proxy,
                                      DialLimits limits) {
  OpenedLine opened;
  if (!url.tls() && !url.loopback()) {
    opened.error = Errc::refused;
    co_return opened;
  }
  const auto by = proxy.for_url(url);
  Reached reached;
  if (by) {
    reached = co_await reach_through(*by, url, limits);
  } else {
    reached = co_await reach_directly(url, limits);
  }
  if (!reached.socket) {
    opened.error = reached.error;
    opened.detail = std::move(reached.detail);
    co_return opened;
  }
  if (!url.tls()) {
    opened.line = make_tcp_line(std::move(*reached.socket));
    co_return opened;
  }
  auto line = co_await with_timeout(
      make_tls_line(std::move(*reached.socket), std::move(url.host), std::move(ca_file)),
      limits.tls);
  if (line) {
    opened.line = std::move(*line);
  } else {
    opened.error = line.error();
    opened.detail = line.error().message();  // "certificate verify failed (SSL routines)"
    if (by) opened.detail += " through proxy " + to_text(*by);
  }
  co_return opened;
}

}  // namespace foghorn
