#pragma once
// A market and rules as dice make them, for property tests of the engine.

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "tests/rules/rig.hpp"

namespace foghorn::test {

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

inline std::string per_cent(double x) {
  return std::to_string(x) + "%";
}

/// A comparison of some function of WTI with the tier, or with a number.
inline std::string comparison(Dice& dice, bool tiered) {
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

inline RuleSpec some_rule(Dice& dice, int number) {
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

inline InstrumentSpec some_instrument(Dice& dice) {
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
      each([&](auto& rig) { rig.liquidation("BTCUSDT", Position::long_side, 1e6, t); }, t);
    } else {
      each([&](auto& rig) { rig.tick("WTI", price, t, sources[s]); }, t);
    }
  }
}

}  // namespace foghorn::test
