#include "rules/engine.hpp"

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

RuleSpec oil_shock() {
  auto spec = with_tiers(rule("oil", "abs(change(WTI, 1h)) >= tier"), "5%", "10%", "15%");
  spec.hold = 15s;
  return spec;
}

const std::vector<Source> three{{"a", "WTI"}, {"b", "WTI"}, {"c", "WTI"}};

}  // namespace

TEST_CASE("two rungs at once make one message, of the higher one, once it has held for its time") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x360 77.5x11");
  CHECK(rig.said() == Lines{"1h25s oil fire major"});
  const auto& alert = rig.alerts().front();
  CHECK(alert.value.value() == Catch::Approx(7.5 / 70));
  CHECK(alert.instrument == "WTI");
  CHECK(alert.move->from == 70);
  CHECK(alert.move->to == 77.5);
  CHECK(alert.began == at(1h + 10s));
}

TEST_CASE("a warming window is silent, and so is a rule while it is unknown") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x100 90x100");
  rig.until(35min);
  CHECK(rig.said().empty());
}

TEST_CASE("a rung that does not hold for its time says nothing") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x360 77.5 70x30");
  CHECK(rig.said().empty());
}

TEST_CASE("a higher rung while firing escalates at once, cooldown or not; a lower one is silent") {
  auto spec = oil_shock();
  spec.cooldown = 1h;
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "70x360 74x5 77.5x5 74x5 81x5");
  CHECK(rig.said() == Lines{"1h25s oil fire notice", "1h1m25s oil escalate major",
                            "1h3m25s oil escalate critical"});
}

TEST_CASE("an episode resolves with the highest rung it reached once the all-clear has been kept") {
  auto spec = oil_shock();
  spec.keep = 2min;
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "70x360 77.5x5 70x30");
  CHECK(rig.said() == Lines{"1h25s oil fire major", "1h3m10s oil resolve major"});
}

TEST_CASE("an explicit clear holds an episode open while the value swings around the threshold") {
  auto spec = oil_shock();
  spec.hold = 0s;
  spec.clear = written("abs(change(WTI, 1h)) < 0.6 * tier");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "70x360 73.6x5 73.4x5 73.6x5 73.4x5 71x5");
  CHECK(rig.said() == Lines{"1h10s oil fire notice", "1h4m10s oil resolve notice"});
}

TEST_CASE("a cooldown holds back a new episode of no higher rung, and lets it fire when it ends") {
  auto spec = oil_shock();
  spec.hold = 0s;
  spec.cooldown = 10min;
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "70x360 74x5 70x5 74x60");
  CHECK(rig.said() ==
        Lines{"1h10s oil fire notice", "1h1m10s oil resolve notice", "1h10m10s oil fire notice"});
  CHECK(rig.alerts().back().began == at(1h + 2min + 10s));
}

TEST_CASE("a cooldown never holds back a higher rung") {
  auto spec = oil_shock();
  spec.hold = 0s;
  spec.cooldown = 10min;
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "70x360 74x5 70x5 77.5x5");
  CHECK(rig.said() ==
        Lines{"1h10s oil fire notice", "1h1m10s oil resolve notice", "1h2m10s oil fire major"});
}

TEST_CASE("a ratchet adds rungs above the top one, escalating under the top one's name") {
  auto spec = oil_shock();
  spec.hold = 0s;
  spec.ratchet = written("5%");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "100x360 116 117 121 136 137");
  CHECK(rig.said() == Lines{"1h10s oil fire critical", "1h30s oil escalate critical",
                            "1h40s oil escalate critical"});
}

TEST_CASE("a rule without tiers has one rung, named by its severity") {
  auto spec = rule("gold", "last(WTI) > 80 USD/bbl");
  spec.severity = Tier::critical;
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "79 81 79");
  CHECK(rig.said() == Lines{"10s gold fire critical", "20s gold resolve critical"});
  CHECK(rig.alerts().front().value == 81);
}

TEST_CASE("a rule of two terms does not resolve while one of them still holds") {
  Rig rig{
      {instrument("WTI")},
      {with_tiers(rule("oil", "abs(change(WTI, 1h)) >= tier or abs(change(WTI, 10m)) >= tier / 2"),
                  "5%", "10%", "15%")}};
  rig.series("WTI", "70x360 74x120");  // over 5 % against an hour ago, and for 10 min over 2.5 %
                                       // against 10 min ago
  rig.until(1h + 20min + 10s);
  CHECK(rig.said() == Lines{"1h10s oil fire major"});
}

TEST_CASE(
    "a single venue's bad print fires nothing; the same on two of three fires on the tick that "
    "confirms it") {
  auto spec = oil_shock();
  spec.hold = 0s;
  Rig rig{{instrument("WTI", three)}, {spec}};
  for (auto t = 0s; t <= 1h; t += 10s)
    for (const char* source : {"a:WTI", "b:WTI", "c:WTI"}) rig.tick("WTI", 70, t, source);
  rig.tick("WTI", 91, 1h + 1s, "a:WTI");
  rig.tick("WTI", 70, 1h + 2s, "b:WTI");
  CHECK(rig.said().empty());
  rig.tick("WTI", 91, 1h + 3s, "b:WTI");
  CHECK(rig.said() == Lines{"1h3s oil fire critical"});
}

TEST_CASE("a stale price holds the rule, sends one no_data, and one data_back when it ends") {
  auto spec = oil_shock();
  spec.no_data = 5min;
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "70x360 77.5x5");
  rig.until(2h);
  rig.tick("WTI", 70, 2h + 500ms);
  CHECK(rig.said() == Lines{"1h25s oil fire major", "1h7m WTI no_data", "2h500ms WTI data_back",
                            "2h500ms oil resolve major"});
}

TEST_CASE("an instrument that never had a price is complained about by the live daemon alone") {
  auto gold = rule("gold", "last(GOLD) > 4900 USD/bbl");
  for (const bool live : {false, true}) {
    Rig rig{{instrument("WTI"), instrument("GOLD")},
            {oil_shock(), gold},
            {.heartbeat = 1s, .expects_data = live}};
    rig.series("WTI", "70x60");
    rig.until(10min);
    CHECK(rig.said() == (live ? Lines{"6m GOLD no_data"} : Lines{}));
  }
}

TEST_CASE(
    "sources that disagree make the instrument unconfirmed: rules hold, one notice after a minute "
    "and one at the end") {
  auto spec = oil_shock();
  spec.hold = 0s;
  Rig rig{{instrument("WTI", {{"a", "WTI"}, {"b", "WTI"}})}, {spec}};
  for (auto t = 0s; t <= 1h; t += 10s)
    for (const char* source : {"a:WTI", "b:WTI"}) rig.tick("WTI", 70, t, source);
  for (auto t = 1h + 10s; t <= 1h + 2min; t += 10s) {
    rig.tick("WTI", 80, t, "a:WTI");
    rig.tick("WTI", 70, t, "b:WTI");
  }
  CHECK(rig.said() == Lines{"1h1m10s WTI unconfirmed"});
  CHECK(rig.alerts().back().sources.size() == 2);
  rig.tick("WTI", 80, 1h + 130s, "b:WTI");
  CHECK(rig.said() == Lines{"1h2m10s WTI confirmed", "1h2m10s oil fire major"});
}

TEST_CASE("a restart in the middle of `for` changes nothing but the time it took") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x360 77.5x5");
  CHECK(rig.said() == Lines{"1h25s oil fire major"});
  rig.restart(1h + 1min);
  CHECK(rig.said().empty());
  CHECK(rig.engine().rule_memories().front().state.open);
}

TEST_CASE("a rule whose condition changed ends its open episode, saying so, and starts idle") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x360 77.5x5");
  rig.said();
  rig.rules().front().hold = 30s;
  rig.restart(1h + 1min);
  CHECK(rig.said() == Lines{"1h1m oil resolve major (rule changed)"});
  CHECK_FALSE(rig.engine().rule_memories().front().state.open);
}

TEST_CASE("a rule that is gone ends its open episode, saying so") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x360 77.5x5");
  rig.said();
  rig.rules().front().id = "other";
  rig.restart(1h + 1min);
  CHECK(rig.said() == Lines{"1h1m oil resolve (rule removed)"});
}

TEST_CASE(
    "a liquidation sum over a stretch that was not seen is a lower bound: it fires when certain "
    "and never clears on it") {
  auto spec = rule("liq", "sum(LIQ.long, 1h) >= 100M USD");
  Rig rig{{liquidations()}, {spec}};
  rig.stream("bybit", true, 0s);
  rig.stream("okx", true, 0s);
  rig.liquidation("BTCUSDT", Position::long_side, 60e6, 10min);
  rig.liquidation("BTCUSDT", Position::short_side, 60e6, 11min);
  CHECK(rig.said().empty());
  rig.liquidation("ETH-USDT-SWAP", Position::long_side, 50e6, 12min, "okx");
  CHECK(rig.said() == Lines{"12m liq fire notice"});
  CHECK(rig.alerts().back().value == 110e6);
  CHECK(rig.alerts().back().seen < 1);
  rig.stream("okx", false, 30min);
  rig.stream("okx", true, 31min);
  rig.until(1h + 12min);  // the sum fell to what was seen, but a minute of okx was not
  CHECK(rig.said().empty());
  rig.until(1h + 31min + 1s);
  CHECK(rig.said() == Lines{"1h30m25s liq resolve notice"});
}

TEST_CASE("an event series narrows by base, position and venue") {
  Rig rig{{liquidations()}, {rule("btc", "sum(LIQ.BTC.short@okx, 1h) >= 1M USD")}};
  rig.liquidation("BTCUSDT", Position::short_side, 2e6, 1min, "bybit");
  rig.liquidation("BTC-USDT-SWAP", Position::long_side, 2e6, 1min, "okx");
  rig.liquidation("ETH-USDT-SWAP", Position::short_side, 2e6, 1min, "okx");
  CHECK(rig.said().empty());
  rig.liquidation("BTC-USDT-SWAP", Position::short_side, 2e6, 1min, "okx");
  CHECK(rig.said() == Lines{"1m btc fire notice"});
}

TEST_CASE("an episode has the same id in every life, and its messages are numbered") {
  std::vector<AlertEvent> lives[2];
  for (auto& life : lives) {
    Rig rig{{instrument("WTI")}, {oil_shock()}};
    rig.series("WTI", "70x360 74x5 77.5x5");
    life = rig.alerts();
  }
  REQUIRE(lives[0].size() == 2);
  CHECK(lives[0] == lives[1]);
  CHECK(lives[0][0].id == lives[0][0].episode + "-0");
  CHECK(lives[0][1].id == lives[0][0].episode + "-1");
}

TEST_CASE(
    "a change against a zero or negative reference is undefined, and one from positive to negative "
    "is defined") {
  auto spec = rule("oil", "abs(change(WTI, 1d)) > 10%");
  auto wti = instrument("WTI");
  wti.max_staleness = 240h;
  Rig rig{{wti}, {spec}, {.heartbeat = 24h}};
  rig.series("WTI", "18.31 -36.98 8.91 10.1 13.64", 0s, 24h);
  // +53 % on the fourth day would be true again, but the episode never ended: undefined is not
  // false.
  CHECK(rig.said() == Lines{"1d oil fire notice"});
}

TEST_CASE("sources that die while they disagree are stale, not in disagreement for ever") {
  Rig rig{{instrument("WTI", {{"a", "WTI"}, {"b", "WTI"}})}, {oil_shock()}};
  for (auto t = 0s; t <= 1h; t += 10s)
    for (const char* source : {"a:WTI", "b:WTI"}) rig.tick("WTI", 70, t, source);
  rig.tick("WTI", 80, 1h + 1s, "a:WTI");
  rig.until(2h);
  CHECK(rig.said() == Lines{"1h6m WTI no_data"});
}

TEST_CASE("a rule that reads two instruments of one source sees both as of its tick") {
  Rig rig{{instrument("A", {{"x", "BTC"}}), instrument("B", {{"x", "BTC"}})},
          {rule("both", "last(A) > 80 USD/bbl and last(B) > 80 USD/bbl"),
           rule("second", "last(B) > 80 USD/bbl")}};
  rig.tick("A", 70, 100ms);
  rig.tick("A", 90, 200ms);
  CHECK(rig.said() == Lines{"200ms both fire notice", "200ms second fire notice"});
}

TEST_CASE("the base asset is found in every venue's spelling, dated and coin-margined ones too") {
  for (const char* symbol :
       {"BTCUSDT", "BTCUSDC", "BTCPERP", "BTCUSD", "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC_USDT",
        "BTC", "BTCUSD_PERP", "BTCUSDT_260327", "BTCUSDT-26DEC25", "BTCUSDU26", "BTC-USD-260327",
        "Binance:BTCUSDT", "OKX:BTC-USDT-SWAP"}) {
    CAPTURE(symbol);
    CHECK(base_of(symbol) == "BTC");
  }
  CHECK(base_of("1000PEPEUSDT") == "1000PEPE");
  CHECK(base_of("USDT") == "USDT");
}
