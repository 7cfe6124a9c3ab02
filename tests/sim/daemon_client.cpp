#include "tests/sim/daemon_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include "net/with_timeout.hpp"

namespace foghorn::sim {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;
using boost::system::error_code;

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

Timestamp time_at(const json::object& object, std::string_view key) {
  return parse_time(text_at(object, key)).value_or(no_time);
}

template <class Use>
void for_each(const json::object& object, std::string_view key, const Use& use) {
  const auto* list = object.if_contains(key);
  if (list == nullptr || !list->is_array()) return;
  for (const auto& element : list->get_array())
    if (element.is_object()) use(element.get_object());
}

}  // namespace

Result<DaemonStatus> parse_status(std::string_view body) {
  error_code error;
  const auto value = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error || !value.is_object()) return Errc::bad_protocol;
  const auto& root = value.get_object();
  DaemonStatus status{.engine_time = time_at(root, "engine_time"), .streams = {}, .channels = {}};
  for_each(root, "feeds", [&](const json::object& feed) {
    for_each(feed, "streams", [&](const json::object& stream) {
      status.streams.push_back({.feed = text_at(feed, "name"),
                                .name = text_at(stream, "name"),
                                .state = text_at(stream, "state"),
                                .last_data = time_at(stream, "last_data")});
    });
  });
  for_each(root, "channels", [&](const json::object& channel) {
    const auto* waiting = channel.if_contains("waiting");
    status.channels.push_back(
        {.name = text_at(channel, "name"),
         .waiting = waiting != nullptr && waiting->is_int64() ? waiting->get_int64() : 0});
  });
  return status;
}

struct DaemonClient::Impl {
  asio::awaitable<Result<std::string>> ask(std::string target) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    if (!socket.is_open()) {
      tcp::resolver resolver{socket.get_executor()};
      const auto addresses = co_await resolver.async_resolve(host, port, token);
      if (!error) co_await asio::async_connect(socket, addresses, token);
      buffer.clear();
    }
    http::request<http::empty_body> request{http::verb::get, target, 11};
    request.set(http::field::host, host + ":" + port);
    if (!error) co_await http::async_write(socket, request, token);
    http::response<http::string_body> response;
    if (!error) co_await http::async_read(socket, buffer, response, token);
    if (error || !response.keep_alive()) {
      error_code ignored;
      socket.close(ignored);
    }
    if (error) co_return error;
    if (response.result() != http::status::ok) co_return Errc::refused;
    co_return std::move(response.body());
  }

  tcp::socket socket;
  std::string host;
  std::string port;
  beast::flat_buffer buffer{};
};

DaemonClient::DaemonClient(asio::any_io_executor executor, std::string host, std::string port)
    : impl_{std::make_unique<Impl>(tcp::socket{std::move(executor)}, std::move(host),
                                   std::move(port))} {}

DaemonClient::~DaemonClient() = default;

asio::any_io_executor DaemonClient::executor() const {
  return impl_->socket.get_executor();
}

asio::awaitable<Result<std::string>> DaemonClient::get(std::string target) {
  const bool reused = impl_->socket.is_open();
  auto answer = co_await with_timeout(impl_->ask(target), std::chrono::seconds{10});
  // The daemon may have closed a connection that we took for open: that says nothing about the
  // daemon.
  if (reused && answer.has_error() && answer.error() != Errc::refused)
    answer = co_await with_timeout(impl_->ask(target), std::chrono::seconds{10});
  co_return answer;
}

asio::awaitable<Result<DaemonStatus>> DaemonClient::status() {
  const auto body = co_await get("/api/v1/status");
  if (body.has_error()) co_return body.error();
  co_return parse_status(*body);
}

}  // namespace foghorn::sim
