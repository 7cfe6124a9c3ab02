#include "model/alert_json.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <bit>
#include <cmath>
#include <random>

using namespace foghorn;
using namespace std::chrono_literals;
using std::chrono::sys_days;

namespace {

AlertEvent oil_shock() {
  AlertEvent e;
  e.time = *from_unix_ms(1'776'384'000'123);
  e.event_time = e.time - 80'001us;
  e.rule = "oil-shock";
  e.instrument = "WTI";
  e.kind = AlertKind::escalate;
  e.tier = Tier::major;
  e.value = -0.109;
  e.episode = "K7Q2";
  e.id = "K7Q2-1";
  e.title = {"原油剧烈波动", "Crude \"oil\" shock"};
  e.name = {"WTI 原油", "WTI crude"};
  e.unit = "USD/bbl";
  e.value_kind = ValueKind::ratio;
  e.value_term = "change(WTI, 24h)";
  e.price = 85.91;
  e.move = Move{96.46, e.time - 24h, 85.91, 24h};
  e.sources = {{"bybit:CLUSDT", 85.91, true}, {"okx:CL-USDT-SWAP", 91.0, false}};
  e.began = e.time - 15s;
  e.seen = 0.97;
  e.reason = "restarted";
  return e;
}

AlertEvent liquidation_wave() {
  auto e = oil_shock();
  e.value_term = "sum(LIQ, 1h)";
  e.move.reset();
  e.venues = {{"bybit", LiquidationCoverage::complete, 1.0, std::nullopt},
              {"okx", LiquidationCoverage::one_per_second, 0.75, e.time - 15min},
              {"gate", LiquidationCoverage::unknown, 1.0, std::nullopt}};
  e.unsummed = 3;
  return e;
}

}  // namespace

TEST_CASE("an alert event's public line has its keys in order") {
  CHECK(
      to_public_json(oil_shock()) ==
      R"({"time":"2026-04-17T00:00:00.123Z","rule":"oil-shock","instrument":"WTI","kind":"escalate",)"
      R"("tier":"major","value":-0.109,"episode":"K7Q2","id":"K7Q2-1"})");
}

TEST_CASE("what an alert event does not have is null in its public line") {
  AlertEvent e;
  e.time = *from_unix_ms(0);
  e.instrument = "GOLD";
  e.kind = AlertKind::no_data;
  e.id = "n1";
  e.value = std::nan("");
  CHECK(to_public_json(e) ==
        R"({"time":"1970-01-01T00:00:00.000Z","rule":null,"instrument":"GOLD","kind":"no_data",)"
        R"("tier":null,"value":null,"episode":null,"id":"n1"})");
}

TEST_CASE("an alert event survives the store") {
  CHECK(from_json(to_json(oil_shock())) == oil_shock());
  CHECK(from_json(to_json(AlertEvent{})) == AlertEvent{});
}

TEST_CASE("what was seen of a sum's venues survives the store, and stays out of the public line") {
  CHECK(from_json(to_json(liquidation_wave())) == liquidation_wave());
  CHECK(to_public_json(liquidation_wave()) == to_public_json(oil_shock()));
}

TEST_CASE("what was closed when an alert event was made survives the store") {
  auto e = oil_shock();
  e.move->bridged = true;
  e.underlying_closed = true;
  CHECK(from_json(to_json(e)) == e);
}

TEST_CASE("how rare a move was survives the store, and stays out of the public line") {
  auto e = oil_shock();
  e.sigma = -4.25;
  e.extreme = Extreme{.high = false,
                      .last_beyond = Timestamp{sys_days{2024y / 8 / 5}},
                      .known_since = Timestamp{sys_days{1986y / 1 / 2}},
                      .closes_only = true};
  CHECK(from_json(to_json(e)) == e);
  CHECK(to_public_json(e) == to_public_json(oil_shock()));
}

TEST_CASE("a high above all that is known survives the store without a day that was beyond it") {
  auto e = oil_shock();
  e.extreme = Extreme{.high = true, .known_since = e.time - 24h, .at_least = true};
  CHECK(from_json(to_json(e)) == e);
}

TEST_CASE("an alert event stored before rarity was told says nothing of it") {
  const auto e = from_json(
      R"({"kind":"fire","move":{"from":1.0,"from_time":5,"to":2.0,"window":3600000000}})");
  REQUIRE(e);
  CHECK_FALSE(e->sigma);
  CHECK_FALSE(e->extreme);
}

TEST_CASE("an alert event stored before closures were told knows of none") {
  const auto e = from_json(
      R"({"kind":"fire","move":{"from":1.0,"from_time":5,"to":2.0,"window":3600000000}})");
  REQUIRE(e);
  CHECK_FALSE(e->move->bridged);
  CHECK_FALSE(e->underlying_closed);
}

TEST_CASE("an alert event stored before venues were told has none") {
  const auto e = from_json(
      R"j({"time":1776384000123000,"rule":"wave","instrument":"LIQ","kind":"fire","tier":"major",)j"
      R"j("value":3.2e8,"id":"L1-0","value_term":"sum(LIQ, 1h)","sources":[],"seen":0.97})j");
  REQUIRE(e);
  CHECK(e->venues.empty());
  CHECK(e->unsummed == 0);
}

TEST_CASE("a coverage that a later version has named is not known") {
  const auto e = from_json(R"({"kind":"fire","venues":[{"venue":"okx","coverage":"sampled"}]})");
  REQUIRE(e);
  CHECK(e->venues == std::vector<VenueCoverage>{{.venue = "okx"}});
}

TEST_CASE("every finite number survives the store to the bit") {
  std::mt19937_64 random{GENERATE(range(0U, 20U))};
  for (int i = 0; i < 50; ++i) {
    auto e = oil_shock();
    e.value = std::bit_cast<double>(random());
    if (!std::isfinite(*e.value)) continue;
    CAPTURE(*e.value);
    CHECK(from_json(to_json(e)) == e);
  }
}

TEST_CASE("what is not a stored alert event is refused") {
  for (const char* text :
       {"", "[]", "{}", "{\"kind\":\"fire\",\"time\":\"now\"}", "{\"kind\":\"nap\"}",
        "{\"kind\":\"fire\",\"tier\":\"huge\"}", "{\"kind\":\"fire\",\"sources\":[1]}",
        "{\"kind\":\"fire\",\"venues\":[1]}", "{\"kind\":\"fire\",\"venues\":3}",
        "{\"kind\":\"fire\",\"unsummed\":\"few\"}", "{\"kind\":\"fire\"",
        "{\"kind\":\"fire\",\"move\":3}", "{\"kind\":\"fire\",\"extreme\":3}",
        "{\"kind\":\"fire\",\"sigma\":\"big\"}"}) {
    CAPTURE(text);
    CHECK_FALSE(from_json(text));
  }
}

TEST_CASE("a stored alert event of a later version is read for what it holds") {
  const auto e = from_json(R"({"kind":"fire","id":"x","rarity":4.5})");
  REQUIRE(e);
  CHECK(e->id == "x");
}
