// Since when: extremes, streaks, the size of a day, a week and a month.
#include <catch2/catch_approx.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/report/series.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Approx;

namespace {

constexpr Timestamp window_begins = morning - 24h;
constexpr Duration day = std::chrono::days{1};

const ExtremeFact* extreme(const InstrumentFacts& facts, bool high) {
  const auto found =
      std::ranges::find_if(facts.extremes, [&](const ExtremeFact& e) { return e.high == high; });
  return found == facts.extremes.end() ? nullptr : &*found;
}

/// Days before the window, and a window that reaches `high`.
InstrumentInput rise_to(double high, const std::vector<double>& closes) {
  auto input = day_of(btc(), {{0h, 100}, {1h, 100}, {5h, high}, {25h, 100.2}});
  input.days = days_until(window_begins, closes);
  return input;
}

}  // namespace

TEST_CASE("a new high names the latest day that had been as high") {
  std::vector<double> closes(40, 100);
  closes[10] = 109.5;  // with its spread 110
  const auto facts = facts_of(rise_to(108, closes));
  REQUIRE(extreme(facts, true));
  CHECK(extreme(facts, true)->last_beyond == window_begins - 30 * day);
  CHECK_FALSE(extreme(facts, true)->of_closes);
  CHECK(extreme(facts, true)->price.bars.back().high == 110);
}

TEST_CASE("a high above all days known is one on record") {
  const auto facts = facts_of(rise_to(120, std::vector<double>(40, 100)));
  REQUIRE(extreme(facts, true));
  CHECK_FALSE(extreme(facts, true)->last_beyond);
  CHECK(extreme(facts, true)->known_since == window_begins - 40 * day);
}

TEST_CASE("a high of the last days is no news") {
  std::vector<double> closes(40, 100);
  closes[37] = 109.5;
  CHECK_FALSE(extreme(facts_of(rise_to(108, closes)), true));
}

TEST_CASE("no new high is claimed over days that are missing") {
  auto input = rise_to(120, std::vector<double>(40, 100));
  input.days.erase(input.days.begin() + 20, input.days.begin() + 24);
  CHECK_FALSE(extreme(facts_of(std::move(input)), true));
}

TEST_CASE("no new high is claimed where a day was seen in half") {
  auto input = rise_to(120, std::vector<double>(40, 100));
  input.days[38].seen = 0.5;
  CHECK_FALSE(extreme(facts_of(std::move(input)), true));
}

TEST_CASE("against a history of closes only a close is compared") {
  auto input = rise_to(120, std::vector<double>(40, 100));
  for (auto& d : input.days) d.closes_only = true, d.high = d.low = d.close;
  CHECK_FALSE(extreme(facts_of(input), true));
  input.days.push_back({.day = window_begins, .open = 100, .high = 120, .low = 100, .close = 101});
  const auto facts = facts_of(std::move(input));
  REQUIRE(extreme(facts, true));
  CHECK(extreme(facts, true)->of_closes);
  CHECK(extreme(facts, true)->price.value == 101);
}

TEST_CASE("the sheet of a past morning knows nothing of later days") {
  auto input = rise_to(108, std::vector<double>(40, 100));
  const auto then = facts_of(input);
  input.days.push_back({.day = morning, .open = 100, .high = 500, .low = 1, .close = 300});
  const auto now = facts_of(input);
  CHECK(extreme(now, true)->last_beyond == extreme(then, true)->last_beyond);
  CHECK(now.streak.has_value() == then.streak.has_value());
}

TEST_CASE("a run of thirteen rising closes says when there was one as long") {
  std::vector<double> closes;
  for (int i = 0; i < 400; ++i) closes.push_back(100 + i % 2);  // up, down, up, …
  for (int i = 100; i <= 113; ++i) closes[static_cast<std::size_t>(i)] = 200 + i;
  for (std::size_t i = 387; i < 400; ++i) closes[i] = 300 + static_cast<double>(i);
  closes[386] = 100;
  InstrumentInput input = day_of(btc(), {{0h, 100}, {25h, 100}});
  input.days = days_until(morning, closes);
  const auto facts = facts_of(std::move(input));
  REQUIRE(facts.streak);
  CHECK(facts.streak->days == 13);
  CHECK(facts.streak->rank_known);
  REQUIRE(facts.streak->as_long_until);
  CHECK(facts.streak->as_long_until == morning - (400 - 113) * day);
  CHECK(facts.streak->bars.size() == 14);
}

TEST_CASE("a hole that might have held as long a run leaves the rank open") {
  std::vector<double> closes;
  for (int i = 0; i < 100; ++i) closes.push_back(100 + i % 2);
  for (std::size_t i = 96; i < 100; ++i) closes[i] = 200 + static_cast<double>(i);
  closes[95] = 50;
  InstrumentInput input = day_of(btc(), {{0h, 100}, {25h, 100}});
  input.days = days_until(morning, closes);
  CHECK(facts_of(input).streak->rank_known);
  input.days.erase(input.days.begin() + 50, input.days.begin() + 56);
  const auto facts = facts_of(std::move(input));
  REQUIRE(facts.streak);
  CHECK(facts.streak->days == 4);
  CHECK_FALSE(facts.streak->rank_known);
}

TEST_CASE("an equal close ends a run") {
  InstrumentInput input = day_of(btc(), {{0h, 100}, {25h, 100}});
  input.days = days_until(morning, {100, 101, 102, 103, 103, 104, 105});
  CHECK_FALSE(facts_of(std::move(input)).streak);
}

TEST_CASE("streaks and their ranks are those of a plain script over random closes") {
  std::mt19937 random{static_cast<unsigned>(GENERATE(range(1, 40)))};
  std::uniform_int_distribution<int> step{-2, 3};
  std::vector<double> closes{100};
  for (int i = 0; i < 300; ++i) closes.push_back(closes.back() + step(random));
  const auto sign = [&](std::size_t i) {
    return closes[i] > closes[i - 1] ? 1 : closes[i] < closes[i - 1] ? -1 : 0;
  };
  std::vector<int> run(closes.size(), 0);
  for (std::size_t i = 1; i < closes.size(); ++i)
    run[i] = sign(i) == 0 ? 0 : sign(i) * run[i - 1] > 0 ? run[i - 1] + sign(i) : sign(i);
  InstrumentInput input = day_of(btc(), {{0h, 100}, {25h, 100}});
  input.days = days_until(morning, closes);
  const auto facts = facts_of(std::move(input));
  const int last = run.back();
  if (std::abs(last) < 3) {
    CHECK_FALSE(facts.streak);
    return;
  }
  REQUIRE(facts.streak);
  CHECK(facts.streak->days == last);
  std::optional<Timestamp> before;
  for (std::size_t i = 0; i + static_cast<std::size_t>(std::abs(last)) < closes.size(); ++i)
    if (last > 0 ? run[i] >= last : run[i] <= last)
      before = morning - static_cast<int>(closes.size() - i) * day;
  CHECK(facts.streak->rank_known);
  CHECK(facts.streak->as_long_until == before);
}

TEST_CASE("a day's fall names the day that had fallen as far") {
  std::vector<double> closes(600, 96.46);
  closes[100] = 80;  // −17 %
  closes.push_back(85.91);
  InstrumentInput input{wti(), {}, days_until(morning, closes, 0)};
  const auto facts = facts_of(std::move(input));
  REQUIRE(facts.day_move);
  CHECK(facts.day_move->ratio->value == Approx(-0.109372));
  CHECK(facts.day_move->rank_known);
  CHECK(facts.day_move->as_large_on == morning - 501 * day);
}

TEST_CASE("a day that began below zero has a change and no ratio") {
  InstrumentInput input{wti(), {}, days_until(morning, {18.27, -36.98, 8.91}, 0)};
  const auto facts = facts_of(std::move(input));
  REQUIRE(facts.day_move);
  CHECK(facts.day_move->change.value == Approx(45.89));
  CHECK_FALSE(facts.day_move->ratio);
}

TEST_CASE("no rank is told over missing days") {
  std::vector<double> closes(200, 96.46);
  closes.push_back(85.91);
  InstrumentInput input{wti(), {}, days_until(morning, closes, 0)};
  input.days.erase(input.days.begin() + 100, input.days.begin() + 110);
  CHECK_FALSE(facts_of(std::move(input)).day_move->rank_known);
}

TEST_CASE("new highs are those of a plain script over random days") {
  std::mt19937 random{static_cast<unsigned>(GENERATE(range(1, 40)))};
  std::normal_distribution<double> step{0, 1};
  std::vector<double> closes{100};
  for (int i = 0; i < 200; ++i) closes.push_back(closes.back() + step(random));
  auto input = rise_to(closes.back() + 3, closes);
  for (auto& m : input.minutes)
    if (m.start < window_begins) m = flat(m.start, closes.back());
  const auto days = input.days;
  const auto facts = facts_of(std::move(input));
  const double high = facts.high->value;
  std::optional<Timestamp> before;
  for (const auto& d : days)
    if (d.high >= high) before = d.day;
  const auto* found = extreme(facts, true);
  if (before && *before > window_begins - 7 * day) {
    CHECK((!found || found->of_closes));
  } else {
    REQUIRE(found);
    CHECK(found->last_beyond == before);
  }
}

TEST_CASE("a month's high and low hold the days and the hours since") {
  auto input = rise_to(108, std::vector<double>(60, 100));
  input.days[45].high = 150;
  input.days[10].high = 900;  // longer ago
  const auto facts = facts_of(std::move(input));
  REQUIRE(facts.context.size() == 2);
  CHECK(facts.context[1].days == 30);
  CHECK(facts.context[1].high->value == 150);
  CHECK(facts.context[1].seen == Approx(1.0));
  CHECK(facts.context[0].high->value == 108);
  CHECK(facts.context[1].change_ratio->value == Approx(0.002).margin(0.001));
}

TEST_CASE("a week's high is none that the window itself was above") {
  auto input = rise_to(108, std::vector<double>(60, 100));
  const auto to = morning;
  input.days.push_back({.day = to - day, .open = 100, .high = 101, .low = 99.5, .close = 100});
  const auto facts = facts_of(std::move(input));
  REQUIRE(facts.context.size() == 2);
  CHECK(facts.context[0].high->value == facts.high->value);
}
