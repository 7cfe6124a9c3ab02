#include "net/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/errc.hpp>

#include <charconv>
#include <optional>
#include <string_view>

#include "net/http_connection.hpp"
#include "net/task_group.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t most_connections = 64;
constexpr std::size_t most_turned_away = 64;       // at a time; beyond that without a word
constexpr int most_unsent = 128 << 10;             // bytes of an answer in the system
constexpr auto pause_after_failed_accept = 100ms;  // out of descriptors: some may come free

/// Holds on to what it shares: an io_context that ends destroys what still waits in it.
asio::awaitable<void> serve(tcp::socket socket, std::shared_ptr<HttpShared> shared) {
  HttpConnection connection{std::move(socket), *shared};
  co_await connection.serve();
}

/// "127.0.0.1:9464", "[::1]:9464", "localhost:9464".
std::optional<tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";

  std::uint16_t number{};
  const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), number);
  error_code not_an_address;
  const auto address = asio::ip::make_address(std::string{host}, not_an_address);
  if (wrong != std::errc{} || end != port.data() + port.size() || not_an_address)
    return std::nullopt;
  return tcp::endpoint{address, number};
}

}  // namespace

struct HttpServer::Impl {
  Impl(const asio::any_io_executor& executor, HttpHandler answer, OnTrouble on_trouble,
       const HttpLimits& limits)
      : shared{std::make_shared<HttpShared>(HttpShared{
            .handler = std::move(answer), .on_trouble = std::move(on_trouble), .limits = limits})},
        acceptor{executor},
        connections{executor, [this](const auto&, std::exception_ptr e) { note_failure(e); }},
        turned_away{executor, [this](const auto&, std::exception_ptr e) { note_failure(e); }} {}

  /// A connection's own failure ends that connection, and no other.
  void note_failure(const std::exception_ptr& failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      shared->trouble(HttpTrouble::connection, e.what());
    }
  }

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error) {
        if (error != asio::error::operation_aborted)
          shared->trouble(HttpTrouble::accept, error.message());
        co_await pause_for(pause_after_failed_accept);
        continue;
      }
      shared->over(HttpTrouble::accept);
      take(std::move(socket));
    }
  }

  /// Those that were sent away are as good as gone.
  std::size_t open() const { return connections.size() - shared->sent_away(); }

  void take(tcp::socket socket) {
    if (open() < most_connections || shared->send_idle_away()) {
      // Half of them free is an end of the crowd; one of them is not.
      if (open() < most_connections / 2) shared->over(HttpTrouble::full);
      ++shared->counts.connections;
      error_code as_it_is;
      socket.set_option(asio::socket_base::send_buffer_size{most_unsent}, as_it_is);
      connections.spawn("connection", serve(std::move(socket), shared));
      return;
    }
    shared->trouble(HttpTrouble::full,
                    "all " + std::to_string(most_connections) + " connections are taken");
    if (turned_away.size() < most_turned_away)
      turned_away.spawn("turned away", turn_away(std::move(socket), *shared));
  }

  std::shared_ptr<HttpShared> shared;
  tcp::acceptor acceptor;
  TaskGroup connections;
  TaskGroup turned_away;
};

HttpServer::HttpServer(asio::any_io_executor executor, HttpHandler handler, OnTrouble on_trouble,
                       HttpLimits limits)
    : impl_{std::make_unique<Impl>(executor, std::move(handler), std::move(on_trouble), limits)} {}

HttpServer::~HttpServer() = default;

Result<void> HttpServer::listen(const std::string& address) {
  const auto endpoint = parse_endpoint(address);
  if (!endpoint) return boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
  auto& acceptor = impl_->acceptor;
  error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) {
    impl_->shared->only_local = endpoint->address().is_loopback();
    return Result<void>{};
  }
  error_code ignored;
  acceptor.close(ignored);
  return error;
}

std::uint16_t HttpServer::port() const {
  error_code not_listening;
  return impl_->acceptor.local_endpoint(not_listening).port();
}

HttpServerCounts HttpServer::counts() const {
  auto counts = impl_->shared->counts;
  counts.open = impl_->open();
  return counts;
}

asio::awaitable<void> HttpServer::run() {
  std::exception_ptr stopped;
  try {
    co_await impl_->accept();
  } catch (...) {
    stopped = std::current_exception();
  }
  // Stopped: but the connections use what is ours, so they end first.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  impl_->connections.cancel();
  impl_->turned_away.cancel();
  co_await impl_->connections.join(24h);
  co_await impl_->turned_away.join(24h);
  std::rethrow_exception(stopped);
}

}  // namespace foghorn
