// An engine that takes over from one of the same rules is not to be told from one that was never
// replaced: whatever the rules, whatever happens, however often.

#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/rules/some_market.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

/// What the rules of some_market.hpp do not ask for: what remembers, statistics, days, sums.
const std::vector<std::string> more_conditions{
    "held(last(WTI) > 75 USD/bbl, 1m)",
    "within(change(WTI, 1m) > 0.1%, change(WTI, 1m) < -0.1%, 5m)",
    "times(change(WTI, 20s) > 0.05%, 10m) >= 3",
    "crosses_above(WTI, 75.2 USD/bbl) or crosses_below(WTI, 74.8 USD/bbl)",
    "vol(WTI, 30m, 1m) > 0.02%",
    "abs(zscore(WTI, 30m, 1m)) > 2",
    "abs(jump(WTI, 5m)) > 1.5 or abs(sigma(WTI, 5m)) > 2",
    "mean(WTI, 20m) > 75 USD/bbl",
    "sum(LIQ, 5m) > 2M USD",
    "count(LIQ.BTC.long@bybit, 20m) >= 4",
    "change(WTI, settle) > 0.1% or gap(WTI) > 0.1%",
    "streak(WTI) > 0 or since_high(WTI) < since_low(WTI)",
    "new_high(WTI, 2d)",
    "abs(change(WTI, 3d)) > 0.2%",
};

void tell_minutes(Dice& dice, Rig& rig, Duration t) {
  std::vector<Candle> minutes;
  const auto last = std::chrono::floor<std::chrono::minutes>(t) - 1min;
  for (auto m = last - std::chrono::minutes{dice.roll(1, 60)}; m <= last; m += 1min)
    minutes.push_back({.start = at(m), .open = 75, .high = 75.1, .low = 74.9, .close = 75.05});
  rig.engine().candles(rig.source({"okx", "CL"}), minutes, at(t));
}

void check_same(Rig& replaced, Rig& lasting) {
  CHECK(replaced.said() == lasting.said());
  CHECK(replaced.alerts() == lasting.alerts());
  const auto same_bar = [](const MinuteBar& a, const MinuteBar& b) {
    return a.instrument == b.instrument && a.minute == b.minute && a.open == b.open &&
           a.high == b.high && a.low == b.low && a.close == b.close;
  };
  CHECK(std::ranges::equal(replaced.bars(), lasting.bars(), same_bar));
  CHECK(std::ranges::equal(replaced.days(), lasting.days(), {}, &FinishedDay::bar,
                           &FinishedDay::bar));
  CHECK(replaced.held_back() == lasting.held_back());
  CHECK(replaced.engine().rule_memories() == lasting.engine().rule_memories());
  CHECK(replaced.engine().instrument_memories() == lasting.engine().instrument_memories());
  CHECK(replaced.engine().market().missing(replaced.engine().now()) ==
        lasting.engine().market().missing(lasting.engine().now()));
  const auto shown = replaced.engine().status(), expected = lasting.engine().status();
  REQUIRE(shown.size() == expected.size());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    CHECK(shown[i].phase == expected[i].phase);
    CHECK(shown[i].tier == expected[i].tier);
    CHECK(shown[i].value == expected[i].value);
    CHECK(shown[i].unknown == expected[i].unknown);
    CHECK(shown[i].evaluations == expected[i].evaluations);
    CHECK(shown[i].transitions == expected[i].transitions);
  }
}

}  // namespace

TEST_CASE("an engine that takes over with the same rules is not to be told from the one before") {
  const auto seed = GENERATE(range(1U, 13U));
  CAPTURE(seed);
  Dice dice{seed};
  std::vector instruments{some_instrument(dice), liquidations()};
  if (dice.one_in(4)) instruments.front().consensus.max_deviation = 0.001;
  std::vector<RuleSpec> rules;
  for (int i = 0; i < 4; ++i) rules.push_back(some_rule(dice, i));
  for (int i = 4; i < 8; ++i)
    rules.push_back(rule("rule-" + std::to_string(i), dice.of(more_conditions)));
  for (auto i = rules.end() - 4; i != rules.end(); ++i)
    i->clear = i->when.text.starts_with("crosses")
                   ? std::optional{written("last(WTI) < 75 USD/bbl")}
                   : std::nullopt;
  for (const auto& spec : rules) UNSCOPED_INFO(spec.when.text);

  Rig lasting{instruments, rules}, replaced{instruments, rules};
  const auto both = [&](auto happen) {
    happen(lasting);
    happen(replaced);
  };
  const int often = dice.of<int>({3, 40, 400});
  Duration stepped{};
  for (const auto* venue : {"bybit", "okx"}) both([&](Rig& rig) { rig.stream(venue, true, 0s); });
  some_hours(dice, [&](auto happen, Duration t) {
    // As live: a heartbeat each second.
    for (; stepped < t; stepped += 1s) both([&](Rig& rig) { rig.until(stepped); });
    both(happen);
    if (dice.one_in(50)) {
      const auto told = dice;
      both([&](Rig& rig) {
        auto same = told;
        tell_minutes(same, rig, t);
      });
    }
    if (dice.one_in(60)) {
      const bool up = dice.one_in(2);
      both([&](Rig& rig) { rig.stream("okx", up, t); });
    }
    if (dice.one_in(often)) replaced.succeed(t);
  });
  check_same(replaced, lasting);
}

TEST_CASE(
    "whatever reference windows were before, the past is worth what it is under the present") {
  const auto seed = GENERATE(range(1U, 9U));
  CAPTURE(seed);
  Dice dice{seed};
  const std::vector<std::optional<Duration>> windows{std::nullopt, 1min, 5min, 10min, 1h};
  auto wti = some_instrument(dice);
  std::vector<RuleSpec> rules;
  for (const auto* condition :
       {"change(WTI, 20m) > 1000%", "change(WTI, 3h) > 1000%", "rise(WTI, 1h) > 1000%",
        "fall(WTI, 24h) < -99%", "range_pct(WTI, 24h) > 1000%", "change(WTI@okx, 1h) > 1000%",
        "sigma(WTI, 5m) > 1000", "vol(WTI, 30m, 1m) > 1000%"})
    rules.push_back(rule("rule-" + std::to_string(rules.size()), condition));

  Rig lasting{{wti}, rules}, replaced{{wti}, rules};
  Duration last{};
  const auto becomes = [&](std::optional<Duration> window) {
    replaced.instruments().front().ref_window = window;
    replaced.succeed(last);
  };
  some_hours(dice, [&](auto happen, Duration t) {
    last = t;
    for (Rig* rig : {&lasting, &replaced}) {
      rig->until(t);
      happen(*rig);
    }
    if (dice.one_in(40)) becomes(dice.of(windows));
  });
  becomes(wti.ref_window);
  const auto shown = replaced.engine().status(), expected = lasting.engine().status();
  for (std::size_t i = 0; i < shown.size(); ++i) {
    CAPTURE(rules[i].when.text);
    CHECK(shown[i].value == expected[i].value);
    CHECK(shown[i].unknown == expected[i].unknown);
  }
}
