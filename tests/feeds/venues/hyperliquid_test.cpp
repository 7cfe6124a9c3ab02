#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/decoding.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"hyperliquid"}.said(text);
}

}  // namespace

TEST_CASE("hyperliquid: a trade's side is the taker's") {
  CHECK(said(fixture("hyperliquid", "trades")) ==
        Lines{"trade xyz:CL 85.88 x31.2 sell @1776470400140 #712233445566778",
              "trade xyz:CL 85.9 x0.4 buy @1776470400141 #99887766554433"});
}

TEST_CASE("hyperliquid: an asset's context yields mark and mid, and has no time") {
  CHECK(said(fixture("hyperliquid", "active_asset_ctx")) ==
        Lines{"mark xyz:CL 85.91", "mid xyz:CL 85.905"});
}

TEST_CASE("hyperliquid: an empty book has a mark and no mid") {
  CHECK(
      said(
          R"({"channel":"activeAssetCtx","data":{"coin":"A","ctx":{"markPx":"3","midPx":null,"impactPxs":null}}})") ==
      Lines{"mark A 3"});
  CHECK(said(R"({"channel":"activeAssetCtx","data":{"coin":"A","ctx":{"markPx":"3"}}})") ==
        Lines{"mark A 3"});
}

TEST_CASE("hyperliquid: a spot coin's context reads alike") {
  CHECK(
      said(
          R"({"channel":"activeSpotAssetCtx","data":{"coin":"@2","ctx":{"markPx":"0.00005299","midPx":"0.00005307","coin":"@2"}}})") ==
      Lines{"mark @2 5.299e-05", "mid @2 5.307e-05"});
}

TEST_CASE("hyperliquid: the best bid and ask make a mid; one of them is only a sign of life") {
  CHECK(said(fixture("hyperliquid", "bbo")) == Lines{"mid xyz:CL 85.91 @1776470400150"});
  CHECK(
      said(
          R"({"channel":"bbo","data":{"coin":"A","time":5,"bbo":[{"px":"1","sz":"1","n":1},null]}})") ==
      Lines{"alive A"});
  CHECK(
      said(
          R"({"channel":"bbo","data":{"coin":"A","time":5,"bbo":[null,{"px":"1","sz":"1","n":1}]}})") ==
      Lines{"alive A"});
  CHECK(
      said(R"({"channel":"bbo","data":{"coin":"A","time":5,"bbo":[{"px":"1","sz":"1","n":1}]}})") ==
      Lines{"alive A"});
}

TEST_CASE("hyperliquid: a book of three best levels is malformed") {
  CHECK(said(R"({"channel":"bbo","data":{"coin":"A","time":5,"bbo":[null,null,null]}})") ==
        Lines{"malformed: bbo: bbo is not a bid and an ask"});
}

TEST_CASE("hyperliquid: an acknowledgement names type and coin") {
  CHECK(said(fixture("hyperliquid", "ack")) == Lines{"ack [trades:xyz:CL]"});
}

TEST_CASE("hyperliquid: an error echoes what it is about, spaced or not") {
  CHECK(said(fixture("hyperliquid", "error")) ==
        Lines{R"(error [trades:xyz:CL]: Already subscribed: {"type":"trades","coin":"xyz:CL"})"});
  CHECK(
      said(
          R"({"channel":"error","data":"Invalid subscription {\"type\": \"bbo\", \"coin\": \"A\"}"})") ==
      Lines{R"(error [bbo:A]: Invalid subscription {"type": "bbo", "coin": "A"})"});
  CHECK(said(R"({"channel":"error","data":"Too many"})") == Lines{"error: Too many"});
}

TEST_CASE("hyperliquid: pong, greeting and notification are control frames") {
  CHECK(said(fixture("hyperliquid", "pong")) == Lines{"pong"});
  CHECK(said("Websocket connection established.") ==
        Lines{"welcome: Websocket connection established."});
  CHECK(said(R"({"channel":"notification","data":{"notification":"Order filled"}})") ==
        Lines{"notice: Order filled"});
}

TEST_CASE("hyperliquid: channels of no use to us are ignored by name") {
  CHECK(said(R"({"channel":"l2Book","data":{"coin":"A","time":1,"levels":[[],[]]}})") ==
        Lines{"ignored: l2Book"});
  CHECK(said(R"({"channel":"allMids","data":{"mids":{"A":"1"}}})") == Lines{"ignored: allMids"});
}

TEST_CASE("hyperliquid: builder-deployed coins have a connection of their own") {
  const auto plan = find_venue("hyperliquid")
                        ->plan({.prices = {{"BTC", PriceKind::trade},
                                           {"xyz:CL", PriceKind::mid},
                                           {"xyz:GOLD", PriceKind::mark}},
                                .liquidations = {},
                                .url = {}});
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].url == "wss://api.hyperliquid.xyz/ws");
  CHECK(plan[0].subscribe ==
        Lines{R"({"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}})",
              R"({"method":"subscribe","subscription":{"type":"activeAssetCtx","coin":"BTC"}})"});
  CHECK(
      plan[1].subscribe ==
      Lines{
          R"({"method":"subscribe","subscription":{"type":"bbo","coin":"xyz:CL"}})",
          R"({"method":"subscribe","subscription":{"type":"activeAssetCtx","coin":"xyz:GOLD"}})"});
  CHECK(plan[0].streams[0].ack == "trades:BTC");
  CHECK(plan[1].streams[0].ack == "bbo:xyz:CL");
  CHECK(plan[1].streams[0].kind == StreamKind::book);
}

TEST_CASE("hyperliquid: there are no liquidations") {
  CHECK(find_venue("hyperliquid")->liquidations() == Venue::Liquidations::none);
  CHECK(
      find_venue("hyperliquid")->plan({.prices = {}, .liquidations = {"BTC"}, .url = {}}).empty());
}

TEST_CASE("hyperliquid: the client speaks before the server falls silent for a minute") {
  CHECK(find_venue("hyperliquid")->keep_alive().text == R"({"method":"ping"})");
  CHECK(find_venue("hyperliquid")->keep_alive().every == std::chrono::seconds{50});
}

TEST_CASE("hyperliquid: candles are asked for in a body, of trades alone") {
  CandleRequest request{.symbol = "xyz:CL",
                        .kind = PriceKind::mid,
                        .from = Timestamp{std::chrono::milliseconds{1'776'470'400'000}},
                        .to = Timestamp{std::chrono::milliseconds{1'776'470'580'000}}};
  const auto asked = find_venue("hyperliquid")->candles(request);
  REQUIRE(asked.has_value());
  CHECK(asked->method == "POST");
  CHECK(asked->path == "/info");
  CHECK(
      asked->body ==
      R"({"type":"candleSnapshot","req":{"coin":"xyz:CL","interval":"1m","startTime":1776470400000,"endTime":1776470579999}})");
  request.kind = PriceKind::mark;
  CHECK_FALSE(find_venue("hyperliquid")->candles(request).has_value());
}
