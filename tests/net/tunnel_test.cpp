// Real TLS through real proxies on loopback, and the many ways in which a proxy says no.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <functional>

#include "net/http_client.hpp"
#include "net/ws_stream.hpp"
#include "tests/net/ws_rig.hpp"
#include "tests/support/imposter_proxy.hpp"
#include "tests/support/tls.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using test::bytes;
using test::ImposterProxy;
using test::ProxyManners;
using Kind = Proxy::Kind;
using TlsSocket = asio::ssl::stream<asio::ip::tcp::socket>;

namespace {

constexpr auto user = "a-user";
constexpr auto password = "a-pass";

/// A host that only the proxy finds, "venue.example", which echoes messages and answers requests.
struct Rig {
  test::TestCa ca;
  test::Loopback host;
  asio::ssl::context context = test::server_context(ca.issue("DNS:venue.example"));

  std::string url(const std::string& scheme) const { return host.origin(scheme, "venue.example"); }

  /// Serves the host and the proxy while `client` runs.
  template <class T>
  T run(ImposterProxy& proxy, asio::awaitable<T> client) {
    const auto servers = [&]() -> asio::awaitable<void> {
      using namespace asio::experimental::awaitable_operators;
      co_await (serve() && proxy.serve());
    };
    return host.run(servers(), std::move(client));
  }

  WsConnected connect(ImposterProxy& proxy, ProxyChoice choice) {
    const auto client = [&]() -> asio::awaitable<WsConnected> {
      const WsOptions options{
          .ca_file = ca.file(), .proxy = choice, .handshake_limit = handshake_limit};
      auto connected = co_await connect_ws(parse_url(url("wss")).value(), options);
      if (connected.stream) {
        CHECK(co_await connected.stream->write("hello"));
        CHECK(co_await test::read_joined(*connected.stream) == "you said hello");
      }
      connected.stream.reset();  // it must not outlive its io_context
      co_return connected;
    };
    return run(proxy, client());
  }

  Duration handshake_limit{10s};

 private:
  asio::awaitable<void> serve() {
    for (;;) {
      auto peer = co_await host.accept();
      TlsSocket socket{std::move(peer.socket()), context};
      const auto [refused] = co_await socket.async_handshake(asio::ssl::stream_base::server,
                                                             asio::as_tuple(asio::use_awaitable));
      if (!refused) co_await answer(socket);
    }
  }

  static asio::awaitable<void> answer(TlsSocket& socket) {
    std::string request;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n",
                                    asio::use_awaitable);
    if (request.find("Upgrade: websocket") == std::string::npos) {
      co_await send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      co_return;
    }
    co_await send(socket, test::switching_protocols(request));
    std::string line(1 << 10, '\0');
    const auto size = co_await socket.async_read_some(asio::buffer(line), asio::use_awaitable);
    const auto frame = test::read_client_frame(std::string_view{line}.substr(0, size));
    co_await send(socket, test::server_frame(1, "you said " + frame.value().payload));
  }

  static asio::awaitable<void> send(TlsSocket& socket, std::string text) {
    co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
  }
};

/// How a connect ends through a proxy that answers `refusal` to what it is asked.
WsConnected refused(Kind kind, std::string refusal) {
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind, .refusal = std::move(refusal)}};
  return rig.connect(proxy, proxy.choice());
}

/// The detail without the proxy's name, which has a port of its own in each test.
std::string words(const WsConnected& connected) {
  const auto port = connected.detail.find(':', connected.detail.find("127.0.0.1"));
  return connected.detail.substr(connected.detail.find(' ', port) + 1);
}

}  // namespace

TEST_CASE("a message goes through a proxy and back, TLS from end to end") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  const bool in_single_bytes = GENERATE(false, true);
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind, .in_single_bytes = in_single_bytes}};
  const auto connected = rig.connect(proxy, proxy.choice());
  CHECK_FALSE(connected.error);
  CHECK(connected.detail.empty());
}

TEST_CASE("a proxy is asked for the name, which is not looked up here") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind}};
  rig.connect(proxy, proxy.choice());
  CHECK(proxy.asked == std::vector{"venue.example:" + rig.host.port()});
}

TEST_CASE("a proxy that wants a user and password is given them") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind, .user = user, .password = password}};
  CHECK_FALSE(rig.connect(proxy, proxy.choice(user, password)).error);
}

TEST_CASE("credentials do no harm at a proxy that wants none") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind}};
  CHECK_FALSE(rig.connect(proxy, proxy.choice(user, password)).error);
}

TEST_CASE("a request goes through a proxy as a WebSocket does") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind}};
  const HttpRequest request{.url = rig.url("https")};
  const HttpOptions options{.ca_file = rig.ca.file(), .proxy = proxy.choice()};
  const auto answer = rig.run(proxy, fetch(request, options));
  CHECK_FALSE(answer.error);
  CHECK(answer.body == "ok");
}

TEST_CASE("a request that the proxy refuses has not been sent") {
  Rig rig;
  ImposterProxy proxy{rig.host.io(),
                      {.kind = Kind::http_connect, .refusal = "HTTP/1.1 403 No\r\n\r\n"}};
  const HttpRequest request{.url = rig.url("https")};
  const HttpOptions options{.ca_file = rig.ca.file(), .proxy = proxy.choice()};
  const auto answer = rig.run(proxy, fetch(request, options));
  CHECK(answer.error == Errc::proxy_failed);
  CHECK(answer.detail.ends_with("answered 403 Forbidden"));
  CHECK_FALSE(answer.sent);
}

TEST_CASE("a certificate is checked through a proxy as it is without") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  const auto* names = GENERATE("DNS:other.example", "DNS:localhost,IP:127.0.0.1");
  Rig rig;
  rig.context = test::server_context(rig.ca.issue(names));
  ImposterProxy proxy{rig.host.io(), {.kind = kind}};
  const auto connected = rig.connect(proxy, proxy.choice());
  CHECK(std::string{error_label(connected.error)} == "tls");
  CHECK(connected.detail.find("through proxy ") != std::string::npos);
}

TEST_CASE("a proxy that plays the host itself is found out") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  Rig rig;
  const test::TestCa another;
  rig.context = test::server_context(another.issue("DNS:venue.example"));
  ImposterProxy proxy{rig.host.io(), {.kind = kind}};
  CHECK(std::string{error_label(rig.connect(proxy, proxy.choice()).error)} == "tls");
}

TEST_CASE("not a byte behind the proxy's answer is lost") {
  // TLS sees it, and it is none of TLS.
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind, .behind = "x"}};
  CHECK(std::string{error_label(rig.connect(proxy, proxy.choice()).error)} == "tls");
}

TEST_CASE("an HTTP proxy's refusal is told by its status, in the standard's words") {
  const auto [status, told] = GENERATE(table<std::string, std::string>({
      {"403 Sorry", "answered 403 Forbidden"},
      {"407 Who?", "answered 407 Proxy Authentication Required, wanting a user and password"},
      {"502 ", "answered 502 Bad Gateway"},
      {"504", "answered 504 Gateway Timeout"},
      {"590 Nonsense", "answered 590"},
  }));
  const auto connected = refused(Kind::http_connect, "HTTP/1.1 " + status + "\r\nVia: x\r\n\r\n");
  CHECK(connected.error == Errc::proxy_failed);
  CHECK(words(connected) == told);
}

TEST_CASE("every reply of a SOCKS5 proxy has its words") {
  const auto [code, told] = GENERATE(table<unsigned, std::string>({
      {1, "answered 1 general failure"},
      {2, "answered 2 connection not allowed by its rules"},
      {3, "answered 3 network unreachable"},
      {4, "answered 4 host unreachable"},
      {5, "answered 5 connection refused"},
      {6, "answered 6 TTL expired"},
      {7, "answered 7 command not supported"},
      {8, "answered 8 address type not supported"},
      {9, "answered 9 of no meaning in SOCKS5"},
  }));
  const auto connected = refused(Kind::socks5, bytes({5, code, 0, 1, 0, 0, 0, 0, 0, 0}));
  CHECK(connected.error == Errc::proxy_failed);
  CHECK(words(connected) == told);
}

TEST_CASE("a proxy that knows us not says so, and its answer shows no credentials") {
  const auto [kind, told] = GENERATE(table<Kind, std::string>({
      {Kind::http_connect,
       "answered 407 Proxy Authentication Required, not knowing this user and password"},
      {Kind::socks5, "does not know this user and password"},
  }));
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = kind, .user = user, .password = password}};
  const auto connected = rig.connect(proxy, proxy.choice("another-user", "another-pass"));
  CHECK(connected.error == Errc::proxy_failed);
  CHECK(words(connected) == told);
  for (const auto* secret : {"another-", "YS11c2Vy", "a-user", "a-pass"})
    CHECK(connected.detail.find(secret) == std::string::npos);
}

TEST_CASE("a SOCKS5 proxy that wants a login is told from one that takes none") {
  Rig rig;
  ImposterProxy proxy{rig.host.io(), {.kind = Kind::socks5, .user = user, .password = password}};
  const auto connected = rig.connect(proxy, proxy.choice());
  CHECK(connected.error == Errc::proxy_failed);
  CHECK(words(connected) == "wants a user and password, or another login than none");
}

TEST_CASE("a proxy that answers nonsense, or hangs up, has failed") {
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  const auto answer = GENERATE(as<std::string>{}, "nonsense", "\r\n\r\n", "\x16\x03\x01",
                               "HTTP/1.1 2", "HTTP/1.1 20x OK\r\n\r\n", "HTTP/1.1 099 ?\r\n\r\n",
                               "\x05", std::string("\x05\x00\x00\x09\x00", 5));
  const auto connected = refused(kind, answer);
  CHECK(connected.error == Errc::proxy_failed);
  CHECK_FALSE(words(connected).empty());
}

TEST_CASE("the head of an HTTP proxy's answer has a bound") {
  const auto connected =
      refused(Kind::http_connect, "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'));
  CHECK(connected.error == Errc::proxy_failed);
  CHECK(words(connected) == "answered without an end");
}

TEST_CASE("a proxy that says nothing costs its limit, and is named") {
  test::Loopback silent;
  const auto kind = GENERATE(Kind::http_connect, Kind::socks5);
  const ProxyChoice choice{
      Proxy{.kind = kind, .host = "127.0.0.1", .port = silent.port(), .user = {}, .password = {}}};
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await silent.accept();
    co_await peer.read_to_end();
  };
  const WsOptions options{.proxy = choice, .handshake_limit = 20ms};
  const auto connected =
      silent.run(server(), connect_ws(parse_url("wss://venue.example").value(), options));
  CHECK(connected.error == Errc::proxy_failed);
  CHECK(connected.detail.ends_with(silent.port() + " does not answer"));
}

TEST_CASE("a proxy that cannot be reached is the proxy's failure, not the venue's") {
  std::string port;
  {
    test::Loopback gone;
    port = gone.port();
  }
  const WsOptions options{.proxy = ProxyChoice{parse_proxy("http://127.0.0.1:" + port).value()}};
  const auto connected = test::run(connect_ws(parse_url("wss://venue.example").value(), options));
  CHECK(connected.error == Errc::proxy_failed);
  CHECK(connected.detail ==
        "proxy http://127.0.0.1:" + port + " cannot be reached: Connection refused");
}

TEST_CASE("a connect can be cancelled while the proxy is silent") {
  test::Loopback silent;
  bool went_on = false;
  const auto client = [&]() -> asio::awaitable<void> {
    const WsOptions options{
        .proxy = ProxyChoice{parse_proxy("socks5://127.0.0.1:" + silent.port()).value()}};
    (void)co_await connect_ws(parse_url("wss://venue.example").value(), options);
    went_on = true;
  };
  const auto asked = [&]() -> asio::awaitable<void> {
    auto peer = co_await silent.accept();
    CHECK((co_await peer.read_exactly(3)).size() == 3);
  };
  silent.run(client(), asked());
  CHECK_FALSE(went_on);
}
