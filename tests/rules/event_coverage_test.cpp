// What an alert tells of the venues behind a sum of liquidations.
#include <catch2/catch_test_macros.hpp>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

using Venues = std::vector<VenueCoverage>;

VenueCoverage bybit(double seen = 1) {
  return {.venue = "bybit", .coverage = LiquidationCoverage::complete, .seen = seen};
}

VenueCoverage okx(double seen = 1) {
  return {.venue = "okx", .coverage = LiquidationCoverage::one_per_second, .seen = seen};
}

/// Both streams up for two hours, and a rule on the last one.
Rig wave(std::string when = "sum(LIQ, 1h) >= 1M USD") {
  Rig rig{{instrument("BTC"), liquidations()}, {rule("wave", std::move(when))}};
  rig.stream("bybit", true, 0s);
  rig.stream("okx", true, 0s);
  rig.tick("BTC", 100, 2h);
  return rig;
}

const AlertEvent& fired(Rig& rig, Duration t = 2h + 1min) {
  rig.tick("BTC", 100, t);
  rig.liquidation("BTC-USDT-SWAP", Position::long_side, 2e6, t, "okx");
  REQUIRE(rig.alerts().size() == 1);
  return rig.alerts().front();
}

}  // namespace

TEST_CASE("a sum tells each venue of its series and how many liquidations that publishes") {
  auto rig = wave();
  CHECK(fired(rig).venues == Venues{bybit(), okx()});
}

TEST_CASE("a sum of one venue tells that one") {
  auto rig = wave("sum(LIQ.BTC@okx, 1h) >= 1M USD");
  CHECK(fired(rig).venues == Venues{okx()});
}

TEST_CASE("a venue that is not seen is told with its share of the window and since when") {
  auto rig = wave();
  rig.stream("bybit", false, 2h);
  auto missing = bybit(0.75);
  missing.missing_since = at(2h);
  CHECK(fired(rig, 2h + 15min).venues == Venues{missing, okx()});
}

TEST_CASE("a venue that is back is told with its share of the window alone") {
  auto rig = wave();
  rig.stream("bybit", false, 1h + 30min);
  rig.stream("bybit", true, 1h + 45min);
  CHECK(fired(rig, 2h + 15min).venues == Venues{bybit(0.75), okx()});
}

TEST_CASE("a venue never heard is missing since engine time began") {
  Rig rig{{instrument("BTC"), liquidations()}, {rule("wave", "sum(LIQ, 1h) >= 1M USD")}};
  rig.tick("BTC", 100, 3h);
  rig.stream("okx", true, 3h);
  auto missing = bybit(0);
  missing.missing_since = at(3h);
  CHECK(fired(rig, 3h + 15min).venues == Venues{missing, okx(0.25)});
}

TEST_CASE("where a price decided, the series that the rule reads beside it is told") {
  auto rig = wave("last(BTC) > 50 USD/bbl and sum(LIQ, 1h) >= 1M USD");
  CHECK(fired(rig).value_term == "last(BTC)");
  CHECK(rig.alerts().front().venues == Venues{bybit(), okx()});
}

TEST_CASE("an alert of prices alone tells no venues") {
  auto rig = wave("last(BTC) > 150 USD/bbl");
  rig.tick("BTC", 200, 2h + 1min);
  REQUIRE(rig.alerts().size() == 1);
  CHECK(rig.alerts().front().venues.empty());
  CHECK(rig.alerts().front().unsummed == 0);
}

TEST_CASE("orders of unknown size are told with a sum, and are in a count already") {
  for (const auto& [when, unsummed] : {std::pair{"sum(LIQ, 1h) >= 1M USD", 2},
                                       {"count(LIQ, 1h) >= 3", 0},
                                       {"sum(LIQ, 1m) >= 1M USD", 1}}) {
    CAPTURE(when);
    auto rig = wave(when);
    rig.liquidation("FOOUSDT", Position::long_side, std::nullopt, 2h);
    rig.liquidation("FOOUSDT", Position::long_side, std::nullopt, 2h + 30s);
    CHECK(fired(rig).unsummed == unsummed);
  }
}

TEST_CASE("a venue that repeats others is in no sum but one that names it") {
  EventStreams streams{{{"bybit", LiquidationCoverage::complete},
                        {"coinglass", LiquidationCoverage::one_per_second, true}}};
  streams.set("bybit", true, at(0s));
  streams.set("coinglass", true, at(0s));
  EventTrack all{{.instrument = "LIQ", .venue = {}, .base = {}, .position = {}}, streams};
  EventTrack named{{.instrument = "LIQ", .venue = "coinglass", .base = {}, .position = {}},
                   streams};
  for (auto* track : {&all, &named}) {
    track->prepare(1h);
    track->add(at(2h), {"bybit", "BTC", Position::long_side}, UsdMicros{1});
    track->add(at(2h), {"coinglass", "BTC", Position::long_side}, UsdMicros{1});
  }
  CHECK(all.value(Function::count, 1h, at(2h)) == exactly(1));
  CHECK(named.value(Function::count, 1h, at(2h)) == exactly(1));
  CHECK(all.venues(1h, at(2h)) == Venues{bybit()});
  CHECK(named.venues(1h, at(2h)).front().venue == "coinglass");
}
