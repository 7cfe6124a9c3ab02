#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("kraken-futures");
}

Lines said(std::string_view text) {
  return Decoding{"kraken-futures"}.said(text);
}

std::string trade(std::string_view product, std::string_view side, std::string_view type) {
  return fmt::format(
      R"({{"feed":"trade","product_id":"{}","side":"{}","type":"{}","seq":7,"time":1776470400120,"qty":40,"price":2.5}})",
      product, side, type);
}

}  // namespace

TEST_CASE("kraken-futures: a fill is a tick") {
  CHECK(said(fixture("kraken-futures", "trade")) ==
        Lines{"trade PI_XBTUSD 77210.5 x15000 sell @1776470400120 #700001"});
}

TEST_CASE("kraken-futures: a trade of type liquidation is a tick and a liquidation of its taker") {
  CHECK(said(fixture("kraken-futures", "liquidation")) ==
        Lines{"trade PF_XBTUSD 77300 x0.25 buy @1776470400121 #700002",
              "short PF_XBTUSD 0.25 base at 77300 = 19325 USD @1776470400121"});
  CHECK(said(trade("PI_XBTUSD", "sell", "liquidation")).at(1) ==
        "long PI_XBTUSD 40 contracts at 2.5 = 40 USD @1776470400120");
}

TEST_CASE("kraken-futures: other trades are no liquidations") {
  for (const auto* type : {"fill", "termination", "block", "assignment", "new"}) {
    CHECK(said(trade("PI_XBTUSD", "sell", type)) ==
          Lines{"trade PI_XBTUSD 2.5 x40 sell @1776470400120 #7"});
  }
}

TEST_CASE("kraken-futures: a contract of unknown size, or not in dollars, has no sum") {
  CHECK(said(trade("PV_XRPXBT", "sell", "liquidation")).at(1) ==
        "long PV_XRPXBT 40 contracts at 2.5 @1776470400120");
  CHECK(said(trade("PF_XBTEUR", "sell", "liquidation")).at(1) ==
        "long PF_XBTEUR 40 base at 2.5 @1776470400120");
  CHECK(said(trade("FI_XBTUSD_260626", "sell", "liquidation")).at(1) ==
        "long FI_XBTUSD_260626 40 contracts at 2.5 = 40 USD @1776470400120");
}

TEST_CASE("kraken-futures: a snapshot is history, its liquidations too") {
  CHECK(said(fixture("kraken-futures", "trade_snapshot")) ==
        Lines{"trade PI_XBTUSD 77190 x440 sell @1776470399000 #700000 history",
              "long PI_XBTUSD 440 contracts at 77190 = 440 USD @1776470399000 history",
              "trade PI_XBTUSD 77188.5 x12 buy @1776470398000 #699999 history"});
}

TEST_CASE("kraken-futures: a ticker yields last, mark and mid; without any it is a sign of life") {
  CHECK(said(fixture("kraken-futures", "ticker")) == Lines{"last PI_XBTUSD 77210.5 @1776470400222",
                                                           "mark PI_XBTUSD 77209.25 @1776470400222",
                                                           "mid PI_XBTUSD 77210.5 @1776470400222"});
  CHECK(said(R"({"feed":"ticker","product_id":"PF_X","time":1})") == Lines{"alive PF_X"});
}

TEST_CASE("kraken-futures: an acknowledgement names feed and product, an error nothing") {
  CHECK(said(fixture("kraken-futures", "ack")) == Lines{"ack [trade:PI_XBTUSD]"});
  CHECK(said(fixture("kraken-futures", "error")) == Lines{"error: Invalid product id"});
  CHECK(said(R"({"event":"alert","message":"Bad websocket message"})") ==
        Lines{"error: Bad websocket message"});
  CHECK(said(fixture("kraken-futures", "info")) == Lines{"status: info"});
  CHECK(said(R"({"feed":"heartbeat","time":1776470400000})") == Lines{"heartbeat"});
}

TEST_CASE("kraken-futures: liquidations are a stream of their own on the trades' subscription") {
  const auto plan = venue().plan({.prices = {{"PI_XBTUSD", PriceKind::trade}},
                                  .liquidations = {"PI_XBTUSD", "PF_ETHUSD", "*"},
                                  .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].subscribe ==
        Lines{R"({"event":"subscribe","feed":"trade","product_ids":["PI_XBTUSD"]})",
              R"({"event":"subscribe","feed":"ticker","product_ids":["PI_XBTUSD"]})",
              R"({"event":"subscribe","feed":"trade","product_ids":["PF_ETHUSD"]})"});
  REQUIRE(plan[0].streams.size() == 4);
  CHECK(plan[0].streams[2].name == "liquidations PI_XBTUSD");
  CHECK(plan[0].streams[2].ack == "trade:PI_XBTUSD");
  CHECK(plan[0].streams[2].sparse);
  CHECK(plan[0].streams[3].name == "liquidations PF_ETHUSD");
}

TEST_CASE("kraken-futures: the client pings, as WebSocket does, within a minute") {
  CHECK(venue().keep_alive().text.empty());
  CHECK(venue().keep_alive().every < std::chrono::seconds{60});
}

TEST_CASE("kraken-futures: candles are asked for in seconds") {
  const Timestamp from{std::chrono::milliseconds{1'776'470'400'000}};
  CHECK(
      venue().candles({"PF_XBTUSD", PriceKind::mark, from, from + std::chrono::minutes{3}})->path ==
      "/api/charts/v1/mark/PF_XBTUSD/1m?from=1776470400&to=1776470579");
}

TEST_CASE("kraken-futures: captured frames say what the venue's pages say") {
  // clang-format off
  check_captures({
    {"kraken_futures.ticker", "kraken-futures", {
       {"last FI_LTCUSD_190628 60.69 @1554076800684",
        "mark FI_LTCUSD_190628 60.61 @1554076800684",
        "mid FI_LTCUSD_190628 60.595 @1554076800684"},
       {"last PI_LTCUSD 60.35 @1554076800695",
        "mark PI_LTCUSD 60.38 @1554076800695",
        "mid PI_LTCUSD 60.365 @1554076800695"},
       {"last FI_ETHUSD_190426 141.8 @1554076798897",
        "mark FI_ETHUSD_190426 141.45 @1554076798897",
        "mid FI_ETHUSD_190426 141.45 @1554076798897"},
       {"last PI_LTCUSD 196.85 @1617235200598",
        "mark PI_LTCUSD 197.05 @1617235200598",
        "mid PI_LTCUSD 197.05 @1617235200598"},
       {"last PI_BCHUSD 123.8 @1680307198986",
        "mark PI_BCHUSD 123.83534812969 @1680307198986",
        "mid PI_BCHUSD 123.85 @1680307198986"},
       {"last FI_ETHUSD_210730 2313.05 @1627460663568",
        "mark FI_ETHUSD_210730 2312.725 @1627460663568",
        "mid FI_ETHUSD_210730 2312.7250000000004 @1627460663568"},
       {"last PI_XBTUSD 21983.5 @1676393235406",
        "mark PI_XBTUSD 21979.68641534714 @1676393235406",
        "mid PI_XBTUSD 21982.75 @1676393235406"},
     }},
    {"kraken_futures.trade", "kraken-futures", {
       {"trade FI_XBTUSD_190426 4088.5 x3 buy @1554076802518 #5271"},
       {"trade FI_XBTUSD_190927 9680 x166 sell @1567296042739 #374"},
       {"trade PI_ETHUSD 231.6 x250 buy @1593620853613 #253796",
        "short PI_ETHUSD 250 contracts at 231.6 = 250 USD @1593620853613"},
       {"trade PI_LTCUSD 136.53 x1 buy @1627483389597 #3732"},
       {"trade PI_XBTUSD 34969.5 x15000 sell @1612266317519 #653355"},
       {"trade PI_XBTUSD 34893 x440 sell @1612269657781 #655508 history",
        "trade PI_XBTUSD 34891 x9643 sell @1612269656839 #655507 history"},
       {"trade FI_BCHUSD_210730 439.5 x50 buy @1626994933519 #1488"},
       {"trade PI_ETHUSD 2005.2 x40 buy @1626994936490 #103832"},
     }},
  });
  // clang-format on
}
