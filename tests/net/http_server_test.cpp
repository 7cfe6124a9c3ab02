#include "net/http_server.hpp"

#include <boost/system/errc.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/net/http_server_rig.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using namespace foghorn::test;

TEST_CASE("a handler's reply goes out with its type and length") {
  ServerRig rig;
  rig.reply = {.status = 201, .content_type = "application/json", .body = "{}"};
  const auto answer = rig.fetch({.url = "/api"});
  CHECK(answer.status == 201);
  CHECK(answer.header("Content-Type") == "application/json");
  CHECK(answer.header("Content-Length") == "2");
  CHECK(answer.body == "{}");
}

TEST_CASE("a handler sees the path and the parameters decoded, and what the client accepts") {
  ServerRig rig;
  rig.fetch(
      {.url = "/a%20b/c?hours=24&text=%E9%87%91+x&flag", .headers = {{"Accept", "text/html"}}});
  REQUIRE(rig.asked);
  CHECK(rig.asked->path == "/a b/c");
  CHECK(rig.asked->parameters == std::vector<std::pair<std::string, std::string>>{
                                     {"hours", "24"}, {"text", "金 x"}, {"flag", ""}});
  CHECK(rig.asked->accept == "text/html");
}

TEST_CASE("HEAD gets the head of what GET would get") {
  ServerRig rig;
  const auto text = rig.answer_to("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(text.find("\r\nContent-Length: 5\r\n") != std::string::npos);
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("a connection serves one request after the other, even sent ahead") {
  ServerRig rig;
  const auto text = rig.answer_to("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n" + get("/3"));
  CHECK(rig.asked->path == "/3");
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("HTTP/1.1 200 OK", at)) != std::string::npos; ++at)
    ++count;
  CHECK(count == 3);
}

TEST_CASE("HTTP/1.0 gets its answer and the end") {
  ServerRig rig;
  CHECK(rig.answer_to("GET / HTTP/1.0\r\n\r\n").ends_with("\r\n\r\nhello"));
}

TEST_CASE("other methods are not allowed, and the handler does not hear of them") {
  ServerRig rig;
  const std::string method = GENERATE("POST", "PUT", "DELETE", "OPTIONS", "TRACE");
  const auto text = rig.answer_to(method + " / HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(text.starts_with("HTTP/1.1 405 "));
  CHECK(text.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
  CHECK_FALSE(rig.asked);
}

TEST_CASE("a request body is refused, and not taken for the next request") {
  ServerRig rig;
  const auto text =
      rig.answer_to("GET / HTTP/1.1\r\nContent-Length: 30\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");
  CHECK(text.starts_with("HTTP/1.1 413 "));
  CHECK(text.find("HTTP/1.1", 1) == std::string::npos);
  CHECK_FALSE(rig.asked);
}

TEST_CASE("a head over 8 KiB is refused") {
  ServerRig rig;
  CHECK(rig.answer_to("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n")
            .starts_with("HTTP/1.1 431 "));
}

TEST_CASE("what is not HTTP, or not a path, is a bad request") {
  ServerRig rig;
  const std::string text =
      GENERATE(std::string{"hello?\r\n\r\n"}, std::string{"GET / HTTP/3.0\r\n\r\n"}, get("nowhere"),
               get("/%zz"), get("/a b"));
  CAPTURE(text);
  CHECK(rig.answer_to(text).starts_with("HTTP/1.1 400 "));
  CHECK_FALSE(rig.asked);
}

TEST_CASE("a handler that throws costs its request, and keeps its secrets") {
  ServerRig rig;
  rig.reply.status = 599;
  const auto answer = rig.fetch({.url = "/"});
  CHECK(answer.status == 500);
  CHECK(answer.body.find("secret") == std::string::npos);
}

TEST_CASE("a large reply arrives whole") {
  ServerRig rig;
  rig.reply.body = std::string(3 << 20, 'm');
  CHECK(rig.fetch({.url = "/metrics"}).body == rig.reply.body);
}

TEST_CASE("the 65th request at a time is told to come again, and one that ends makes room") {
  ServerRig rig;
  const auto scene = [&]() -> asio::awaitable<std::string> {
    rig.held = true;
    std::vector<RawPeer> peers;
    for (int i = 0; i < 64; ++i) {
      peers.push_back(co_await rig.connect());
      co_await peers.back().send("GET / HTTP/1.1\r\n\r\n");
    }
    while (rig.holding < 64) co_await asio::post(rig.io, asio::use_awaitable);
    const auto refused = co_await rig.say(get("/"));
    CHECK(refused.starts_with("HTTP/1.1 503 "));
    CHECK(refused.find("\r\nRetry-After: 1\r\n") != std::string::npos);
    CHECK(rig.server.counts().open == 64);
    rig.release();
    co_await peers.front().read_until("hello");
    co_return co_await rig.say(get("/"));
  };
  CHECK(rig.run(scene()).ends_with("hello"));
}

TEST_CASE("64 connections that say nothing keep nobody out: who waits longest makes room") {
  ServerRig rig;
  const auto scene = [&]() -> asio::awaitable<std::string> {
    std::vector<RawPeer> peers;
    for (int i = 0; i < 64; ++i) peers.push_back(co_await rig.connect());
    // The first has had an answer and waits again: it has waited least.
    co_await peers[0].send("GET / HTTP/1.1\r\n\r\n");
    co_await peers[0].read_until("hello");
    auto answer = co_await rig.say(get("/metrics"));
    co_await peers[1].read_to_end();
    co_await peers[0].send("GET / HTTP/1.1\r\n\r\n");
    co_await peers[0].read_until("hello");
    co_return answer;
  };
  CHECK(rig.run(scene()).starts_with("HTTP/1.1 200 "));
  CHECK(rig.troubles.empty());
}

TEST_CASE("neither a stream nor a request that has begun makes room for another connection") {
  ServerRig rig;
  const auto scene = [&]() -> asio::awaitable<std::string> {
    rig.reply.pieces = []() -> asio::awaitable<std::string> {
      asio::steady_timer never{co_await asio::this_coro::executor,
                               asio::steady_timer::time_point::max()};
      co_await never.async_wait(asio::use_awaitable);
      co_return std::string{};
    };
    std::vector<RawPeer> peers;
    for (int i = 0; i < 16; ++i) {
      peers.push_back(co_await rig.connect());
      co_await peers.back().send("GET /stream HTTP/1.1\r\n\r\n");
      co_await peers.back().read_until("hello");
    }
    rig.reply.pieces = {};
    for (int i = 16; i < 64; ++i) {
      peers.push_back(co_await rig.connect());
      co_await peers.back().send("GET / HTTP/1.1\r\n\r\nGET /half");
      co_await peers.back().read_until("hello");
    }
    const auto refused = co_await rig.say(get("/"));
    CHECK(rig.server.counts().streams == 16);
    for (int i = 16; i < 64; ++i) {
      co_await peers[static_cast<std::size_t>(i)].send(" HTTP/1.1\r\n\r\n");
      co_await peers[static_cast<std::size_t>(i)].read_until("hello");
    }
    co_return refused;
  };
  CHECK(rig.run(scene()).starts_with("HTTP/1.1 503 "));
  CHECK(rig.troubles == std::vector{HttpTrouble::full});
}

TEST_CASE("a server that is stopped drops its connections") {
  ServerRig rig;
  const auto scene = [&]() -> asio::awaitable<RawPeer> {
    auto peer = co_await rig.connect();
    co_await peer.send("GET / HTTP/1.1\r\n\r\nGET /half");
    co_await peer.read_until("hello");
    co_return peer;
  };
  auto peer = rig.run(scene());  // and checks that the server's task has ended
  test::run_on(rig.io, peer.read_to_end());
}

TEST_CASE("listening says why it cannot") {
  ServerRig rig;
  HttpServer second{rig.io.get_executor(),
                    [](HttpQuery) -> asio::awaitable<HttpReply> { co_return HttpReply{}; }};
  CHECK(second.listen("127.0.0.1:" + std::to_string(rig.server.port())).error() ==
        boost::system::errc::address_in_use);
  for (const auto* wrong :
       {"", "9464", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "example.com:80"}) {
    CAPTURE(wrong);
    CHECK(second.listen(wrong).error() == boost::system::errc::invalid_argument);
  }
  CHECK(second.listen("localhost:0").has_value());
}
