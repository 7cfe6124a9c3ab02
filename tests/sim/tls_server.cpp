#include "tests/sim/tls_server.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <deque>

namespace foghorn::sim {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using Tls = asio::ssl::stream<tcp::socket>;
using Request = http::request<http::string_body>;
using boost::system::error_code;

void break_off(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::socket::linger{true, 0}, ignored);
  socket.close(ignored);
}

class Peer final : public WsPeer {
 public:
  explicit Peer(Tls stream)
      : ws{std::move(stream)}, wake{ws.get_executor(), asio::steady_timer::time_point::max()} {}

  void send(std::string text) override { queue({Item::Kind::text, std::move(text)}); }
  void ping() override { queue({Item::Kind::ping, {}}); }
  void close() override { queue({Item::Kind::close, {}}); }
  void reset() override {
    ended();
    break_off(ws.next_layer().next_layer());
  }

  void ended() {
    open = false;
    wake.cancel();
  }

  struct Item {
    enum class Kind : std::uint8_t { text, ping, close };
    Kind kind{};
    std::string text;
  };

  void queue(Item item) {
    if (!open) return;
    items.push_back(std::move(item));
    wake.cancel();
  }

  websocket::stream<Tls> ws;
  asio::steady_timer
      wake;  // used as a condition variable: cancelled when there is something to send
  std::deque<Item> items;
  bool open{true};
};

asio::awaitable<void> run_writer(std::shared_ptr<Peer> peer) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  while (peer->open && !error) {
    if (peer->items.empty()) {
      error_code woken;
      co_await peer->wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      continue;
    }
    const auto item = std::move(peer->items.front());
    peer->items.pop_front();
    switch (item.kind) {
      case Peer::Item::Kind::text:
        co_await peer->ws.async_write(asio::buffer(item.text), token);
        break;
      case Peer::Item::Kind::ping: co_await peer->ws.async_ping({}, token); break;
      case Peer::Item::Kind::close:
        co_await peer->ws.async_close(websocket::close_code::going_away, token);
        peer->ended();
        break;
    }
  }
}

http::response<http::string_body> to_response(const HttpPlan& plan, const Request& request) {
  http::response<http::string_body> response;
  response.version(request.version());
  response.result(static_cast<unsigned>(plan.status));
  response.set(http::field::content_type, plan.content_type);
  for (const auto& [name, value] : plan.headers) response.set(name, value);
  response.body() = plan.body;
  response.keep_alive(request.keep_alive());
  response.prepare_payload();
  return response;
}

}  // namespace

struct TlsServer::Impl : std::enable_shared_from_this<TlsServer::Impl> {
  Impl(asio::any_io_executor executor, const Credentials& credentials, Service& owner)
      : service{owner}, context{asio::ssl::context::tls_server}, acceptor{executor} {
    context.use_certificate_chain(asio::buffer(credentials.certificate_pem));
    context.use_private_key(asio::buffer(credentials.key_pem), asio::ssl::context::pem);
  }

  asio::awaitable<void> run_acceptor(std::shared_ptr<Impl> self) {
    for (;;) {
      error_code error;
      auto socket =
          co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      asio::co_spawn(acceptor.get_executor(), run_connection(self, std::move(socket)),
                     asio::detached);
    }
  }

  asio::awaitable<void> run_connection([[maybe_unused]] std::shared_ptr<Impl> lives_as_long,
                                       tcp::socket socket) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    socket.set_option(tcp::no_delay{true}, error);
    Tls stream{std::move(socket), context};
    co_await stream.async_handshake(asio::ssl::stream_base::server, token);

    beast::flat_buffer buffer;
    while (!error) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(1 << 20);
      co_await http::async_read(stream, buffer, parser, token);
      if (error) break;
      const auto request = parser.release();
      if (websocket::is_upgrade(request)) {
        if (!service.admits(request.target()).admitted) {
          const auto refusal =
              to_response({.status = service.admits(request.target()).status}, request);
          co_await http::async_write(stream, refusal, token);
          continue;
        }
        co_await run_websocket(std::move(stream), request);
        co_return;
      }
      if (!co_await answer(stream, buffer, request)) co_return;
      if (!request.keep_alive()) break;
    }
    if (!error) co_await stream.async_shutdown(token);
  }

  /// False when nothing more can be asked on this connection.
  asio::awaitable<bool> answer(Tls& stream, beast::flat_buffer& buffer, const Request& request) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    ++open_requests;
    const auto plan = service.http(
        {.method = request.method_string(), .target = request.target(), .body = request.body()});
    switch (plan.kind) {
      case HttpPlan::Kind::reply: {
        const auto response = to_response(plan, request);
        co_await http::async_write(stream, response, token);
        break;
      }
      case HttpPlan::Kind::hang: {
        co_await stream.async_read_some(buffer.prepare(1), token);  // ends when the client gives up
        error = asio::error::eof;
        break;
      }
      case HttpPlan::Kind::reset:
        break_off(stream.next_layer());
        error = asio::error::connection_reset;
        break;
    }
    --open_requests;
    co_return !error;
  }

  asio::awaitable<void> run_websocket(Tls stream, Request request) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const auto peer = std::make_shared<Peer>(std::move(stream));
    co_await peer->ws.async_accept(request, token);
    if (error) co_return;

    asio::co_spawn(acceptor.get_executor(), run_writer(peer), asio::detached);
    service.opened(*peer, request.target());
    beast::flat_buffer buffer;
    while (peer->open) {
      co_await peer->ws.async_read(buffer, token);
      if (error) break;
      service.text(*peer, beast::buffers_to_string(buffer.data()));
      buffer.clear();
    }
    peer->ended();
    service.closed(*peer);
  }

  Service& service;
  asio::ssl::context context;
  tcp::acceptor acceptor;
  std::size_t open_requests{};
};

TlsServer::TlsServer(asio::any_io_executor executor, const Credentials& credentials,
                     Service& service)
    : impl_{std::make_shared<Impl>(std::move(executor), credentials, service)} {}

TlsServer::~TlsServer() {
  error_code ignored;
  impl_->acceptor.close(ignored);
}

std::uint16_t TlsServer::listen(std::uint16_t port) {
  auto& acceptor = impl_->acceptor;
  const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), port};
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address{true});
  acceptor.bind(endpoint);
  acceptor.listen();
  asio::co_spawn(acceptor.get_executor(), impl_->run_acceptor(impl_), asio::detached);
  return acceptor.local_endpoint().port();
}

std::size_t TlsServer::open_requests() const {
  return impl_->open_requests;
}

}  // namespace foghorn::sim
