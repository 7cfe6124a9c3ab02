// What each venue answers, against the wire facts of its own pages.
#include "tests/sim/venue.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/sim/small_scenario.hpp"

namespace foghorn::test {
namespace {

using namespace foghorn::sim;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

/// One client of one venue.
struct Client {
  explicit Client(const std::string& venue, std::string_view target)
      : market{scenario, venue}, session{make_session(market, target)} {
    REQUIRE(session != nullptr);
  }

  Frames ask(std::string_view message) { return session->text(message).frames; }
  Frames prices() {
    Frames out;
    market.repeat();
    session->prices(market.quotes(), out);
    return out;
  }

  Scenario scenario{small_scenario()};
  VenueMarket market;
  std::unique_ptr<VenueSession> session;
};

TEST_CASE("Bybit acknowledges a request once and sends each ticker's snapshot first, then deltas") {
  Client client{"bybit", "/v5/public/linear"};
  const auto frames = client.ask(
      R"({"req_id":"7","op":"subscribe","args":["tickers.CLUSDT","publicTrade.CLUSDT"]})");
  REQUIRE(frames.size() == 2);
  CHECK_THAT(frames[0], StartsWith(R"({"success":true,"ret_msg":"","conn_id":")") &&
                            ContainsSubstring(R"("req_id":"7","op":"subscribe")"));
  CHECK_THAT(frames[1], ContainsSubstring(R"("type":"snapshot")") &&
                            ContainsSubstring(R"("lastPrice":"90.00")"));
  const auto prices = client.prices();
  REQUIRE(prices.size() == 2);
  CHECK_THAT(prices[0], ContainsSubstring(R"("type":"delta")") && !ContainsSubstring("lastPrice"));
  CHECK_THAT(prices[1], ContainsSubstring(R"("topic":"publicTrade.CLUSDT")"));
}

TEST_CASE("Bybit refuses a whole request for one unknown symbol") {
  Client client{"bybit", "/v5/public/linear"};
  const auto frames =
      client.ask(R"({"req_id":"7","op":"subscribe","args":["tickers.CLUSDT","tickers.NOPE"]})");
  REQUIRE(frames.size() == 1);
  CHECK_THAT(frames[0], StartsWith(R"({"success":false,)") && ContainsSubstring("tickers.NOPE"));
  CHECK(client.prices().empty());
}

TEST_CASE("Bybit answers a ping in its linear form") {
  Client client{"bybit", "/v5/public/linear"};
  CHECK_THAT(client.ask(R"({"op":"ping"})").at(0),
             ContainsSubstring(R"("ret_msg":"pong")") && ContainsSubstring(R"("op":"ping")"));
}

TEST_CASE("Bybit tells the side of the position, in one batch a symbol") {
  Client client{"bybit", "/v5/public/linear"};
  client.ask(R"({"op":"subscribe","args":["allLiquidation.BTCUSDT"]})");
  Frames out;
  const auto t = client.market.now();
  client.session->liquidations({{"BTCUSDT", Position::long_side, 78000, 0.5, t},
                                {"BTCUSDT", Position::short_side, 78001, 1, t}},
                               t, out);
  REQUIRE(out.size() == 1);
  CHECK_THAT(out[0], ContainsSubstring(R"("S":"Buy","v":"0.500","p":"78000.0")") &&
                         ContainsSubstring(R"("S":"Sell","v":"1.000")"));
}

TEST_CASE("OKX answers each arg on its own, and a bad one with 60018") {
  Client client{"okx", "/ws/v5/public"};
  const auto frames = client.ask(
      R"({"id":"1","op":"subscribe","args":[{"channel":"trades","instId":"CL-USDT-SWAP"},{"channel":"tickers","instId":"NO-SWAP"},{"channel":"tickers","instId":"BTC-USDT-SWAP"}]})");
  REQUIRE(frames.size() == 4);
  CHECK_THAT(
      frames[0],
      ContainsSubstring(
          R"("event":"subscribe","arg":{"channel":"trades","instId":"CL-USDT-SWAP"},"connId":)"));
  CHECK_THAT(frames[1],
             ContainsSubstring(R"("event":"error")") && ContainsSubstring(R"("code":"60018")"));
  CHECK_THAT(frames[3], ContainsSubstring(R"("channel":"tickers")") &&
                            ContainsSubstring(R"("last":"78000.0")"));
  CHECK(client.session->streams() ==
        std::set<std::string>{"trades CL-USDT-SWAP", "ticker BTC-USDT-SWAP"});
}

TEST_CASE("OKX answers the text ping with the text pong, and nonsense with 60012") {
  Client client{"okx", "/ws/v5/public"};
  CHECK(client.ask("ping") == Frames{"pong"});
  CHECK_THAT(client.ask("{\"op\":\"dance\"}").at(0), ContainsSubstring(R"("code":"60012")"));
}

TEST_CASE("OKX pushes recent liquidations right after its acknowledgement") {
  Client client{"okx", "/ws/v5/public"};
  const auto frames = client.ask(
      R"({"op":"subscribe","args":[{"channel":"liquidation-orders","instType":"SWAP"}]})");
  REQUIRE(frames.size() >= 2);
  CHECK_THAT(frames[0], ContainsSubstring(R"("event":"subscribe")"));
  CHECK_THAT(frames[1], ContainsSubstring(R"("details":[{)"));
}

TEST_CASE("OKX counts contracts and says over REST how large they are") {
  Client client{"okx", "/ws/v5/public"};
  client.ask(R"({"op":"subscribe","args":[{"channel":"liquidation-orders","instType":"SWAP"}]})");
  Frames out;
  const auto t = client.market.now();
  client.session->liquidations({{"BTC-USDT-SWAP", Position::long_side, 78000, 0.5, t}}, t, out);
  CHECK_THAT(out.at(0), ContainsSubstring(R"("posSide":"long","side":"sell","sz":"50.00")"));
  CHECK_THAT(rest_answer(client.market, "/api/v5/public/instruments?instType=SWAP"),
             ContainsSubstring(R"("ctVal":"0.01","ctValCcy":"BTC")"));
}

TEST_CASE("Hyperliquid acknowledges and then shows recent trades") {
  Client client{"hyperliquid", "/ws"};
  const auto frames =
      client.ask(R"({"method":"subscribe","subscription":{"type":"trades","coin":"xyz:CL"}})");
  REQUIRE(frames.size() == 2);
  CHECK(
      frames[0] ==
      R"({"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"trades","coin":"xyz:CL"}}})");
  CHECK_THAT(frames[1], StartsWith(R"({"channel":"trades","data":[{"coin":"xyz:CL")"));
  CHECK(client.ask(R"({"method":"ping"})") == Frames{R"({"channel":"pong"})"});
}

TEST_CASE("Hyperliquid drops the socket for a coin it never listed, wrong case included") {
  Client client{"hyperliquid", "/ws"};
  const auto reply = client.session->text(
      R"({"method":"subscribe","subscription":{"type":"trades","coin":"XYZ:CL"}})");
  CHECK(reply.drop);
  CHECK(reply.frames.empty());
}

TEST_CASE("Hyperliquid complains of a second subscription and of what is no JSON, and stays") {
  Client client{"hyperliquid", "/ws"};
  const auto* subscribe =
      R"({"method":"subscribe","subscription":{"type":"activeAssetCtx","coin":"BTC"}})";
  client.ask(subscribe);
  CHECK_THAT(client.ask(subscribe).at(0),
             StartsWith(R"({"channel":"error","data":"Already subscribed: )"));
  CHECK_THAT(client.ask("{").at(0), StartsWith(R"({"channel":"error","data":"Error parsing JSON)"));
}

TEST_CASE("Binance serves what the address asks for and what is subscribed later") {
  Client client{"binance-futures", "/market/stream?streams=btcusdt@aggTrade/!forceOrder@arr"};
  CHECK(client.ask(
            R"({"method":"SUBSCRIBE","params":["clusdt@ticker","clusdt@markPrice@1s"],"id":5})") ==
        Frames{R"({"result":null,"id":5})"});
  CHECK(client.session->streams() ==
        std::set<std::string>{"trades BTCUSDT", "liquidations *", "ticker CLUSDT", "mark CLUSDT"});
  const auto prices = client.prices();
  REQUIRE(prices.size() == 3);
  CHECK_THAT(prices[2], StartsWith(R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade")"));
}

TEST_CASE(
    "Binance acknowledges an unlisted symbol, a stream of the wrong category and the old paths, "
    "and stays silent") {
  const auto* target = "/market/stream";
  const auto* message = R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":1})";
  SECTION("unlisted") {
    message = R"({"method":"SUBSCRIBE","params":["nopeusdt@aggTrade"],"id":1})";
  }
  SECTION("wrong category") {}
  SECTION("old path") {
    target = "/stream";
    message = R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1})";
  }
  Client client{"binance-futures", target};
  CHECK(client.ask(message) == Frames{R"({"result":null,"id":1})"});
  CHECK(client.prices().empty());
}

TEST_CASE("Binance has book tickers on its public path") {
  Client client{"binance-futures", "/public/stream?streams=btcusdt@bookTicker"};
  CHECK_THAT(client.prices().at(0),
             ContainsSubstring(R"("b":"77999.9")") && ContainsSubstring(R"("a":"78000.1")"));
}

TEST_CASE("Binance tells forced orders by the order's side, one object a message") {
  Client client{"binance-futures", "/market/stream?streams=!forceOrder@arr"};
  Frames out;
  const auto t = client.market.now();
  client.session->liquidations({{"BTCUSDT", Position::long_side, 78000, 0.5, t}}, t, out);
  CHECK_THAT(out.at(0), ContainsSubstring(R"("S":"SELL")") &&
                            ContainsSubstring(R"("ap":"78000.0")") &&
                            ContainsSubstring(R"("z":"0.500")"));
}

TEST_CASE("a venue has nothing at another path") {
  const auto scenario = small_scenario();
  for (const auto& venue : venues_of(scenario)) {
    const VenueMarket market{scenario, venue};
    CHECK(make_session(market, "/elsewhere") == nullptr);
  }
}

}  // namespace
}  // namespace foghorn::test
