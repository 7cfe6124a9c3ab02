#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"gate"}.said(text);
}

/// A frame whose result is `result`.
std::string update(std::string_view channel, std::string_view result) {
  return fmt::format(R"({{"time":7,"channel":"{}","event":"update","result":{}}})", channel,
                     result);
}

}  // namespace

TEST_CASE("gate: a trade's sign is the taker's side, its size a number or a text") {
  CHECK(said(fixture("gate", "trades")) ==
        Lines{"trade CL_USDT 85.92 x120 sell @1776470400000 #40112233",
              "trade CL_USDT 85.93 x4.5 buy @1776470401000 #40112234"});
}

TEST_CASE("gate: a trade with a time in seconds alone has that") {
  CHECK(
      said(update("futures.trades",
                  R"([{"size":1,"id":3,"create_time":1593561616,"price":"2","contract":"X"}])")) ==
      Lines{"trade X 2 x1 buy @1593561616000 #3"});
}

TEST_CASE("gate: what the insurance fund took over is no price, but shows life") {
  CHECK(said(fixture("gate", "internal_trades")) == Lines{"alive CL_USDT"});
}

TEST_CASE("gate: a trade of no size, or without a time, is malformed") {
  CHECK(said(update("futures.trades",
                    R"([{"size":0,"id":3,"create_time":7,"price":"2","contract":"X"}])")) ==
        Lines{"malformed: futures.trades: size is missing or zero"});
  CHECK(said(update("futures.trades", R"([{"size":1,"id":3,"price":"2","contract":"X"}])")) ==
        Lines{"malformed: futures.trades: create_time is missing or not a time"});
}

TEST_CASE("gate: a ticker yields last and mark at the frame's time") {
  CHECK(said(fixture("gate", "futures_tickers")) ==
        Lines{"last CL_USDT 85.92 @1776470400000", "mark CL_USDT 85.93 @1776470400000"});
}

TEST_CASE("gate: tickers come bare, in a list, or in a list of lists, and no deeper") {
  const std::string row = R"({"contract":"X","last":"2","mark_price":""})";
  CHECK(said(update("futures.tickers", row)) == Lines{"last X 2 @7000"});
  CHECK(said(update("futures.tickers", "[" + row + "]")) == Lines{"last X 2 @7000"});
  CHECK(said(update("futures.tickers", "[[" + row + "]]")) == Lines{"last X 2 @7000"});
  CHECK(said(update("futures.tickers", "[[[" + row + "]]]")) ==
        Lines{"malformed: futures.tickers: result is neither an object nor a list of them"});
}

TEST_CASE("gate: the best bid and ask make a mid; an empty book shows life") {
  CHECK(said(fixture("gate", "book_ticker")) == Lines{"mid CL_USDT 85.92 @1776470400170"});
  CHECK(said(update("futures.book_ticker", R"({"t":0,"u":0,"s":"X","b":"","B":0,"a":"","A":0})")) ==
        Lines{"alive X"});
}

TEST_CASE("gate: a liquidation's size above zero is taken for a long position") {
  CHECK(said(fixture("gate", "public_liquidates")) ==
        Lines{"long BTC_USDT 1250.5 contracts at 77190.2 @1776470401120",
              "short ETH_USDT 30 contracts at 2446.2 @1776470401130"});
}

TEST_CASE("gate: where the feed says that the size is the order's, above zero closes a short") {
  SourceTable sources;
  const Contracts contracts;
  FeedRequest request;
  request.liquidation_size_is_order = true;
  const auto decoder = find_venue("gate")->make_decoder(sources, contracts, request);
  std::vector<Event> events;
  decoder->decode(OwnedFrame{fixture("gate", "public_liquidates")}, events);
  REQUIRE(events.size() == 2);
  CHECK(std::get<Liquidation>(events[0]).position == Position::short_side);
  CHECK(std::get<Liquidation>(events[1]).position == Position::long_side);
}

TEST_CASE("gate: liquidations before 2026-08-20 have seconds, exact where time_ms stands beside") {
  CHECK(said(fixture("gate", "public_liquidates_in_seconds")) ==
        Lines{"short BTC_USDT 124 contracts at 77190.2 @1776470401000"});
  const auto order = [](std::string_view times) {
    return update("futures.public_liquidates",
                  fmt::format(R"({{"price":"2","size":3,{},"contract":"X"}})", times));
  };
  CHECK(said(order(R"("time":1776470401,"time_ms":1776470401120)")) ==
        Lines{"long X 3 contracts at 2 @1776470401120"});
  CHECK(said(order(R"("time":1776470401)")) == Lines{"long X 3 contracts at 2 @1776470401000"});
  CHECK(said(order(R"("time":1776470401120)")) == Lines{"long X 3 contracts at 2 @1776470401120"});
}

TEST_CASE("gate: contracts are worth their multiplier in coins at the price") {
  Decoding decoding{"gate", {{"BTC_USDT", {.multiplier = 0.0001, .inverse = false}}}};
  CHECK(decoding.said(fixture("gate", "public_liquidates")) ==
        Lines{"long BTC_USDT 1250.5 contracts at 77190.2 = 9652.63451 USD @1776470401120",
              "short ETH_USDT 30 contracts at 2446.2 @1776470401130"});
}

TEST_CASE("gate: spot trades are read as well") {
  CHECK(said(fixture("gate", "spot_trades")) ==
        Lines{"trade XAUT_USDT 4821.5 x0.201 sell @1776470400108 #816995772"});
}

TEST_CASE("gate: an answer names channel and contract") {
  CHECK(said(fixture("gate", "ack")) == Lines{"ack [futures.public_liquidates:!all]"});
  CHECK(said(fixture("gate", "error")) ==
        Lines{"error [futures.trades:NOPE_USDT]: unknown contract NOPE_USDT"});
}

TEST_CASE("gate: an older error names the contract in its text alone") {
  CHECK(
      said(
          R"({"time":7,"channel":"futures.trades","event":"subscribe","error":{"code":2,"message":"unknown contract X_USDT"}})") ==
      Lines{"error [futures.trades:X_USDT]: unknown contract X_USDT"});
}

TEST_CASE("gate: a pong is a frame of a channel of its own") {
  CHECK(said(fixture("gate", "pong")) == Lines{"pong"});
}

TEST_CASE("gate: an upgrade says that the connection will be cut") {
  Decoding decoding{"gate"};
  const auto report = decoding.report(fixture("gate", "notice"));
  CHECK(report.control == ControlKind::notice);
  CHECK(report.leaving);
  CHECK_FALSE(
      decoding.report(update("futures.system", R"({"type":"maintenance","msg":"soon"})")).leaving);
}

TEST_CASE("gate: a private channel is ignored by name") {
  CHECK(said(update("futures.liquidates", R"([{"contract":"X"}])")) ==
        Lines{"ignored: futures.liquidates"});
}

TEST_CASE("gate: each contract is asked for alone, with a header for exact sizes") {
  const auto plan = find_venue("gate")->plan({.prices = {{"CL_USDT", PriceKind::trade},
                                                         {"XAU_USDT", PriceKind::mark},
                                                         {"BTC_USDT", PriceKind::mid}},
                                              .liquidations = {"*"},
                                              .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://fx-ws.gateio.ws/v4/ws/usdt");
  CHECK(plan[0].headers == std::vector<Header>{{"X-Gate-Size-Decimal", "1"}});
  CHECK(
      plan[0].subscribe ==
      Lines{
          R"({"time":123456,"channel":"futures.trades","event":"subscribe","payload":["CL_USDT"]})",
          R"({"time":123456,"channel":"futures.tickers","event":"subscribe","payload":["CL_USDT"]})",
          R"({"time":123456,"channel":"futures.tickers","event":"subscribe","payload":["XAU_USDT"]})",
          R"({"time":123456,"channel":"futures.book_ticker","event":"subscribe","payload":["BTC_USDT"]})",
          R"({"time":123456,"channel":"futures.public_liquidates","event":"subscribe","payload":["!all"]})"});
  CHECK(plan[0].streams.at(4).name == "liquidations *");
  CHECK(plan[0].streams.at(4).ack == "futures.public_liquidates:!all");
}

TEST_CASE("gate: whoever asks for liquidations is told that their sign is not proven") {
  const auto* venue = find_venue("gate");
  FeedRequest request;
  CHECK(venue->caveats(request).empty());
  request.liquidations = {"*"};
  REQUIRE(venue->caveats(request).size() == 2);
  CHECK(venue->caveats(request)[0].find("taken for the position's") != std::string::npos);
  request.liquidation_size_is_order = true;
  CHECK(venue->caveats(request)[0].find("taken for the order's") != std::string::npos);
}

TEST_CASE("gate: its liquidations are all there are") {
  CHECK(find_venue("gate")->coverage() == LiquidationCoverage::complete);
}

TEST_CASE("gate: a contract is its quanto multiplier") {
  const auto contracts = find_venue("gate")->parse_contracts(
      R"([{"name":"BTC_USDT","type":"direct","quanto_multiplier":"0.0001"},{"name":"OLD_USD","type":"inverse","quanto_multiplier":"0"}])");
  REQUIRE(contracts.has_value());
  CHECK(contracts->size() == 1);
  CHECK(contracts->at("BTC_USDT").multiplier == 0.0001);
  CHECK_FALSE(contracts->at("BTC_USDT").inverse);
  for (const auto* body : {"", "{}", "[", R"([{"name":"X"}])", R"({"label":"NOT_FOUND"})"}) {
    CAPTURE(body);
    CHECK(find_venue("gate")->parse_contracts(body).error() == Errc::bad_protocol);
  }
}

TEST_CASE("gate: minutes are asked for in seconds; those of marks by another name") {
  const auto* venue = find_venue("gate");
  const auto path = [&](PriceKind kind) {
    return venue
        ->candles({"CL_USDT", kind, *from_unix_ms(1776470400000), *from_unix_ms(1776470520000)})
        ->path;
  };
  CHECK(path(PriceKind::trade) ==
        "/api/v4/futures/usdt/candlesticks?contract=CL_USDT&interval=1m&from=1776470400&to="
        "1776470519");
  CHECK(path(PriceKind::mark).find("contract=mark_CL_USDT&") != std::string::npos);
}

// clang-format off
TEST_CASE("gate: what the venue really sent") {
  check_captures({
    {"gate.control", "gate", {
       {"error [futures.orders:BTC_USDT_20220318]: unknown contract BTC_USDT_20220318"},
       {"error [spot.trades:LUNARLENS_USDT]: unknown currency pair: LUNARLENS_USDT"},
       {"ack"},
       {"ack"},
       {"notice: The connection will soon be closed for a service upgrade. Please reconnect."},
       {"ack [futures.public_liquidates:BTC_USDT]"},
     }},
    {"gate_futures.book_ticker", "gate", {
       {"mid BTC_USD 45534.75 @1648771200080"},
       {"alive BSW_USDT"},
       {"mid WOO_USDT 0.21015 @1684930167313"},
       {"mid WOO_USDT 0.2101 @1684930170493"},
       {"mid PHB_USDT 0.7384999999999999 @1684930175147"},
       {"mid WOO_USDT 0.2102 @1684930179509"},
     }},
    {"gate_futures.liquidates_private_legacy", "gate", {
       {"ignored: futures.liquidates"},
     }},
    {"gate_futures.public_liquidates", "gate", {
       {"short BTC_USDT 124.5 contracts at 215.1 @1541486601123",
        "short BTC_USDT 10.5 contracts at 215.2 @1541486601456"},
       {"short BTC_USDT 124 contracts at 215.1 @1541486601123",
        "short BTC_USDT 10 contracts at 215.2 @1541486601456"},
       {"short BTC_USDT 124 contracts at 215.1 @1541486601000"},
     }},
    {"gate_futures.tickers", "gate", {
       {"last ETC_USD 5.67 @1593561606000", "mark ETC_USD 5.735 @1593561606000",
        "last ETC_USD 5.67 @1593561606000", "mark ETC_USD 5.735 @1593561606000"},
       {"last BSV_USDT 244.9 @1617952183000", "mark BSV_USDT 244.78 @1617952183000"},
       {"last BTC_USDT 23160.2 @1677629168840", "mark BTC_USDT 23175.64 @1677629168840"},
       {"last ETH_USDT 118.4 @1541659086123", "mark ETH_USDT 118.35 @1541659086123"},
     }},
    {"gate_futures.trades", "gate", {
       {"trade COMP_USDT 217.2 x1 buy @1593561616000 #31615"},
       {"trade ETH_USDT 225.5 x22 sell @1593561623000 #1696009"},
       {"alive ETH_USDT"},
     }},
    {"gate_spot.trades", "gate", {
       {"trade DIS_USDT 121.58 x0.201 sell @1619093543708 #816995772"},
       {"trade NEO_BTC 0.0018735 x0.5 buy @1619093546958 #816995970"},
       {"trade FAST_USDT 10.42 x1.717 sell @1619093553517 #816996516"},
       {"trade ZKS_ETH 0.001021 x12.186 sell @1619093553605 #816996524"},
       {"trade NEO_BTC 0.0018716 x0.5 sell @1619093560801 #816996982"},
       {"trade NEO_BTC 0.0018697 x0.5 sell @1619093560801 #816996983"},
     }},
  });
}
// clang-format on
