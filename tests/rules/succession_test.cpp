// What becomes of rules and of the past where the engine of another config takes over.

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

/// A day of WTI at 70, and the last minutes of it at 77.5.
void a_day_and_a_shock(Rig& rig) {
  rig.series("WTI", "70x8640 77.5x12", 0s, 10s);
}

RuleSpec shock() {
  return rule("shock", "change(WTI, 24h) >= 10%");
}

}  // namespace

TEST_CASE("a rule that is added judges with the past that is there") {
  Rig rig{{instrument("WTI")}, {rule("other", "last(WTI) < 0 USD/bbl")}};
  a_day_and_a_shock(rig);
  rig.rules().push_back(shock());
  rig.succeed(24h + 2min);
  rig.tick("WTI", 77.5, 24h + 2min);
  CHECK(rig.said() == Lines{"1d2m shock fire notice"});
}

TEST_CASE("a rule that is added changes nothing for the others") {
  Rig before{{instrument("WTI")}, {shock()}};
  Rig after{{instrument("WTI")}, {shock()}};
  a_day_and_a_shock(before);
  a_day_and_a_shock(after);
  after.rules().push_back(rule("week", "range_pct(WTI, 7d) > 50%"));
  after.succeed(24h + 2min);
  for (Rig* rig : {&before, &after}) {
    rig->series("WTI", "77.5x100 70x8640", 24h + 2min);
    rig->until(49h);
  }
  CHECK(after.alerts() == before.alerts());
  CHECK(after.said().size() == 2);
}
