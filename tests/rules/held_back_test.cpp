// Episodes that a cooldown holds back: told when it ends, or recorded when they were over before.

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

RuleSpec cooling() {
  auto spec =
      with_tiers(rule("oil", "last(WTI) >= tier"), "80 USD/bbl", "85 USD/bbl", "90 USD/bbl");
  spec.title = {"原油", "Oil"};
  spec.cooldown = 10min;
  return spec;
}

}  // namespace

TEST_CASE("an episode that was over before the cooldown is recorded with its time and tier") {
  Rig rig{{instrument("WTI")}, {cooling()}};
  rig.series("WTI", "79 91 79 81 86x2 79x3");
  CHECK(rig.said() == Lines{"10s oil fire critical", "20s oil resolve critical"});
  const HeldBack expected{.rule = "oil",
                          .title = {"原油", "Oil"},
                          .instrument = "WTI",
                          .tier = Tier::major,
                          .began = at(30s),
                          .ended = at(70s)};
  CHECK(rig.engine().held_back() == std::vector{expected});
}

TEST_CASE("each episode that was held back and over is recorded once") {
  Rig rig{{instrument("WTI")}, {cooling()}};
  rig.series("WTI", "91 79 81 79 81 79x100");
  REQUIRE(rig.engine().held_back().size() == 2);
  CHECK(rig.engine().held_back()[1].began == at(40s));
  rig.engine().clear_held_back();
  rig.until(1h);
  CHECK(rig.engine().held_back().empty());
}

TEST_CASE("an episode that fires when the cooldown ends is told, not recorded") {
  Rig rig{{instrument("WTI")}, {cooling()}};
  rig.series("WTI", "91 79 81x70 79");
  CHECK(rig.said() == Lines{"0s oil fire critical", "10s oil resolve critical",
                            "10m oil fire notice", "12m10s oil resolve notice"});
  CHECK(rig.alerts()[2].began == at(20s));
  CHECK(rig.engine().held_back().empty());
}

TEST_CASE("an episode that did not hold for its time was none to hold back") {
  auto spec = cooling();
  spec.hold = 30s;
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "91x5 79 81x2 79");
  CHECK(rig.alerts().size() == 2);
  CHECK(rig.engine().held_back().empty());
}

TEST_CASE("a restart does not forget that an episode is held back") {
  Rig rig{{instrument("WTI")}, {cooling()}};
  rig.series("WTI", "91 79 86x2");
  rig.restart(1min);
  rig.series("WTI", "79x3", 1min);
  REQUIRE(rig.engine().held_back().size() == 1);
  CHECK(rig.engine().held_back()[0].tier == Tier::major);
  CHECK(rig.engine().held_back()[0].began == at(20s));
}

TEST_CASE("an episode held back over a restart, with no price yet, is not over") {
  Rig rig{{instrument("WTI")}, {cooling()}};
  rig.series("WTI", "91 79 81x4");
  rig.restart(1min);
  rig.until(65s);  // a heartbeat at which nothing is known
  rig.series("WTI", "81x70", 66s);
  CHECK(rig.engine().held_back().empty());
  REQUIRE(rig.alerts().size() == 3);
  CHECK(rig.alerts()[2].began == at(20s));
}

TEST_CASE("an alert says that the market its instrument follows is closed, as of its event") {
  auto oil = instrument("WTI");
  oil.underlying = "nymex-energy";
  oil.underlying_hours = std::make_shared<const TradingHours>(
      std::vector<Session>{{at(0s), at(1min), at(0s)}, {at(2min), at(3min), at(0s)}});
  auto spec = rule("oil", "last(WTI) >= 80 USD/bbl");
  spec.no_data = 1h;
  Rig rig{{oil}, {spec}};
  rig.tick("WTI", 81, 30s);
  rig.tick("WTI", 79, 90s);
  rig.tick("WTI", 81, 150s);
  rig.tick("WTI", 79, 10min);  // beyond the sessions that are listed
  REQUIRE(rig.alerts().size() == 4);
  CHECK_FALSE(rig.alerts()[0].underlying_closed);
  CHECK(rig.alerts()[1].underlying_closed);
  CHECK_FALSE(rig.alerts()[2].underlying_closed);
  CHECK_FALSE(rig.alerts()[3].underlying_closed);
}
