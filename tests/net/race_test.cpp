#include "net/race.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string_view>

#include "net/with_timeout.hpp"
#include "tests/support/full_port.hpp"
#include "tests/support/loopback.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

tcp::endpoint at(const char* address, std::uint16_t port = 443) {
  return {asio::ip::make_address(address), port};
}

/// Where nobody listens.
tcp::endpoint closed_port() {
  asio::io_context io;
  const tcp::acceptor gone{io, at("127.0.0.1", 0)};
  return gone.local_endpoint();
}

struct Course {
  asio::io_context io;
  tcp::acceptor open{io, at("127.0.0.1", 0)};
  test::FullPort full{io};

  Result<tcp::socket> run(Endpoints endpoints, RaceLimits limits) {
    return test::run_on(io, race(std::move(endpoints), limits));
  }
};

}  // namespace

TEST_CASE("IPv6 and IPv4 addresses are tried in turn, in the order of each") {
  const auto a6 = at("2001:db8::a");
  const auto b6 = at("2001:db8::b");
  const auto c6 = at("2001:db8::c");
  const auto a4 = at("192.0.2.1");
  const auto b4 = at("192.0.2.2");
  CHECK(interleaved({a6, b6, c6, a4, b4}) == Endpoints{a6, a4, b6, b4, c6});
  CHECK(interleaved({a4, a6, b6}) == Endpoints{a4, a6, b6});
  CHECK(interleaved({a4, b4}) == Endpoints{a4, b4});
}

TEST_CASE("an address that does not answer does not hold up the next") {
  Course course;
  const auto socket = course.run({course.full.endpoint(), course.open.local_endpoint()},
                                 {.connect = 1h, .next_after = 1ms});
  REQUIRE(socket.has_value());
  CHECK(socket->remote_endpoint() == course.open.local_endpoint());
}

TEST_CASE("after a refusal the next address is tried at once") {
  Course course;
  const auto socket = course.run({closed_port(), closed_port(), course.open.local_endpoint()},
                                 {.connect = 1h, .next_after = 1h});
  REQUIRE(socket.has_value());
  CHECK(socket->remote_endpoint() == course.open.local_endpoint());
}

TEST_CASE("the first address wins where it answers in time") {
  Course course;
  const tcp::acceptor other{course.io, at("127.0.0.1", 0)};
  const auto socket = course.run({course.open.local_endpoint(), other.local_endpoint()},
                                 {.connect = 1h, .next_after = 1h});
  REQUIRE(socket.has_value());
  CHECK(socket->remote_endpoint() == course.open.local_endpoint());
}

TEST_CASE("where all addresses refuse, the refusal is the answer") {
  Course course;
  const auto socket =
      course.run({closed_port(), closed_port()}, {.connect = 1h, .next_after = 1ms});
  CHECK(std::string_view{error_label(socket.error())} == "connect");
}

TEST_CASE("where none answers, the last one's limit is the end") {
  Course course;
  const auto socket = course.run({course.full.endpoint(), course.full.endpoint()},
                                 {.connect = 5ms, .next_after = 1ms});
  CHECK(socket.error() == Errc::timed_out);
}

TEST_CASE("a race can be cancelled") {
  Course course;
  const auto ended = test::run_on(
      course.io,
      with_timeout(race({course.full.endpoint()}, {.connect = 1h, .next_after = 1h}), 5ms));
  CHECK(ended.error() == Errc::timed_out);
}
