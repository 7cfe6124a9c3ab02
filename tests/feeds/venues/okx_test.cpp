#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/decoding.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"okx"}.said(text);
}

}  // namespace

TEST_CASE("okx: a trade is a tick, in contracts where the instrument has them") {
  CHECK(said(fixture("okx", "trades")) ==
        Lines{"trade CL-USDT-SWAP 85.92 x120 sell @1776470400130 #40112233"});
}

TEST_CASE("okx: a ticker yields last and mid") {
  CHECK(said(fixture("okx", "tickers")) ==
        Lines{"last CL-USDT-SWAP 85.92 @1776470400240", "mid CL-USDT-SWAP 85.925 @1776470400240"});
}

TEST_CASE("okx: an empty text is no quote") {
  const auto ticker = [](std::string_view last, std::string_view bid) {
    return fmt::format(
        R"({{"arg":{{"channel":"tickers","instId":"X"}},"data":[{{"instId":"X","last":"{}","askPx":"3","bidPx":"{}","ts":"7"}}]}})",
        last, bid);
  };
  CHECK(said(ticker("2.5", "")) == Lines{"last X 2.5 @7"});
  CHECK(said(ticker("", "2")) == Lines{"mid X 2.5 @7"});
  CHECK(said(ticker("", "")) == Lines{"alive X"});
}

TEST_CASE("okx: a mark price is a tick") {
  CHECK(said(fixture("okx", "mark_price")) == Lines{"mark CL-USDT-SWAP 85.93 @1776470400260"});
}

TEST_CASE("okx: the best bid and ask make a mid, for the instrument that the arg names") {
  CHECK(said(fixture("okx", "bbo_tbt")) == Lines{"mid CL-USDT-SWAP 85.92 @1776470400270"});
  CHECK(
      said(
          R"({"arg":{"channel":"bbo-tbt","instId":"X"},"data":[{"asks":[],"bids":[["1","2","0","1"]],"ts":"1"}]})") ==
      Lines{"alive X"});
}

TEST_CASE(
    "okx: every order of every instrument is a liquidation, without a value while sizes are "
    "unknown") {
  CHECK(said(fixture("okx", "liquidation_orders")) ==
        Lines{"long BTC-USDT-SWAP 12.5 contracts at 77190.2 @1776470401200",
              "short BTC-USDT-SWAP 3 contracts at 77200 @1776470401900",
              "short BTC-USD-SWAP 40 contracts at 77180 @1776470401950"});
}

TEST_CASE("okx: linear contracts are worth coins at the price, inverse ones dollars") {
  Decoding decoding{"okx",
                    {{"BTC-USDT-SWAP", {.multiplier = 0.01, .inverse = false}},
                     {"BTC-USD-SWAP", {.multiplier = 100, .inverse = true}}}};
  CHECK(decoding.said(fixture("okx", "liquidation_orders")) ==
        Lines{"long BTC-USDT-SWAP 12.5 contracts at 77190.2 = 9648.775 USD @1776470401200",
              "short BTC-USDT-SWAP 3 contracts at 77200 = 2316 USD @1776470401900",
              "short BTC-USD-SWAP 40 contracts at 77180 = 4000 USD @1776470401950"});
}

TEST_CASE("okx: sizes may become known while the decoder runs") {
  Decoding decoding{"okx"};
  decoding.said(fixture("okx", "liquidation_orders"));
  decoding.contracts["BTC-USD-SWAP"] = {.multiplier = 100, .inverse = true};
  CHECK(decoding.said(fixture("okx", "liquidation_orders")).at(2) ==
        "short BTC-USD-SWAP 40 contracts at 77180 = 4000 USD @1776470401950");
}

TEST_CASE("okx: a net position was long where the order sold") {
  const auto order = [](std::string_view side) {
    return fmt::format(
        R"({{"arg":{{"channel":"liquidation-orders","instType":"SWAP"}},"data":[{{"details":[{{"bkPx":"1","posSide":"net","side":"{}","sz":"2","ts":"3"}}],"instId":"X"}}]}})",
        side);
  };
  CHECK(said(order("sell")) == Lines{"long X 2 contracts at 1 @3"});
  CHECK(said(order("buy")) == Lines{"short X 2 contracts at 1 @3"});
  CHECK(said(order("hold")) ==
        Lines{"malformed: liquidation-orders: side is neither buy nor sell"});
}

TEST_CASE("okx: an acknowledgement names channel and instrument, or instrument type") {
  CHECK(said(fixture("okx", "ack")) == Lines{"ack [tickers:CL-USDT-SWAP]"});
  CHECK(
      said(
          R"({"event":"subscribe","arg":{"channel":"liquidation-orders","instType":"SWAP"},"connId":"a"})") ==
      Lines{"ack [liquidation-orders:SWAP]"});
}

TEST_CASE("okx: an error's text names what it is about") {
  CHECK(Decoding{"okx"}.report(fixture("okx", "error")).subject == "tickers:NOPE-USDT-SWAP");
  Decoding decoding{"okx"};
  CHECK(
      decoding
          .report(
              R"({"event":"error","msg":"Subscribe failed, wrong URL or channel:books,instId:NOPE-USDT doesn't exist.","code":"60018","id":"ob1"})")
          .subject == "books:NOPE-USDT");
  CHECK(decoding.report(R"({"event":"error","msg":"Illegal request: {}","code":"60012","id":"5"})")
            .subject == "5");
  CHECK(decoding.report(R"({"event":"error","msg":"Illegal request: {}","code":"60012"})")
            .subject.empty());
}

TEST_CASE("okx: a service upgrade is announced as a notice") {
  CHECK(
      said(fixture("okx", "notice")) ==
      Lines{"notice: The connection will soon be closed for a service upgrade. Please reconnect."});
}

TEST_CASE("okx: a pong is a text, not JSON") {
  CHECK(said("pong") == Lines{"pong"});
  CHECK(said("pang") == Lines{"malformed: not a JSON object"});
}

TEST_CASE("okx: a count of connections is a status") {
  CHECK(
      said(R"({"event":"channel-conn-count","channel":"account","connCount":"1","connId":"4"})") ==
      Lines{"status: channel-conn-count"});
}

TEST_CASE("okx: channels of no use to us are ignored by name") {
  CHECK(said(R"({"arg":{"channel":"funding-rate","instId":"X"},"data":[{"fundingRate":"0.1"}]})") ==
        Lines{"ignored: funding-rate"});
}

TEST_CASE("okx: a known channel without data is malformed") {
  CHECK(said(R"({"arg":{"channel":"trades","instId":"X"}})") ==
        Lines{"malformed: frame: data is missing"});
}

TEST_CASE("okx: prices bring the ticker; liquidations of any symbols are the market's") {
  const auto plan = find_venue("okx")->plan({.prices = {{"CL-USDT-SWAP", PriceKind::trade},
                                                        {"BTC-USDT", PriceKind::mark},
                                                        {"ETH-USDT", PriceKind::mid}},
                                             .liquidations = {"BTC-USDT-SWAP"},
                                             .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://ws.okx.com:8443/ws/v5/public");
  CHECK(
      plan[0].subscribe ==
      Lines{
          R"({"id":"1","op":"subscribe","args":[{"channel":"trades","instId":"CL-USDT-SWAP"},{"channel":"tickers","instId":"CL-USDT-SWAP"},)"
          R"({"channel":"mark-price","instId":"BTC-USDT"},{"channel":"tickers","instId":"ETH-USDT"},)"
          R"({"channel":"liquidation-orders","instType":"SWAP"}]})"});
  REQUIRE(plan[0].streams.size() == 5);
  CHECK(plan[0].streams[1].ack == "tickers:CL-USDT-SWAP");
  CHECK(plan[0].streams[2].kind == StreamKind::mark);
  CHECK(plan[0].streams[4].name == "liquidations *");
  CHECK(plan[0].streams[4].symbol == "*");
  CHECK(plan[0].streams[4].ack == "liquidation-orders:SWAP");
}

TEST_CASE("okx: the client keeps the connection open with a text") {
  CHECK(find_venue("okx")->keep_alive().text == "ping");
  CHECK(find_venue("okx")->keep_alive().every == std::chrono::seconds{20});
}

TEST_CASE("okx: a contract is its value times its multiplier") {
  const auto contracts = find_venue("okx")->parse_contracts(
      R"({"code":"0","data":[{"instId":"BTC-USDT-SWAP","ctVal":"0.01","ctMult":"1","ctValCcy":"BTC","ctType":"linear"},)"
      R"({"instId":"BTC-USD-SWAP","ctVal":"100","ctMult":"2","ctValCcy":"USD","ctType":"inverse"},)"
      R"({"instId":"NEW-USDT-SWAP","ctVal":"","ctMult":"","ctType":""}],"msg":""})");
  REQUIRE(contracts.has_value());
  CHECK(contracts->size() == 2);
  CHECK(contracts->at("BTC-USDT-SWAP").multiplier == 0.01);
  CHECK_FALSE(contracts->at("BTC-USDT-SWAP").inverse);
  CHECK(contracts->at("BTC-USD-SWAP").multiplier == 200);
  CHECK(contracts->at("BTC-USD-SWAP").inverse);
}

TEST_CASE("okx: an answer that is an error, or cut off, tells no sizes") {
  for (const auto* body : {"", "<html>", R"({"code":"50011","data":[],"msg":"Too Many Requests"})",
                           R"({"code":"0","data":[{"instId":"X")",
                           R"({"code":"0","data":[{"instId":"X"}])", R"({"code":"0","data":{}})"}) {
    CAPTURE(body);
    CHECK(find_venue("okx")->parse_contracts(body).error() == Errc::bad_protocol);
  }
}

TEST_CASE("okx: the notice of a service upgrade says that the connection is about to go") {
  Decoding decoding{"okx"};
  CHECK(decoding.report(fixture("okx", "notice")).leaving);
  CHECK_FALSE(
      decoding.report(R"({"event":"notice","code":"60000","msg":"x","connId":"a"})").leaving);
}

TEST_CASE("okx: candles are asked for from before the first to the last, of trades or of marks") {
  CandleRequest request{.symbol = "CL-USDT-SWAP",
                        .kind = PriceKind::trade,
                        .from = Timestamp{std::chrono::milliseconds{1'776'470'400'000}},
                        .to = Timestamp{std::chrono::milliseconds{1'776'470'580'000}}};
  CHECK(find_venue("okx")->candles(request)->path ==
        "/api/v5/market/history-candles?instId=CL-USDT-SWAP&bar=1m&after=1776470580000"
        "&before=1776470399999&limit=100");
  request.kind = PriceKind::mark;
  CHECK(find_venue("okx")->candles(request)->path.starts_with(
      "/api/v5/market/history-mark-price-candles?"));
}

TEST_CASE("okx: an answer with an error code holds no candles") {
  CHECK_FALSE(find_venue("okx")
                  ->parse_candles(R"({"code":"50011","msg":"Too Many Requests","data":[]})")
                  .has_value());
  CHECK(find_venue("okx")->parse_candles(R"({"code":"0","msg":"","data":[]})")->empty());
}
