// First, highest, lowest and last price, the change, and what was not seen.
#include <catch2/catch_approx.hpp>

#include "tests/report/series.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Approx;

namespace {

/// Monday to Friday, from 00:00 to 21:00 UTC.
std::shared_ptr<const TradingHours> weekdays() {
  std::vector<Session> sessions;
  for (auto day = morning - std::chrono::days{35}; day < morning + std::chrono::days{7};
       day += std::chrono::days{1}) {
    const std::chrono::weekday weekday{std::chrono::floor<std::chrono::days>(day)};
    if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday)
      sessions.push_back({day, day + 21h, day});
  }
  return std::make_shared<const TradingHours>(std::move(sessions));
}

}  // namespace

TEST_CASE("the window's first, highest, lowest and last prices each name their minute") {
  const auto facts =
      facts_of(day_of(btc(), {{0h, 100}, {1h, 100}, {5h, 120}, {10h, 80}, {25h, 95}}));
  CHECK(facts.open->value == 100);
  CHECK(facts.high->value == 120);
  CHECK(facts.high->at == morning - 20h);
  CHECK(facts.low->value == 80);
  CHECK(facts.low->at == morning - 15h);
  CHECK(facts.last->value == Approx(95).margin(0.1));
  CHECK(facts.last->at == morning - 1min);
  CHECK(facts.seen == 1.0);
  CHECK(facts.high->bars.front().start == facts.high->at);
}

TEST_CASE("the change is against the price as of the window's beginning") {
  const auto facts =
      facts_of(day_of(btc(), {{0h, 96.46}, {1h, 96.46}, {10h, 85.91}, {25h, 85.91}}));
  CHECK(facts.reference->at == morning - 24h - 1min);
  CHECK(facts.change->value == Approx(-10.55));
  CHECK(facts.change_ratio->value == Approx(-0.109372));
  CHECK(facts.change_ratio->bars.size() == 2);
}

TEST_CASE("without a price before the window there is no change") {
  auto input = day_of(btc(), {{0h, 100}, {25h, 110}});
  std::erase_if(input.minutes, [](const Candle& m) { return m.start < morning - 24h; });
  const auto facts = facts_of(std::move(input));
  CHECK_FALSE(facts.change);
  CHECK(facts.range_ratio);
}

TEST_CASE("a price older than a tenth of the window is not its beginning") {
  auto input = day_of(btc(), {{0h, 100}, {25h, 110}});
  std::erase_if(input.minutes, [](const Candle& m) {
    return m.start >= morning - 24h - 30min && m.start < morning - 20h;
  });
  CHECK(facts_of(input).change);
  for (auto& m : input.minutes)
    if (m.start < morning - 24h) m.start -= 2h;
  CHECK_FALSE(facts_of(std::move(input)).change);
}

TEST_CASE("from a negative price to a positive one there is a change and no ratio") {
  const auto facts = facts_of(day_of(wti(), {{0h, -37}, {1h, -37}, {2h, 9}, {25h, 9}}));
  CHECK(facts.change->value == 46);
  CHECK_FALSE(facts.change_ratio);
  CHECK_FALSE(facts.range_ratio);
}

TEST_CASE("from a positive price to a negative one the ratio is below −1") {
  const auto facts =
      facts_of(day_of(wti(), {{0h, 18.27}, {1h, 18.27}, {2h, -36.98}, {25h, -36.98}}));
  CHECK(facts.change_ratio->value == Approx(-3.024).margin(0.001));
}

TEST_CASE("one minute alone is first, highest, lowest and last, and hardly anything was seen") {
  const auto facts = facts_of({btc(), {{morning - 3h, 10, 12, 9, 11}}, {}});
  CHECK(facts.open->value == 10);
  CHECK(facts.high->value == 12);
  CHECK(facts.low->value == 9);
  CHECK(facts.last->value == 11);
  CHECK(facts.seen < 0.01);
  CHECK(facts.high->bound == Bound::at_least);
  CHECK(facts.low->bound == Bound::at_most);
  CHECK_FALSE(facts.consolidation);
}

TEST_CASE("without any minute nothing is said but that nothing was seen") {
  const auto facts = facts_of({btc(), {}, {}});
  CHECK_FALSE(facts.last);
  CHECK(facts.seen == 0);
  REQUIRE(facts.gaps.size() == 1);
  CHECK(facts.gaps.front() == Gap{morning - 24h, morning});
}

TEST_CASE("an outage of four hours makes bounds of the extremes, and names its hours") {
  auto input = day_of(btc(), {{0h, 100}, {25h, 110}});
  std::erase_if(input.minutes,
                [](const Candle& m) { return m.start >= morning - 10h && m.start < morning - 6h; });
  const auto facts = facts_of(std::move(input));
  CHECK(facts.seen == Approx(20.0 / 24).margin(0.01));
  CHECK(facts.high->bound == Bound::at_least);
  CHECK(facts.range->bound == Bound::at_least);
  CHECK(facts.change_ratio->bound == Bound::exact);
  REQUIRE(facts.gaps.size() == 1);
  // The last price before it stood for max_staleness.
  CHECK(facts.gaps.front() == Gap{morning - 10h + 60s, morning - 6h});
}

TEST_CASE("a minute without a price is no gap while the one before stands") {
  auto input = day_of(btc(), {{0h, 100}, {25h, 110}});
  std::erase_if(input.minutes, [](const Candle& m) { return m.start == morning - 10h; });
  CHECK(facts_of(std::move(input)).gaps.empty());
}

TEST_CASE("a market that was closed all weekend has no gap, and says when it opens") {
  auto spec = wti();
  spec.session = "nymex-energy";
  spec.hours = weekdays();
  // Friday's last hours; the window is Saturday 08:00 to Sunday 08:00 in Beijing.
  const auto friday = morning - 72h;
  const auto facts = facts_of(
      {spec, minutes(friday, friday + 21h, path({{0h, 90}, {21h, 85}})), {}}, 24h, morning - 24h);
  CHECK_FALSE(facts.last);
  CHECK(facts.gaps.empty());
  CHECK_FALSE(facts.market.open);
  CHECK(facts.market.turns == morning);
}

TEST_CASE("over a weekend the change is against Friday's close") {
  auto spec = wti();
  spec.session = "nymex-energy";
  spec.hours = weekdays();
  const auto friday = morning - 72h;
  auto all = minutes(friday, friday + 21h, path({{0h, 90}, {21h, 85}}));
  const auto monday = minutes(morning, morning + 2h, path({{0h, 91}, {2h, 92}}));
  all.insert(all.end(), monday.begin(), monday.end());
  const auto facts = facts_of({spec, all, {}}, 24h, morning + 2h);
  CHECK(facts.seen == 1.0);
  CHECK(facts.reference->at == friday + 21h - 1min);
  CHECK(facts.change_ratio->value == Approx(92.0 / 85 - 1).margin(0.001));
  REQUIRE(facts.reopening);
  CHECK(facts.reopening->ratio.value == Approx(91.0 / 85 - 1).margin(0.001));
}

TEST_CASE("a 24-hour price is compared at its market's reopening with its closing") {
  auto spec = wti();
  spec.underlying = "nymex-energy";
  spec.underlying_hours = weekdays();
  const auto friday_close = morning - 72h + 21h;
  const auto facts = facts_of(
      {spec,
       minutes(friday_close - 1h, morning + 1h, path({{0h, 87}, {1h, 87}, {40h, 91}, {60h, 91}})),
       {}},
      24h, morning + 1h);
  REQUIRE(facts.reopening);
  CHECK(facts.reopening->before.at == friday_close - 1min);
  CHECK(facts.reopening->after.at == morning - 1min);
  CHECK(facts.reopening->ratio.value == Approx(91.0 / 87 - 1));
}

TEST_CASE("minutes that venues told of afterwards are no gap, and are told as such") {
  auto input = day_of(btc(), {{0h, 100}, {25h, 110}});
  input.told_later = {{morning - 26h, morning - 23h}, {morning - 5h, morning - 4h}};
  const auto facts = facts_of(input);
  CHECK(facts.seen == 1);
  CHECK(facts.told_later ==
        std::vector<Gap>{{morning - 24h, morning - 23h}, {morning - 5h, morning - 4h}});
}

TEST_CASE("of the bars that facts name those are marked that nobody saw") {
  auto input = day_of(btc(), {{0h, 100}, {25h, 110}});
  const auto marked = [&] {
    const auto facts = facts_of(input);
    return std::vector{facts.reference->bars.at(0).told_later, facts.last->bars.at(0).told_later};
  };
  CHECK(marked() == std::vector{false, false});
  input.told_later = {{morning - 25h, morning - 23h}};
  CHECK(marked() == std::vector{true, false});
  input.told_later = {{morning - 1h, morning}};
  CHECK(marked() == std::vector{false, true});
}
