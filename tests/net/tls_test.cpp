// Real TLS on loopback against an independent implementation: Beast's WebSocket server over
// OpenSSL.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <functional>

#include "net/http_client.hpp"
#include "net/ws_stream.hpp"
#include "tests/net/ws_rig.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/tls.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using test::read_error;
using test::read_joined;
using test::read_texts;
using test::TestCa;

using Texts = std::vector<std::string>;
using TlsSocket = asio::ssl::stream<asio::ip::tcp::socket>;
using BeastWs = websocket::stream<TlsSocket>;
using Script = std::function<asio::awaitable<void>(BeastWs&)>;
using Client = std::function<asio::awaitable<void>(const WsConnected&)>;

namespace {

struct TlsRig {
  TestCa ca;
  test::Loopback loopback;
  asio::ssl::context context = test::server_context(ca.issue());
  std::string server_name;  ///< what the client asked for by SNI
  std::string host = "localhost";
  WsOptions options{.ca_file = ca.file()};

  /// Serves one connection by Beast and `script`, while `client` has the outcome of connecting.
  void talk(Script script, Client client) { loopback.run(serve(script), connect(client)); }

  /// Connects only, and says how that went.
  boost::system::error_code connect_error() {
    boost::system::error_code error;
    const auto keep = [&](const WsConnected& connected) -> asio::awaitable<void> {
      error = connected.error;
      co_return;
    };
    const auto nothing = [](BeastWs&) -> asio::awaitable<void> { co_return; };
    talk(nothing, keep);
    return error;
  }

 private:
  asio::awaitable<void> serve(Script script) {
    auto peer = co_await loopback.accept();
    BeastWs ws{std::move(peer.socket()), context};
    try {
      co_await ws.next_layer().async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    } catch (const boost::system::system_error&) {
      co_return;  // the client's verdict is what the test is about
    }
    const auto* name =
        SSL_get_servername(ws.next_layer().native_handle(), TLSEXT_NAMETYPE_host_name);
    server_name = name ? name : "";
    co_await ws.async_accept(asio::use_awaitable);
    co_await script(ws);
  }

  asio::awaitable<void> connect(Client client) {
    const auto url = parse_url(loopback.origin("wss", host) + "/v5/public/linear").value();
    const auto connected = co_await connect_ws(url, options);
    co_await client(connected);
  }
};

asio::awaitable<std::string> read_message(BeastWs& ws) {
  beast::flat_buffer buffer;
  co_await ws.async_read(buffer, asio::use_awaitable);
  co_return beast::buffers_to_string(buffer.data());
}

asio::awaitable<void> send_message(BeastWs& ws, std::string text) {
  co_await ws.async_write(asio::buffer(text), asio::use_awaitable);
}

/// Reads until the client has said goodbye; Beast answers by itself.
asio::awaitable<websocket::close_reason> read_goodbye(BeastWs& ws) {
  beast::flat_buffer buffer;
  boost::system::error_code error;
  while (!error) {
    const auto [failure, size] =
        co_await ws.async_read(buffer, asio::as_tuple(asio::use_awaitable));
    error = failure;
  }
  co_return ws.reason();
}

}  // namespace

TEST_CASE("a message goes to a Beast server and back over TLS") {
  TlsRig rig;
  rig.talk(
      [](BeastWs& ws) -> asio::awaitable<void> {
        ws.text(true);
        co_await send_message(ws, "you said: " + co_await read_message(ws));
        co_await read_goodbye(ws);
      },
      [](const WsConnected& connected) -> asio::awaitable<void> {
        REQUIRE(connected.stream);
        CHECK(co_await connected.stream->write("原油"));
        CHECK(co_await read_joined(*connected.stream) == "you said: 原油");
      });
  CHECK(rig.server_name == "localhost");
}

TEST_CASE("a large message in Beast's own fragments arrives whole, though Beast may compress") {
  const std::string large(1 << 20, 'x');
  TlsRig rig;
  rig.talk(
      [&](BeastWs& ws) -> asio::awaitable<void> {
        ws.binary(true);
        ws.write_buffer_bytes(4096);
        ws.auto_fragment(true);
        co_await send_message(ws, large);
        co_await read_goodbye(ws);
      },
      [&](const WsConnected& connected) -> asio::awaitable<void> {
        CHECK(co_await read_joined(*connected.stream) == "binary:" + large);
      });
}

TEST_CASE("Beast takes our pong, and our goodbye for a normal one") {
  TlsRig rig;
  std::string pong;
  websocket::close_reason reason;
  rig.talk(
      [&](BeastWs& ws) -> asio::awaitable<void> {
        ws.control_callback([&](websocket::frame_type kind, beast::string_view payload) {
          if (kind == websocket::frame_type::pong) pong = payload;
        });
        co_await ws.async_ping("tick", asio::use_awaitable);
        co_await send_message(ws, "ponged? " + co_await read_message(ws));
        reason = co_await read_goodbye(ws);
      },
      [](const WsConnected& connected) -> asio::awaitable<void> {
        CHECK(co_await read_joined(*connected.stream) == "ping:tick");
        CHECK(co_await connected.stream->write("yes"));
        CHECK(co_await read_joined(*connected.stream) == "ponged? yes");
        co_await connected.stream->close();
      });
  CHECK(pong == "tick");
  CHECK(reason.code == websocket::close_code::normal);
}

TEST_CASE("Beast hears its own close code from us") {
  TlsRig rig;
  websocket::close_reason echo;
  rig.talk(
      [&](BeastWs& ws) -> asio::awaitable<void> {
        // How TLS ends after that is nobody's concern.
        co_await ws.async_close(websocket::close_code::going_away,
                                asio::as_tuple(asio::use_awaitable));
        echo = ws.reason();
      },
      [](const WsConnected& connected) -> asio::awaitable<void> {
        CHECK(co_await read_error(*connected.stream) == Errc::closed_by_peer);
      });
  CHECK(echo.code == websocket::close_code::going_away);
}

TEST_CASE("a TLS line that is cut without a goodbye is an end of file") {
  TlsRig rig;
  rig.talk(
      [](BeastWs& ws) -> asio::awaitable<void> {
        beast::get_lowest_layer(ws).close();
        co_return;
      },
      [](const WsConnected& connected) -> asio::awaitable<void> {
        CHECK(co_await read_error(*connected.stream) == asio::error::eof);
      });
}

TEST_CASE("messages in TLS records of their own share a batch where they came together") {
  TlsRig rig;
  rig.talk(
      [](BeastWs& ws) -> asio::awaitable<void> {
        // Without waiting in between, so that the client's next read finds many of them there.
        for (int i = 0; i < 300; ++i) ws.write(asio::buffer(std::to_string(i)));
        co_await read_goodbye(ws);
      },
      [](const WsConnected& connected) -> asio::awaitable<void> {
        Texts all;
        std::size_t reads = 0;
        for (; all.size() < 300; ++reads) {
          const auto texts = co_await read_texts(*connected.stream);
          all.insert(all.end(), texts.begin(), texts.end());
        }
        CHECK(reads < 300);
        for (std::size_t i = 0; i < 300; ++i) CHECK(all[i] == std::to_string(i));
      });
}

TEST_CASE(
    "what came before TLS broke is handed over, then the error, as often as it is asked for") {
  TlsRig rig;
  rig.talk(
      [](BeastWs& ws) -> asio::awaitable<void> {
        ws.write(asio::buffer("good", 4));
        asio::write(ws.next_layer().next_layer(), asio::buffer(std::string(100, 'x')));
        co_await read_goodbye(ws);
      },
      [](const WsConnected& connected) -> asio::awaitable<void> {
        CHECK(co_await read_joined(*connected.stream) == "good");
        for (int i = 0; i < 2; ++i) {
          const auto error = co_await read_error(*connected.stream);
          CHECK(error.category() == asio::error::get_ssl_category());
          CHECK(error.value() != 0);
        }
      });
}

TEST_CASE("what came before TLS said goodbye is handed over, then the end") {
  TlsRig rig;
  rig.talk(
      [](BeastWs& ws) -> asio::awaitable<void> {
        ws.write(asio::buffer("last", 4));
        co_await ws.next_layer().async_shutdown(asio::as_tuple(asio::use_awaitable));
      },
      [](const WsConnected& connected) -> asio::awaitable<void> {
        CHECK(co_await read_joined(*connected.stream) == "last");
        CHECK(co_await read_error(*connected.stream) == asio::error::eof);
      });
}

TEST_CASE("a TLS line that is dropped says goodbye to the peer") {
  TlsRig rig;
  boost::system::error_code heard;
  rig.talk(
      [&](BeastWs& ws) -> asio::awaitable<void> {
        char byte{};
        const auto [error, size] = co_await ws.next_layer().async_read_some(
            asio::buffer(&byte, 1), asio::as_tuple(asio::use_awaitable));
        heard = error;
      },
      [&](const WsConnected& connected) -> asio::awaitable<void> {
        const_cast<WsConnected&>(connected).stream.reset();
        while (!heard) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      });
  CHECK(heard == asio::error::eof);  // and not stream_truncated
}

TEST_CASE("a certificate may be for an address") {
  TlsRig rig;
  rig.host = "127.0.0.1";
  CHECK_FALSE(rig.connect_error());
  CHECK(rig.server_name.empty());  // RFC 6066 §3: no addresses in SNI
}

TEST_CASE("a certificate of another authority is refused") {
  TlsRig rig;
  const TestCa another;
  const bool by_the_system = GENERATE(false, true);
  rig.options.ca_file = by_the_system ? "" : another.file();
  const auto error = rig.connect_error();
  CHECK(error.category() == asio::error::get_ssl_category());
  CHECK(std::string{error_label(error)} == "tls");
}

TEST_CASE("a certificate for another host is refused") {
  TlsRig rig;
  rig.context = test::server_context(rig.ca.issue("DNS:example.com,IP:127.0.0.2"));
  rig.host = GENERATE("localhost", "127.0.0.1");
  CHECK(std::string{error_label(rig.connect_error())} == "tls");
}

TEST_CASE("TLS older than 1.2 is refused") {
  TlsRig rig;
  SSL_CTX_set_security_level(rig.context.native_handle(), 0);
  SSL_CTX_set_min_proto_version(rig.context.native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(rig.context.native_handle(), TLS1_1_VERSION);
  CHECK(std::string{error_label(rig.connect_error())} == "tls");
}

TEST_CASE("a ca_file that cannot be read is an error, not the system's roots") {
  TlsRig rig;
  rig.options.ca_file = "/nonexistent/ca.pem";
  CHECK(rig.connect_error());
}

TEST_CASE("a ca_file that has changed is read again") {
  TlsRig rig;
  const TestCa another;
  const auto file = another.file();
  rig.options.ca_file = file;
  REQUIRE(rig.connect_error());
  std::filesystem::copy_file(rig.ca.file(), file,
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + 1s);
  CHECK_FALSE(rig.connect_error());
}

namespace {

boost::system::error_code connect_to_raw(
    std::function<asio::awaitable<void>(test::RawPeer&)> script) {
  test::Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    co_await script(peer);
  };
  const auto url = parse_url(loopback.origin("wss", "localhost")).value();
  return loopback.run(server(), connect_ws(url, WsOptions{.handshake_limit = 30ms})).error;
}

}  // namespace

TEST_CASE("a peer that accepts and says nothing times out in the TLS handshake") {
  CHECK(connect_to_raw([](test::RawPeer& peer) { return peer.read_to_end(); }) == Errc::timed_out);
}

TEST_CASE("a peer that hangs up in the middle of the TLS handshake is an error at once") {
  const auto error = connect_to_raw([](test::RawPeer& peer) -> asio::awaitable<void> {
    co_await peer.read_exactly(10);
    peer.hang_up();
  });
  CHECK(error);
  CHECK(error != Errc::timed_out);
}

TEST_CASE("a peer that does not speak TLS is refused") {
  const auto error = connect_to_raw([](test::RawPeer& peer) -> asio::awaitable<void> {
    co_await peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    co_await peer.read_to_end();
  });
  CHECK(std::string{error_label(error)} == "tls");
}

TEST_CASE("an HTTPS request is verified like everything else") {
  TlsRig rig;
  const TestCa another;
  const auto serve = [&]() -> asio::awaitable<void> {
    for (;;) {
      auto peer = co_await rig.loopback.accept();
      TlsSocket socket{std::move(peer.socket()), rig.context};
      const auto [refused] = co_await socket.async_handshake(asio::ssl::stream_base::server,
                                                             asio::as_tuple(asio::use_awaitable));
      if (refused) continue;
      std::string request;
      co_await asio::async_read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n",
                                      asio::use_awaitable);
      const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
      co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
    }
  };
  const auto ask = [&](std::string ca_file) -> asio::awaitable<HttpAnswer> {
    HttpRequest request{.url = rig.loopback.origin("https", "localhost")};
    const HttpOptions options{.ca_file = ca_file};
    co_return co_await fetch(std::move(request), options);
  };
  const auto good = rig.loopback.run(serve(), ask(rig.ca.file()));
  CHECK_FALSE(good.error);
  CHECK(good.body == "ok");
  const auto bad = rig.loopback.run(serve(), ask(another.file()));
  CHECK(std::string{error_label(bad.error)} == "tls");
  CHECK_FALSE(bad.sent);
}
