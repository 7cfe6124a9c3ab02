// `foghorn replay`, in-process: files as texts, alert events as lines.
#include "daemon/replay.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/daemon/replay_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

using Lines = std::vector<std::string>;

const std::string daily = R"(
[engine]
heartbeat = "1d"
[instrument.WTI]
unit = "USD/bbl"
max_staleness = "10d"
[[rule]]
id = "oil"
when = "abs(change(WTI, 1d)) > 10%"
)";

// A rule for each of two instruments: each fires at its price of 90 or less.
const std::string two_instruments = R"(
[engine]
max_skew = "5s"
[instrument.WTI]
unit = "USD/bbl"
max_staleness = "10d"
[instrument.GOLD]
unit = "USD/oz"
max_staleness = "10d"
[[rule]]
id = "oil"
when = "last(WTI) <= 90 USD/bbl"
[[rule]]
id = "gold"
when = "last(GOLD) <= 90 USD/oz"
)";

const std::string liquidations = R"(
[instrument.LIQ]
class = "event"
unit = "USD"
[instrument.WTI]
unit = "USD/bbl"
[[rule]]
id = "sum"
when = "sum(LIQ, 1h) >= 100 USD"
[[rule]]
id = "longs"
when = "count(LIQ.BTC.long@okx, 1h) >= 2"
[[rule]]
id = "oil"
when = "last(WTI) <= 90 USD/bbl"
)";
const std::string header = "time,venue,symbol,position,notional_usd\n";

}  // namespace

TEST_CASE("replay: daily prices fire on the day of the fall, and clear on the next") {
  const auto run = replayed(daily,
                            "time,instrument,price\n"
                            "2026-04-15,WTI,95.00\n2026-04-16,WTI,96.46\n"
                            "2026-04-17,WTI,85.91\n2026-04-20,WTI,86.00\n");
  CHECK(run.exit == 0);
  CHECK(run.said() == Lines{"2026-04-17T00:00 oil fire", "2026-04-18T00:00 oil resolve"});
}

TEST_CASE("replay: an alert event is one JSON object, its keys in a fixed order") {
  const auto run =
      replayed(daily, "time,instrument,price\n2026-04-16,WTI,100\n2026-04-17,WTI,75\n");
  CHECK_THAT(
      run.out,
      StartsWith(
          R"({"time":"2026-04-17T00:00:00.000Z","rule":"oil","instrument":"WTI","kind":"fire","tier":"notice","value":0.25,"episode":")") &&
          EndsWith("-0\"}\n"));
}

TEST_CASE("replay: a change from a negative price is undefined, and holds the episode open") {
  const auto run = replayed(daily,
                            "time,instrument,price\n"
                            "2020-04-17,WTI,18.31\n2020-04-20,WTI,-36.98\n"
                            "2020-04-21,WTI,8.91\n2020-04-22,WTI,13.64\n2020-04-23,WTI,14\n");
  CHECK(run.said() == Lines{"2020-04-20T00:00 oil fire", "2020-04-23T00:00 oil resolve"});
}

TEST_CASE("replay: times are RFC 3339, dates or Unix milliseconds, in one file") {
  const auto run = replayed(two_instruments,
                            "time,instrument,price\n2026-04-17,WTI,90\n"
                            "2026-04-17T02:00:00+02:00,GOLD,90\n1776470400000,WTI,91\n"
                            "2026-04-18T00:00:01Z,WTI,90\n");
  CHECK(run.exit == 0);
  CHECK(run.said() == Lines{"2026-04-17T00:00 oil fire", "2026-04-17T00:00 gold fire",
                            "2026-04-18T00:00 oil resolve", "2026-04-18T00:00 oil fire"});
}

TEST_CASE("replay: a row behind the others by up to max_skew counts as of now") {
  const auto run = replayed(two_instruments,
                            "time,instrument,price\n2026-04-17T12:00:04Z,WTI,91\n"
                            "2026-04-17T11:59:59Z,GOLD,90\n");
  CHECK_THAT(run.out, ContainsSubstring(R"("time":"2026-04-17T12:00:04.000Z","rule":"gold")"));
  CHECK_THAT(run.log, StartsWith("replayed 2 events (2 judged, 0 late,"));
}

TEST_CASE("replay: a row behind the others by more than max_skew is late") {
  const auto run = replayed(two_instruments,
                            "time,instrument,price\n2026-04-17T12:00:04.001Z,WTI,91\n"
                            "2026-04-17T11:59:59Z,GOLD,90\n");
  CHECK(run.exit == 0);
  CHECK(run.said() == Lines{});
  CHECK_THAT(run.log, StartsWith("replayed 2 events (1 judged, 1 late,"));
}

TEST_CASE("replay: a row older than its own source's newest is late") {
  const auto run = replayed(two_instruments,
                            "time,instrument,price\n2026-04-17T12:00:04Z,WTI,91\n"
                            "2026-04-17T12:00:03Z,WTI,90\n");
  CHECK(run.said() == Lines{});
  CHECK_THAT(run.log, StartsWith("replayed 2 events (1 judged, 1 late,"));
}

TEST_CASE("replay: an unknown instrument names the nearest") {
  const auto run = replayed(two_instruments, "time,instrument,price\n2026-04-17,GLOD,90\n");
  CHECK(run.exit == 1);
  CHECK(run.log ==
        "t.csv:2:12: instrument: the config has no price instrument \"GLOD\"; write \"GOLD\"\n");
}

TEST_CASE("replay: a bad row ends it where it stands, after what was decided before") {
  const auto run = replayed(two_instruments,
                            "time,instrument,price\n2026-04-17,WTI,90\n"
                            "2026-04-18,WTI,ninety\n2026-04-19,GOLD,90\n");
  CHECK(run.exit == 1);
  CHECK(run.said() == Lines{"2026-04-17T00:00 oil fire"});
  CHECK(run.log ==
        "t.csv:3:16: price: \"ninety\" is not a number; write the price in digits, such as "
        "85.91\n");
}

TEST_CASE("replay: a row in the batch before a bad row is judged") {
  const auto run = replayed(two_instruments,
                            "time,instrument,price\n2026-04-17,WTI,90\n2026-04-17,GOLD,90\n"
                            "yesterday,WTI,90\n");
  CHECK(run.exit == 1);
  CHECK(run.said() == Lines{"2026-04-17T00:00 oil fire", "2026-04-17T00:00 gold fire"});
  CHECK_THAT(run.log, StartsWith("t.csv:4:1: time: \"yesterday\" is not a time"));
}

TEST_CASE("replay: with a source column the sources form a consensus") {
  const std::string config = R"(
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP", "hyperliquid:xyz:CL"]
[[rule]]
id = "oil"
when = "last(WTI) <= 90 USD/bbl"
)";
  const auto run = replayed(config,
                            "time,instrument,price,source\n"
                            "2026-04-17T12:00:00Z,WTI,95,bybit:CLUSDT\n"
                            "2026-04-17T12:00:00Z,WTI,95,okx:CL-USDT-SWAP\n"
                            "2026-04-17T12:00:00Z,WTI,95,hyperliquid:xyz:CL\n"
                            "2026-04-17T12:00:10Z,WTI,60,bybit:CLUSDT\n"  // alone: a bad print
                            "2026-04-17T12:00:20Z,WTI,89,okx:CL-USDT-SWAP\n"
                            "2026-04-17T12:01:05Z,WTI,89,hyperliquid:xyz:CL\n");
  CHECK(run.exit == 0);
  CHECK(run.said() == Lines{"2026-04-17T12:01 oil fire"});
}

TEST_CASE("replay: a source that is not the instrument's is refused") {
  const std::string config = R"(
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
)";
  const auto run = replayed(config,
                            "source,time,instrument,price\n"
                            "okx:CL-USDT-SWAP,2026-04-17,WTI,95\n");
  CHECK(run.exit == 1);
  CHECK(run.log ==
        "t.csv:2:1: source: \"okx:CL-USDT-SWAP\" is not a source of WTI; add it to the sources of "
        "[instrument.WTI]\n");
}

TEST_CASE("replay: without a source column an instrument of many sources is one") {
  const std::string config = R"(
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[[rule]]
id = "oil"
when = "last(WTI) <= 90 USD/bbl"
)";
  CHECK(replayed(config, "time,instrument,price\n2026-04-17,WTI,90\n").said() ==
        Lines{"2026-04-17T00:00 oil fire"});
}

TEST_CASE("replay: liquidations are summed, counted, and joined with prices in time order") {
  const auto run = replayed(liquidations, "time,instrument,price\n2026-04-17T12:02:00Z,WTI,90\n",
                            header +
                                "2026-04-17T12:01:00Z,okx,BTC-USDT-SWAP,long,60\n"
                                "2026-04-17T12:03:00Z,bybit,ETHUSDT,short,40\n"
                                "2026-04-17T12:04:00Z,okx,BTC-USDT-SWAP,long,\n");
  CHECK(run.exit == 0);
  CHECK(run.said() == Lines{"2026-04-17T12:02 oil fire", "2026-04-17T12:03 sum fire",
                            "2026-04-17T12:04 longs fire"});
}

TEST_CASE("replay: equal liquidations at one time are distinct orders") {
  const auto run = replayed(liquidations, std::nullopt,
                            header +
                                "2026-04-17T12:01:00Z,okx,BTC-USDT-SWAP,long,60\n"
                                "2026-04-17T12:01:00Z,okx,BTC-USDT-SWAP,long,60\n");
  CHECK(run.said() == Lines{"2026-04-17T12:01 sum fire", "2026-04-17T12:01 longs fire"});
  CHECK_THAT(run.log, ContainsSubstring("2 judged, 0 late, 0 duplicate"));
}

TEST_CASE("replay: a bad liquidation is named by its file and place") {
  CHECK(
      replayed(liquidations, std::nullopt, header + "2026-04-17,okx,BTC-USDT-SWAP,lang,6\n").log ==
      "l.csv:2:30: position: \"lang\" is not a position; write \"long\" or \"short\"\n");
  CHECK_THAT(
      replayed(liquidations, std::nullopt, header + "2026-04-17,okx,BTC-USDT-SWAP,long,-6\n").log,
      StartsWith("l.csv:2:35: notional_usd: \"-6\" is not an amount of USD"));
}

TEST_CASE("replay: the same input gives the same bytes") {
  std::string ticks = "time,instrument,price\n";
  for (int i = 0; i < 500; ++i)
    ticks += std::to_string(1'776'470'400'000 + i * 700) + (i % 3 ? ",WTI," : ",GOLD,") +
             std::to_string(88 + i * i % 7) + "\n";
  const auto once = replayed(two_instruments, ticks);
  CHECK(once.said().size() > 20);
  CHECK(once.out == replayed(two_instruments, ticks).out);
}

TEST_CASE("replay: an empty file is a mistake") {
  const auto run = replayed(daily, "");
  CHECK(run.exit == 1);
  CHECK(run.log ==
        "t.csv:1:1: the file is empty; begin it with a header: time,instrument,price[,source]\n");
}

TEST_CASE("replay: a header alone is history without events") {
  const auto run = replayed(daily, "time,instrument,price\n");
  CHECK(run.exit == 0);
  CHECK(run.out.empty());
  CHECK_THAT(run.log, StartsWith("replayed 0 events"));
}

TEST_CASE("replay: the summary names the times and the kinds of alert events") {
  const auto run = replayed(daily,
                            "time,instrument,price\n2026-04-15,WTI,95.00\n2026-04-16,WTI,96.46\n"
                            "2026-04-17,WTI,85.91\n2026-04-20,WTI,86.00\n");
  CHECK_THAT(run.log, ContainsSubstring(" from 2026-04-15T00:00:00.000Z to 2026-04-20T00:00:00.000Z"
                                        " into 2 alert events (1 fire, 1 resolve) in "));
}

TEST_CASE("replay: nothing but the summary is said where there is no terminal") {
  const auto run = replayed(daily, "time,instrument,price\n2026-04-17,WTI,95.00\n");
  CHECK_THAT(run.log, StartsWith("replayed 1 events"));
}
