#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/decoding.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"binance-futures"}.said(text);
}

std::string forced(std::string_view symbol, std::string_view more) {
  return fmt::format(
      R"({{"e":"forceOrder","E":9,"o":{{"s":"{}","S":"BUY","o":"LIMIT","f":"IOC","q":"5","p":"1","ap":"2","X":"FILLED","l":"1","z":"4","T":8{}}}}})",
      symbol, more);
}

}  // namespace

TEST_CASE("binance-futures: an aggregated trade is a tick; its buyer being the maker, it sold") {
  CHECK(said(fixture("binance-futures", "agg_trade")) ==
        Lines{"trade CLUSDT 85.9 x14.2 sell @1776470400155 #5501122"});
}

TEST_CASE("binance-futures: a single trade is a tick") {
  CHECK(said(fixture("binance-futures", "trade")) ==
        Lines{"trade CLUSDT 85.91 x1.1 buy @1776470400180 #9900105"});
}

TEST_CASE("binance-futures: a ticker yields the last price, as of the end of its statistics") {
  CHECK(said(fixture("binance-futures", "ticker")) == Lines{"last CLUSDT 85.91 @1776470400996"});
}

TEST_CASE("binance-futures: a mark price is as old as its message, not as the next funding") {
  CHECK(said(fixture("binance-futures", "mark_price")) ==
        Lines{"mark CLUSDT 85.9312 @1776470401002"});
}

TEST_CASE("binance-futures: the best bid and ask make a mid") {
  CHECK(said(fixture("binance-futures", "book_ticker")) ==
        Lines{"mid CLUSDT 85.91 @1776470400170"});
  CHECK(
      said(R"({"e":"bookTicker","u":1,"s":"X","b":"0.00","B":"0","a":"3","A":"1","T":5,"E":6})") ==
      Lines{"alive X"});
}

TEST_CASE("binance-futures: a forced sale closed a long position, at its average fill") {
  CHECK(said(fixture("binance-futures", "force_order")) ==
        Lines{"long BTCUSDT 0.19 base at 77180.5 = 14664.295 USD @1776470401003"});
}

TEST_CASE("binance-futures: a forced order counts what was filled") {
  CHECK(said(forced("ETHUSDT", "")) == Lines{"short ETHUSDT 4 base at 2 = 8 USD @8"});
}

TEST_CASE("binance-futures: orders of the coin-margined exchange count contracts") {
  CHECK(said(fixture("binance-futures", "force_order_coin_margined")) ==
        Lines{"short BTCUSD_PERP 25 contracts at 77210.4 @1776470401103"});
  CHECK(said(forced("BTCUSD_PERP", "")) == Lines{"short BTCUSD_PERP 4 contracts at 2 @8"});
  CHECK(said(forced("BTCUSD_200925", R"(,"ps":"BTCUSD")")) ==
        Lines{"short BTCUSD_200925 4 contracts at 2 @8"});
}

TEST_CASE("binance-futures: what a feed of the coin-margined exchange is asked for is left to it") {
  const auto told = [](std::vector<std::string> elsewhere, std::string_view symbol,
                       std::string_view exchange) {
    FeedRequest request;
    request.liquidations = {"*"};
    request.liquidations_elsewhere = std::move(elsewhere);
    SourceTable sources;
    const Contracts contracts;
    std::vector<Event> events;
    const auto decoder = find_venue("binance-futures")->make_decoder(sources, contracts, request);
    decoder->decode(OwnedFrame{forced(symbol, exchange)}, events);
    return events.size();
  };
  CHECK(told({"*"}, "BTCUSD_PERP", R"(,"st":2)") == 0);
  CHECK(told({"*"}, "BTCUSD_PERP", "") == 0);
  CHECK(told({"*"}, "BTCUSDT", R"(,"st":1)") == 1);
  CHECK(told({"BTCUSD_PERP"}, "BTCUSD_PERP", R"(,"st":2)") == 0);
  CHECK(told({"BTCUSD_PERP"}, "ETHUSD_PERP", R"(,"st":2)") == 1);
  CHECK(told({}, "BTCUSD_PERP", R"(,"st":2)") == 1);
}

TEST_CASE("binance-futures: contracts of a known size are dollars, whatever the price") {
  Decoding decoding{"binance-futures", {{"BTCUSD_PERP", {.multiplier = 100, .inverse = true}}}};
  CHECK(decoding.said(forced("BTCUSD_PERP", R"(,"st":2)")) ==
        Lines{"short BTCUSD_PERP 4 contracts at 2 = 400 USD @8"});
}

TEST_CASE(
    "binance-futures: a dated contract is as linear as its pair; one in another coin has no value "
    "in dollars") {
  CHECK(said(forced("BTCUSDT_251226", R"(,"st":1)")) ==
        Lines{"short BTCUSDT_251226 4 base at 2 = 8 USD @8"});
  CHECK(said(forced("ETHBTC", R"(,"st":1)")) == Lines{"short ETHBTC 4 base at 2 @8"});
}

TEST_CASE("binance-futures: an acknowledgement names its request") {
  CHECK(said(fixture("binance-futures", "ack")) == Lines{"ack [1]"});
}

TEST_CASE("binance-futures: an error comes wrapped or bare") {
  CHECK(said(fixture("binance-futures", "error")) ==
        Lines{"error [1]: Invalid request: invalid stream"});
  CHECK(said(R"({"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"})") ==
        Lines{"error: Invalid JSON: expected value at line 1 column 1"});
  CHECK(said(R"({"error":{"code":3,"msg":"no"},"id":null})") == Lines{"error: no"});
}

TEST_CASE("binance-futures: a shutdown is announced as a notice") {
  CHECK(said(R"({"e":"serverShutdown","E":1776470400000})") == Lines{"notice: serverShutdown"});
  CHECK(said(R"({"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1776470400000}})") ==
        Lines{"notice: serverShutdown"});
}

TEST_CASE("binance-futures: a shutdown means that the venue is leaving") {
  Decoding decoding{"binance-futures"};
  CHECK(decoding.report(fixture("binance-futures", "server_shutdown")).leaving);
  CHECK_FALSE(decoding.report(fixture("binance-futures", "ack")).leaving);
}

TEST_CASE("binance-futures: minutes are asked for by kind of price") {
  const Timestamp from{std::chrono::milliseconds{1'776'470'400'000}};
  const auto to = from + std::chrono::minutes{1};
  const auto path = [&](PriceKind kind) {
    return find_venue("binance-futures")->candles({"CLUSDT", kind, from, to})->path;
  };
  CHECK(path(PriceKind::trade) ==
        "/fapi/v1/klines?symbol=CLUSDT&interval=1m&startTime=1776470400000&endTime=1776470459999"
        "&limit=1000");
  CHECK(path(PriceKind::mark).starts_with("/fapi/v1/markPriceKlines?symbol=CLUSDT&"));
}

TEST_CASE("binance-futures: events of no use to us are ignored by name") {
  CHECK(said(R"({"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1,"s":"BTCUSDT","k":{}}})") ==
        Lines{"ignored: kline"});
  CHECK(said(R"({"stream":"!ticker@arr","data":[{"e":"24hrTicker"}]})") ==
        Lines{"ignored: !ticker@arr"});
  CHECK(said(R"({"stream":"btcusdt@depth5","data":{"lastUpdateId":1}})") ==
        Lines{"ignored: btcusdt@depth5"});
}

TEST_CASE("binance-futures: a stream that we read must send what it promises") {
  CHECK(said(R"({"stream":"btcusdt@aggTrade","data":{"p":"1"}})") ==
        Lines{"malformed: btcusdt@aggTrade: e is missing"});
  CHECK(said(R"({"stream":"btcusdt@aggTrade","data":[]})") ==
        Lines{"malformed: frame: data is not an object"});
  CHECK(said(R"({"stream":"btcusdt@aggTrade"})") ==
        Lines{"malformed: btcusdt@aggTrade: data is missing"});
}

TEST_CASE(
    "binance-futures: streams stand in the URL and are subscribed by message, quotes elsewhere") {
  const auto plan = find_venue("binance-futures")
                        ->plan({.prices = {{"CLUSDT", PriceKind::trade},
                                           {"XAUUSDT", PriceKind::mark},
                                           {"BTCUSDT", PriceKind::mid}},
                                .liquidations = {"*"},
                                .url = {}});
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].url ==
        "wss://fstream.binance.com/market/stream?streams=clusdt@aggTrade/clusdt@ticker/"
        "xauusdt@markPrice@1s/!forceOrder@arr");
  CHECK(
      plan[0].subscribe ==
      Lines{
          R"({"method":"SUBSCRIBE","params":["clusdt@aggTrade","clusdt@ticker","xauusdt@markPrice@1s","!forceOrder@arr"],"id":1})"});
  CHECK(plan[1].url == "wss://fstream.binance.com/public/stream?streams=btcusdt@bookTicker");
  CHECK(plan[1].subscribe ==
        Lines{R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":1})"});
  CHECK(plan[0].streams[0].ack == "1");
  CHECK(plan[0].streams[0].symbol == "CLUSDT");
  CHECK(plan[0].streams[3].name == "liquidations *");
  CHECK(plan[1].streams[0].kind == StreamKind::book);
}

TEST_CASE("binance-futures: liquidations of named symbols have a stream each") {
  const auto plan = find_venue("binance-futures")
                        ->plan({.prices = {},
                                .liquidations = {"BTCUSDT", "ETHUSDT"},
                                .url = "wss://localhost:1/market/stream?a=b"});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url ==
        "wss://localhost:1/market/stream?a=b&streams=btcusdt@forceOrder/ethusdt@forceOrder");
}

TEST_CASE("binance-futures: a symbol of any script can stand in the URL") {
  const auto plan =
      find_venue("binance-futures")
          ->plan({.prices = {{"币USDT", PriceKind::mark}}, .liquidations = {}, .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url ==
        "wss://fstream.binance.com/market/stream?streams=%E5%B8%81usdt@markPrice@1s");
  CHECK(plan[0].subscribe ==
        Lines{R"({"method":"SUBSCRIBE","params":["币usdt@markPrice@1s"],"id":1})"});
}

TEST_CASE("binance-futures: the server pings, not we") {
  CHECK(find_venue("binance-futures")->keep_alive().text.empty());
}
