// Replies that go on: who reads them, how slowly, and how many.
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/net/http_server_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

asio::awaitable<std::string> count_down(std::shared_ptr<int> left) {
  if (*left == 0) co_return std::string{};
  co_return "piece " + std::to_string((*left)--) + "\n";
}

/// Pieces that never come; `waiting` says how many wait for one.
asio::awaitable<std::string> nothing_yet(int& waiting) {
  struct Waits {
    explicit Waits(int& number) : count{number} { ++count; }
    ~Waits() { --count; }
    int& count;
  } waits{waiting};
  asio::steady_timer never{co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max()};
  co_await never.async_wait(asio::use_awaitable);
  co_return std::string{};
}

asio::awaitable<std::string> a_lot() {
  co_return std::string(64 << 10, 'x');
}

const std::string ask = "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

TEST_CASE("a stream's pieces follow its body, and its end is the connection's") {
  ServerRig rig;
  rig.reply = {.content_type = "text/event-stream", .body = "first\n"};
  rig.reply.pieces = [left = std::make_shared<int>(2)] { return count_down(left); };
  const auto text = rig.answer_to(ask);
  CHECK(text.ends_with("\r\n\r\nfirst\npiece 2\npiece 1\n"));
  CHECK(text.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(text.find("Content-Length") == std::string::npos);
}

TEST_CASE("a HEAD of a stream is answered without a piece being asked for") {
  ServerRig rig;
  rig.reply.pieces = []() -> asio::awaitable<std::string> { throw std::logic_error{"asked"}; };
  const auto text = rig.answer_to("HEAD /stream HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(text.starts_with("HTTP/1.1 200 "));
  CHECK(text.ends_with("\r\n\r\n"));
  CHECK(rig.troubles.empty());
}

TEST_CASE("a reader that hangs up is noticed though no piece comes") {
  ServerRig rig;
  int waiting = 0;
  rig.reply.pieces = [&waiting] { return nothing_yet(waiting); };
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto peer = co_await rig.connect();
    co_await peer.send(ask);
    co_await peer.read_until("hello");
    while (waiting == 0) co_await asio::post(rig.io, asio::use_awaitable);
    CHECK(rig.server.counts().streams == 1);
    peer.hang_up();
    while (waiting > 0) co_await asio::post(rig.io, asio::use_awaitable);
    co_return true;
  };
  CHECK(rig.run(scene()));
  CHECK(rig.server.counts().streams == 0);
}

TEST_CASE("a reader that does not read is cut off, and what waits for it is bounded") {
  ServerRig rig{{.write = 20ms}};
  int asked = 0;
  rig.reply.pieces = [&asked] {
    ++asked;
    return a_lot();
  };
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto peer = co_await rig.connect();
    co_await peer.send(ask);
    while (!rig.told(HttpTrouble::slow_reader)) co_await asio::post(rig.io, asio::use_awaitable);
    while (rig.server.counts().open > 0) co_await asio::post(rig.io, asio::use_awaitable);
    co_return true;
  };
  CHECK(rig.run(scene()));
  // What the two sockets hold of it: some MiB at the peer's end, which is none of ours.
  CHECK(asked < 200);
}

TEST_CASE("a seventeenth stream is told to come again, and a plain request is not") {
  ServerRig rig;
  int waiting = 0;
  const auto scene = [&]() -> asio::awaitable<std::string> {
    rig.reply.pieces = [&waiting] { return nothing_yet(waiting); };
    std::vector<RawPeer> peers;
    for (int i = 0; i < 16; ++i) {
      peers.push_back(co_await rig.connect());
      co_await peers.back().send(ask);
      co_await peers.back().read_until("hello");
    }
    const auto refused = co_await rig.say(get("/stream"));
    CHECK(refused.starts_with("HTTP/1.1 503 "));
    CHECK(refused.find("\r\nRetry-After: 5\r\n") != std::string::npos);
    rig.reply.pieces = {};
    co_return co_await rig.say(get("/metrics"));
  };
  CHECK(rig.run(scene()).starts_with("HTTP/1.1 200 "));
  CHECK(rig.troubles == std::vector{HttpTrouble::streams});
}

TEST_CASE("when a stream's place has been free, the next crowd is told of again") {
  ServerRig rig;
  int waiting = 0;
  const auto scene = [&]() -> asio::awaitable<bool> {
    rig.reply.pieces = [&waiting] { return nothing_yet(waiting); };
    std::vector<RawPeer> peers;
    for (const std::size_t told : {1u, 2u}) {
      while (peers.size() < 16) {
        peers.push_back(co_await rig.connect());
        co_await peers.back().send(ask);
        co_await peers.back().read_until("hello");
      }
      co_await rig.say(get("/stream"));
      co_await rig.say(get("/stream"));
      CHECK(rig.troubles.size() == told);
      peers.pop_back();
      while (rig.server.counts().streams > 15) co_await asio::post(rig.io, asio::use_awaitable);
    }
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("a slow reader is told of again once another one was not slow") {
  ServerRig rig{{.write = 20ms}};
  const auto scene = [&]() -> asio::awaitable<bool> {
    for (const std::size_t told : {1u, 2u}) {
      rig.reply.pieces = a_lot;
      auto peer = co_await rig.connect();
      co_await peer.send(ask);
      const auto cut_off = [&] {
        return rig.server.counts().troubles[static_cast<std::size_t>(HttpTrouble::slow_reader)];
      };
      while (cut_off() < told) co_await asio::post(rig.io, asio::use_awaitable);
      CHECK(rig.troubles.size() == told);
      rig.reply.pieces = {};
      co_await rig.say(get("/"));
    }
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("a server that is stopped ends its streams") {
  ServerRig rig;
  int waiting = 0;
  rig.reply.pieces = [&waiting] { return nothing_yet(waiting); };
  const auto scene = [&]() -> asio::awaitable<RawPeer> {
    auto peer = co_await rig.connect();
    co_await peer.send(ask);
    co_await peer.read_until("hello");
    co_return peer;
  };
  auto peer = rig.run(scene());  // and checks that the server's task has ended
  CHECK(waiting == 0);
  test::run_on(rig.io, peer.read_to_end());
}
