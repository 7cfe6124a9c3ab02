#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("coinbase-advanced");
}

Lines said(std::string_view text) {
  return Decoding{"coinbase-advanced"}.said(text);
}

constexpr Timestamp midnight{std::chrono::milliseconds{1'776'470'400'000}};

}  // namespace

TEST_CASE("coinbase-advanced: a trade names the maker's side; its tick has the taker's") {
  CHECK(said(fixture("coinbase-advanced", "market_trades")) ==
        Lines{"trade BTC-USD 77185.21 x0.001 buy @1776470400215 #902114408",
              "trade BTC-USD 77185.2 x0.0135 sell @1776470400214 #902114407"});
}

TEST_CASE("coinbase-advanced: a snapshot is history") {
  CHECK(said(fixture("coinbase-advanced", "market_trades_snapshot")) ==
        Lines{"trade BTC-USD 77184.95 x0.002 sell @1776470398901 #902114406 history"});
  CHECK(said(fixture("coinbase-advanced", "ticker_snapshot")) ==
        Lines{"last BTC-USD 77184.95 @1776470400060 history",
              "mid BTC-USD 77185.2 @1776470400060 history"});
}

TEST_CASE("coinbase-advanced: a ticker is as old as its message, to the microsecond") {
  CHECK(said(fixture("coinbase-advanced", "ticker")) ==
        Lines{"last BTC-USD 77185.21 @1776470400315", "mid BTC-USD 77185.25 @1776470400315"});
  Decoding decoding{"coinbase-advanced"};
  decoding.report(fixture("coinbase-advanced", "ticker"));
  CHECK(std::get<Tick>(decoding.events.at(0)).event_time ==
        midnight + std::chrono::microseconds{315'002});
}

TEST_CASE("coinbase-advanced: a ticker of batches has no quotes") {
  CHECK(said(fixture("coinbase-advanced", "ticker_batch")) ==
        Lines{"last PAXG-USD 4821.3 @1776470405000"});
}

TEST_CASE("coinbase-advanced: messages of every channel are numbered, from one") {
  Decoding decoding{"coinbase-advanced"};
  const auto number = [&](std::string_view name) {
    return decoding.report(fixture("coinbase-advanced", name)).sequence;
  };
  CHECK(number("subscriptions") == 1);
  CHECK(number("market_trades_snapshot") == 2);
  CHECK(number("ticker_snapshot") == 3);
  CHECK(number("market_trades") == 18);
  CHECK(number("ticker") == 19);
  CHECK(number("heartbeats") == 20);
  CHECK(number("error") == 0);
  CHECK(decoding
            .report(R"({"channel":"l2_data","timestamp":"2026-04-18T00:00:00Z","sequence_num":4,)"
                    R"("events":[]})")
            .sequence == 5);
}

TEST_CASE("coinbase-advanced: a message without a number is malformed") {
  CHECK(said(R"({"channel":"heartbeats","timestamp":"2026-04-18T00:00:00Z","events":[]})") ==
        Lines{"malformed: heartbeats: sequence_num is missing"});
}

TEST_CASE("coinbase-advanced: heartbeats, answers and errors are control") {
  CHECK(said(fixture("coinbase-advanced", "heartbeats")) == Lines{"heartbeat"});
  CHECK(said(fixture("coinbase-advanced", "subscriptions")) == Lines{"ack"});
  CHECK(said(fixture("coinbase-advanced", "error")) == Lines{"error: authentication failure"});
}

TEST_CASE("coinbase-advanced: each channel has its message, and heartbeats keep all open") {
  const auto plan =
      venue().plan({.prices = {{"BTC-USD", PriceKind::trade}, {"PAXG-USD", PriceKind::mid}},
                    .liquidations = {},
                    .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://advanced-trade-ws.coinbase.com/");
  CHECK(plan[0].subscribe ==
        Lines{R"({"type":"subscribe","product_ids":["BTC-USD"],"channel":"market_trades"})",
              R"({"type":"subscribe","product_ids":["BTC-USD","PAXG-USD"],"channel":"ticker"})",
              R"({"type":"subscribe","channel":"heartbeats"})"});
  CHECK(plan[0].streams.size() == 3);
}

TEST_CASE("coinbase-advanced: minutes are asked for in seconds, without a key") {
  const auto request =
      venue().candles({"BTC-USD", PriceKind::trade, midnight, midnight + std::chrono::minutes{2}});
  REQUIRE(request);
  CHECK(request->path ==
        "/api/v3/brokerage/market/products/BTC-USD/candles?start=1776470400&end=1776470519"
        "&granularity=ONE_MINUTE&limit=350");
}

TEST_CASE("coinbase-advanced: captured frames say what the venue's page says") {
  check_captures({
      {"coinbase_advtrade.control",
       "coinbase-advanced",
       {{"ack"}, {"heartbeat"}, {"error: authentication failure"}}},
      {"coinbase_advtrade.market_trades",
       "coinbase-advanced",
       {{"trade BTC-USD 68900.5 x0.0015 sell @1775572202789 #995098700",
         "trade BTC-USD 68900 x0.05 buy @1775572202800 #995098701"},
        {"trade ETH-USDT 2375.56 x0.5 sell @1728026011088 #22381691",
         "trade ETH-USDT 2375.56 x0.5 sell @1728026011084 #22381690"}}},
      {"coinbase_advtrade.ticker",
       "coinbase-advanced",
       {{"last BTC-USD 68900.5 @1775572203000 history",
         "mid BTC-USD 68900.5 @1775572203000 history"},
        {"last ETH-USDT 21932.98 @1675974637167 history",
         "mid ETH-USDT 21932.98 @1675974637167 history"},
        {"last ETH-USDT 21932.98 @1675974637167 history"}}},
  });
}
