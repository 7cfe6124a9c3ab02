#include "net/ws_upgrade.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <boost/asio/error.hpp>

#include "net/clock.hpp"
#include "tests/net/ws_rig.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using test::connect_to;

namespace {

using Answer = std::function<std::string(const std::string& request)>;

Answer says(std::string text) {
  return [text = std::move(text)](const std::string&) { return text; };
}

/// A proper 101 with `from` replaced by `to`.
Answer says_101_but(std::string from, std::string to) {
  return [from = std::move(from), to = std::move(to)](const std::string& request) {
    auto text = test::switching_protocols(request);
    return text.replace(text.find(from), from.size(), to);
  };
}

}  // namespace

TEST_CASE("the accept key is RFC 6455's for RFC 6455's example") {
  CHECK(ws_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("the upgrade asks for WebSocket 13 with a key of 16 bytes, and for no extension") {
  std::string request;
  const auto connected = connect_to([&](const std::string& text) {
    request = text;
    return test::switching_protocols(text);
  });
  CHECK_FALSE(connected.error);
  CHECK(request.starts_with("GET / HTTP/1.1\r\nHost: 127.0.0.1:"));
  CHECK(request.find("\r\nUpgrade: websocket\r\n") != std::string::npos);
  CHECK(request.find("\r\nConnection: Upgrade\r\n") != std::string::npos);
  CHECK(request.find("\r\nSec-WebSocket-Version: 13\r\n") != std::string::npos);
  CHECK(request.find("Sec-WebSocket-Extensions") == std::string::npos);
  CHECK(test::key_in(request).size() == 24);
}

TEST_CASE("no two upgrades have the same key") {
  std::string first;
  std::string second;
  connect_to([&](const std::string& request) {
    first = test::key_in(request);
    return test::switching_protocols(request);
  });
  connect_to([&](const std::string& request) {
    second = test::key_in(request);
    return test::switching_protocols(request);
  });
  CHECK(first != second);
}

TEST_CASE("header names and tokens of the answer may be in any case, among others") {
  CHECK_FALSE(connect_to(says_101_but("Upgrade: websocket", "upgrade: WebSocket")).error);
  CHECK_FALSE(
      connect_to(says_101_but("Connection: Upgrade", "connection: keep-alive, upgrade")).error);
}

TEST_CASE("429 is a rate limit, with the wait it asks for") {
  const auto connected = connect_to(
      says("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno"));
  CHECK(connected.error == Errc::rate_limited);
  CHECK(connected.http_status == 429);
  CHECK(connected.retry_after == 7s);
}

TEST_CASE("451 means that the venue does not serve this place") {
  const auto connected = connect_to(says("HTTP/1.1 451 Unavailable For Legal Reasons\r\n\r\n"));
  CHECK(connected.error == Errc::unavailable_here);
  CHECK(connected.http_status == 451);
  CHECK(connected.retry_after == 0s);
}

TEST_CASE("any other status refuses, and is told") {
  const int status = GENERATE(200, 302, 400, 403, 404, 503);
  const auto connected = connect_to(says("HTTP/1.1 " + std::to_string(status) + " No\r\n\r\n"));
  CHECK(connected.error == Errc::refused);
  CHECK(connected.http_status == status);
}

TEST_CASE("a 101 that does not answer our request is a broken protocol") {
  const Answer answer = GENERATE(
      says_101_but("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x"),
      says_101_but("Sec-WebSocket-Accept", "X-Accept"),
      says_101_but("Upgrade: websocket", "Upgrade: h2c"),
      says_101_but("Connection: Upgrade", "Connection: close"),
      says_101_but("Upgrade: websocket",
                   "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate"),
      says_101_but("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Protocol: chat"),
      says_101_but("HTTP/1.1", "SMTP"), says("\x16\x03\x01 not HTTP at all\r\n\r\n"));
  CHECK(connect_to(answer).error == Errc::bad_protocol);
}

TEST_CASE("an endless head is cut short") {
  CHECK(connect_to(says("HTTP/1.1 101 OK\r\nX: " + std::string(100'000, 'x'))).error ==
        Errc::too_large);
}

TEST_CASE("a peer that never answers the upgrade times out") {
  const WsOptions options{.handshake_limit = 20ms};
  CHECK(connect_to(says(""), options).error == Errc::timed_out);
}

TEST_CASE("a peer that stops in the middle of its answer times out") {
  const WsOptions options{.handshake_limit = 20ms};
  CHECK(connect_to(says("HTTP/1.1 101 Switching"), options).error == Errc::timed_out);
}

TEST_CASE("a peer that hangs up instead of answering is an end of file") {
  test::Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    co_await peer.read_until("\r\n\r\n");
    co_await peer.send("HTTP/1.1 101");
    peer.hang_up();
  };
  const auto connected =
      loopback.run(server(), connect_ws(parse_url(loopback.origin("ws")).value(), WsOptions{}));
  CHECK(connected.error == asio::error::eof);
}

namespace {

/// The request of an upgrade with these headers.
std::string request_with(std::vector<HttpHeader> headers) {
  std::string request;
  const auto answer = [&](const std::string& text) {
    request = text;
    return test::switching_protocols(text);
  };
  CHECK_FALSE(connect_to(answer, WsOptions{.headers = std::move(headers)}).error);
  return request;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("an upgrade carries the headers that a venue wants") {
  const auto request =
      request_with({{"Origin", "https://example.com"}, {"X-Gate-Size-Decimal", "1"}});
  CHECK(times(request, "\r\nOrigin: https://example.com\r\n") == 1);
  CHECK(times(request, "\r\nX-Gate-Size-Decimal: 1\r\n") == 1);
  CHECK(times(request, "\r\nUser-Agent: foghorn\r\n") == 1);
}

TEST_CASE("a User-Agent given takes the place of ours") {
  const auto request = request_with({{"user-agent", "a browser"}});
  CHECK(times(request, "ser-") == 1);
  CHECK(times(request, "\r\nuser-agent: a browser\r\n") == 1);
}

TEST_CASE("the handshake's own headers are not for others to write") {
  const auto request = request_with({{"host", "other.example"},
                                     {"Sec-WebSocket-Key", "none"},
                                     {"Sec-WebSocket-Extensions", "permessage-deflate"},
                                     {"Content-Length", "5"}});
  CHECK(times(request, "other.example") == 0);
  CHECK(times(request, "Sec-WebSocket-Key") == 1);
  CHECK(times(request, "permessage-deflate") == 0);
  CHECK(times(request, "Content-Length") == 0);
}

TEST_CASE("a header that would end its line is refused, and nothing is sent") {
  const auto header = GENERATE(as<HttpHeader>{}, HttpHeader{"X", "a\r\nY: b"},
                               HttpHeader{"X", "a\n"}, HttpHeader{"X\r\nY", "b"},
                               HttpHeader{"X:", "b"}, HttpHeader{"", "b"}, HttpHeader{"X Y", "b"});
  const WsOptions options{.headers = {header}};
  const auto connected = test::run(connect_ws(parse_url("ws://127.0.0.1:1").value(), options));
  CHECK(connected.error == asio::error::invalid_argument);
}
