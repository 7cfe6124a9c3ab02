#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("coinbase");
}

Lines said(std::string_view text) {
  return Decoding{"coinbase"}.said(text);
}

constexpr Timestamp midnight{std::chrono::milliseconds{1'776'470'400'000}};

}  // namespace

TEST_CASE("coinbase: a match names the maker's side; its tick has the taker's") {
  CHECK(said(fixture("coinbase", "match")) ==
        Lines{"trade BTC-USD 77185.2 x0.0135 buy @1776470400214 #902114407"});
}

TEST_CASE("coinbase: the match before the subscription is history") {
  CHECK(said(fixture("coinbase", "last_match")) ==
        Lines{"trade BTC-USD 77184.95 x0.002 sell @1776470398901 #902114406 history"});
}

TEST_CASE("coinbase: a ticker yields the last price, its taker's side, and the mid") {
  CHECK(said(fixture("coinbase", "ticker")) ==
        Lines{"last BTC-USD 77185.2 x0.0135 buy @1776470400214",
              "mid BTC-USD 77185.25 @1776470400214"});
}

TEST_CASE("coinbase: microseconds are kept") {
  Decoding decoding{"coinbase"};
  decoding.report(fixture("coinbase", "match"));
  CHECK(std::get<Tick>(decoding.events.at(0)).event_time ==
        midnight + std::chrono::microseconds{214'873});
}

TEST_CASE("coinbase: a side that is none is malformed") {
  CHECK(
      said(R"({"type":"match","trade_id":1,"side":"none","size":"1","price":"1","product_id":"A",)"
           R"("time":"2026-04-18T00:00:00Z"})") ==
      Lines{"malformed: match: side is neither buy nor sell"});
}

TEST_CASE("coinbase: the second's heartbeat is no data") {
  CHECK(said(fixture("coinbase", "heartbeat")) == Lines{"heartbeat"});
}

TEST_CASE("coinbase: a product that does not exist is refused by name, the others accepted") {
  CHECK(said(fixture("coinbase", "error")) ==
        Lines{"error [WTI-USD]: WTI-USD is not a valid product"});
  CHECK(said(fixture("coinbase", "subscriptions")) == Lines{"ack"});
  CHECK(said(R"({"type":"error","message":"Malformed JSON"})") == Lines{"error: Malformed JSON"});
}

TEST_CASE("coinbase: one message subscribes all channels, with a heartbeat for each product") {
  const auto plan =
      venue().plan({.prices = {{"BTC-USD", PriceKind::trade}, {"PAXG-USD", PriceKind::mid}},
                    .liquidations = {},
                    .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://ws-feed.exchange.coinbase.com/");
  CHECK(plan[0].subscribe ==
        Lines{R"({"type":"subscribe","channels":[{"name":"matches","product_ids":["BTC-USD"]},)"
              R"({"name":"ticker","product_ids":["BTC-USD","PAXG-USD"]},)"
              R"({"name":"heartbeat","product_ids":["BTC-USD","PAXG-USD"]}]})"});
  REQUIRE(plan[0].streams.size() == 3);
  CHECK(plan[0].streams[2].kind == StreamKind::ticker);
  CHECK(plan[0].streams[2].ack == "PAXG-USD");
}

TEST_CASE("coinbase: there is no mark") {
  CHECK_FALSE(venue().has_price(PriceKind::mark));
  CHECK(venue()
            .plan({.prices = {{"BTC-USD", PriceKind::mark}}, .liquidations = {}, .url = {}})
            .empty());
}

TEST_CASE("coinbase: minutes are asked for from the first to the last, both included") {
  const auto request =
      venue().candles({"BTC-USD", PriceKind::trade, midnight, midnight + std::chrono::hours{5}});
  REQUIRE(request);
  CHECK(request->path ==
        "/products/BTC-USD/candles?granularity=60&start=2026-04-18T00%3A00%3A00.000Z"
        "&end=2026-04-18T04%3A59%3A00.000Z");
  CHECK(venue().limits().candles_per_answer == 300);
}

TEST_CASE("coinbase: captured frames say what the venue's page says") {
  check_captures({
      {"coinbase_exchange.control",
       "coinbase",
       {{"ack"}, {"ack"}, {"error [ETH-USD]: ETH-USD is not a valid product"}, {"ack"}, {"ack"}}},
      {"coinbase_exchange.matches",
       "coinbase",
       {{"trade BAND-GBP 14.7775 x0.04 buy @1618677810244 #881613 history"},
        {"trade SKL-GBP 0.5752 x1008.2 sell @1618677809571 #82007 history"},
        {"trade YFI-BTC 0.82601 x7e-06 sell @1618677795270 #889760 history"},
        {"trade SKL-BTC 1.305e-05 x985 buy @1618677817089 #280232"},
        {"trade NMR-EUR 67.0209 x0.742 buy @1618677823767 #868604"},
        {"trade SKL-USD 0.7909 x0.2 sell @1618677828875 #1568277"},
        {"trade SKL-USD 0.7909 x480 sell @1618677840525 #1568289"},
        {"trade SKL-USD 0.7901 x1691.5 sell @1618677840746 #1568297"},
        {"trade DASH-BTC 0.00619348 x1.393 buy @1618677842489 #923568"},
        {"trade SKL-USD 0.7902 x18 sell @1618677843018 #1568310"},
        {"trade BTC-USD 80691.53 x1e-08 buy @1787628957096 #1081862674 history"},
        {"trade BTC-USD 80691.53 x1e-08 buy @1787628957198 #1081862675"}}},
      {"coinbase_exchange.ticker",
       "coinbase",
       {{"last BAND-GBP 14.7775 x0.04 buy @1618677810244", "mid BAND-GBP 14.7805 @1618677810244"},
        {"last SKL-USD 0.7904 x1338.3 buy @1618677817056", "mid SKL-USD 0.7906 @1618677817056"},
        {"last NMR-EUR 67.021 x0.002 buy @1618677823767", "mid NMR-EUR 66.97605 @1618677823767"},
        {"last SKL-USD 0.7913 x121.8 buy @1618677828915", "mid SKL-USD 0.7911 @1618677828915"},
        {"last SKL-USD 0.7909 x17 sell @1618677840658",
         "mid SKL-USD 0.7906500000000001 @1618677840658"},
        {"last SKL-USD 0.7911 x450 buy @1618677841173",
         "mid SKL-USD 0.7906500000000001 @1618677841173"},
        {"last SKL-USD 0.7903 x18 sell @1618677843003", "mid SKL-USD 0.7903 @1618677843003"},
        {"last BTC-USD 4095 x2 buy @1554076804540", "mid BTC-USD 4094.995 @1554076804540"},
        {"last BTC-USD 17165.16 x0.05 sell @1669852800122",
         "mid BTC-USD 17166.455 @1669852800122"}}},
  });
}
