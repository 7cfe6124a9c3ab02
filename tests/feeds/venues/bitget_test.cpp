#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"bitget"}.said(text);
}

std::string liquidation(std::string_view symbol, std::string_view side) {
  return fmt::format(
      R"({{"action":"update","arg":{{"instType":"usdt-futures","topic":"liquidation"}},"data":[{{"symbol":"{}","side":"{}","price":"2","amount":"300","ts":"7"}}],"ts":9}})",
      symbol, side);
}

}  // namespace

TEST_CASE("bitget: every row of a frame of trades is a tick with the taker's side") {
  CHECK(said(fixture("bitget", "uta_trade")) ==
        Lines{"trade CLUSDT 85.91 x1.2 sell @1776470400108 #1429001200450017281",
              "trade CLUSDT 85.92 x0.4 buy @1776470400110 #1429001200450017283"});
  CHECK(said(fixture("bitget", "classic_trade")) ==
        Lines{"trade XAUUSDT 4821.3 x0.12 buy @1776470400108 #1429001200450017281"});
}

TEST_CASE("bitget: trades in a snapshot are those from before the subscription") {
  CHECK(said(fixture("bitget", "uta_trade_snapshot")) ==
        Lines{"trade CLUSDT 85.9 x0.7 buy @1776470399500 #1429001200450017001 history"});
}

TEST_CASE("bitget: a ticker yields last, mark and mid, at the frame's time where rows have none") {
  CHECK(said(fixture("bitget", "uta_ticker")) == Lines{"last CLUSDT 85.91 @1776470400240",
                                                       "mark CLUSDT 85.93 @1776470400240",
                                                       "mid CLUSDT 85.91 @1776470400240"});
  CHECK(said(fixture("bitget", "classic_ticker")) ==
        Lines{"last XAUUSDT 4821.3 @1776470400233", "mark XAUUSDT 4821.25 @1776470400233",
              "mid XAUUSDT 4821.299999999999 @1776470400233"});
}

TEST_CASE("bitget: spot has no mark price, and a ticker without any price shows life") {
  const auto ticker = [](std::string_view last) {
    return fmt::format(
        R"({{"action":"snapshot","arg":{{"instType":"spot","topic":"ticker","symbol":"X"}},"data":[{{"lastPrice":"{}","bid1Price":"","ask1Price":""}}],"ts":7}})",
        last);
  };
  CHECK(said(ticker("3")) == Lines{"last X 3 @7"});
  CHECK(said(ticker("")) == Lines{"alive X"});
}

TEST_CASE("bitget: a liquidation's side is the position's, its amount dollars") {
  CHECK(said(fixture("bitget", "uta_liquidation")) ==
        Lines{"long BTCUSDT 96487.75 quote at 77190.2 = 96487.75 USD @1776470398200",
              "short SOLUSDT 642.5 quote at 128.4 = 642.5 USD @1776470398900"});
  CHECK(said(liquidation("BTCPERP", "sell")) == Lines{"short BTCPERP 300 quote at 2 = 300 USD @7"});
}

TEST_CASE("bitget: what is settled in coins is not valued, and a caveat says so") {
  CHECK(said(liquidation("BTCUSD", "buy")) == Lines{"long BTCUSD 300 quote at 2 @7"});
  FeedRequest request;
  request.liquidations = {"BTCUSDT"};
  CHECK(find_venue("bitget")->caveats(request).empty());
  request.liquidations = {"BTCUSD"};
  REQUIRE(find_venue("bitget")->caveats(request).size() == 1);
}

TEST_CASE("bitget: a side that is none is malformed") {
  CHECK(said(liquidation("BTCUSDT", "long")) ==
        Lines{"malformed: liquidation: side is neither buy nor sell"});
}

TEST_CASE("bitget: an acknowledgement names topic and symbol, or topic and category") {
  CHECK(said(fixture("bitget", "ack")) == Lines{"ack [ticker:CLUSDT]"});
  CHECK(said(R"({"event":"subscribe","arg":{"instType":"usdt-futures","topic":"liquidation"}})") ==
        Lines{"ack [liquidation:usdt-futures]"});
}

TEST_CASE("bitget: an error's code is a number, and its arg may lack") {
  CHECK(said(fixture("bitget", "error")) ==
        Lines{"error [ticker:NOPEUSDT]: instType:usdt-futures,topic:ticker,symbol:NOPEUSDT doesn't "
              "exist"});
  CHECK(said(R"({"event":"error","code":30015,"msg":"Invalid sign"})") ==
        Lines{"error: Invalid sign"});
}

TEST_CASE("bitget: topics of no use to us are ignored by name") {
  CHECK(
      said(
          R"({"action":"snapshot","arg":{"instType":"spot","topic":"books1","symbol":"X"},"data":[],"ts":1})") ==
      Lines{"ignored: books1"});
  CHECK(
      said(
          R"({"action":"snapshot","arg":{"instType":"SPOT","channel":"books15","instId":"X"},"data":[],"ts":1})") ==
      Lines{"ignored: books15"});
}

TEST_CASE("bitget: a pong is a text, not JSON") {
  CHECK(said("pong") == Lines{"pong"});
  CHECK(said("pang") == Lines{"malformed: not a JSON object"});
}

TEST_CASE("bitget: prices bring the ticker; liquidations come by category") {
  const auto plan = find_venue("bitget")->plan({.prices = {{"CLUSDT", PriceKind::trade},
                                                           {"BTCPERP", PriceKind::mark},
                                                           {"BTCUSDZ26", PriceKind::mid}},
                                                .liquidations = {"BTCUSDT", "ETHUSDT"},
                                                .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://ws.bitget.com/v3/ws/public");
  CHECK(
      plan[0].subscribe ==
      Lines{
          R"({"op":"subscribe","args":[{"instType":"usdt-futures","topic":"publicTrade","symbol":"CLUSDT"},)"
          R"({"instType":"usdt-futures","topic":"ticker","symbol":"CLUSDT"},{"instType":"usdc-futures","topic":"ticker","symbol":"BTCPERP"},)"
          R"({"instType":"coin-futures","topic":"ticker","symbol":"BTCUSDZ26"},{"instType":"usdt-futures","topic":"liquidation"}]})"});
  REQUIRE(plan[0].streams.size() == 5);
  CHECK(plan[0].streams[0].ack == "publicTrade:CLUSDT");
  CHECK(plan[0].streams[4].name == "liquidations *");
  CHECK(plan[0].streams[4].symbol == "*");
  CHECK(plan[0].streams[4].sparse);
  CHECK(plan[0].streams[4].ack == "liquidation:usdt-futures");
}

TEST_CASE("bitget: all liquidations are those settled in USDT and in USDC") {
  FeedRequest request;
  request.liquidations = {"*"};
  const auto plan = find_venue("bitget")->plan(request);
  REQUIRE(plan.at(0).streams.size() == 2);
  CHECK(plan[0].streams[1].ack == "liquidation:usdc-futures");
}

TEST_CASE("bitget: the client keeps the connection open with a text") {
  CHECK(find_venue("bitget")->keep_alive().text == "ping");
  CHECK(find_venue("bitget")->keep_alive().every == std::chrono::seconds{30});
}

TEST_CASE("bitget: a connection holds 50 streams and is cut after a day") {
  FeedRequest request;
  for (int i = 0; i < 51; ++i) request.prices.push_back({std::to_string(i), PriceKind::mid});
  const auto plan = find_venue("bitget")->plan(request);
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].streams.size() == 50);
  CHECK(find_venue("bitget")->limits().lifetime == std::chrono::hours{24});
}

TEST_CASE("bitget: minutes are asked for by category, up to the last that was asked for") {
  const auto* venue = find_venue("bitget");
  const auto request = venue->candles(
      {"BTCPERP", PriceKind::mark, *from_unix_ms(1776470400000), *from_unix_ms(1776470520000)});
  REQUIRE(request.has_value());
  CHECK(request->path ==
        "/api/v2/mix/market/candles?symbol=BTCPERP&productType=usdc-futures&granularity=1m"
        "&startTime=1776470400000&endTime=1776470519999&limit=1000&kLineType=MARK");
}

TEST_CASE("bitget: minutes come as rows of texts") {
  const auto* venue = find_venue("bitget");
  const auto candles = venue->parse_candles(
      R"({"code":"00000","msg":"success","requestTime":1776470520100,"data":[["1776470400000","85.9","86","85.1","85.2","120.5","10310.2"],["1776470460000","85.2","85.4","85","85.3","80","6820"]]})");
  REQUIRE(candles.has_value());
  REQUIRE(candles->size() == 2);
  CHECK(candles->at(0) == Candle{*from_unix_ms(1776470400000), 85.9, 86, 85.1, 85.2});
  CHECK(candles->at(1) == Candle{*from_unix_ms(1776470460000), 85.2, 85.4, 85, 85.3});
  CHECK(venue->parse_candles(R"({"code":"40034","msg":"no such symbol","data":null})").error() ==
        Errc::bad_protocol);
}

// clang-format off
TEST_CASE("bitget: what the venue really sent") {
  check_captures({
    {"bitget.control", "bitget", {
       {"ack [trade:LTCUSDT]"},
       {"ack [trade:BTCPERP]"},
       {"ack [trade:XAUTUSDT]"},
       {"ack [books:LUMIAUSDT]"},
       {"status: login"},
       {"ack [account:default]"},
       {"ack [books:BTCUSDT]"},
       {"ack [books:BTCUSDT]"},
       {"ack [candle1m:BTCUSDT]"},
       {"pong"},
     }},
    {"bitget_v2.ticker", "bitget", {
       {"last STORJUSDT 0.4706 @1730332823155", "mark STORJUSDT 0.4705 @1730332823155",
        "mid STORJUSDT 0.47065 @1730332823155"},
       {"last BTCUSDZ24 73733.7 @1730332823217", "mark BTCUSDZ24 73731.8 @1730332823217",
        "mid BTCUSDZ24 73739.85 @1730332823217"},
       {"last BTCUSDT 43480.4 @1701843962811", "mark BTCUSDT 43476.4 @1701843962811",
        "mid BTCUSDT 43476.55 @1701843962811"},
     }},
    {"bitget_v2.trade", "bitget", {
       {"trade DOGEUSD 0.168385 x447 buy @1730332859962 #1235671063871070209"},
       {"trade BTCUSDT 72389.99 x0.001373 buy @1730332858796 #1235671058980749319"},
       {"trade RENDERUSDT 4.987 x22.75 sell @1730332859905 #1235671063632220170"},
       {"trade BTCUSDT 43854.01 x0.0535 buy @1701910980366 #1116461060594286593 history"},
     }},
    {"bitget_v3.liquidation", "bitget", {
       {"long APEUSDT 13.70319 quote at 0.1649 = 13.70319 USD @1777358886549",
        "long IPUSDT 143.330431857868 quote at 0.500280739469 = 143.330432 USD @1777358876983"},
     }},
    {"bitget_v3.publicTrade", "bitget", {
       {"trade BTCUSDT 76631.3 x0.01 buy @1777358881008 #1432912492051054592"},
       {"trade BTCUSDT 76631.3 x0.01 buy @1777358881008 #1432912492051054592 history"},
       {"trade BTCUSDT 76671.22 x0.001367 sell @1777358880170 #1432912488536195072 history"},
       {"trade BTCUSDT 100000 x0.00118 buy @1736348770627 #1260903622036942849 history"},
     }},
    {"bitget_v3.ticker", "bitget", {
       {"last BTCUSDT 76631.3 @1777358880084", "mark BTCUSDT 76631.3 @1777358880084",
        "mid BTCUSDT 76631.25 @1777358880084"},
       {"last BTCUSDT 119818.83 @1753230479687", "mid BTCUSDT 119821.22 @1753230479687"},
       {"last BTCUSDT 100000 @1695715383039", "mid BTCUSDT 99999.5 @1695715383039"},
     }},
  });
}
// clang-format on
