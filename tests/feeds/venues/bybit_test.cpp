#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/decoding.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"bybit"}.said(text);
}

std::string delta(std::string_view fields, std::string_view type = "delta") {
  return fmt::format(
      R"({{"topic":"tickers.CLUSDT","type":"{}","data":{{"symbol":"CLUSDT"{}}},"cs":1,"ts":1776470400000}})",
      type, fields);
}

std::string liquidation(std::string_view symbol) {
  return fmt::format(
      R"({{"topic":"allLiquidation.{0}","type":"snapshot","ts":1776470401500,"data":[{{"T":1776470401011,"s":"{0}","S":"Buy","v":"50","p":"2.5"}}]}})",
      symbol);
}

}  // namespace

TEST_CASE("bybit: a trade frame yields a tick for each trade, numbered or named") {
  CHECK(said(fixture("bybit", "public_trade")) ==
        Lines{"trade CLUSDT 85.91 x12.5 sell @1776470400120 #2290000000900000001",
              "trade CLUSDT 85.93 x0.25 buy @1776470400121 #2388307484777680886"});
}

TEST_CASE("bybit: two trades of different text ids have different numbers") {
  Decoding decoding{"bybit"};
  const auto id_of = [&](std::string_view id) {
    decoding.report(fmt::format(
        R"({{"topic":"publicTrade.X","type":"snapshot","ts":1,"data":[{{"T":1,"s":"X","S":"Buy","v":"1","p":"1","i":"{}"}}]}})",
        id));
    return std::get<Tick>(decoding.events.at(0)).id;
  };
  CHECK(id_of("5c1f7a20-0d3e") != id_of("5c1f7a20-0d3f"));
}

TEST_CASE("bybit: a ticker's snapshot yields last, mark and mid") {
  CHECK(said(fixture("bybit", "ticker_snapshot")) == Lines{"last CLUSDT 85.91 @1776470400222",
                                                           "mark CLUSDT 85.94 @1776470400222",
                                                           "mid CLUSDT 85.91 @1776470400222"});
}

TEST_CASE("bybit: a delta yields only what it holds") {
  Decoding decoding{"bybit"};
  decoding.said(fixture("bybit", "ticker_snapshot"));
  CHECK(decoding.said(delta(R"(,"lastPrice":"86.1")")) == Lines{"last CLUSDT 86.1 @1776470400000"});
  CHECK(decoding.said(delta(R"(,"markPrice":"86.2")")) == Lines{"mark CLUSDT 86.2 @1776470400000"});
}

TEST_CASE("bybit: a delta of one side of the book makes a mid with the other side it knows") {
  Decoding decoding{"bybit"};
  decoding.said(fixture("bybit", "ticker_snapshot"));
  CHECK(decoding.said(delta(R"(,"bid1Price":"85.00","bid1Size":"2")")) ==
        Lines{"mid CLUSDT 85.46000000000001 @1776470400000"});
}

TEST_CASE("bybit: one side of the book alone is no mid, but a sign of life") {
  Decoding decoding{"bybit"};
  CHECK(decoding.said(delta(R"(,"bid1Price":"85.00")")) == Lines{"alive CLUSDT"});
  CHECK(decoding.said(delta(R"(,"ask1Price":"87.00")")) == Lines{"mid CLUSDT 86 @1776470400000"});
}

TEST_CASE("bybit: a snapshot forgets the quotes before it") {
  Decoding decoding{"bybit"};
  decoding.said(fixture("bybit", "ticker_snapshot"));
  decoding.said(delta(R"(,"lastPrice":"86")", "snapshot"));
  CHECK(decoding.said(delta(R"(,"bid1Price":"85.00")")) == Lines{"alive CLUSDT"});
}

TEST_CASE("bybit: an emptied side of the book ends the mid") {
  Decoding decoding{"bybit"};
  decoding.said(fixture("bybit", "ticker_snapshot"));
  CHECK(decoding.said(delta(R"(,"ask1Price":"")")) == Lines{"alive CLUSDT"});
  CHECK(decoding.said(delta(R"(,"bid1Price":"85.00")")) == Lines{"alive CLUSDT"});
}

TEST_CASE("bybit: quotes of one symbol say nothing of another's") {
  Decoding decoding{"bybit"};
  decoding.said(fixture("bybit", "ticker_snapshot"));
  CHECK(
      decoding.said(
          R"({"topic":"tickers.BZUSDT","type":"delta","data":{"symbol":"BZUSDT","bid1Price":"90"},"cs":1,"ts":1})") ==
      Lines{"alive BZUSDT"});
}

TEST_CASE("bybit: a malformed delta leaves the known quotes as they were") {
  Decoding decoding{"bybit"};
  decoding.said(fixture("bybit", "ticker_snapshot"));
  CHECK(decoding.said(delta(R"(,"bid1Price":"1","ask1Price":"x")")) ==
        Lines{"malformed: tickers: ask1Price is not a number"});
  CHECK(decoding.said(delta(R"(,"ask1Price":"85.92")")) ==
        Lines{"mid CLUSDT 85.91 @1776470400000"});
}

TEST_CASE("bybit: a delta that was cut off leaves the known quotes as they were") {
  Decoding decoding{"bybit"};
  decoding.said(fixture("bybit", "ticker_snapshot"));
  const auto report = decoding.report(
      R"({"topic":"tickers.CLUSDT","type":"delta","ts":1,"data":{"symbol":"CLUSDT","bid1Price":"1"})");
  CHECK(report.frame_class == FrameClass::malformed);
  CHECK(decoding.said(delta(R"(,"ask1Price":"85.92")")) ==
        Lines{"mid CLUSDT 85.91 @1776470400000"});
}

TEST_CASE("bybit: a delta that changes no price is a sign of life") {
  CHECK(said(delta(R"(,"openInterest":"12")")) == Lines{"alive CLUSDT"});
}

TEST_CASE("bybit: a liquidation names the position's side, in coins") {
  CHECK(said(fixture("bybit", "all_liquidation")) ==
        Lines{"long BTCUSDT 0.006 base at 77210.4 = 463.2624 USD @1776470401011",
              "short BTCUSDT 1.25 base at 77390 = 96737.5 USD @1776470401444"});
}

TEST_CASE("bybit: contracts settled in USDT and USDC count coins, and dollars") {
  for (const auto* symbol : {"XRPUSDT", "XRPUSDC", "XRPPERP", "XRP-26DEC25", "XRPUSDT-26DEC25"}) {
    CHECK(said(liquidation(symbol)) ==
          Lines{fmt::format("long {} 50 base at 2.5 = 125 USD @1776470401011", symbol)});
  }
}

TEST_CASE("bybit: inverse contracts count contracts, whose size nobody has told") {
  for (const auto* symbol : {"XRPUSD", "XRPUSDU26"}) {
    CHECK(said(liquidation(symbol)) ==
          Lines{fmt::format("long {} 50 contracts at 2.5 @1776470401011", symbol)});
  }
}

TEST_CASE("bybit: inverse contracts of a known size are dollars, whatever the price") {
  Decoding decoding{"bybit", {{"XRPUSD", {.multiplier = 1, .inverse = true}}}};
  CHECK(decoding.said(liquidation("XRPUSD")) ==
        Lines{"long XRPUSD 50 contracts at 2.5 = 50 USD @1776470401011"});
}

TEST_CASE("bybit: an acknowledgement and a refusal name their request") {
  CHECK(said(fixture("bybit", "ack")) == Lines{"ack [3]"});
  CHECK(said(fixture("bybit", "error")) ==
        Lines{"error [7]: error:handler not found,topic:tickers.NOPEUSDT"});
}

TEST_CASE("bybit: a pong has three shapes") {
  CHECK(said(fixture("bybit", "pong")) == Lines{"pong: pong"});
  CHECK(said(R"({"req_id":"7","op":"pong","args":["1675418560633"],"conn_id":"c"})") ==
        Lines{"pong [7]"});
  CHECK(said(R"({"pong":1653296711335})") == Lines{"pong"});
}

TEST_CASE("bybit: a command response that leaves topics out is an error") {
  CHECK(
      said(
          R"({"success":true,"conn_id":"46","data":{"failTopics":[],"successTopics":["tickers.A"]},"type":"COMMAND_RESP"})") ==
      Lines{"ack"});
  CHECK(
      said(
          R"({"success":true,"conn_id":"46","data":{"failTopics":["tickers.B"],"successTopics":[]},"type":"COMMAND_RESP"})") ==
      Lines{R"(error: ["tickers.B"])"});
}

TEST_CASE("bybit: an error of the gateway is an error") {
  CHECK(
      said(
          R"({"retCode":10004,"retMsg":"error sign!","result":{},"retExtInfo":{},"time":1682321990235})") ==
      Lines{"error: error sign!"});
}

TEST_CASE("bybit: topics of no use to us are ignored by name") {
  CHECK(said(R"({"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1,"data":{}})") ==
        Lines{"ignored: orderbook.1.BTCUSDT"});
  CHECK(said(R"({"topic":"liquidation.BTCUSDT","data":{"symbol":"BTCUSDT"}})") ==
        Lines{"ignored: liquidation.BTCUSDT"});
}

TEST_CASE("bybit: a malformed field is named") {
  CHECK(
      said(
          R"({"topic":"publicTrade.X","ts":1,"data":[{"T":1,"s":"X","S":"Hold","v":"1","p":"1","i":"1"}]})") ==
      Lines{"malformed: publicTrade: S is neither Buy nor Sell"});
  CHECK(
      said(
          R"({"topic":"publicTrade.X","ts":1,"data":[{"T":1,"s":"X","S":"Buy","v":"0","p":"1","i":"1"}]})") ==
      Lines{"malformed: publicTrade: v is not above zero"});
  CHECK(said(R"({"topic":"allLiquidation.X","ts":1})") ==
        Lines{"malformed: allLiquidation: data is missing"});
}

TEST_CASE("bybit: one bad trade spoils its frame, and nothing else") {
  Decoding decoding{"bybit"};
  decoding.said(
      R"({"topic":"publicTrade.X","ts":1,"data":[{"T":1,"s":"X","S":"Buy","v":"1","p":"1","i":"1"},{"T":1}]})");
  CHECK(decoding.events.empty());
  CHECK(decoding.said(fixture("bybit", "public_trade")).size() == 2);
}

TEST_CASE("bybit: prices bring the ticker, one request a symbol") {
  const auto plan = find_venue("bybit")->plan(
      {.prices = {{"CLUSDT", PriceKind::trade}, {"BTCUSDT", PriceKind::mark}},
       .liquidations = {"BTCUSDT", "ETHUSDT"},
       .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://stream.bybit.com/v5/public/linear");
  CHECK(plan[0].subscribe ==
        Lines{R"({"req_id":"1","op":"subscribe","args":["publicTrade.CLUSDT","tickers.CLUSDT"]})",
              R"({"req_id":"2","op":"subscribe","args":["tickers.BTCUSDT"]})",
              R"({"req_id":"3","op":"subscribe","args":["allLiquidation.BTCUSDT"]})",
              R"({"req_id":"4","op":"subscribe","args":["allLiquidation.ETHUSDT"]})"});
  REQUIRE(plan[0].streams.size() == 5);
  CHECK(plan[0].streams[0].name == "trades CLUSDT");
  CHECK(plan[0].streams[0].ack == "1");
  CHECK(plan[0].streams[1].kind == StreamKind::ticker);
  CHECK(plan[0].streams[4].name == "liquidations ETHUSDT");
  CHECK(plan[0].streams[4].ack == "4");
  CHECK(plan[0].streams[4].sparse);
}

TEST_CASE("bybit: there is no topic for everybody's liquidations") {
  CHECK(find_venue("bybit")->liquidations() == Venue::Liquidations::per_symbol);
  CHECK(find_venue("bybit")->plan({.prices = {}, .liquidations = {"*"}, .url = {}}).empty());
}

TEST_CASE("bybit: what is asked twice is subscribed once") {
  const auto plan = find_venue("bybit")->plan(
      {.prices = {{"CLUSDT", PriceKind::trade}, {"CLUSDT", PriceKind::mid}},
       .liquidations = {},
       .url = "wss://localhost:1/v5/public/linear"});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://localhost:1/v5/public/linear");
  CHECK(plan[0].subscribe ==
        Lines{R"({"req_id":"1","op":"subscribe","args":["publicTrade.CLUSDT","tickers.CLUSDT"]})"});
}

TEST_CASE("bybit: the client keeps the connection open, with a message of its own") {
  CHECK(find_venue("bybit")->keep_alive().text == R"({"op":"ping"})");
  CHECK(find_venue("bybit")->keep_alive().every == std::chrono::seconds{20});
}

TEST_CASE("bybit: candles are asked for by category, of trades or of marks") {
  CandleRequest request{.symbol = "CLUSDT",
                        .kind = PriceKind::trade,
                        .from = Timestamp{std::chrono::milliseconds{1'776'470'400'000}},
                        .to = Timestamp{std::chrono::milliseconds{1'776'470'580'000}}};
  CHECK(find_venue("bybit")->candles(request)->path ==
        "/v5/market/kline?category=linear&symbol=CLUSDT&interval=1&start=1776470400000"
        "&end=1776470579999&limit=1000");
  request.symbol = "BTCUSD";
  request.kind = PriceKind::mark;
  CHECK(find_venue("bybit")->candles(request)->path.starts_with(
      "/v5/market/mark-price-kline?category=inverse&symbol=BTCUSD&"));
}

TEST_CASE("bybit: a mark's candle has no volumes; an answer with an error code has no candles") {
  const auto* venue = find_venue("bybit");
  CHECK(venue
            ->parse_candles(
                R"({"retCode":0,"result":{"list":[["1776470400000","1","3","0.5","2"]]}})")
            ->size() == 1);
  CHECK_FALSE(venue->parse_candles(R"({"retCode":10006,"retMsg":"Too many visits!","result":{}})")
                  .has_value());
}

TEST_CASE("bybit: a candle that cannot be is refused, and with it the answer") {
  const auto answer = [](std::string_view row) {
    const auto body = fmt::format(R"({{"retCode":0,"result":{{"list":[{}]}}}})", row);
    return find_venue("bybit")->parse_candles(body).has_value();
  };
  CHECK(answer(R"(["1776470400000","1","3","0.5","2"])"));
  CHECK_FALSE(answer(R"(["1776470400001","1","3","0.5","2"])"));  // no whole minute
  CHECK_FALSE(answer(R"(["1776470400000","1","3","1.5","2"])"));  // opened below its low
  CHECK_FALSE(answer(R"(["1776470400000","1","1.5","0.5","2"])"));
  CHECK_FALSE(answer(R"(["1776470400000","1","3","0.5"])"));
  CHECK_FALSE(answer(R"(["1776470400000","1","3","0.5","x"])"));
  CHECK_FALSE(answer(R"(["-60000","1","3","0.5","2"])"));
}

TEST_CASE("bybit: its liquidations are all there are") {
  CHECK(find_venue("bybit")->coverage() == LiquidationCoverage::complete);
  CHECK(find_venue("okx")->coverage() == LiquidationCoverage::one_per_second);
}
