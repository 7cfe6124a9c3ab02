// What need not be worked out is left out: heartbeats at which nothing can change, rules that
// cannot come out differently while the market does as expected. That must not be heard, whatever
// the rules and whatever happens.

#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : random_{seed} {}
  int roll(int from, int to) { return std::uniform_int_distribution{from, to}(random_); }
  bool one_in(int n) { return roll(1, n) == 1; }
  double normal() { return std::normal_distribution{}(random_); }
  template <class T>
  const T& of(const std::vector<T>& some) {
    return some[static_cast<std::size_t>(roll(0, static_cast<int>(some.size()) - 1))];
  }

 private:
  std::mt19937 random_;
};

std::string per_cent(double x) {
  return std::to_string(x) + "%";
}

/// A comparison of some function of WTI with the tier, or with a number.
std::string comparison(Dice& dice, bool tiered) {
  const std::string window = dice.of<std::string>({"10s", "1m", "5m", "20m", "1h", "3h"});
  const auto some = [&] { return tiered ? std::string{"tier"} : per_cent(0.1 * dice.roll(1, 25)); };
  const auto call = [&](const char* function) {
    return std::string{function} + "(WTI, " + window + ")";
  };
  switch (dice.roll(0, tiered ? 7 : 12)) {
    case 0: return "abs(" + call("change") + ") >= " + some();
    case 1: return call("change") + " <= -" + some();
    case 2: return call("rise") + " >= " + some();
    case 3: return call("fall") + " <= -" + some();
    case 4: return call("range_pct") + " > 1.5 * " + some();
    case 5: return "(" + call("high") + " - " + call("low") + ") / last(WTI) >= " + some();
    case 6: return "spread(WTI) >= " + some();
    case 7: return "abs(change(WTI@okx, " + window + ")) >= " + some();
    case 8: return call("new_high");
    case 9: return "not " + call("new_low");
    case 10: return "sources(WTI) >= " + std::to_string(dice.roll(1, 3));
    case 11: return "last(WTI) > " + std::to_string(dice.roll(70, 80)) + " USD/bbl";
    default: return "age(WTI) > " + std::to_string(dice.roll(1, 40)) + "s";
  }
}

RuleSpec some_rule(Dice& dice, int number) {
  const bool tiered = !dice.one_in(3);
  auto when = comparison(dice, tiered);
  while (dice.one_in(2))
    when += (dice.one_in(2) ? " and " : " or ") + comparison(dice, tiered && dice.one_in(2));
  if (dice.one_in(8)) when = "(" + when + ") and count(LIQ, 10m) < 3";
  auto spec = rule("rule-" + std::to_string(number), when);
  if (tiered) {
    const double low = 0.1 * dice.roll(2, 12);
    spec = with_tiers(std::move(spec), per_cent(low), per_cent(2 * low), per_cent(3 * low));
    if (dice.one_in(4)) spec.ratchet = written(per_cent(low));
  }
  const std::vector<Duration> holds{0s, 0s, 3s, 15s, 90s};
  spec.hold = dice.of(holds);
  spec.keep = dice.of(holds);
  spec.cooldown = dice.one_in(3) ? Duration{2min} : Duration{};
  if (tiered && dice.one_in(3)) spec.clear = written("abs(change(WTI, 5m)) < 0.5 * tier");
  return spec;
}

InstrumentSpec some_instrument(Dice& dice) {
  auto wti = instrument("WTI", {{"bybit", "CLUSDT"}, {"okx", "CL"}, {"hyperliquid", "xyz:CL"}});
  if (dice.one_in(3)) wti.ref_window = 5min;
  if (dice.one_in(4)) wti.max_staleness = 20min;
  if (dice.one_in(4)) wti.consensus.max_age = 20s;
  return wti;
}

/// A market that is calm for long, moves fast for a while, falls silent, comes back.
template <class Each>
void some_hours(Dice& dice, Each each) {
  const std::vector<std::string> sources{"bybit:CLUSDT", "okx:CL", "hyperliquid:xyz:CL"};
  double log_price = 0;
  double basis[] = {0, 0.0005, -0.0005};
  Duration t{};
  for (int i = 0; i < 700; ++i) {
    const int mood = (i / 70) % 5;
    const double step = mood == 2 ? 2e-3 : mood == 4 ? 3e-4 : 2e-5;
    t += std::chrono::milliseconds{dice.one_in(60) ? dice.roll(1'000, 100'000)
                                                   : dice.roll(0, mood == 1 ? 8'000 : 1'500)};
    log_price += step * dice.normal();
    const auto s = static_cast<std::size_t>(dice.roll(0, mood == 3 ? 1 : 2));
    double price = 75 * std::exp(log_price + basis[s]);
    if (dice.one_in(150)) price *= 1 + 0.05 * dice.normal();  // a bad print
    price = std::round(price * 100) / 100;
    if (dice.one_in(40)) {
      each([&](Rig& rig) { rig.liquidation("BTCUSDT", Position::long_side, 1e6, t); }, t);
    } else {
      each([&](Rig& rig) { rig.tick("WTI", price, t, sources[s]); }, t);
    }
  }
}

}  // namespace

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
