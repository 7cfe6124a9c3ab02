// A life of the daemon after another: what the store recalls fills the windows and decides nothing.
#include <catch2/catch_test_macros.hpp>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Rig level_rig(EngineOptions options = {}) {
  return {{instrument("WTI")}, {rule("oil", "last(WTI) >= 100 USD/bbl")}, options};
}

void warm(Rig& rig, std::vector<Sample> samples) {
  rig.engine().market().warm(0, samples);
}

}  // namespace

TEST_CASE("a recalled price, older than the one that fired, does not clear what that one fired") {
  auto rig = level_rig();
  rig.tick("WTI", 90, 59s);
  rig.tick("WTI", 105, 61s);
  CHECK(rig.said() == Lines{"1m1s oil fire notice"});

  rig.restart(62s);
  warm(rig, {{at(59s), 90}});  // the last whole minute
  rig.engine().start(at(62s));
  rig.until(65s);
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 105, 66s);
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 90, 67s);
  CHECK(rig.said() == Lines{"1m7s oil resolve notice"});
}

TEST_CASE("a recalled price fires nothing by itself") {
  auto rig = level_rig();
  warm(rig, {{at(59s), 105}});
  rig.engine().start(at(62s));
  rig.until(70s);
  CHECK(rig.engine().market().state(0) == PriceState::stale);
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 105, 71s);
  CHECK(rig.engine().market().state(0) == PriceState::confirmed);
  CHECK(rig.said() == Lines{"1m11s oil fire notice"});
}

TEST_CASE("a recalled past gives the first live price its windows") {
  Rig rig{{instrument("WTI")}, {rule("oil", "change(WTI, 1h) <= -10%")}};
  std::vector<Sample> past;
  for (auto t = 0s; t < 2h; t += 30s) past.push_back({at(t), 100});
  warm(rig, past);
  rig.tick("WTI", 90, 2h);
  CHECK(rig.said() == Lines{"2h oil fire notice"});
}

TEST_CASE("time in which the daemon was down is not held against the data") {
  auto rig = level_rig({.expects_data = true});
  warm(rig, {{at(0s), 90}});
  rig.engine().start(at(2h));
  rig.until(2h + 5min + 59s);
  CHECK(rig.said() == Lines{});
  rig.until(2h + 6min + 1s);
  CHECK(rig.said() == Lines{"2h6m WTI no_data"});
}

TEST_CASE("after a restart the price goes on only with a source of the group that made it") {
  const std::vector<Source> four{{"a", "WTI"}, {"b", "WTI"}, {"c", "WTI"}, {"d", "WTI"}};
  Rig rig{{instrument("WTI", four)}, {rule("oil", "last(WTI) >= 100 USD/bbl")}};
  rig.tick("WTI", 90, 1s, "a:WTI");
  rig.tick("WTI", 90, 1s, "b:WTI");
  REQUIRE(rig.engine().market().state(0) == PriceState::confirmed);

  rig.restart(2s);
  rig.tick("WTI", 110, 3s, "c:WTI");
  rig.tick("WTI", 110, 3s, "d:WTI");
  CHECK(rig.engine().market().state(0) == PriceState::unconfirmed);
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 90, 4s, "a:WTI");
  rig.tick("WTI", 110, 5s, "a:WTI");  // it moved there
  CHECK(rig.said() == Lines{"5s oil fire notice"});
}

TEST_CASE("minutes are recalled without gaps, however soon a price goes stale") {
  auto wti = instrument("WTI");
  wti.max_staleness = 5s;
  Rig rig{{wti}, {rule("oil", "high(WTI, 10m) > 1000 USD/bbl")}};
  const auto high = rig.engine().market().term(Function::high, Selector{"WTI", "", "", {}}, 10min);
  std::vector<Sample> past;
  for (auto t = 0s; t < 20min; t += 60s)
    for (const auto s : {0s, 20s, 40s, 59s}) past.push_back({at(t + s), 100});
  warm(rig, past);
  rig.tick("WTI", 100, 20min);
  CHECK(rig.engine().market().seen(high) == 1.0);
}
