#include "daemon/backfill_plan.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

constexpr SourceId source{3};
using Questions = std::vector<Missing>;

Questions one(Duration from, Duration to) {
  return {{source, at(from), at(to)}};
}

}  // namespace

TEST_CASE("what is missing is asked once, then again with patience, then no more") {
  BackfillPlan plan;
  const auto missing = one(0s, 1h);
  CHECK(plan.ask(missing, at(2h)) == missing);
  CHECK(plan.ask(missing, at(2h + 29s)).empty());
  CHECK(plan.ask(missing, at(2h + 30s)) == missing);
  CHECK(plan.ask(missing, at(2h + 2min)).empty());
  int asked = 0;
  for (auto t = 3h; t < 100h; t += 1h) asked += plan.ask(missing, at(t)).empty() ? 0 : 1;
  CHECK(asked == 3);
}

TEST_CASE("of what is missing only the new part is asked at once") {
  BackfillPlan plan;
  plan.ask(one(0s, 1h), at(1h));
  CHECK(plan.ask(one(0s, 61min), at(61min - 40s)) == one(1h, 61min));
}

TEST_CASE("of what was asked only what is still missing is asked again") {
  BackfillPlan plan;
  plan.ask(one(0s, 1h), at(1h));
  CHECK(plan.ask(one(10min, 11min), at(2h)) == one(10min, 11min));
}

TEST_CASE("sources are asked apart") {
  BackfillPlan plan;
  plan.ask(one(0s, 1h), at(1h));
  const Questions other{{SourceId{4}, at(0s), at(1h)}};
  CHECK(plan.ask(other, at(1h)) == other);
}
