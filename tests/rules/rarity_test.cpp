#include "rules/rarity.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/rules/known_days.hpp"
#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Approx;

namespace {

// Of 20 returns of ±0.02 whose mean is zero: sqrt(20 · 0.0004 / 19).
const double calm_day = 0.02 * std::sqrt(20.0 / 19.0);

DailyHistory history(const std::vector<DayBar>& days) {
  DailyHistory made{nullptr};
  made.load(days);
  return made;
}

/// Today, after those days, the price stands at noon.
InstrumentDays days_of(const std::vector<DayBar>& days, double price) {
  InstrumentDays made{instrument("WTI")};
  made.know(days);
  made.price(at(12h), at(12h), price);
  return made;
}

std::optional<double> sigma(const Move& move, const std::vector<DayBar>& days = calm(20)) {
  return sigma_of(move, nullptr, days_of(days, move.to), at(12h));
}

std::optional<Extreme> extreme(double price, const std::vector<DayBar>& days,
                               std::optional<Move> move = std::nullopt) {
  return extreme_of(price, move, days_of(days, price), at(12h));
}

/// Ten to four, from Monday to Friday, for two weeks from 2024-12-30.
TradingHours weekdays() {
  std::vector<Session> sessions;
  for (int i = 0; i < 14; ++i)
    if (i % 7 < 5) sessions.push_back({at(i * 24h - 38h), at(i * 24h - 32h), at(i * 24h - 48h)});
  return TradingHours{sessions};
}

}  // namespace

TEST_CASE("a day's usual move is the deviation of the log returns of closes") {
  CHECK(*daily_volatility(history(calm(20)), at(0h)) == Approx(calm_day));
}

TEST_CASE("fewer than twenty returns make no yardstick") {
  CHECK_FALSE(daily_volatility(history(calm(19)), at(0h)));
  CHECK_FALSE(daily_volatility(history({}), at(0h)));
}

TEST_CASE("what happened more than sixty days ago is no part of the yardstick") {
  auto days = calm(60);
  days.insert(days.begin(), closed(-62, 1));
  CHECK(*daily_volatility(history(days), at(0h)) == Approx(0.02 * std::sqrt(60.0 / 59.0)));
}

TEST_CASE("today is no part of its own yardstick") {
  auto days = calm(20);
  days.push_back(closed(0, 50));
  CHECK(*daily_volatility(history(days), at(0h)) == Approx(calm_day));
}

TEST_CASE("a past with a negative close has no yardstick") {
  auto days = calm(30);
  days[15].close = -37.63;
  CHECK_FALSE(daily_volatility(history(days), at(0h)));
}

TEST_CASE("a return over a missing day is no day's return") {
  auto days = calm(22);
  for (int i = 0; i < 10; ++i) days[static_cast<std::size_t>(i)].close *= 5;
  days.erase(days.begin() + 10);
  CHECK(*daily_volatility(history(days), at(0h)) == Approx(calm_day));
}

TEST_CASE("a day that was seen in part has no close to go by") {
  auto days = calm(22);
  days[0].close = 1;
  days[0].seen = 0.5;
  CHECK(*daily_volatility(history(days), at(0h)) ==
        Approx(0.02 * std::sqrt(21.0 / 20.0 - 1 / 420.0)));
}

TEST_CASE("days of half a year ago are no yardstick") {
  CHECK_FALSE(daily_volatility(history(calm(20)), at(180 * 24h)));
}

TEST_CASE("closes that never differ are no yardstick") {
  std::vector<DayBar> days;
  for (int i = 30; i > 0; --i) days.push_back(closed(-i, 70));
  CHECK_FALSE(daily_volatility(history(days), at(0h)));
}

TEST_CASE("where a market never closes, a day has 24 hours") {
  CHECK(trading_days(nullptr, at(0h), at(6h)) == 0.25);
  CHECK(trading_days(nullptr, at(0h), at(48h)) == 2);
  CHECK(trading_days(nullptr, at(1h), at(1h)) == 0);
}

TEST_CASE("where a market closes, a day is as long as it is open") {
  const auto hours = weekdays();
  const auto monday = at(-48h);
  CHECK(trading_days(&hours, monday + 11h, monday + 14h) == 0.5);
  CHECK(trading_days(&hours, monday + 15h, monday + 39h) == 1);
  CHECK(trading_days(&hours, monday + 15h, monday + 63h) == 2);
}

TEST_CASE("a night counts as the time it takes, a weekend as no more than a trading day") {
  const auto hours = weekdays();
  const auto monday = at(-48h), friday = monday + 96h;
  CHECK(trading_days(&hours, monday + 16h, monday + 34h + 30min) == Approx(18.5 / 24));
  CHECK(trading_days(&hours, friday + 16h, friday + 82h + 30min) == 1);
  CHECK(trading_days(&hours, monday + 12h, monday + 180h) == 5);
}

TEST_CASE("before its calendar begins a market has no trading days") {
  const auto hours = weekdays();
  CHECK(trading_days(&hours, at(-1000 * 24h), at(-999 * 24h)) == 0);
}

TEST_CASE("a move's sigma is its log over the usual move of its length") {
  // log(1.1) = 0.0953102, and a day's usual move is 0.0205196.
  CHECK(*sigma({100, at(-12h), 110, 24h}) == Approx(4.6448).epsilon(1e-4));
  CHECK(*sigma({100, at(6h), 110, 6h}) == Approx(2 * 4.6448).epsilon(1e-4));
  CHECK(*sigma({100, at(-84h), 110, 96h}) == Approx(4.6448 / 2).epsilon(1e-4));
}

TEST_CASE("a fall's sigma is negative, as large as the rise that undoes it") {
  CHECK(*sigma({110, at(-12h), 100, 24h}) == Approx(-4.6448).epsilon(1e-4));
}

TEST_CASE("a rise within a window is measured by the window, not by when its low was") {
  CHECK(sigma({100, at(11h), 110, 24h}) == sigma({100, at(-12h), 110, 24h}));
}

TEST_CASE("a bridged move took the time since its reference") {
  const Move bridged{100, at(6h), 110, 1h, true};
  CHECK(*sigma(bridged) == Approx(2 * 4.6448).epsilon(1e-4));
}

TEST_CASE("a move since a date took the time since that day's close") {
  CHECK(*sigma({100, at(-72h), 110, Duration{}}) ==
        Approx(std::log(1.1) / (calm_day * std::sqrt(2.5))));
}

TEST_CASE("a move from or to a negative price has no sigma") {
  CHECK_FALSE(sigma({18.27, at(-12h), -37.63, 24h}));
  CHECK_FALSE(sigma({-37.63, at(-12h), 10.01, 24h}));
}

TEST_CASE("a move with too little history has no sigma") {
  CHECK_FALSE(sigma({100, at(-12h), 110, 24h}, calm(19)));
}

TEST_CASE("a price above the highs of many days is a high since the last that was as high") {
  const auto found = extreme(85, oil());
  REQUIRE(found);
  CHECK(*found ==
        Extreme{.high = true, .last_beyond = at(-280 * 24h), .known_since = at(-300 * 24h)});
}

TEST_CASE("a price above all that is known names no day, and since when that is") {
  CHECK(extreme(95.5, oil()) ==
        Extreme{.high = true, .last_beyond = {}, .known_since = at(-300 * 24h)});
}

TEST_CASE("an equal high is as high") {
  CHECK(extreme(95, oil())->last_beyond == at(-280 * 24h));
  CHECK_FALSE(extreme(80, oil()));
}

TEST_CASE("a price below the lows of many days is a low, below zero too") {
  CHECK(extreme(-37.63, oil()) ==
        Extreme{.high = false, .last_beyond = {}, .known_since = at(-300 * 24h)});
}

TEST_CASE("a high that was seen within a month is not worth the remark") {
  auto days = oil();
  days[280].high = 90;  // 20 days ago
  CHECK(extreme(85, days)->last_beyond == at(-20 * 24h));
  days[281].high = 90;
  CHECK_FALSE(extreme(85, days));
}

TEST_CASE("a month of days must be known") {
  const auto all = oil();
  CHECK(extreme(85, {all.end() - 20, all.end()})->known_since == at(-20 * 24h));
  CHECK_FALSE(extreme(85, {all.end() - 19, all.end()}));
  CHECK_FALSE(extreme(85, {}));
}

TEST_CASE("the way of the move decides between high and low") {
  auto days = oil();
  for (auto& bar : days) bar.low = 86;  // of bars that make no sense, the price is beyond both ends
  CHECK(extreme(85, days, Move{80, at(0h), 85, 24h})->high);
  CHECK_FALSE(extreme(85, days, Move{90, at(0h), 85, 24h})->high);
  CHECK_FALSE(extreme(85, days, Move{85, at(0h), 85, 24h}));
}

TEST_CASE("a fall that leaves the price at its highest is no remark") {
  CHECK_FALSE(extreme(85, oil(), Move{90, at(0h), 85, 1h}));
}

TEST_CASE("where days are missing since, only what came after them is told") {
  auto days = oil();
  days.erase(days.begin() + 200, days.begin() + 210);
  CHECK(extreme(85, days) == Extreme{.high = true,
                                     .last_beyond = {},
                                     .known_since = at(-89 * 24h),
                                     .closes_only = false,
                                     .at_least = true});
}

TEST_CASE("where days are missing and none known was as far out, it is a record at least since") {
  auto days = oil();
  days.erase(days.begin() + 200, days.begin() + 210);
  const auto found = extreme(95.5, days);
  REQUIRE(found);
  CHECK(found->at_least);
  CHECK(found->known_since == at(-89 * 24h));
}

TEST_CASE("a price that its own day was beyond is no extreme") {
  auto days = days_of(oil(), 86);
  days.price(at(13h), at(13h), 85);
  CHECK_FALSE(extreme_of(85, std::nullopt, days, at(13h)));
  days.price(at(14h), at(14h), 86);
  CHECK(extreme_of(86, std::nullopt, days, at(14h)));
}

TEST_CASE("a price while closed is compared with the day that is over as well") {
  auto spec = instrument("WTI");
  spec.hours = std::make_shared<TradingHours>(weekdays());
  const auto friday = at(48h + 11h);
  InstrumentDays days{spec};
  days.know(oil());
  days.price(friday, friday, 86);
  days.price(friday + 24h, friday + 24h, 85);
  CHECK_FALSE(extreme_of(85, std::nullopt, days, friday + 24h));
}

TEST_CASE("days missing within the last month leave nothing to tell") {
  auto days = oil();
  days.erase(days.begin() + 285, days.begin() + 295);
  CHECK_FALSE(extreme(85, days));
}

TEST_CASE("days missing right before today leave nothing to tell") {
  auto days = oil();
  days.erase(days.end() - 10, days.end());
  CHECK_FALSE(extreme(85, days));
}

TEST_CASE("one missing day in a year is passed over") {
  auto days = oil();
  days.erase(days.begin() + 200);
  CHECK(extreme(85, days)->last_beyond == at(-280 * 24h));
}

TEST_CASE("days of which only closes are known are compared by those, and the remark says so") {
  auto days = oil();
  CHECK_FALSE(extreme(85, days)->closes_only);
  days[10].closes_only = true;  // before that high
  CHECK_FALSE(extreme(85, days)->closes_only);
  days[100].closes_only = true;
  CHECK(extreme(85, days)->closes_only);
}

TEST_CASE("a random walk's yardstick and extremes are those of plain arithmetic") {
  std::mt19937 random{GENERATE(range(0U, 50U))};
  std::uniform_real_distribution<double> step{-0.05, 0.05};
  std::vector<DayBar> days;
  double close = 70;
  const int count = std::uniform_int_distribution{0, 150}(random);
  for (int i = count; i > 0; --i) {
    close *= std::exp(step(random));
    days.push_back(day(-i, close * 0.99, close * 1.01, close));
  }
  const double price = close * std::exp(6 * step(random));

  const auto returns = static_cast<std::size_t>(std::clamp(count - 1, 0, 60));
  double mean = 0, squares = 0;
  const auto log_return = [&](std::size_t back) {
    return std::log(days[days.size() - back].close / days[days.size() - back - 1].close);
  };
  for (std::size_t i = 1; i <= returns; ++i) mean += log_return(i) / static_cast<double>(returns);
  for (std::size_t i = 1; i <= returns; ++i) squares += std::pow(log_return(i) - mean, 2);
  const auto volatility = daily_volatility(history(days), at(0h));
  REQUIRE(volatility.has_value() == (returns >= 20));
  if (volatility)
    CHECK(*volatility == Approx(std::sqrt(squares / static_cast<double>(returns - 1))));

  const bool up = price > close;
  std::optional<Timestamp> beyond;
  int since = 0;
  for (auto bar = days.rbegin(); bar != days.rend() && !beyond; ++bar, ++since)
    if (up ? bar->high >= price : bar->low <= price) beyond = bar->day;
  const auto found = extreme(price, days);
  REQUIRE(found.has_value() == (since >= 20));
  if (!found) return;
  CHECK(found->high == up);
  CHECK(found->last_beyond == beyond);
}
