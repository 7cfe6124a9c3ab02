#include "net/dial.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "net/resolve.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

using asio::ip::tcp;

asio::awaitable<Result<tcp::socket>> connect(tcp::endpoint endpoint) {
  tcp::socket socket{co_await asio::this_coro::executor};
  const auto [error] = co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
  if (error) co_return error;
  boost::system::error_code ignored;  // slower without, not wrong
  socket.set_option(tcp::no_delay{true}, ignored);
  co_return std::move(socket);
}

}  // namespace

asio::awaitable<Result<tcp::socket>> dial(std::string host, std::string port, DialLimits limits) {
  const auto endpoints =
      co_await with_timeout(resolve(std::move(host), std::move(port)), limits.resolve);
  if (!endpoints) co_return endpoints.error();

  boost::system::error_code last_error;
  for (const auto& endpoint : *endpoints) {
    auto socket = co_await with_timeout(connect(endpoint), limits.connect);
    if (socket) co_return socket;
    last_error = socket.error();
  }
  co_return last_error;
}

asio::awaitable<Result<std::unique_ptr<Line>>> open_line(Url url, std::string ca_file,
                                                         DialLimits limits) {
  if (!url.tls() && !url.loopback()) co_return Errc::refused;
  auto socket = co_await dial(url.host, url.port, limits);
  if (!socket) co_return socket.error();
  if (!url.tls()) co_return make_tcp_line(std::move(*socket));
  co_return co_await with_timeout(
      make_tls_line(std::move(*socket), std::move(url.host), std::move(ca_file)), limits.tls);
}

}  // namespace foghorn
