// What alert events say of rarity.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>

#include "tests/rules/known_days.hpp"
#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Approx;

namespace {

/// A barrel on the weekdays of three years before 2025, by straight lines between turning points,
/// each day 1.2 % up and down from its close.
std::vector<DayBar> three_years() {
  struct Turn {
    std::chrono::sys_days day;
    double close;
  };
  using namespace std::chrono;
  constexpr std::array turns{Turn{2022y / 6 / 8, 122.1}, Turn{2022y / 12 / 9, 71.0},
                             Turn{2023y / 9 / 27, 93.7}, Turn{2023y / 12 / 13, 69.5},
                             Turn{2024y / 4 / 5, 86.9},  Turn{2024y / 9 / 10, 65.8},
                             Turn{2025y / 1 / 1, 71.7}};
  const auto part_of = [](days some, days all) {
    return static_cast<double>(some.count()) / static_cast<double>(all.count());
  };
  std::vector<DayBar> bars;
  for (std::size_t i = 1; i < turns.size(); ++i) {
    const auto& [from, first] = turns[i - 1];
    const auto& [to, last] = turns[i];
    for (auto d = from; d < to; d += days{1}) {
      if (weekday{d} == Saturday || weekday{d} == Sunday) continue;
      const auto close = first + (last - first) * part_of(d - from, to - from);
      bars.push_back({.day = Timestamp{d},
                      .open = close,
                      .high = close * 1.012,
                      .low = close * 0.988,
                      .close = close});
    }
  }
  return bars;
}

}  // namespace

TEST_CASE("an alert tells how rare the move was and since when the price was not seen") {
  Rig rig{{instrument("WTI")}, {rule("r", "abs(change(WTI, 1h)) >= 10%")}};
  rig.engine().know_days("WTI", oil());
  rig.series("WTI", "76x399 85x400");
  REQUIRE(rig.said() == Lines{"1h6m40s r fire notice", "2h6m40s r resolve notice"});
  const auto& fire = rig.alerts().front();
  const double usual_day = std::log(76.0 / 74.0) * std::sqrt(60.0 / 59.0);
  CHECK(*fire.sigma == Approx(std::log(85.0 / 76.0) / (usual_day * std::sqrt(1 / 24.0))));
  CHECK(fire.extreme->last_beyond == at(-280 * 24h));
  CHECK_FALSE(rig.alerts().back().extreme);
}

TEST_CASE("a shock names the day since when oil was not so dear, over years of weekdays") {
  Rig rig{{instrument("WTI")}, {rule("r", "abs(change(WTI, 1h)) >= 10%")}};
  rig.engine().know_days("WTI", three_years());
  rig.series("WTI", "72x359 88");
  REQUIRE(rig.said() == Lines{"1h r fire notice"});
  // On 2023-10-18, the 21st of the 77 days from 93.7 down to 69.5, the close was 87.1, the high
  // 88.15; a day later 87.83. In April 2024 it came to 87.94 again, and no higher.
  CHECK(rig.alerts().front().extreme ==
        Extreme{.high = true,
                .last_beyond = Timestamp{std::chrono::sys_days{2023y / 10 / 18}},
                .known_since = Timestamp{std::chrono::sys_days{2022y / 6 / 8}}});
}

TEST_CASE("an escalation tells anew how rare it is") {
  Rig rig{{instrument("WTI")},
          {with_tiers(rule("r", "change(WTI, 1h) >= tier"), "5%", "10%", "50%")}};
  rig.engine().know_days("WTI", oil());
  rig.series("WTI", "76x359 81x10 96x10");
  REQUIRE(rig.alerts().size() == 2);
  CHECK(rig.alerts()[0].extreme->last_beyond == at(-280 * 24h));
  CHECK_FALSE(rig.alerts()[1].extreme->last_beyond);
  CHECK(*rig.alerts()[1].sigma > *rig.alerts()[0].sigma);
}

TEST_CASE("a new high without a move is told by the close before") {
  Rig rig{{instrument("WTI")}, {rule("r", "new_high(WTI, 10d)")}};
  rig.engine().know_days("WTI", oil());
  rig.tick("WTI", 75, 0s);
  rig.tick("WTI", 84, 30s);
  REQUIRE(rig.said() == Lines{"30s r fire notice"});
  CHECK_FALSE(rig.alerts().front().sigma);
  CHECK(rig.alerts().front().extreme->high);
}

TEST_CASE("a day that is over is not compared with itself") {
  Rig rig{{instrument("WTI")}, {rule("r", "streak(WTI) >= 4")}};
  auto days = oil();
  days.back().close = 77;
  days[days.size() - 2].close = 76.5;
  rig.engine().know_days("WTI", days);
  rig.series("WTI", "85x8639");
  rig.until(24h + 2min);
  REQUIRE(rig.said() == Lines{"1d1m r fire notice"});
  CHECK(rig.alerts().front().extreme->last_beyond == at(-280 * 24h));
}

TEST_CASE("of two prices that are compared neither is told as an extreme") {
  Rig rig{{instrument("WTI"), instrument("BRENT")},
          {rule("r", "last(WTI) >= last(BRENT) + 5 USD/bbl")}};
  rig.engine().know_days("WTI", oil());
  rig.tick("BRENT", 80, 0s);
  rig.tick("WTI", 85, 0s);
  REQUIRE(rig.said() == Lines{"0s r fire notice"});
  CHECK_FALSE(rig.alerts().front().extreme);
}

TEST_CASE("what is said of a feed's health says nothing of its price") {
  Rig rig{{instrument("WTI")}, {rule("r", "sources(WTI) < 2")}};
  rig.engine().know_days("WTI", oil());
  rig.tick("WTI", 85, 0s);
  REQUIRE(rig.said() == Lines{"0s r fire notice"});
  CHECK_FALSE(rig.alerts().front().extreme);
}

TEST_CASE("a move is measured by its own instrument's history") {
  const auto sigma_where_known = [](const char* known) {
    auto wti = instrument("WTI"), brent = instrument("BRENT");
    wti.max_staleness = 2h;
    Rig rig{{wti, brent}, {rule("r", "last(WTI) > 100 USD/bbl or change(BRENT, 1h) >= 10%")}};
    rig.engine().know_days(known, calm(20));
    rig.tick("WTI", 76, 0s);
    rig.series("BRENT", "76x359 85");
    // The first comparison that is true decides.
    REQUIRE(rig.said() == Lines{"1h r fire notice"});
    return rig.alerts().front().sigma;
  };
  CHECK(sigma_where_known("BRENT"));
  CHECK_FALSE(sigma_where_known("WTI"));
}
