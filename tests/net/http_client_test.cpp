#include "net/http_client.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/errc.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "net/task_group.hpp"
#include "tests/net/http_rig.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using test::fetch_answer;
using test::fetch_from;
using test::RawPeer;
using test::read_request;

namespace {

std::string ok_with(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// The request as it went over the line.
std::string sent(HttpRequest request) {
  std::string text;
  const auto script = [&](RawPeer& peer) -> asio::awaitable<void> {
    text = co_await read_request(peer);
    co_await peer.send(ok_with(""));
  };
  CHECK_FALSE(fetch_from(script, std::move(request)).error);
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a request says where, what, and that it is the only one") {
  const auto text = sent({.url = "/v5/market?limit=2"});
  CHECK(text.starts_with("GET /v5/market?limit=2 HTTP/1.1\r\nHost: 127.0.0.1:"));
  CHECK(has(text, "\r\nConnection: close\r\n"));
  CHECK(has(text, "\r\nAccept-Encoding: identity\r\n"));
  CHECK_FALSE(has(text, "Content-Length"));
}

TEST_CASE("a body goes with its length, even an empty one of a POST") {
  const auto text = sent({.method = "POST", .url = "/", .body = "{\"x\":1}"});
  CHECK(has(text, "\r\nContent-Length: 7\r\n"));
  CHECK(text.ends_with("\r\n\r\n{\"x\":1}"));
  CHECK(has(sent({.method = "POST", .url = "/"}), "\r\nContent-Length: 0\r\n"));
}

TEST_CASE("given headers replace the usual ones, but not those that frame the message") {
  const auto text = sent(
      {.url = "/", .headers = {{"user-agent", "mine"}, {"content-length", "99"}, {"X-Y", "z"}}});
  CHECK(has(text, "\r\nuser-agent: mine\r\n"));
  CHECK(has(text, "\r\nX-Y: z\r\n"));
  CHECK_FALSE(has(text, "User-Agent: foghorn"));
  CHECK_FALSE(has(text, ": 99\r\n"));
}

TEST_CASE("a header that would end its line is not sent at all") {
  const HttpRequest request = GENERATE(HttpRequest{.url = "/", .headers = {{"X", "a\r\nY: b"}}},
                                       HttpRequest{.url = "/", .headers = {{"X\r\nY", "b"}}},
                                       HttpRequest{.method = "GET / HTTP/1.1\r\nX:", .url = "/"});
  const auto answer = fetch_answer(ok_with(""), request);
  CHECK(answer.error == boost::system::errc::invalid_argument);
  CHECK_FALSE(answer.sent);
}

TEST_CASE("an answer has its status, headers in any case, and body") {
  const auto answer =
      fetch_answer("HTTP/1.1 404 Not Found\r\nX-Reason: gone\r\nContent-Length: 4\r\n\r\nnope");
  CHECK_FALSE(answer.error);
  CHECK(answer.sent);
  CHECK(answer.status == 404);
  CHECK(answer.body == "nope");
  CHECK(answer.header("x-reason") == "gone");
  CHECK(answer.header("x-other").empty());
}

TEST_CASE("a body may come in chunks, with extensions and trailers") {
  CHECK(fetch_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "5;a=b\r\nHello\r\n7\r\n, world\r\n0\r\nX-Sum: 1\r\n\r\n")
            .body == "Hello, world");
}

TEST_CASE("a body without a length ends with the connection") {
  CHECK(fetch_answer("HTTP/1.1 200 OK\r\n\r\nall of it").body == "all of it");
}

TEST_CASE("an answer to HEAD has no body, whatever length it names") {
  const auto answer = fetch_answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
                                   {.method = "HEAD", .url = "/"});
  CHECK_FALSE(answer.error);
  CHECK(answer.status == 200);
}

TEST_CASE("interim answers are passed over") {
  CHECK(fetch_answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                     ok_with("real"))
            .body == "real");
}

TEST_CASE("a large body arrives whole") {
  const std::string large(3 << 20, 'z');
  CHECK(fetch_answer(ok_with(large)).body == large);
}

TEST_CASE("a large request is sent whole") {
  const std::string large(3 << 20, 'z');
  CHECK(sent({.method = "POST", .url = "/", .body = large}).ends_with(large));
}

TEST_CASE("a body over the limit is refused by its length, or where it exceeds it") {
  const HttpOptions options{.largest_body = 10};
  const auto named =
      fetch_answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", {}, options);
  const auto chunked = fetch_answer(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
      "chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n",
      {}, options);
  const auto endless = fetch_answer("HTTP/1.1 200 OK\r\n\r\n" + std::string(100, 'x'), {}, options);
  for (const auto* answer : {&named, &chunked, &endless}) {
    CHECK(answer->error == Errc::too_large);
    CHECK(answer->sent);
    CHECK(answer->body.empty());
  }
}

TEST_CASE("an answer with an endless head is cut short") {
  CHECK(fetch_answer("HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x')).error ==
        Errc::too_large);
}

TEST_CASE("what is not HTTP is a broken protocol, and what it did with the request unknown") {
  const auto answer = fetch_answer(
      GENERATE("SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
  CHECK(answer.error == Errc::bad_protocol);
  CHECK(answer.sent);
}

TEST_CASE("an answer that is cut off is an error, and the request was sent") {
  const auto answer =
      fetch_answer(GENERATE("", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHel"));
  CHECK(answer.error == asio::error::eof);
  CHECK(answer.sent);
}

TEST_CASE("a reset after the request leaves it unknown what the peer did") {
  const auto answer = fetch_from([](RawPeer& peer) -> asio::awaitable<void> {
    co_await read_request(peer);
    peer.reset();
  });
  CHECK(answer.error == asio::error::connection_reset);
  CHECK(answer.sent);
}

TEST_CASE("a reset in the middle of the request means that it was not sent") {
  const auto answer = fetch_from(
      [](RawPeer& peer) -> asio::awaitable<void> {
        co_await peer.read_until("\r\n\r\n");
        peer.reset();
      },
      {.method = "POST", .url = "/", .body = std::string(16 << 20, 'x')});
  CHECK(answer.error);
  CHECK_FALSE(answer.sent);
}

TEST_CASE("a peer that does not answer times out, and may have seen the request") {
  const auto answer =
      fetch_from([](RawPeer& peer) -> asio::awaitable<void> { co_await read_request(peer); }, {},
                 HttpOptions{.answer_limit = 20ms});
  CHECK(answer.error == Errc::timed_out);
  CHECK(answer.sent);
}

TEST_CASE("an answer that never ends times out") {
  const auto answer = fetch_from(
      [](RawPeer& peer) -> asio::awaitable<void> {
        co_await read_request(peer);
        co_await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
      },
      {}, HttpOptions{.answer_limit = 20ms});
  CHECK(answer.error == Errc::timed_out);
  CHECK(answer.sent);
  CHECK(answer.status == 0);
}

TEST_CASE("a peer that does not read the request times out, and has not seen it") {
  test::Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    co_await pause_for(24h);
  };
  HttpRequest request{
      .method = "POST", .url = loopback.origin("http"), .body = std::string(16 << 20, 'x')};
  const auto answer = loopback.run(server(), fetch(request, HttpOptions{.answer_limit = 30ms}));
  CHECK(answer.error == Errc::timed_out);
  CHECK_FALSE(answer.sent);
}

TEST_CASE("plain HTTP goes no further than this machine, and what is no URL nowhere") {
  const auto ask = [](std::string url) {
    return test::run(fetch(HttpRequest{.url = url}, HttpOptions{}));
  };
  CHECK(ask("http://192.0.2.1/").error == Errc::refused);
  CHECK(ask("wss://localhost/").error == boost::system::errc::invalid_argument);
  CHECK(ask("localhost").error == boost::system::errc::invalid_argument);
}

TEST_CASE("a request can be cancelled") {
  test::Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    co_await peer.read_to_end();
  };
  const auto client = [&]() -> asio::awaitable<void> {
    bool went_on = false;
    TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) { FAIL("failed"); }};
    auto ask = [](std::string url, bool& passed) -> asio::awaitable<void> {
      HttpRequest request{.url = url};
      const HttpOptions options;
      (void)co_await fetch(std::move(request), options);
      passed = true;
    };
    group.spawn("ask", ask(loopback.origin("http"), went_on));
    for (int i = 0; i < 20; ++i)
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    group.cancel();
    CHECK(co_await group.join(10s) == 0);
    CHECK_FALSE(went_on);
  };
  loopback.run(server(), client());
}

TEST_CASE("Retry-After is seconds or a date, and nothing else") {
  const auto now = parse_time("2026-04-18T03:00:00Z").value();
  const auto wait = [now](std::string value) {
    HttpAnswer answer;
    answer.headers = {{"retry-after", value}};
    return retry_after(answer, now);
  };
  CHECK(wait("0") == 0s);
  CHECK(wait("120") == 120s);
  CHECK(wait("Sat, 18 Apr 2026 03:00:30 GMT") == 30s);
  CHECK(wait("Sat, 18 Apr 2026 02:59:00 GMT") == 0s);
  CHECK(wait("99999999999999999999") == 24h);
  CHECK(wait("Sat, 18 Apr 2099 03:00:30 GMT") == 24h);
  for (const auto* nonsense :
       {"", "soon", "-5", "1.5", "Sat, 18 Apr 2026 03:00:30", "Sat, 31 Feb 2026 03:00:30 GMT",
        "Sat, 18 Foo 2026 03:00:30 GMT", "Sat, 18 Apr 2026 25:00:30 GMT"}) {
    CAPTURE(nonsense);
    CHECK(wait(nonsense) == 0s);
  }
  CHECK(retry_after(HttpAnswer{}, now) == 0s);
}
