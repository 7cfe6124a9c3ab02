// A simulated venue on the line: TLS, WebSocket, and the ways in which a line goes bad. The client
// is Beast's.
#include "tests/sim/exchange.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/sim/small_scenario.hpp"
#include "tests/support/run.hpp"

namespace foghorn::test {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using namespace std::chrono_literals;
using namespace foghorn::sim;
using boost::system::error_code;
using Catch::Matchers::ContainsSubstring;
using tcp = asio::ip::tcp;

struct Rig {
  explicit Rig(std::string venue)
      : exchange{io.get_executor(), credentials, scenario, std::move(venue)} {
    exchange.listen(0);
    context.add_certificate_authority(asio::buffer(credentials.ca_pem));
    context.set_verify_mode(asio::ssl::verify_peer);
  }

  /// Empty once open.
  error_code open(const std::string& target) { return run_on(io, connect(target)); }

  asio::awaitable<error_code> connect(std::string target) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    ws.emplace(io, context);
    ws->control_callback([this](websocket::frame_type kind, beast::string_view) {
      pings += kind == websocket::frame_type::ping ? 1 : 0;
    });
    ws->next_layer().set_verify_callback(asio::ssl::host_name_verification{"127.0.0.1"});
    co_await ws->next_layer().next_layer().async_connect(
        {asio::ip::address_v4::loopback(), exchange.port()}, token);
    if (!error) co_await ws->next_layer().async_handshake(asio::ssl::stream_base::client, token);
    if (!error) co_await ws->async_handshake("127.0.0.1", target, token);
    co_return error;
  }

  void write(const std::string& text) { run_on(io, write_text(text)); }
  asio::awaitable<void> write_text(std::string text) {
    co_await ws->async_write(asio::buffer(text), asio::use_awaitable);
  }

  std::string read() { return run_on(io, read_text()); }
  asio::awaitable<std::string> read_text() {
    beast::flat_buffer buffer;
    co_await ws->async_read(buffer, asio::use_awaitable);
    co_return beast::buffers_to_string(buffer.data());
  }

  error_code read_error() {
    try {
      for (;;) read();
    } catch (const boost::system::system_error& e) {
      return e.code();
    }
  }

  Scenario scenario{small_scenario()};
  Credentials credentials{make_credentials()};
  asio::io_context io{1};
  asio::ssl::context context{asio::ssl::context::tls_client};
  Exchange exchange;
  std::optional<websocket::stream<asio::ssl::stream<tcp::socket>>> ws;
  int pings{};
};

const std::string bybit_path = "/v5/public/linear";
const std::string bybit_trades = R"({"op":"subscribe","args":["publicTrade.CLUSDT"]})";

TEST_CASE("a client that trusts the run's authority subscribes and is told every move") {
  Rig rig{"bybit"};
  REQUIRE_FALSE(rig.open(bybit_path));
  rig.write(bybit_trades);
  CHECK_THAT(rig.read(), ContainsSubstring("\"success\":true"));
  CHECK(rig.exchange.streams() == std::set<std::string>{"trades CLUSDT"});
  rig.exchange.move(rig.scenario.start + 5min);
  CHECK_THAT(rig.read(), ContainsSubstring(R"("p":"80.00")"));
}

TEST_CASE("a path where the venue has nothing is refused at the upgrade") {
  Rig rig{"bybit"};
  CHECK(rig.open("/v3/public") == websocket::error::upgrade_declined);
}

TEST_CASE("a cut by reset breaks the line, and nobody comes in until it is over") {
  Rig rig{"bybit"};
  REQUIRE_FALSE(rig.open(bybit_path));
  rig.write(bybit_trades);
  rig.read();
  rig.exchange.cut(true);
  CHECK(rig.read_error() != websocket::error::closed);
  CHECK(rig.open(bybit_path) == websocket::error::upgrade_declined);
  rig.exchange.restore();
  CHECK_FALSE(rig.open(bybit_path));
}

TEST_CASE("a cut by close says goodbye") {
  Rig rig{"bybit"};
  REQUIRE_FALSE(rig.open(bybit_path));
  rig.write(bybit_trades);
  rig.read();
  rig.exchange.cut(false);
  CHECK(rig.read_error() == websocket::error::closed);
}

TEST_CASE("a mute venue still acknowledges and answers pings, and sends no data") {
  Rig rig{"bybit"};
  rig.exchange.mute(true);
  REQUIRE_FALSE(rig.open(bybit_path));
  rig.write(bybit_trades);
  CHECK_THAT(rig.read(), ContainsSubstring("\"success\":true"));
  rig.exchange.move(rig.scenario.start + 1min);
  rig.write(R"({"op":"ping"})");
  CHECK_THAT(rig.read(), ContainsSubstring("pong"));
}

TEST_CASE("Hyperliquid ends the connection without a close frame for an unknown coin") {
  Rig rig{"hyperliquid"};
  REQUIRE_FALSE(rig.open("/ws"));
  rig.write(R"({"method":"subscribe","subscription":{"type":"trades","coin":"xyz:cl"}})");
  const auto error = rig.read_error();
  CHECK(error);
  CHECK(error != websocket::error::closed);
}

TEST_CASE("Binance asks for signs of life with ping frames") {
  Rig rig{"binance-futures"};
  REQUIRE_FALSE(rig.open("/market/stream?streams=btcusdt@aggTrade"));
  rig.exchange.repeat();
  rig.read();
  CHECK(rig.pings == 1);
}

TEST_CASE("garbage goes to every client between its frames") {
  Rig rig{"bybit"};
  REQUIRE_FALSE(rig.open(bybit_path));
  rig.write(bybit_trades);
  rig.read();
  rig.exchange.send_garbage();
  CHECK_THAT(rig.read(), ContainsSubstring("snap"));
}

TEST_CASE("a source that repeats itself late tells its old price at its old time") {
  Rig rig{"bybit"};
  REQUIRE_FALSE(rig.open(bybit_path));
  rig.write(bybit_trades);
  rig.read();
  rig.exchange.move(rig.scenario.start + 6min);
  rig.read();
  rig.exchange.repeat_late("CLUSDT", 60s);
  CHECK_THAT(rig.read(), ContainsSubstring(R"("p":"80.00")"));
}

}  // namespace
}  // namespace foghorn::test
