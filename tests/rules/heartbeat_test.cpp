// Heartbeats at which nothing can change are skipped (design §5.3). That must not be heard.

#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

std::vector<RuleSpec> one_of_each_kind() {
  auto change = with_tiers(rule("change", "abs(change(WTI, 1h)) >= tier"), "2%", "4%", "6%");
  change.hold = 90s;
  change.keep = 5min;
  change.cooldown = 20min;
  change.ratchet = written("1%");
  change.clear = written("abs(change(WTI, 1h)) < 0.5 * tier");
  auto extremes = rule("extremes", "rise(WTI, 30m) > 3% or fall(WTI, 30m) < -3%");
  extremes.keep = 1min;
  auto range = rule("range", "range_pct(WTI, 2h) > 5% and high(WTI, 10m) > low(WTI, 3h)");
  range.hold = 10s;
  auto fresh = rule("fresh", "new_high(WTI, 1h) and not (last(WTI) < 70 USD/bbl)");
  auto age = rule("age", "age(WTI) > 45s and sources(WTI) < 1");
  auto sum = rule("sum", "sum(LIQ, 1h) >= 5M USD or count(LIQ.short, 10m) > 3");
  sum.hold = 30s;
  sum.keep = 2min;
  return {change, extremes, range, fresh, age, sum};
}

}  // namespace

TEST_CASE("skipping heartbeats at which nothing can change is not heard in what is said") {
  const auto seed = GENERATE(range(1U, 5U));
  CAPTURE(seed);
  auto wti = instrument("WTI");
  wti.max_staleness = 10min;
  if (seed % 3 == 0) wti.ref_window = 5min;
  Rig skipping{{wti, liquidations()}, one_of_each_kind()};
  Rig patient{{wti, liquidations()}, one_of_each_kind()};

  std::mt19937 random{seed};
  const auto pick = [&](int from, int to) {
    return std::uniform_int_distribution{from, to}(random);
  };
  double price = 75;
  Duration t{};
  for (Rig* rig : {&skipping, &patient}) {
    rig->tick("WTI", price, t);
    rig->stream("bybit", true, t);
    rig->stream("okx", true, t);
  }
  for (int i = 0; i < 100; ++i) {
    const auto before = t;
    t += pick(0, 9) == 0 ? Duration{std::chrono::seconds{pick(60, 1500)}}
                         : Duration{std::chrono::milliseconds{pick(0, 60'000)}};
    for (auto h = std::chrono::ceil<std::chrono::seconds>(before) + 1s; h < t; h += 1s)
      patient.until(h);
    const int what = pick(0, 9);
    price *= 1 + pick(-100, 100) / 5000.0;
    for (Rig* rig : {&skipping, &patient}) {
      if (what == 0) {
        rig->liquidation("BTCUSDT", i % 2 ? Position::long_side : Position::short_side, 1e6 + i, t);
      } else if (what == 1) {
        rig->stream("okx", i % 2 == 0, t);
      } else {
        rig->tick("WTI", price, t);
      }
    }
  }
  REQUIRE(skipping.alerts().size() > 3);
  CHECK(skipping.said() == patient.said());
  CHECK(skipping.alerts() == patient.alerts());
}
