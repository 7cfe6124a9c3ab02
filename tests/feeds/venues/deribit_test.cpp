#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("deribit");
}

Lines said(std::string_view text) {
  return Decoding{"deribit"}.said(text);
}

std::string trade(std::string_view instrument, std::string_view direction,
                  std::string_view liquidation) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","method":"subscription","params":{{"channel":"trades.{0}.100ms","data":[{{"timestamp":1776470400120,"price":2.5,"amount":40,"direction":"{1}","instrument_name":"{0}","trade_seq":7,"liquidation":{2}}}]}}}})",
      instrument, direction, liquidation);
}

std::string liquidated(std::string_view direction, std::string_view who) {
  const auto lines = said(trade("BTC-PERPETUAL", direction, who));
  std::string positions;
  for (std::size_t i = 1; i < lines.size(); ++i) positions += lines[i].substr(0, 6);
  return positions;
}

}  // namespace

TEST_CASE("deribit: a trade is a tick, numbered within its instrument") {
  CHECK(said(fixture("deribit", "trades")) ==
        Lines{"trade BTC-PERPETUAL 77210.5 x1120 sell @1776470400120 #400000001",
              "long BTC-PERPETUAL 1120 quote at 77210.5 = 1120 USD @1776470400120",
              "trade BTC-PERPETUAL 77210 x50 sell @1776470400121 #400000002"});
  CHECK(venue().numbers_trades());
}

TEST_CASE("deribit: T is the taker, who sold a long position or bought back a short one") {
  CHECK(liquidated("sell", R"("T")") == "long B");
  CHECK(liquidated("buy", R"("T")") == "short ");
}

TEST_CASE("deribit: M is the maker, on the other side") {
  CHECK(liquidated("buy", R"("M")") == "long B");
  CHECK(liquidated("sell", R"("M")") == "short ");
}

TEST_CASE("deribit: MT are both, and one tick") {
  CHECK(said(trade("BTC-PERPETUAL", "sell", R"("MT")")) ==
        Lines{"trade BTC-PERPETUAL 2.5 x40 sell @1776470400120 #7",
              "long BTC-PERPETUAL 40 quote at 2.5 = 40 USD @1776470400120",
              "short BTC-PERPETUAL 40 quote at 2.5 = 40 USD @1776470400120"});
}

TEST_CASE("deribit: no liquidation is none, and another word is malformed") {
  CHECK(liquidated("buy", "null").empty());
  CHECK(said(trade("BTC-PERPETUAL", "buy", R"("X")")) ==
        Lines{"malformed: trades: liquidation is none of T, M, MT"});
}

TEST_CASE("deribit: linear futures count coins; what is priced in coins has no sum in dollars") {
  CHECK(said(trade("PAXG_USDC-PERPETUAL", "sell", R"("T")")).at(1) ==
        "long PAXG_USDC-PERPETUAL 40 base at 2.5 = 100 USD @1776470400120");
  CHECK(said(trade("BTC-26DEC25", "sell", R"("T")")).at(1) ==
        "long BTC-26DEC25 40 quote at 2.5 = 40 USD @1776470400120");
  CHECK(said(trade("BTC-26DEC25-90000-C", "sell", R"("T")")).at(1) ==
        "long BTC-26DEC25-90000-C 40 base at 2.5 @1776470400120");
}

TEST_CASE("deribit: a ticker yields last, mark and mid, as far as there are any") {
  CHECK(said(fixture("deribit", "ticker")) == Lines{"last BTC-PERPETUAL 77210.5 @1776470400222",
                                                    "mark BTC-PERPETUAL 77209.2 @1776470400222",
                                                    "mid BTC-PERPETUAL 77210.5 @1776470400222"});
  CHECK(
      said(
          R"({"method":"subscription","params":{"channel":"ticker.X.100ms","data":{"timestamp":1,"instrument_name":"X","last_price":null,"mark_price":2,"best_ask_price":null,"best_bid_price":null}}})") ==
      Lines{"mark X 2 @1"});
}

TEST_CASE("deribit: a quote is a mid") {
  CHECK(said(fixture("deribit", "quote")) == Lines{"mid BTC-PERPETUAL 77210.5 @1776470400183"});
}

TEST_CASE("deribit: an answer that names fewer channels than were asked for is a refusal") {
  CHECK(said(fixture("deribit", "ack")) == Lines{"ack [12]"});
  CHECK(said(fixture("deribit", "refusal")) == Lines{"error [22]: not every channel was accepted"});
  CHECK(said(R"({"jsonrpc":"2.0","id":12,"result":["trades.X.100ms"]})") ==
        Lines{"error [12]: not every channel was accepted"});
  CHECK(said(fixture("deribit", "error")) == Lines{"error [12]: too_many_requests"});
}

TEST_CASE("deribit: a test request is answered at once") {
  Decoding decoding{"deribit"};
  CHECK(decoding.report(fixture("deribit", "test_request")).reply ==
        R"({"jsonrpc":"2.0","id":9,"method":"public/test","params":{}})");
  CHECK(decoding.said(R"({"jsonrpc":"2.0","id":9,"result":{"version":"1.2.26"}})") ==
        Lines{"pong"});
  const auto beat =
      decoding.report(R"({"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}})");
  CHECK(beat.control == ControlKind::heartbeat);
  CHECK(beat.reply.empty());
}

TEST_CASE("deribit: the answer to set_heartbeat acknowledges none of the streams") {
  CHECK(said(R"({"jsonrpc":"2.0","id":0,"result":"ok"})") == Lines{"ack [0]"});
}

TEST_CASE("deribit: a request for each instrument, whose id ends with its number of channels") {
  const auto plan = venue().plan(
      {.prices = {{"BTC-PERPETUAL", PriceKind::trade}, {"PAXG_USDC-PERPETUAL", PriceKind::mid}},
       .liquidations = {"BTC-PERPETUAL", "ETH-PERPETUAL", "*"},
       .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(
      plan[0].subscribe ==
      Lines{
          R"({"jsonrpc":"2.0","id":12,"method":"public/subscribe","params":{"channels":["trades.BTC-PERPETUAL.100ms","ticker.BTC-PERPETUAL.100ms"]}})",
          R"({"jsonrpc":"2.0","id":21,"method":"public/subscribe","params":{"channels":["ticker.PAXG_USDC-PERPETUAL.100ms"]}})",
          R"({"jsonrpc":"2.0","id":31,"method":"public/subscribe","params":{"channels":["trades.ETH-PERPETUAL.100ms"]}})",
          R"({"jsonrpc":"2.0","id":0,"method":"public/set_heartbeat","params":{"interval":30}})"});
  REQUIRE(plan[0].streams.size() == 5);
  CHECK(plan[0].streams[2].name == "liquidations BTC-PERPETUAL");
  CHECK(plan[0].streams[2].ack == "12");
  CHECK(plan[0].streams[4].ack == "31");
}

TEST_CASE("deribit: candles come in columns, all of one length") {
  const Timestamp from{std::chrono::milliseconds{1'776'470'400'000}};
  CHECK(venue()
            .candles({"BTC-PERPETUAL", PriceKind::trade, from, from + std::chrono::minutes{3}})
            ->path ==
        "/api/v2/public/get_tradingview_chart_data?instrument_name=BTC-PERPETUAL"
        "&start_timestamp=1776470400000&end_timestamp=1776470579999&resolution=1");
  CHECK_FALSE(
      venue()
          .parse_candles(
              R"({"result":{"ticks":[1776470400000],"open":[1],"high":[1],"low":[1],"close":[]}})")
          .has_value());
}

TEST_CASE("deribit: captured frames say what the venue's pages say") {
  // clang-format off
  check_captures({
    {"deribit.control", "deribit", {
       {"ack [1]"},
       {"error [1]: too_many_requests"},
       {"ack [0]"},
     }},
    {"deribit.quote", "deribit", {
       {"mid BTC-PERPETUAL 9600.75 @1567296000183"},
       {"mid BTC-PERPETUAL 92288.25 @1765541767174"},
     }},
    {"deribit.ticker", "deribit", {
       {"last BTC-PERPETUAL 10095.5 @1564617604229",
        "mark BTC-PERPETUAL 10094.1 @1564617604229",
        "mid BTC-PERPETUAL 10095.25 @1564617604229"},
       {"last BTC-PERPETUAL 8304.5 @1569888003897",
        "mark BTC-PERPETUAL 8304.39 @1569888003897",
        "mid BTC-PERPETUAL 8304.25 @1569888003897"},
       {"last BTC-5JUN20-9250-C 0.038 @1590969652595",
        "mark BTC-5JUN20-9250-C 0.03847784 @1590969652595",
        "mid BTC-5JUN20-9250-C 0.03825 @1590969652595"},
       {"mark ETH-5JUN20-310-P 0.33859 @1590969597073"},
       {"mark BTC-STRD-30SEP22-20000 0.1922 @1661274180291"},
       {"last BTC-FS-30SEP22_PERP -13.5 @1662681659203",
        "mark BTC-FS-30SEP22_PERP 10.12 @1662681659203"},
       {"mark MATIC_USDC-9MAR24-1d02-C 0.139 @1709809020064"},
       {"last BTC-PERPETUAL 92283.5 @1765541474086",
        "mark BTC-PERPETUAL 92281.78 @1765541474086",
        "mid BTC-PERPETUAL 92283.75 @1765541474086"},
       {"last BTC-30JUL21-24000-P 0.0025 @1626993725950",
        "mark BTC-30JUL21-24000-P 0.00222007 @1626993725950",
        "mid BTC-30JUL21-24000-P 0.0022500000000000003 @1626993725950"},
       {"last BTC-24JUN22-15000-C 0.577 @1626993730985",
        "mark BTC-24JUN22-15000-C 0.60445428 @1626993730985",
        "mid BTC-24JUN22-15000-C 0.6032500000000001 @1626993730985"},
       {"last BTC-25MAR22-30000-C 0.2805 @1626993742063",
        "mark BTC-25MAR22-30000-C 0.30381551 @1626993742063",
        "mid BTC-25MAR22-30000-C 0.29500000000000004 @1626993742063"},
       {"last ETH-27AUG21-4000-P 1.0165 @1626993746982",
        "mark ETH-27AUG21-4000-P 1.004602 @1626993746982"},
     }},
    {"deribit.trades", "deribit", {
       {"trade BTC-PERPETUAL 9598.5 x2000 sell @1567296022565 #20944815",
        "trade BTC-PERPETUAL 9598.5 x50 sell @1567296022565 #20944816"},
       {"trade BTC-PERPETUAL 4469.5 x1120 sell @1584058044032 #40781986",
        "long BTC-PERPETUAL 1120 quote at 4469.5 = 1120 USD @1584058044032"},
       {"trade BTC-PERPETUAL 92294.5 x10 sell @1765531356452 #271252854",
        "trade BTC-PERPETUAL 92288.5 x750 sell @1765531356452 #271252855"},
     }},
  });
  // clang-format on
}
