#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("bitmex");
}

Lines said(std::string_view text) {
  return Decoding{"bitmex"}.said(text);
}

std::string instrument(std::string_view fields, std::string_view action = "update") {
  return fmt::format(R"({{"table":"instrument","action":"{}","data":[{{"symbol":"XBTUSD"{}}}]}})",
                     action, fields);
}

}  // namespace

TEST_CASE("bitmex: a trade is a tick, in contracts") {
  CHECK(said(fixture("bitmex", "trade"))
            .at(0)
            .starts_with("trade XBTUSD 77210.5 x37400 sell @1776470400120 #"));
}

TEST_CASE("bitmex: a partial of trades is history") {
  CHECK(said(fixture("bitmex", "trade_partial")).at(0).ends_with(" history"));
}

TEST_CASE("bitmex: an index's value is a last price without size, side or id") {
  CHECK(
      said(
          R"({"table":"trade","action":"insert","data":[{"timestamp":"2026-04-18T00:00:00.000Z","symbol":".BXBT","side":"Buy","size":0,"price":77201.5,"trdType":"Referential"}]})") ==
      Lines{"last .BXBT 77201.5 @1776470400000"});
}

TEST_CASE("bitmex: an instrument yields what its update holds") {
  CHECK(said(fixture("bitmex", "instrument")) == Lines{"last XBTUSD 77210.5 @1776470400222",
                                                       "mark XBTUSD 77209.25 @1776470400222",
                                                       "mid XBTUSD 77210.5 @1776470400222"});
  CHECK(said(instrument(R"(,"openInterest":5)")) == Lines{"alive XBTUSD"});
}

TEST_CASE("bitmex: an update of one quote makes a mid with the other that is known") {
  Decoding decoding{"bitmex"};
  CHECK(decoding.said(instrument(R"(,"bidPrice":10)")) == Lines{"alive XBTUSD"});
  CHECK(decoding.said(instrument(R"(,"askPrice":12)")) == Lines{"mid XBTUSD 11"});
  CHECK(decoding.said(instrument(R"(,"bidPrice":null)")) == Lines{"alive XBTUSD"});
  CHECK(decoding.said(instrument(R"(,"bidPrice":11)")) == Lines{"mid XBTUSD 11.5"});
  CHECK(decoding.said(instrument(R"(,"askPrice":13)", "partial")) == Lines{"alive XBTUSD"});
}

TEST_CASE("bitmex: a frame's rows build on each other, and a malformed frame leaves nothing") {
  Decoding decoding{"bitmex"};
  CHECK(
      decoding.said(
          R"({"table":"instrument","action":"update","data":[{"symbol":"A","bidPrice":1},{"symbol":"A","askPrice":3}]})") ==
      Lines{"alive A", "mid A 2"});
  CHECK(
      decoding.said(
          R"({"table":"instrument","action":"update","data":[{"symbol":"A","bidPrice":2},{"symbol":"A","askPrice":"x"}]})") ==
      Lines{"malformed: instrument: askPrice is not a number"});
  CHECK(decoding.said(
            R"({"table":"instrument","action":"update","data":[{"symbol":"A","askPrice":5}]})") ==
        Lines{"mid A 3"});
}

TEST_CASE("bitmex: a quote is a mid") {
  CHECK(said(fixture("bitmex", "quote")) == Lines{"mid XBTUSD 77210.5 @1776470400183"});
}

TEST_CASE("bitmex: the order that sells closes a long position; its insert counts") {
  Decoding decoding{"bitmex",
                    {{"XBTUSD", {.multiplier = 1, .inverse = true}},
                     {"XBTUSDT", {.multiplier = 1e-6, .inverse = false}}}};
  CHECK(decoding.said(fixture("bitmex", "liquidation")) ==
        Lines{"long XBTUSD 16000 contracts at 77150.5 = 16000 USD",
              "short XBTUSDT 40000 contracts at 77300 = 3092 USD"});
  CHECK(said(fixture("bitmex", "liquidation")).at(0) == "long XBTUSD 16000 contracts at 77150.5");
}

TEST_CASE("bitmex: what changes or ends an order is a sign of life") {
  CHECK(said(fixture("bitmex", "liquidation_update")) == Lines{"alive XBTUSD"});
  CHECK(
      said(
          R"({"table":"liquidation","action":"delete","data":[{"orderID":"a","symbol":"XBTUSD"}]})") ==
      Lines{"alive XBTUSD"});
}

TEST_CASE("bitmex: orders of a partial were there before; it may hold none") {
  CHECK(
      said(
          R"({"table":"liquidation","action":"partial","keys":["orderID"],"data":[{"orderID":"a","symbol":"XBTUSD","side":"Buy","price":5,"leavesQty":7}]})") ==
      Lines{"short XBTUSD 7 contracts at 5 history"});
  Decoding decoding{"bitmex"};
  const auto report = decoding.report(R"({"table":"liquidation","action":"partial","data":[]})");
  CHECK(report.frame_class == FrameClass::data);
  CHECK(report.stream == StreamKind::liquidations);
}

TEST_CASE("bitmex: answers name their arg") {
  CHECK(said(fixture("bitmex", "welcome")) ==
        Lines{"welcome: Welcome to the BitMEX Realtime API."});
  CHECK(said(fixture("bitmex", "ack")) == Lines{"ack [liquidation:XBTUSD]"});
  CHECK(said(fixture("bitmex", "error")) == Lines{"error [trade:NOPE]: Unknown table or symbol."});
  CHECK(
      said(
          R"({"status":429,"error":"Rate limit exceeded, retry in 1 seconds.","request":{"op":"subscribe","args":"trade:A"}})") ==
      Lines{"error [trade:A]: Rate limit exceeded, retry in 1 seconds."});
  CHECK(said("pong") == Lines{"pong"});
}

TEST_CASE("bitmex: a request for each symbol, and one for everybody's liquidations") {
  const auto plan =
      venue().plan({.prices = {{"XBTUSD", PriceKind::trade}, {"XBTUSDT", PriceKind::mid}},
                    .liquidations = {"*"},
                    .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://ws.bitmex.com/realtime");
  CHECK(plan[0].subscribe ==
        Lines{R"({"op":"subscribe","args":["trade:XBTUSD","instrument:XBTUSD"]})",
              R"({"op":"subscribe","args":["quote:XBTUSDT"]})",
              R"({"op":"subscribe","args":["liquidation"]})"});
  CHECK(plan[0].streams.back().symbol == "*");
  CHECK(plan[0].streams.back().ack == "liquidation");
  CHECK(venue().plan({.prices = {}, .liquidations = {"XBTUSD"}, .url = {}}).at(0).subscribe ==
        Lines{R"({"op":"subscribe","args":["liquidation:XBTUSD"]})"});
}

TEST_CASE("bitmex: the client pings after five seconds") {
  CHECK(venue().keep_alive().text == "ping");
  CHECK(venue().keep_alive().every == std::chrono::seconds{5});
}

TEST_CASE("bitmex: a contract is a dollar, or a part of a coin; of quanto ones nobody can say") {
  const auto contracts = venue().parse_contracts(
      R"([{"symbol":"XBTUSD","quoteCurrency":"USD","multiplier":-100000000,"settlCurrency":"XBt","underlyingToPositionMultiplier":null,"isQuanto":false,"isInverse":true},)"
      R"({"symbol":"XBTUSDT","quoteCurrency":"USDT","multiplier":1,"settlCurrency":"USDt","underlyingToPositionMultiplier":1000000,"isQuanto":false,"isInverse":false},)"
      R"({"symbol":"ETHUSD","quoteCurrency":"USD","multiplier":100,"settlCurrency":"XBt","underlyingToPositionMultiplier":null,"isQuanto":true,"isInverse":false},)"
      R"({"symbol":"ETHM19","quoteCurrency":"XBT","multiplier":100000000,"settlCurrency":"XBt","underlyingToPositionMultiplier":1,"isQuanto":false,"isInverse":false},)"
      R"({"symbol":".BXBT"}])");
  REQUIRE(contracts.has_value());
  CHECK(contracts->size() == 2);
  CHECK(contracts->at("XBTUSD").multiplier == 1);
  CHECK(contracts->at("XBTUSD").inverse);
  CHECK(contracts->at("XBTUSDT").multiplier == 1e-6);
  CHECK_FALSE(contracts->at("XBTUSDT").inverse);
  for (const auto* body :
       {"", "<html>", "{}", R"([{"symbol":"X")", R"({"error":{"message":"x"}})"}) {
    CHECK(venue().parse_contracts(body).error() == Errc::bad_protocol);
  }
}

TEST_CASE("bitmex: a minute is asked for, and told, by its end") {
  const Timestamp from{std::chrono::milliseconds{1'776'470'400'000}};
  CHECK(venue().candles({"XBTUSD", PriceKind::trade, from, from + std::chrono::minutes{3}})->path ==
        "/api/v1/trade/bucketed?binSize=1m&partial=false&count=1000&symbol=XBTUSD"
        "&startTime=2026-04-18T00%3A01%3A00.000Z&endTime=2026-04-18T00%3A03%3A00.000Z");
}

TEST_CASE("bitmex: a minute opens where the one before closed; one without trades is left out") {
  const auto candles = venue().parse_candles(
      R"([{"timestamp":"2026-04-18T00:01:00.000Z","open":9,"high":12,"low":10,"close":11},)"
      R"({"timestamp":"2026-04-18T00:02:00.000Z","open":11,"high":null,"low":null,"close":null}])");
  REQUIRE(candles.has_value());
  REQUIRE(candles->size() == 1);
  CHECK(candles->at(0).low == 9);
}

TEST_CASE("bitmex: captured frames say what the venue's pages say") {
  // clang-format off
  check_captures({
    {"bitmex.control", "bitmex", {
       {"welcome: Welcome to the BitMEX Realtime API."},
       {"error: Unrecognized request. See the docs or send 'help' for more details. Please see the documentation at https://www.bitmex.com/app/wsAPI."},
       {"ack [liquidation:XBTUSDT]"},
       {"welcome: Welcome to the BitMEX Realtime API."},
       {"ack [orderBookL2:XBTUSD]"},
       {"error [orderBook]: Rate limit exceeded, retry in 1 seconds."},
     }},
    {"bitmex.liquidation", "bitmex", {
       {},
       {"short XBTUSDT 39700 contracts at 87785.3"},
       {"short XBTUSD 1500 contracts at 88051.8"},
       {"alive XBTUSD"},
       {"alive XBTUSD"},
       {"alive XBTUSD"},
       {"alive XBTUSD"},
       {"alive XBTUSD"},
       {"short XBTUSD 12900 contracts at 88635.6"},
       {"short XBTUSDT 150000 contracts at 88502.3"},
       {"alive XBTUSDT"},
       {"short ETHUSD 40 contracts at 3208.61"},
       {"alive XBTUSDT"},
       {"alive ETHUSD"},
       {"alive ETHUSD"},
       {"long XBTUSD 891800 contracts at 90396.3"},
       {"alive XBTUSD"},
       {"long XBTUSD 16000 contracts at 90767.7"},
       {"alive XBTUSD"},
       {"long XBTUSD 900 contracts at 90300.8"},
       {"alive XBTUSD"},
       {"long XBTUSD 50000 contracts at 90120.7"},
       {"alive ETHUSD"},
       {"alive XBTUSD"},
       {"alive XBTUSDT"},
       {"long XPLAUSDT 340 contracts at 0.206 history"},
       {"alive XBTUSD"},
       {"ignored: a frame without table"},
     }},
    {"bitmex.quote", "bitmex", {
       {"mid AXSUSD 2.065 @1759241340382",
        "mid INJUSDT 11.7029 @1759241334083"},
       {"mid ETHUSD 267.725 @1559347199942"},
       {"mid UNIUSDT 17.287 @1626993370014",
        "mid UNIUSDT 17.289 @1626993370140",
        "mid UNIUSDT 17.291 @1626993370453"},
       {"mid UNIUSDT 17.291 @1626993371187",
        "mid UNIUSDT 17.2915 @1626993371528",
        "mid UNIUSDT 17.292 @1626993371540"},
       {"mid MATICUSDT 0.87805 @1626993377362",
        "mid MATICUSDT 0.87805 @1626993377379",
        "mid MATICUSDT 0.8781 @1626993377400",
        "mid MATICUSDT 0.87815 @1626993377873",
        "mid MATICUSDT 0.8782 @1626993377909"},
       {"mid XBTUSD 32182.25 @1626993381050",
        "mid XBTUSD 32182.25 @1626993381074",
        "mid XBTUSD 32182.25 @1626993381097",
        "mid XBTUSD 32182.25 @1626993381248",
        "mid XBTUSD 32182.25 @1626993381277",
        "mid XBTUSD 32182.25 @1626993381289",
        "mid XBTUSD 32182.25 @1626993381335"},
     }},
    {"bitmex.trade", "bitmex", {
       {"trade XRPU21 1.819e-05 x15 sell @1626992655328 #15112550182522382260 history"},
       {"trade UNIUSDT 17.292 x219 buy @1626993280283 #2754716320894491816 history"},
       {"trade ADAUSDT 1.17478 x1 buy @1626993109091 #300211964829527574 history"},
       {"trade SOLUSDT 27.457 x1 sell @1626993355601 #6395118345552238998 history"},
       {"trade EOSUSDT 3.5285 x40 buy @1626993012300 #4779007459721099682 history"},
       {"trade TRXUSDT 0.05489 x25 sell @1626987717358 #15015273559981220926 history"},
       {"trade MATICUSDT 0.8792 x50 sell @1626993335040 #2895362161397180777 history"},
       {"trade UNIUSDT 17.297 x52 buy @1626993370014 #2021077018057158077"},
       {"last .BPENGUT_NEXT 0.027023 @1759241280000 history",
        "last .BBIGTIMET_NEXT 0.0461 @1759241280000 history"},
       {"trade XBTUSD 8544.5 x1000 sell @1559347219163 #3259290603540147253"},
       {"trade XBTUSD 9378 x15000 buy @1580403787854 #17895693663329443287 history"},
       {"trade XBTUSD 9521.5 x37412 sell @1580405500160 #9120450872365912457"},
     }},
    {"bitmex.instrument", "bitmex", {
       {"alive XBTUSD"},
       {"last ETHM19 0.03161 @1559347170000",
        "mark ETHM19 0.03162 @1559347170000",
        "mid ETHM19 0.031625 @1559347170000",
        "last LTCM19 0.01354 @1559347195000",
        "mark LTCM19 0.013533 @1559347195000",
        "mid LTCM19 0.013537500000000001 @1559347195000"},
       {"alive ETHUSD"},
       {"last .BPENGUT_NEXT 0.02781 @1759211400000",
        "mark .BPENGUT_NEXT 0.02781 @1759211400000",
        "last TRXUSDT 0.33647 @1759211401000",
        "mark TRXUSDT 0.336456 @1759211401000",
        "mid TRXUSDT 0.336105 @1759211401000"},
       {"ignored: a frame without table"},
     }},
  });
  // clang-format on
}
