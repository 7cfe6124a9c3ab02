#include "net/dial.hpp"

#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>

#include <future>
#include <string_view>

#include "net/resolve.hpp"
#include "net/task_group.hpp"
#include "net/with_timeout.hpp"
#include "net/ws_stream.hpp"
#include "tests/support/full_port.hpp"
#include "tests/support/loopback.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

const DialLimits patient{.resolve = 10s, .connect = 10s, .tls = 10s};

/// A name server that answers when told to.
struct SlowNames {
  std::promise<void> answer;
  std::shared_future<void> told{answer.get_future()};

  ~SlowNames() { answer.set_value(); }

  Lookup lookup() const {
    return [wait = told](const std::string&, const std::string&) -> Result<Endpoints> {
      wait.wait();
      return Endpoints{};
    };
  }
};

Result<Endpoints> unknown_host(const std::string&, const std::string&) {
  return asio::error::host_not_found;
}

}  // namespace

TEST_CASE("an address needs no lookup") {
  const auto found = test::run(resolve("127.0.0.1", "443", unknown_host));
  REQUIRE(found.has_value());
  CHECK(found->at(0) == tcp::endpoint{asio::ip::make_address("127.0.0.1"), 443});
}

TEST_CASE("localhost resolves to loopback") {
  const auto found = test::run(resolve("localhost", "80"));
  REQUIRE(found.has_value());
  for (const auto& endpoint : *found) CHECK(endpoint.address().is_loopback());
}

TEST_CASE("a name nobody knows is told as such") {
  const auto found = test::run(resolve("no.such.host", "80", unknown_host));
  CHECK(std::string_view{error_label(found.error())} == "resolve");
}

TEST_CASE("a lookup without any address is an unknown host") {
  const auto nothing = [](const std::string&, const std::string&) -> Result<Endpoints> {
    return Endpoints{};
  };
  CHECK(test::run(resolve("empty.example", "80", nothing)).error() == asio::error::host_not_found);
}

TEST_CASE("a dead name server costs its limit, and no more") {
  SlowNames names;
  const auto found = test::run(with_timeout(resolve("slow.example", "80", names.lookup()), 5ms));
  CHECK(found.error() == Errc::timed_out);
}

TEST_CASE("a lookup can be cancelled while the name server is silent") {
  SlowNames names;
  auto scene = [&]() -> asio::awaitable<void> {
    TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) { FAIL("failed"); }};
    auto look = [](Lookup lookup) -> asio::awaitable<void> {
      (void)co_await resolve("slow.example", "80", std::move(lookup));
    };
    group.spawn("lookup", look(names.lookup()));
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    group.cancel();
    CHECK(co_await group.join(10s) == 0);
  };
  test::run(scene());
}

TEST_CASE("one slow name does not hold up another") {
  SlowNames names;
  auto scene = [&]() -> asio::awaitable<void> {
    TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) { FAIL("failed"); }};
    auto look = [](Lookup lookup) -> asio::awaitable<void> {
      (void)co_await resolve("slow.example", "80", std::move(lookup));
    };
    group.spawn("slow", look(names.lookup()));
    CHECK((co_await resolve("localhost", "80")).has_value());
    CHECK(group.size() == 1);
    group.cancel();
    co_await group.join(10s);
  };
  test::run(scene());
}

TEST_CASE("a port where nobody listens is a refused connection") {
  test::Loopback loopback;
  std::string port;
  {
    test::Loopback gone;
    port = gone.port();
  }
  const auto socket = test::run(dial("127.0.0.1", port, patient));
  CHECK(std::string_view{error_label(socket.error())} == "connect");
}

TEST_CASE("an address that does not answer times out") {
  asio::io_context io;
  test::FullPort full{io};
  DialLimits limits = patient;
  limits.connect = 20ms;
  CHECK(test::run_on(io, dial("127.0.0.1", full.port(), limits)).error() == Errc::timed_out);
}

TEST_CASE("connecting can be cancelled") {
  asio::io_context io;
  test::FullPort full{io};
  auto scene = [&]() -> asio::awaitable<void> {
    bool went_on = false;
    TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) { FAIL("failed"); }};
    auto connect = [](std::string url, bool& passed) -> asio::awaitable<void> {
      const WsOptions options;
      (void)co_await connect_ws(parse_url(url).value(), options);
      passed = true;
    };
    group.spawn("connect", connect("ws://127.0.0.1:" + full.port(), went_on));
    for (int i = 0; i < 10; ++i)
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    group.cancel();
    CHECK(co_await group.join(10s) == 0);
    CHECK_FALSE(went_on);
  };
  test::run_on(io, scene());
}

TEST_CASE("without TLS we go no further than this machine") {
  const auto url = parse_url("ws://192.0.2.1/").value();
  CHECK(test::run(open_line(url, "", ProxyChoice{}, patient)).error == Errc::refused);
  CHECK(test::run(connect_ws(url, WsOptions{})).error == Errc::refused);
}
