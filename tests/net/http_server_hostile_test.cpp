// Peers that are broken, slow or malicious: each costs its own connection, and no more.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>

#include "net/http_request.hpp"
#include "tests/net/http_server_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

std::string status_line(const std::string& answer) {
  return answer.substr(0, answer.find("\r\n"));
}

std::string get_for(const std::string& host) {
  return "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
}

/// Bytes like those of a request, with mistakes.
std::string odd_request(std::mt19937& random) {
  static const std::vector<std::string> scraps{"GET ",
                                               "HEAD ",
                                               "POST ",
                                               "/",
                                               "/%2e%2e/",
                                               "?a=b",
                                               " HTTP/1.1",
                                               "\r\n",
                                               "\r\n\r\n",
                                               "Host: x",
                                               "\n",
                                               ": ",
                                               "%00",
                                               "Content-Length: 5",
                                               "\x00\xff",
                                               "é",
                                               "Connection: close",
                                               "Transfer-Encoding: chunked",
                                               "\t",
                                               "HTTP/0.9"};
  std::string text;
  const auto size = random() % 12 + 1;
  for (unsigned i = 0; i < size; ++i) {
    if (random() % 8 == 0) {
      text += static_cast<char>(random() % 256);
    } else {
      text += scraps[random() % scraps.size()];
    }
  }
  return text;
}

}  // namespace

TEST_CASE("every reply forbids sniffing, framing and foreign content, and allows no other origin") {
  ServerRig rig;
  const auto* request = GENERATE(
      "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n",
      "POST / HTTP/1.1\r\nConnection: close\r\n\r\n", "nonsense\r\n\r\n");
  CAPTURE(request);
  const auto text = rig.answer_to(request);
  CHECK(text.find("\r\nX-Content-Type-Options: nosniff\r\n") != std::string::npos);
  CHECK(text.find("\r\nContent-Security-Policy: default-src 'self';") != std::string::npos);
  CHECK(text.find("\r\nReferrer-Policy: no-referrer\r\n") != std::string::npos);
  CHECK(text.find("\r\nCache-Control: no-store\r\n") != std::string::npos);
  CHECK(text.find("Access-Control") == std::string::npos);
}

TEST_CASE("a reply's own headers stand in place of the usual ones") {
  ServerRig rig;
  rig.reply.headers = {{"Cache-Control", "no-cache"}, {"ETag", "\"1\""}};
  const auto text = rig.answer_to(get("/"));
  CHECK(text.find("\r\nCache-Control: no-cache\r\n") != std::string::npos);
  CHECK(text.find("no-store") == std::string::npos);
  CHECK(text.find("\r\nETag: \"1\"\r\n") != std::string::npos);
}

TEST_CASE("what is not modified comes without a body") {
  ServerRig rig;
  rig.reply = {.status = 304, .body = "unseen"};
  const auto text = rig.answer_to(get("/"));
  CHECK(text.starts_with("HTTP/1.1 304 "));
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("no method but GET and HEAD does anything") {
  ServerRig rig;
  const std::string method =
      GENERATE("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "PROPFIND", "get");
  CAPTURE(method);
  const auto text = rig.answer_to(method + " / HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK((text.starts_with("HTTP/1.1 405 ") || text.starts_with("HTTP/1.1 400 ")));
  CHECK_FALSE(rig.asked);
}

TEST_CASE("a head that comes a byte at a time has to be whole in time all the same") {
  ServerRig rig{{.head = 20ms}};
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto peer = co_await rig.connect();
    co_await peer.send("GET / HTTP/1.1\r\n");
    while (rig.server.counts().open == 0) co_await asio::post(rig.io, asio::use_awaitable);
    for (bool taken = true; taken;) {
      const auto [error, size] = co_await peer.socket().async_write_some(
          asio::buffer("X", 1), asio::as_tuple(asio::use_awaitable));
      taken = !error && rig.server.counts().open > 0;
    }
    co_return true;
  };
  CHECK(rig.run(scene()));
  CHECK_FALSE(rig.asked);
}

TEST_CASE("a thousand connections that say nothing leave the server able to serve") {
  ServerRig rig;
  const auto scene = [&]() -> asio::awaitable<std::string> {
    std::vector<RawPeer> peers;
    for (int i = 0; i < 1000; ++i) peers.push_back(co_await rig.connect());
    while (rig.server.counts().connections < 1000 || rig.server.counts().open > 64)
      co_await asio::post(rig.io, asio::use_awaitable);
    CHECK(rig.server.counts().open == 64);
    co_return co_await rig.say(get("/"));
  };
  CHECK(rig.run(scene()).ends_with("hello"));
  CHECK(rig.troubles.empty());
}

TEST_CASE("paths are decoded once, and lead nowhere by themselves") {
  ServerRig rig;
  const auto [target, path] = GENERATE(table<std::string, std::string>({
      {"/../../etc/passwd", "/../../etc/passwd"},
      {"/%2e%2e/%2e%2e/etc/passwd", "/../../etc/passwd"},
      {"/%252e%252e/", "/%2e%2e/"},
      {"/a%00b", std::string{"/a\0b", 4}},
      {"/%5c..%5c", "/\\..\\"},
  }));
  CAPTURE(target);
  CHECK(rig.answer_to(get(target)).starts_with("HTTP/1.1 200 "));
  REQUIRE(rig.asked);
  CHECK(rig.asked->path == path);
}

TEST_CASE("odd targets get an answer, whatever it is") {
  ServerRig rig;
  const auto target =
      GENERATE(std::string{"//evil.example/"}, std::string{"///"}, std::string{"*"},
               std::string{"http://evil.example/"}, std::string{"/%"}, std::string{"/%f"},
               "/" + std::string(7000, 'a'), "/?" + std::string(7000, '&'));
  CAPTURE(target.substr(0, 40));
  const auto text = rig.answer_to(get(target));
  CHECK((text.starts_with("HTTP/1.1 200 ") || text.starts_with("HTTP/1.1 400 ")));
}

TEST_CASE("requests in one piece are answered one after the other, in order") {
  ServerRig rig;
  const auto text = rig.answer_to("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n" + get("/3"));
  std::size_t answers = 0;
  for (auto at = text.find("HTTP/1.1 200"); at != text.npos; at = text.find("HTTP/1.1 200", at + 1))
    ++answers;
  CHECK(answers == 3);
  CHECK(rig.asked->path == "/3");
  CHECK(rig.server.counts().requests == 3);
}

TEST_CASE("a client that has said all it will still gets its answer") {
  ServerRig rig;
  const auto scene = [&]() -> asio::awaitable<std::string> {
    auto peer = co_await rig.connect();
    co_await peer.send("GET / HTTP/1.1\r\n\r\n");
    peer.socket().shutdown(asio::socket_base::shutdown_send);
    co_return co_await peer.read_until("hello");
  };
  CHECK(rig.run(scene()).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a client that resets in the middle of a request harms nobody") {
  ServerRig rig;
  const auto scene = [&]() -> asio::awaitable<std::string> {
    for (const auto* part : {"", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
      auto peer = co_await rig.connect();
      co_await peer.send(part);
      peer.reset();
    }
    co_return co_await rig.say(get("/"));
  };
  CHECK(rig.run(scene()).ends_with("hello"));
}

TEST_CASE("whatever bytes come, the server answers or hangs up, and serves the next") {
  const auto seed = GENERATE(range(0U, 8U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  ServerRig rig{{.idle = 2ms, .head = 2ms}};
  const auto scene = [&]() -> asio::awaitable<std::string> {
    for (int i = 0; i < 60; ++i) {
      const auto text = odd_request(random);
      const auto answer = co_await rig.say(text);
      CAPTURE(text);
      CHECK((answer.empty() || answer.starts_with("HTTP/1.1 ")));
    }
    co_return co_await rig.say(get("/"));
  };
  CHECK(rig.run(scene()).ends_with("hello"));
}

TEST_CASE("on loopback a request by a foreign name is not answered") {
  ServerRig rig;
  for (const auto* host : {"127.0.0.1:9464", "localhost", "LOCALHOST:9464", "foghorn.localhost",
                           "[::1]:9464", "192.0.2.7"}) {
    CAPTURE(host);
    CHECK(rig.answer_to(get_for(host)).starts_with("HTTP/1.1 200 "));
  }
  rig.asked.reset();
  for (const auto* host : {"evil.example", "evil.example:9464", "localhost.evil.example",
                           "127.0.0.1.evil.example", "", "[::1.evil.example"}) {
    CAPTURE(host);
    CHECK(status_line(rig.answer_to(get_for(host))).starts_with("HTTP/1.1 421 "));
  }
  CHECK_FALSE(rig.asked);
}

TEST_CASE("a connection that still waits when all ends does not look for its server") {
  asio::io_context io{1};
  asio::io_context outside;
  asio::ip::tcp::socket peer{outside};
  {
    HttpServer server{io.get_executor(), [](HttpQuery) -> asio::awaitable<HttpReply> {
                        co_return HttpReply{.body = "hello"};
                      }};
    REQUIRE(server.listen("127.0.0.1:0").has_value());
    asio::co_spawn(io, server.run(), asio::detached);
    peer.connect({asio::ip::address_v4::loopback(), server.port()});
    asio::write(peer, asio::buffer(std::string{"GET / HTTP/1.1\r\n\r\n"}));
    while (server.counts().requests == 0) io.run_one();
    io.poll();
  }
}

TEST_CASE("a trouble is counted each time, and told when it begins or changes") {
  ServerRig rig;
  rig.reply.status = 599;
  for (int i = 0; i < 3; ++i) rig.fetch({.url = "/a"});
  CHECK(rig.troubles == std::vector{HttpTrouble::handler});
  rig.fetch({.url = "/b"});
  CHECK(rig.troubles.size() == 2);
  CHECK(rig.server.counts().troubles[static_cast<std::size_t>(HttpTrouble::handler)] == 4);
}

TEST_CASE("a trouble that was over is told when it comes again") {
  ServerRig rig;
  for (int i = 0; i < 2; ++i) {
    rig.reply.status = 599;
    rig.fetch({.url = "/a"});
    rig.reply.status = 200;
    rig.fetch({.url = "/b"});  // says nothing of /a
    rig.reply.status = 599;
    rig.fetch({.url = "/a"});
    CHECK(rig.troubles.size() == static_cast<std::size_t>(i) + 1);
    rig.reply.status = 200;
    rig.fetch({.url = "/a"});
  }
}
