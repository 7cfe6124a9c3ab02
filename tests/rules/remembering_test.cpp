// Rules with functions that remember: what they say, when, and after a restart.

#include <catch2/generators/catch_generators.hpp>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

RuleSpec crossing(std::string level = "80 USD/bbl") {
  auto spec = rule("oil", "crosses_above(WTI, " + level + ")");
  spec.clear = written("last(WTI) < 78 USD/bbl");
  return spec;
}

std::vector<Mistake> mistakes_of(const RuleSpec& spec) {
  const Universe universe{{{"WTI", "USD/bbl", false, {"test"}}}};
  auto outcome = compile_rule(spec, universe);
  if (auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome)) return *mistakes;
  return {};
}

}  // namespace

TEST_CASE("a crossing opens an episode that its clear ends") {
  Rig rig{{instrument("WTI")}, {crossing()}};
  rig.series("WTI", "79x3 80x3 79x3 81x3 77x3");
  CHECK(rig.said() == Lines{"40s oil fire notice", "2m40s oil resolve notice"});
}

TEST_CASE("a crossing tells the price that crossed") {
  Rig rig{{instrument("WTI")}, {crossing()}};
  rig.series("WTI", "79 80.5");
  REQUIRE(rig.alerts().size() == 1);
  CHECK(rig.alerts()[0].value == 80.5);
  CHECK(rig.alerts()[0].value_term == "last(WTI)");
  CHECK(rig.alerts()[0].value_unit == "USD/bbl");
}

TEST_CASE("what counts crossings of a tier tells their number, not the number wanted") {
  auto spec = rule("oil", "times(crosses_above(WTI, tier), 1h) >= 1.5");
  spec.tiers = {{Tier::notice, written("80 USD/bbl")}};
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "79x3 81x3 79x3 81x3");
  REQUIRE(rig.alerts().size() == 1);
  CHECK(rig.alerts()[0].value == 2);
  CHECK(rig.alerts()[0].value_term == "times(crosses_above(WTI, tier), 1h)");
}

TEST_CASE("a price already beyond the level when the daemon starts crosses nothing") {
  Rig rig{{instrument("WTI")}, {crossing()}};
  rig.series("WTI", "81x20");
  CHECK(rig.said().empty());
}

TEST_CASE("a level crossed while the price was stale is crossed when it comes back") {
  Rig rig{{instrument("WTI")}, {crossing()}};
  rig.series("WTI", "79 _x20 81");
  CHECK(rig.said() == Lines{"3m30s oil fire notice"});
}

TEST_CASE("a level crossed while the daemon was down is crossed when it is back") {
  Rig rig{{instrument("WTI")}, {crossing()}};
  rig.series("WTI", "79x3");
  rig.restart(1h);
  rig.tick("WTI", 81, 1h + 1s);
  CHECK(rig.said() == Lines{"1h1s oil fire notice"});
}

TEST_CASE("a price that was beyond the level before the restart does not cross it after") {
  Rig rig{{instrument("WTI")}, {crossing()}};
  rig.series("WTI", "81x3");
  rig.restart(1h);
  rig.series("WTI", "81x3", 1h + 1s);
  CHECK(rig.said().empty());
}

TEST_CASE("each rung has its own level to cross") {
  auto spec = with_tiers(crossing("tier"), "80 USD/bbl", "85 USD/bbl", "90 USD/bbl");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "79 81 84 86 84 86 91");
  CHECK(rig.said() ==
        Lines{"10s oil fire notice", "30s oil escalate major", "1m oil escalate critical"});
}

TEST_CASE("levels below are crossed downwards, with falling tiers") {
  auto spec = rule("oil", "crosses_below(WTI, tier)");
  spec.clear = written("last(WTI) > 75 USD/bbl");
  spec = with_tiers(spec, "70 USD/bbl", "65 USD/bbl", "60 USD/bbl");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "71 69 64 76");
  CHECK(rig.said() ==
        Lines{"10s oil fire notice", "20s oil escalate major", "30s oil resolve major"});
}

TEST_CASE("a ratchet's rungs remember from the start, not from when they are needed") {
  auto spec = with_tiers(crossing("tier"), "80 USD/bbl", "85 USD/bbl", "90 USD/bbl");
  spec.ratchet = written("5 USD/bbl");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "79 91 101 106");
  CHECK(rig.said() ==
        Lines{"10s oil fire critical", "20s oil escalate critical", "30s oil escalate critical"});
}

TEST_CASE("what is held fires at the heartbeat at which it has been") {
  Rig rig{{instrument("WTI")}, {rule("oil", "held(last(WTI) > 80 USD/bbl, 25s)")}};
  rig.series("WTI", "79 81x5 79");
  CHECK(rig.said() == Lines{"35s oil fire notice", "1m10s oil resolve notice"});
}

TEST_CASE("a part may have to hold where the whole need not") {
  const auto* when = "held(last(WTI) > 80 USD/bbl, 20s) or last(WTI) > 90 USD/bbl";
  Rig rig{{instrument("WTI")}, {rule("oil", when)}};
  rig.series("WTI", "79 91 79 81x3 79");
  CHECK(rig.said() == Lines{"10s oil fire notice", "20s oil resolve notice", "50s oil fire notice",
                            "1m10s oil resolve notice"});
}

TEST_CASE("what is held at a tier is held for each rung on its own") {
  auto spec = with_tiers(rule("oil", "held(last(WTI) > tier, 20s)"), "80 USD/bbl", "85 USD/bbl",
                         "90 USD/bbl");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "79 81 86 86 86 79");
  CHECK(rig.said() ==
        Lines{"30s oil fire notice", "40s oil escalate major", "50s oil resolve major"});
}

TEST_CASE("a fall and then a rise within the time are one event, the other order is none") {
  const auto* when = "within(last(WTI) < 75 USD/bbl, last(WTI) > 80 USD/bbl, 1m)";
  Rig rig{{instrument("WTI")}, {rule("oil", when)}};
  rig.series("WTI", "78 74 78 81x2 78 _ 81x9 78 74 78x8 81");
  CHECK(rig.said() == Lines{"30s oil fire notice", "1m oil resolve notice"});
}

TEST_CASE("a number of times within the window fires, and is over when the first has left it") {
  auto spec = rule("oil", "times(last(WTI) > 80 USD/bbl, 5m) >= 3");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "79x30 81 79 81 79 81 79x30");
  REQUIRE(rig.said() == Lines{"5m50s oil fire notice", "10m10s oil resolve notice"});
  CHECK(rig.alerts()[0].value == 3);
}

TEST_CASE("a restart keeps the count of times") {
  auto spec = rule("oil", "times(last(WTI) > 80 USD/bbl, 1h) >= 3");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "79 81 79 81 79");
  rig.restart(10min);
  rig.series("WTI", "79 81", 10min + 1s);
  CHECK(rig.said() == Lines{"10m11s oil fire notice"});
}

TEST_CASE("a restart keeps what has been held, and leaves out the time it took") {
  Rig rig{{instrument("WTI")}, {rule("oil", "held(last(WTI) > 80 USD/bbl, 1m)")}};
  rig.series("WTI", "81x4");
  rig.until(40s);
  rig.restart(10min);
  rig.series("WTI", "81x4", 10min);
  CHECK(rig.said() == Lines{"10m20s oil fire notice"});
}

TEST_CASE("a clear remembers while no episode is open") {
  auto spec = rule("oil", "last(WTI) > 90 USD/bbl");
  spec.clear = written("times(last(WTI) < 75 USD/bbl, 1h) >= 2");
  Rig rig{{instrument("WTI")}, {spec}};
  rig.series("WTI", "80x20 74x2 80x2 74x2 80x2 91 89");
  CHECK(rig.said() == Lines{"5m30s oil fire notice", "5m40s oil resolve notice"});
}

TEST_CASE("to ask for a status takes no judgement's place") {
  Rig rig{{instrument("WTI")}, {crossing()}};
  rig.tick("WTI", 79, 0s);
  CHECK(rig.engine().status()[0].phase == Phase::idle);
  rig.tick("WTI", 81, 1s);
  for (int i = 0; i < 3; ++i) (void)rig.engine().status();
  CHECK(rig.said() == Lines{"1s oil fire notice"});
}

TEST_CASE("a crossing cannot hold for a time") {
  auto spec = crossing();
  spec.hold = 15s;
  const auto mistakes = mistakes_of(spec);
  REQUIRE(mistakes.size() == 1);
  CHECK(to_line(mistakes[0]) ==
        "rules.toml:1:1: [[rule]] when: crosses_above is true at one moment only, and cannot hold "
        "for 15s; remove for, or write \"held(last(WTI) >= 80 USD/bbl, 15s)\"");
}

TEST_CASE("a rule of a crossing says when it is over") {
  auto spec = crossing();
  spec.when = written("last(WTI) > 90 USD/bbl or crosses_below(WTI, 80 USD/bbl)");
  spec.clear.reset();
  const auto mistakes = mistakes_of(spec);
  REQUIRE(mistakes.size() == 1);
  CHECK(
      to_line(mistakes[0]) ==
      "rules.toml:1:27: [[rule]] when: crosses_below is true at one moment only, so the rule must "
      "say when its episode is over; write a clear, or \"last(WTI) <= 80 USD/bbl\"");
}

TEST_CASE("a clear that is a crossing cannot be kept for a time") {
  auto spec = crossing();
  spec.clear = written("crosses_below(WTI, 78 USD/bbl)");
  CHECK(mistakes_of(spec).empty());
  spec.keep = 1min;
  REQUIRE(mistakes_of(spec).size() == 1);
  CHECK(mistakes_of(spec)[0].place == "[[rule]] clear");
}

TEST_CASE("a crossing that is remembered may hold and needs no clear") {
  auto spec = rule("oil", GENERATE("times(crosses_above(WTI, 80 USD/bbl), 1h) >= 2",
                                   "within(crosses_above(WTI, 80 USD/bbl), age(WTI) > 5s, 1h)",
                                   "held(not crosses_above(WTI, 80 USD/bbl), 1h)"));
  spec.hold = 15s;
  CHECK(mistakes_of(spec).empty());
}
