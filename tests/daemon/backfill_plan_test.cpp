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

TEST_CASE("what was given up is asked again of who comes in place of who was asked") {
  BackfillPlan plan;
  const auto missing = one(0s, 1h);
  const Questions other{{SourceId{4}, at(0s), at(1h)}};
  plan.ask(other, at(2h));
  for (auto t = 2h; t < 50h; t += 1h) plan.ask(missing, at(t));
  REQUIRE(plan.ask(missing, at(50h)).empty());
  plan.forget(source);
  CHECK(plan.ask(missing, at(50h)) == missing);
  CHECK(plan.ask(other, at(2h + 1s)).empty());
}

TEST_CASE("of what is missing only the new part is asked at once") {
  BackfillPlan plan;
  plan.ask(one(0s, 1h), at(63min));
  CHECK(plan.ask(one(0s, 61min), at(63min + 10s)) == one(1h, 61min));
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

TEST_CASE("what still grows is asked for by ten minutes, and its end when it has one") {
  BackfillPlan plan;
  const auto start = 3h;
  for (auto over = 1min; over < 10min; over += 1min)
    CHECK(plan.ask(one(start, start + over), at(start + over + 5s)).empty());
  CHECK(plan.ask(one(start, start + 10min), at(start + 10min + 5s)) == one(start, start + 10min));
  plan.ask(one(start, start + 10min), at(start + 10min + 35s));
  CHECK(plan.ask(one(start, start + 11min), at(start + 11min + 5s)).empty());
  CHECK(plan.ask(one(start, start + 11min), at(start + 12min + 30s)) ==
        one(start + 10min, start + 11min));
}

TEST_CASE("a price that never comes asks little and is remembered in little") {
  BackfillPlan plan;
  std::size_t questions = 0;
  for (auto over = 1min; over < 48h; over += 1min)
    questions += plan.ask(one(0s, over), at(over + 5s)).size();
  CHECK(questions < 5 * 6 * 48);
  CHECK(plan.kept() < 10);
}

TEST_CASE("of very many stretches the oldest are given up") {
  BackfillPlan plan;
  const int n = 5'000;
  Questions missing;
  for (int i = 0; i < n; ++i) missing.push_back({source, at(2min * i), at(2min * i + 1min)});
  const auto now = at(2min * n + 1min);
  CHECK(plan.ask(missing, now).size() == missing.size());
  CHECK(plan.kept() <= 1'024);
  CHECK(plan.ask(missing, now + 30s).size() < 1'024);
  CHECK(plan.ask(missing, now + 30s).empty());
}
