// Largest moves, round numbers, reversals, sideways markets.
#include <catch2/catch_approx.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "tests/report/series.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Approx;

namespace {

const Crossing* prominent(const InstrumentFacts& facts, bool up) {
  const auto found = std::ranges::find_if(
      facts.crossings, [&](const Crossing& c) { return c.prominent && c.up == up; });
  return found == facts.crossings.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("the largest fall says from where, to where, and how long it took") {
  const auto facts =
      facts_of(day_of(wti(), {{0h, 96.46}, {14h, 96.46}, {16h, 85.91}, {25h, 86.5}}));
  REQUIRE_FALSE(facts.moves.empty());
  const auto& fall = facts.moves.front();
  CHECK_FALSE(fall.up);
  CHECK(fall.from.value == 96.46);
  CHECK(fall.to.value == 85.91);
  CHECK(fall.ratio.value == Approx(-0.109372));
  CHECK(fall.took == 2h);
}

TEST_CASE("a sudden fall is told from where most of it began, however high it had been before") {
  // A little higher in the night, then two hours of falling.
  const auto facts = facts_of(
      day_of(wti(), {{0h, 96.3}, {3h, 96.49}, {13h, 96.4}, {14h, 96.46}, {16h, 85.91}, {25h, 86}}));
  CHECK(facts.moves.front().took == 13h);
  REQUIRE_FALSE(facts.sudden_moves.empty());
  const auto& fall = facts.sudden_moves.front();
  CHECK(fall.ratio.value <= -0.10);
  CHECK(fall.took <= 2h);
  CHECK(fall.took >= 110min);
  CHECK(fall.ratio.value == fall.to.value / fall.from.value - 1);
}

TEST_CASE("sudden moves lose less than a hundredth of the farthest pair's, and no whole per cent") {
  std::mt19937 random{static_cast<unsigned>(GENERATE(range(1, 20)))};
  std::normal_distribution<double> step{0, 0.004};
  std::vector<Candle> all;
  double price = 100;
  for (auto t = morning - 9h; t < morning; t += 1min)
    all.push_back(flat(t, price *= 1 + step(random)));
  const auto facts = facts_of({btc(), all, {}}, 9h);
  for (const auto& move : facts.sudden_moves) {
    double farthest = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t k = i; k < all.size() && all[k].start - all[i].start <= sudden; ++k)
        if (const double r = all[k].close / all[i].close - 1; move.up ? r > farthest : r < farthest)
          farthest = r;
    CHECK(std::abs(move.ratio.value) <= std::abs(farthest));
    CHECK(std::abs(move.ratio.value) >= 0.99 * std::abs(farthest));
    CHECK(std::floor(std::abs(move.ratio.value) * 100) == std::floor(std::abs(farthest) * 100));
    CHECK(move.took <= sudden);
  }
  CHECK(facts.sudden_moves.size() == 2);
}

TEST_CASE("within a minute only what is certain of the order of its prices counts") {
  // High 110 and low 90: which came first is not known. The opening came before both.
  const std::vector<Candle> one{{morning - 1h, 100, 110, 90, 100}};
  const auto facts = facts_of({btc(), one, {}});
  REQUIRE(facts.moves.size() == 2);
  CHECK(std::abs(facts.moves[0].ratio.value) == Approx(1.0 / 9));  // from the low to the close
  CHECK(facts.moves[1].ratio.value == Approx(-0.1));
}

TEST_CASE("largest moves are those of a plain search over all pairs") {
  std::mt19937 random{static_cast<unsigned>(GENERATE(range(1, 30)))};
  std::normal_distribution<double> step{0, 0.004};
  std::vector<Candle> all;
  double price = 100;
  for (auto t = morning - 3h; t < morning; t += 1min)
    all.push_back(flat(t, price *= 1 + step(random)));
  const auto facts = facts_of({btc(), all, {}}, 3h);
  double fall = 0, rise = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t k = i; k < all.size(); ++k) {
      fall = std::min(fall, all[k].close / all[i].close - 1);
      rise = std::max(rise, all[k].close / all[i].close - 1);
    }
  }
  for (const auto& move : facts.moves) CHECK(move.ratio.value == (move.up ? rise : fall));
  CHECK(facts.moves.size() == 2);
}

TEST_CASE("a move over unseen time is at least what was seen of it") {
  auto input = day_of(wti(), {{0h, 96}, {14h, 96}, {16h, 86}, {25h, 87}});
  std::erase_if(input.minutes,
                [](const Candle& m) { return m.start >= morning - 8h && m.start < morning - 4h; });
  const auto facts = facts_of(std::move(input));
  CHECK(facts.moves.front().ratio.bound == Bound::at_most);
}

TEST_CASE("a round number counts once it is reached") {
  const auto reached =
      facts_of(day_of(btc(), {{0h, 77'400}, {1h, 77'400}, {2h, 78'000}, {25h, 78'000}}));
  REQUIRE(prominent(reached, true));
  CHECK(prominent(reached, true)->level == 78'000);
  CHECK(prominent(reached, true)->at == morning - 23h);
  CHECK(prominent(reached, true)->held);
  const auto near =
      facts_of(day_of(btc(), {{0h, 77'400}, {1h, 77'400}, {2h, 77'999.9}, {25h, 77'999}}));
  CHECK(near.crossings.empty());
}

TEST_CASE("of several round numbers the outermost is named, but for one with a new digit") {
  const auto far =
      facts_of(day_of(btc(), {{0h, 75'500}, {1h, 75'500}, {2h, 78'300}, {25h, 78'300}}));
  CHECK(far.crossings.size() == 3);
  CHECK(prominent(far, true)->level == 78'000);
  const auto digit =
      facts_of(day_of(btc(), {{0h, 98'500}, {1h, 98'500}, {2h, 103'300}, {25h, 103'300}}));
  CHECK(prominent(digit, true)->level == 100'000);
}

TEST_CASE("a round number passed by a hair is no news, but for one with a new digit") {
  const auto hair =
      facts_of(day_of(btc(), {{0h, 77'990}, {1h, 77'990}, {2h, 78'010}, {25h, 78'010}}));
  CHECK(hair.crossings.empty());
  const auto digit =
      facts_of(day_of(btc(), {{0h, 99'990}, {1h, 99'990}, {2h, 100'010}, {25h, 100'010}}));
  REQUIRE(prominent(digit, true));
  CHECK(prominent(digit, true)->level == 100'000);
}

TEST_CASE("a price that begins on a round number has not crossed it upwards") {
  const auto facts =
      facts_of(day_of(btc(), {{0h, 78'000}, {1h, 78'000}, {2h, 78'400}, {25h, 78'400}}));
  CHECK(facts.crossings.empty());
}

TEST_CASE("a break of 78,000 that came back is a reversal at that number") {
  const auto facts = facts_of(
      day_of(btc(), {{0h, 77'200}, {1h, 77'200}, {8h, 78'350}, {20h, 77'000}, {25h, 77'000}}));
  REQUIRE_FALSE(facts.reversals.empty());
  const auto& reversal = facts.reversals.front();
  CHECK(reversal.up);
  CHECK(reversal.level == 78'000);
  CHECK(reversal.extreme.value == 78'350);
  CHECK(reversal.retreat.value == Approx(77'000.0 / 78'350 - 1));
}

TEST_CASE("a step back behind the outermost of many round numbers is no reversal, and not named") {
  const auto facts =
      facts_of(day_of(wti(), {{0h, 96.46}, {14h, 96.46}, {16h, 85.91}, {25h, 86.5}}));
  CHECK(facts.reversals.empty());
  REQUIRE(prominent(facts, false));
  CHECK(prominent(facts, false)->level == 87);
  CHECK(prominent(facts, false)->held);
}

TEST_CASE("a rise that gave back less than half is no reversal") {
  const auto facts =
      facts_of(day_of(btc(), {{0h, 70'100}, {1h, 70'100}, {8h, 74'900}, {25h, 74'100}}));
  CHECK(std::ranges::none_of(facts.reversals, [](const Reversal& r) { return r.up; }));
}

TEST_CASE(
    "a narrow market is one that moves sideways, within rounded bounds that hold all prices") {
  auto gold = btc();
  gold.id = "GOLD";
  gold.unit = "USD/oz";
  const auto facts =
      facts_of({gold,
                minutes(morning - 25h, morning,
                        [](Duration t) {
                          const auto h = std::chrono::duration<double, std::ratio<3600>>(t);
                          return 4830 + 27 * std::sin(h.count() * std::numbers::pi / 3);
                        }),
                {}});
  REQUIRE(facts.consolidation);
  CHECK(facts.consolidation->low == 4800);
  CHECK(facts.consolidation->high == 4860);
}

TEST_CASE("a narrow market that drifted one way does not move sideways") {
  CHECK_FALSE(facts_of(day_of(btc(), {{0h, 4800}, {1h, 4800}, {25h, 4850}})).consolidation);
}
