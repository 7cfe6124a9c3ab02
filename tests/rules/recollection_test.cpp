// What the remembering functions remember, one argument at a time.

#include "rules/recollection.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string_view>
#include <utility>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const Value yes = truth(true);
const Value no = truth(false);
const Value stale = unknown(Unknown::stale);

Recollection after(Function function, Duration window,
                   std::initializer_list<std::pair<Duration, Value>> steps) {
  Recollection made{function, window};
  for (const auto& [t, value] : steps) made.step(value, exactly(80), at(t));
  return made;
}

Value crossed(Function function, std::initializer_list<Value> prices) {
  Recollection crossing{function, {}};
  auto t = 0s;
  for (const auto& price : prices) crossing.step(price, exactly(80), at(t += 1s));
  return crossing.value();
}

Value price(double p) {
  return exactly(p);
}

}  // namespace

TEST_CASE("a level is crossed where the last known price was on its other side") {
  CHECK(crossed(Function::crosses_above, {price(79), price(81)}).is_true());
  CHECK(crossed(Function::crosses_below, {price(81), price(79)}).is_true());
  CHECK(crossed(Function::crosses_above, {price(81), price(79)}).is_false());
}

TEST_CASE("to reach a level is to cross it, once") {
  CHECK(crossed(Function::crosses_above, {price(79), price(80)}).is_true());
  CHECK(crossed(Function::crosses_above, {price(79), price(80), price(81)}).is_false());
  CHECK(crossed(Function::crosses_below, {price(81), price(80)}).is_true());
  CHECK(crossed(Function::crosses_below, {price(80), price(79)}).is_false());
}

TEST_CASE("a crossing is true at one judgement only") {
  CHECK(crossed(Function::crosses_above, {price(79), price(81), price(81)}).is_false());
}

TEST_CASE("a price is compared with the last that was known, across what was not") {
  CHECK(crossed(Function::crosses_above, {price(79), stale, stale, price(81)}).is_true());
  CHECK(crossed(Function::crosses_above, {price(81), stale, price(81)}).is_false());
  CHECK(crossed(Function::crosses_above, {price(79), stale}) == stale);
}

TEST_CASE("a first price crosses nothing") {
  CHECK(crossed(Function::crosses_above, {price(81)}).is_false());
  CHECK(crossed(Function::crosses_above, {stale, price(81)}).is_false());
}

TEST_CASE("a level that rounding alone keeps from being reached is reached") {
  CHECK(crossed(Function::crosses_above, {price(79), price(80 - 1e-12)}).is_true());
}

TEST_CASE("a condition is held once it has been true for the whole time") {
  CHECK(after(Function::held, 10s, {{0s, yes}, {9s, yes}}).value().is_false());
  CHECK(after(Function::held, 10s, {{0s, yes}, {10s, yes}}).value().is_true());
  CHECK(
      after(Function::held, 10s, {{0s, yes}, {9s, no}, {10s, yes}, {19s, yes}}).value().is_false());
}

TEST_CASE("unknown time does not count towards what is held") {
  CHECK(after(Function::held, 10s, {{0s, yes}, {6s, stale}, {8s, yes}, {11s, yes}})
            .value()
            .is_false());
  CHECK(after(Function::held, 10s, {{0s, yes}, {6s, stale}, {8s, yes}, {12s, yes}})
            .value()
            .is_true());
  CHECK(after(Function::held, 10s, {{0s, yes}, {60s, stale}}).value() == stale);
}

TEST_CASE("what is held says when it will be") {
  CHECK(after(Function::held, 10s, {{0s, yes}, {4s, yes}}).next_change() == at(10s));
  CHECK_FALSE(after(Function::held, 10s, {{0s, yes}, {10s, yes}}).next_change());
  CHECK_FALSE(after(Function::held, 10s, {{0s, no}}).next_change());
}

namespace {

struct Pair {
  Duration t;
  Value a, b;
};

Value followed(std::initializer_list<Pair> steps) {
  Recollection within{Function::within, 60s};
  for (const auto& step : steps) within.step(step.a, step.b, at(step.t));
  return within.value();
}

}  // namespace

TEST_CASE("b follows a where it becomes true at most so long after a was") {
  CHECK(followed({{0s, yes, no}, {1s, no, no}, {60s, no, yes}}).is_true());
  CHECK(followed({{0s, yes, no}, {1s, no, no}, {61s, no, yes}}).is_false());
  CHECK(followed({{0s, no, no}, {1s, no, yes}}).is_false());
}

TEST_CASE("b follows a that is true at the same moment, not one that comes later") {
  CHECK(followed({{0s, no, no}, {1s, yes, yes}}).is_true());
  CHECK(followed({{0s, no, yes}, {1s, yes, yes}}).is_false());
  CHECK(followed({{0s, no, yes}, {1s, yes, yes}, {2s, no, no}, {3s, no, yes}}).is_true());
}

TEST_CASE("what followed stays true for as long as b does") {
  CHECK(followed({{0s, yes, no}, {1s, no, yes}, {600s, no, yes}}).is_true());
  CHECK(followed({{0s, yes, no}, {1s, no, yes}, {2s, no, stale}, {3s, no, yes}}).is_true());
  CHECK(followed({{0s, yes, no}, {1s, no, yes}, {2s, no, no}}).is_false());
}

TEST_CASE("whether b followed an a that is not known is not known") {
  CHECK(followed({{0s, stale, no}, {1s, stale, yes}}) == stale);
  CHECK(followed({{0s, stale, no}, {1s, stale, no}}).is_false());
  CHECK(followed({{0s, yes, no}, {1s, yes, stale}}) == stale);
}

TEST_CASE("a count is of the times that the condition became true within the window") {
  CHECK(after(Function::times, 1h, {{0s, no}, {1h, yes}, {61min, yes}, {62min, no}, {63min, yes}})
            .value() == exactly(2));
  CHECK(after(Function::times, 1h, {{0s, no}, {1h, yes}, {2h - 1us, no}}).value() == exactly(1));
  CHECK(after(Function::times, 1h, {{0s, no}, {1h, yes}, {2h, no}}).value() == exactly(0));
}

TEST_CASE("what was true from the start did not become true") {
  CHECK(after(Function::times, 1h, {{0s, yes}, {1h, yes}}).value() == exactly(0));
}

TEST_CASE("what became true while it was not known counts once it is") {
  CHECK(after(Function::times, 1h, {{0s, no}, {2h, stale}, {2h + 1s, yes}}).value() == exactly(1));
}

TEST_CASE("a count over time that was not seen is at least what was") {
  CHECK(after(Function::times, 1h, {{0s, no}, {1min, yes}}).value() == at_least(1));
  CHECK(after(Function::times, 1h, {{0s, no}, {2h, yes}, {3h - 1s, stale}}).value() == at_least(1));
  const auto blind = after(Function::times, 1h, {{0s, no}, {2h, stale}, {2h + 36s, no}});
  CHECK(blind.value() == at_least(0));
  CHECK(blind.next_change() == at(3h + 36s));
  CHECK(after(Function::times, 1h, {{0s, no}, {2h, stale}, {2h + 35s, no}}).value() == exactly(0));
}

TEST_CASE("a count has a bound, and says so") {
  Recollection count{Function::times, 1h};
  auto t = 0s;
  count.step(no, no, at(t));
  for (std::size_t i = 0; i < most_edges + 1; ++i) {
    count.step(yes, no, at(2h + (t += 1s)));
    count.step(no, no, at(2h + (t += 1s)));
  }
  CHECK(count.value() == at_least(static_cast<double>(most_edges)));
  count.step(no, no, at(3h + 1s));
  CHECK(count.value() == exactly(static_cast<double>(most_edges)));
}

TEST_CASE("what a recollection stores goes on in another life") {
  for (const auto function : {Function::held, Function::within, Function::times,
                              Function::crosses_above, Function::crosses_below}) {
    CAPTURE(to_text(function));
    Recollection before{function, 1h};
    const auto other = function == Function::within ? no : exactly(80);
    for (auto t = 0min; t < 90min; t += 7min)
      before.step(t % 21min == 0min ? exactly(1) : exactly(0), other, at(t));
    Recollection next{function, 1h};
    next.restore(before.state());
    CHECK(next.state() == before.state());
    // With no time lost in between, they say the same ever after.
    for (const Duration t : {Duration{0s}, Duration{1s}, Duration{40min}, Duration{60min}}) {
      CAPTURE(t.count());
      const auto truth_of = exactly(t == 40min ? 81 : 0);
      before.step(truth_of, yes, at(84min + t));
      next.step(truth_of, yes, at(84min + t));
      CHECK(next.value() == before.value());
    }
  }
}

TEST_CASE("a count after a life in which nobody looked is at least what was counted") {
  const auto before = after(Function::times, 1h, {{0s, no}, {2h, yes}});
  Recollection next{Function::times, 1h};
  next.restore(before.state());
  next.step(no, no, at(2h + 10min));
  CHECK(next.value() == at_least(1));
  next.step(no, no, at(3h + 10min));
  CHECK(next.value() == exactly(0));
}
