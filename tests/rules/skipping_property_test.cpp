// What need not be worked out is left out: heartbeats at which nothing can change, rules that
// cannot come out differently while the market does as expected. That must not be heard, whatever
// the rules and whatever happens.

#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/rules/some_market.hpp"

using namespace foghorn;
using namespace foghorn::test;

TEST_CASE("what is left out is not heard, whatever the rules and whatever happens") {
  const auto seed = GENERATE(range(1U, 7U));
  CAPTURE(seed);
  Dice dice{seed};
  const std::vector instruments{some_instrument(dice), liquidations()};
  std::vector<RuleSpec> rules;
  const bool one_rule = dice.one_in(4);
  for (int i = 0; i < (one_rule ? 1 : 6); ++i) rules.push_back(some_rule(dice, i));
  for (const auto& spec : rules) UNSCOPED_INFO(spec.when.text);

  Rig quick{instruments, rules};
  Rig thorough{instruments, rules, {.skips_nothing = true}};
  // As live, where a timer steps heartbeats whenever it comes round.
  Rig live{instruments, rules};
  for (Rig* rig : {&quick, &thorough, &live})
    for (const auto* venue : {"bybit", "okx"}) rig->stream(venue, true, 0s);
  Duration stepped{};
  some_hours(dice, [&](auto happen, Duration t) {
    while (dice.one_in(2) && stepped < t) {
      stepped = std::min(t - Duration{1}, stepped + std::chrono::milliseconds{dice.roll(1, 9'000)});
      if (stepped >= Duration{}) live.until(stepped);
    }
    stepped = std::max(stepped, t);
    for (Rig* rig : {&quick, &thorough, &live}) happen(*rig);
  });
  CHECK(quick.said() == thorough.said());
  CHECK(quick.alerts() == thorough.alerts());
  CHECK(live.alerts() == thorough.alerts());
  std::uint64_t judged_by_quick = 0, judged_by_thorough = 0;
  for (const auto& status : quick.engine().status()) judged_by_quick += status.evaluations;
  for (const auto& status : thorough.engine().status()) judged_by_thorough += status.evaluations;
  CHECK(judged_by_quick <= judged_by_thorough);
}
