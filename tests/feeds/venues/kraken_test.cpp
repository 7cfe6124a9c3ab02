#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("kraken");
}

Lines said(std::string_view text) {
  return Decoding{"kraken"}.said(text);
}

std::string ticker(std::string_view fields) {
  return fmt::format(
      R"({{"channel":"ticker","type":"update","data":[{{"symbol":"QQQx/USD",{}}}]}})", fields);
}

}  // namespace

TEST_CASE("kraken: a trade frame yields a tick for each trade, numbered") {
  CHECK(said(fixture("kraken", "trade")) ==
        Lines{"trade BTC/USD 77210.4 x0.0125 sell @1776470400120 #91000001",
              "trade BTC/USD 77211 x0.5 buy @1776470400121 #91000002"});
  CHECK(venue().numbers_trades());
}

TEST_CASE("kraken: a snapshot of trades is history; one of a ticker is the market as it is") {
  CHECK(said(fixture("kraken", "trade_snapshot")) ==
        Lines{"trade BTC/USD 77200 x0.25 buy @1776470399500 #91000000 history"});
  CHECK(
      said(
          R"({"channel":"ticker","type":"snapshot","data":[{"symbol":"A/USD","bid":1,"ask":2}]})") ==
      Lines{"mid A/USD 1.5"});
}

TEST_CASE("kraken: a ticker yields last and mid") {
  CHECK(said(fixture("kraken", "ticker")) ==
        Lines{"last BTC/USD 77211 @1776470400204", "mid BTC/USD 77210.5 @1776470400204"});
}

TEST_CASE("kraken: a book without orders is a sign of life, whatever its time") {
  CHECK(
      said(ticker(
          R"("bid":0,"bid_qty":0,"ask":0,"ask_qty":0,"timestamp":"1970-01-01T00:00:00.000000Z")")) ==
      Lines{"alive QQQx/USD"});
}

TEST_CASE("kraken: a ticker's time that is none is malformed") {
  CHECK(said(ticker(R"("bid":1,"ask":2,"timestamp":"yesterday")")) ==
        Lines{"malformed: ticker: timestamp is not a time"});
}

TEST_CASE("kraken: an acknowledgement and a refusal name channel and symbol") {
  CHECK(said(fixture("kraken", "ack")) == Lines{"ack [ticker:BTC/USD]"});
  CHECK(said(fixture("kraken", "error")) ==
        Lines{"error [trade:NOPE/USD]: Currency pair not supported NOPE/USD"});
}

TEST_CASE("kraken: a refusal that names no symbol is one of nothing we know") {
  CHECK(said(R"({"error":"Exceeded msg rate","method":"subscribe","success":false})") ==
        Lines{"error: Exceeded msg rate"});
  CHECK(said(R"({"error":"Malformed request","success":false})") ==
        Lines{"error: Malformed request"});
}

TEST_CASE("kraken: what keeps a connection alive is no data") {
  CHECK(said(R"({"channel":"heartbeat"})") == Lines{"heartbeat"});
  CHECK(said(R"({"method":"pong","req_id":1,"time_in":"","time_out":""})") == Lines{"pong"});
  CHECK(said(fixture("kraken", "status")) == Lines{"status: online"});
  CHECK(venue().keep_alive().text == R"({"method":"ping"})");
}

TEST_CASE("kraken: frames of the older interface are ignored by name") {
  CHECK(said(R"([9,[["1","2","3","s","l",""]],"trade","A/USD"])") == Lines{"ignored: v1:trade"});
  CHECK(said(R"({"event":"systemStatus","status":"online"})") == Lines{"ignored: systemStatus"});
  CHECK(said(R"([9,[["1","2")").at(0).starts_with("malformed"));
}

TEST_CASE("kraken: symbols of a channel share a request; its number says which channel") {
  const auto plan = venue().plan({.prices = {{"BTC/USD", PriceKind::trade},
                                             {"PAXG/USD", PriceKind::mid},
                                             {"ETH/USD", PriceKind::mark}},
                                  .liquidations = {},
                                  .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://ws.kraken.com/v2");
  CHECK(
      plan[0].subscribe ==
      Lines{
          R"({"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]},"req_id":1})",
          R"({"method":"subscribe","params":{"channel":"ticker","event_trigger":"bbo","symbol":["BTC/USD","PAXG/USD"]},"req_id":2})"});
  REQUIRE(plan[0].streams.size() == 3);
  CHECK(plan[0].streams[0].ack == "trade:BTC/USD");
  CHECK(plan[0].streams[2].ack == "ticker:PAXG/USD");
  CHECK_FALSE(venue().has_price(PriceKind::mark));
}

TEST_CASE("kraken: REST knows pairs by their old names") {
  const Timestamp from{std::chrono::milliseconds{1'776'470'400'000}};
  const auto path = [&](const char* symbol) {
    return venue().candles({symbol, PriceKind::trade, from, from + std::chrono::minutes{3}})->path;
  };
  CHECK(path("BTC/USD") == "/0/public/OHLC?pair=XBTUSD&interval=1&since=1776470399");
  CHECK(path("PAXG/USD").starts_with("/0/public/OHLC?pair=PAXGUSD&"));
  CHECK_FALSE(venue().parse_candles(R"({"error":["EQuery:Unknown asset pair"]})").has_value());
}

TEST_CASE("kraken: captured frames say what the venue's pages say") {
  // clang-format off
  check_captures({
    {"kraken_v2.control", "kraken", {
       {"pong"},
       {"ack [ticker:BTC/USD]"},
       {"heartbeat"},
     }},
    {"kraken_v2.ticker", "kraken", {
       {"mid BTC/USD 100 @1783641602123"},
       {"alive ANETx/USD"},
       {"last ETH/USDT 0.10035",
        "mid ETH/USDT 0.1003"},
       {"last BTC/USD 62702.9 @1783488281204",
        "mid BTC/USD 62706.850000000006 @1783488281204"},
     }},
    {"kraken_v2.trade", "kraken", {
       {"trade BTC/USD 100.1 x0.25 buy @1783641600023 #122 history"},
       {"trade BTC/USD 100.1 x0.25 buy @1783641600123 #123"},
       {"trade ETH/USDT 0.5117 x40 sell @1695628177708 #4665906"},
     }},
    {"kraken_v1_legacy.mixed", "kraken", {
       {"ignored: v1:trade"},
       {"ignored: v1:trade"},
       {"ignored: v1:trade"},
       {"ignored: v1:ticker"},
       {"ignored: v1:ticker"},
       {"ignored: v1:ticker"},
       {"ignored: subscriptionStatus"},
       {"ignored: subscriptionStatus"},
     }},
  });
  // clang-format on
}
