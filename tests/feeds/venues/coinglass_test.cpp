#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"coinglass"}.said(text);
}

std::string order(std::string_view exchange, std::string_view side) {
  return fmt::format(
      R"({{"channel":"liquidationOrders","data":[{{"exName":"{}","price":2,"side":{},"symbol":"XUSDT","time":7,"volUsd":300}}]}})",
      exchange, side);
}

}  // namespace

TEST_CASE("coinglass: side 1 closed a long, side 2 a short, and the value is the quantity") {
  CHECK(said(fixture("coinglass", "liquidation_orders")) ==
        Lines{"long Binance:BTCUSDT 9648.775 quote at 77190.2 = 9648.775 USD @1776470401200",
              "short OKX:BTC-USDT-SWAP 2316 quote at 77200 = 2316 USD @1776470401210"});
}

TEST_CASE("coinglass: any other side is malformed") {
  for (const auto* side : {"0", "3", "1.5", "-1"}) {
    CAPTURE(side);
    CHECK(said(order("Bybit", side)) ==
          Lines{"malformed: liquidationOrders: side is neither 1 nor 2"});
  }
}

TEST_CASE("coinglass: a symbol means nothing without its exchange") {
  CHECK(said(order("", "1")) == Lines{"malformed: liquidationOrders: exName is not a symbol"});
  CHECK(said(order(std::string(58, 'E'), "1")) ==
        Lines{fmt::format("long {}:XUSDT 300 quote at 2 = 300 USD @7", std::string(58, 'E'))});
  CHECK(said(order(std::string(59, 'E'), "1")) ==
        Lines{"malformed: liquidationOrders: symbol is not a symbol"});
}

TEST_CASE("coinglass: a pong is a text; other channels are ignored by name") {
  CHECK(said("pong") == Lines{"pong"});
  CHECK(said(R"({"channel":"futures_trades","data":[]})") == Lines{"ignored: futures_trades"});
}

TEST_CASE("coinglass: the key stands in the URL, one stream serves all symbols") {
  FeedRequest request;
  request.liquidations = {"Binance:BTCUSDT", "OKX:BTC-USDT-SWAP"};
  request.key = Secret{"a key&"};
  const auto plan = find_venue("coinglass")->plan(request);
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://open-ws.coinglass.com/ws-api?cg-api-key=a%20key%26");
  CHECK(plan[0].subscribe == Lines{R"({"method":"subscribe","channels":["liquidationOrders"]})"});
  REQUIRE(plan[0].streams.size() == 1);
  CHECK(plan[0].streams[0].symbol == "*");
  CHECK(plan[0].streams[0].ack.empty());
  CHECK(find_venue("coinglass")->needs_key());
}

TEST_CASE("coinglass: the key joins the query of a URL that has one") {
  FeedRequest request;
  request.liquidations = {"*"};
  request.url = "ws://127.0.0.1:8080/ws?x=1";
  request.key = Secret{"k"};
  CHECK(find_venue("coinglass")->plan(request).at(0).url ==
        "ws://127.0.0.1:8080/ws?x=1&cg-api-key=k");
}

TEST_CASE("coinglass: it has no prices, and says so") {
  FeedRequest request;
  request.prices = {{"Binance:BTCUSDT", PriceKind::trade}};
  CHECK(find_venue("coinglass")->plan(request).empty());
  CHECK(find_venue("coinglass")->caveats(request).size() == 3);
}

TEST_CASE("coinglass: it repeats other venues' liquidations, and says so") {
  const auto* venue = find_venue("coinglass");
  CHECK(venue->repeats_others());
  CHECK(venue->caveats({}).at(0).find("LIQ leaves it out") != std::string::npos);
  CHECK(venue->coverage() == LiquidationCoverage::one_per_second);
  CHECK(venue->keep_alive().text == "ping");
  CHECK(venue->keep_alive().every == std::chrono::seconds{20});
}

// clang-format off
TEST_CASE("coinglass: what the venue really sent") {
  check_captures({
    {"coinglass.liquidationOrders", "coinglass", {
       {"short Binance:BTCUSDT 3858.184 quote at 56738 = 3858.184 USD @1725416318379"},
       {"short Binance:ALLOUSDT 3223.41 quote at 0.4709835 = 3223.41 USD @1762941678804"},
       {"long Binance:MAGICUSDT 1588.57 quote at 0.138 = 1588.57 USD @1762941680240"},
     }},
  });
}
// clang-format on
