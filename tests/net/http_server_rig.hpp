#pragma once
// The HTTP server on a port of its own, and clients written out by hand.

#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/task_group.hpp"
#include "tests/support/loopback.hpp"

namespace foghorn::test {

using namespace std::chrono_literals;

/// A server on any port, for as long as a client coroutine runs.
struct ServerRig {
  asio::io_context io{1};
  HttpLimits limits;
  std::optional<HttpQuery> asked;     ///< what the handler got
  std::vector<HttpTrouble> troubles;  ///< that were told
  HttpReply reply{.body = "hello"};
  bool held{};    ///< no request is answered before release()
  int holding{};  ///< requests
  asio::steady_timer released{io, asio::steady_timer::time_point::max()};

  asio::awaitable<HttpReply> answer(HttpQuery query) {
    asked = std::move(query);
    if (held) {
      ++holding;
      boost::system::error_code ignored;
      co_await released.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (reply.status == 599) throw std::runtime_error{"a secret"};
    co_return reply;
  }

  HttpServer server{io.get_executor(), [this](HttpQuery query) { return answer(std::move(query)); },
                    [this](HttpTrouble kind, const std::string&) { troubles.push_back(kind); },
                    limits};

  explicit ServerRig(HttpLimits patience = {}) : limits{patience} {
    REQUIRE(server.listen("127.0.0.1:0").has_value());
  }

  void release() {
    held = false;
    released.cancel();
  }

  template <class T>
  T run(asio::awaitable<T> client) {
    std::optional<T> result;
    auto scene = [&]() -> asio::awaitable<void> {
      TaskGroup group{io.get_executor(), [](const auto&, auto) { FAIL("the server failed"); }};
      group.spawn("server", server.run());
      result.emplace(co_await std::move(client));
      group.cancel();
      CHECK(co_await group.join(10s) == 0);
    };
    test::run_on(io, scene());
    return std::move(*result);
  }

  bool told(HttpTrouble kind) const {
    return std::find(troubles.begin(), troubles.end(), kind) != troubles.end();
  }

  asio::awaitable<RawPeer> connect() {
    asio::ip::tcp::socket socket{io};
    const asio::ip::tcp::endpoint endpoint{asio::ip::address_v4::loopback(), server.port()};
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    co_return RawPeer{std::move(socket)};
  }

  /// All that comes back for `text` until the server hangs up.
  asio::awaitable<std::string> say(std::string text) {
    auto peer = co_await connect();
    co_await peer.send(std::move(text));
    std::string all;
    boost::system::error_code ended;
    co_await asio::async_read(peer.socket(), asio::dynamic_buffer(all),
                              asio::redirect_error(asio::use_awaitable, ended));
    co_return all;
  }

  std::string answer_to(std::string text) { return run(say(std::move(text))); }

  HttpAnswer fetch(HttpRequest request) {
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + request.url;
    return run(foghorn::fetch(std::move(request), HttpOptions{}));
  }
};

inline std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}

}  // namespace foghorn::test
