#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("binance-coinm");
}

Lines said(std::string_view text) {
  return Decoding{"binance-coinm"}.said(text);
}

}  // namespace

TEST_CASE("binance-coinm: a trade is a tick, its size in contracts") {
  CHECK(said(fixture("binance-coinm", "agg_trade")) ==
        Lines{"trade BTCUSD_PERP 77190.1 x35 buy @1776470400240 #98120553"});
  CHECK(said(fixture("binance-coinm", "trade")) ==
        Lines{"trade BTCUSD_PERP 77190.2 x4 sell @1776470400240 #1201448303"});
}

TEST_CASE("binance-coinm: ticker, mark and quotes are prices of their own kind") {
  CHECK(said(fixture("binance-coinm", "ticker")) ==
        Lines{"last BTCUSD_PERP 77190.2 @1776470401040"});
  CHECK(said(fixture("binance-coinm", "mark_price")) ==
        Lines{"mark BTCUSD_PERP 77188.43719921 @1776470401000"});
  CHECK(said(fixture("binance-coinm", "book_ticker")) ==
        Lines{"mid BTCUSD_PERP 77190.1 @1776470400238"});
}

TEST_CASE("binance-coinm: a forced purchase closed a short position of so many contracts") {
  CHECK(said(fixture("binance-coinm", "force_order")) ==
        Lines{"short BTCUSD_PERP 25 contracts at 77210.4 @1776470400326"});
}

TEST_CASE("binance-coinm: contracts are dollars, whatever the price") {
  Decoding decoding{"binance-coinm", {{"BTCUSD_PERP", {.multiplier = 100, .inverse = true}}}};
  CHECK(decoding.said(fixture("binance-coinm", "force_order")) ==
        Lines{"short BTCUSD_PERP 25 contracts at 77210.4 = 2500 USD @1776470400326"});
}

TEST_CASE("binance-coinm: a forced order of the USD-margined exchange is not its own") {
  CHECK(said(fixture("binance-coinm", "force_order_usd_margined")) ==
        Lines{"ignored: forceOrder of the USD-margined exchange"});
}

TEST_CASE("binance-coinm: it says itself how many dollars a contract is") {
  const auto contracts = venue().parse_contracts(
      R"({"timezone":"UTC","symbols":[{"symbol":"BTCUSD_PERP","pair":"BTCUSD","contractSize":100},)"
      R"({"symbol":"ETHUSD_PERP","pair":"ETHUSD","contractSize":10},{"symbol":"NEWUSD_PERP"}]})");
  REQUIRE(contracts.has_value());
  CHECK(contracts->size() == 2);
  CHECK(contracts->at("BTCUSD_PERP").multiplier == 100);
  CHECK(contracts->at("ETHUSD_PERP").multiplier == 10);
  CHECK(contracts->at("ETHUSD_PERP").inverse);
  CHECK(venue().contracts_path() == "/dapi/v1/exchangeInfo");
}

TEST_CASE("binance-coinm: an answer about no contracts is refused") {
  for (const auto* body : {"", "[]", "{}", R"({"code":-1003,"msg":"Too many requests."})",
                           R"({"symbols":[{"contractSize":100}]})", R"({"symbols":[)"}) {
    CAPTURE(body);
    CHECK_FALSE(venue().parse_contracts(body).has_value());
  }
}

TEST_CASE("binance-coinm: quotes are served elsewhere than what the market did") {
  const auto plan = venue().plan({.prices = {{"BTCUSD_PERP", PriceKind::trade},
                                             {"ETHUSD_PERP", PriceKind::mark},
                                             {"BTCUSD_PERP", PriceKind::mid}},
                                  .liquidations = {"*"},
                                  .url = {}});
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].url ==
        "wss://dstream.binance.com/market/stream?streams=btcusd_perp@aggTrade/btcusd_perp@ticker/"
        "ethusd_perp@markPrice@1s/!forceOrder@arr");
  CHECK(plan[1].url == "wss://dstream.binance.com/public/stream?streams=btcusd_perp@bookTicker");
}

TEST_CASE("binance-coinm: minutes are asked for by kind of price") {
  const Timestamp from{std::chrono::milliseconds{1'776'470'400'000}};
  const auto to = from + std::chrono::minutes{1};
  const auto path = [&](PriceKind kind) {
    return venue().candles({"BTCUSD_PERP", kind, from, to})->path;
  };
  CHECK(path(PriceKind::trade) ==
        "/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1m&startTime=1776470400000"
        "&endTime=1776470459999&limit=1000");
  CHECK(path(PriceKind::mark).starts_with("/dapi/v1/markPriceKlines?symbol=BTCUSD_PERP&"));
  CHECK(path(PriceKind::mid) == path(PriceKind::trade));
}

TEST_CASE("binance-coinm: a shutdown is announced, and means leaving") {
  Decoding decoding{"binance-coinm"};
  CHECK(decoding.report(fixture("binance-coinm", "server_shutdown")).leaving);
}

TEST_CASE("binance-coinm: captured frames say what the venue's page says") {
  check_captures({
      {"binance_coinm.forceOrder",
       "binance-coinm",
       {{"long BTCUSD_200925 3 contracts at 9352.7 @1594622954021"}}},
      {"binance_coinm.trade",
       "binance-coinm",
       {{"trade BTCUSD_PERP 88904.9 x1 sell @1769590256674 #1074178546"}}},
  });
}
