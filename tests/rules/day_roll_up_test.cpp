#include "rules/day_roll_up.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp monday{std::chrono::sys_days{std::chrono::year{2026} / 4 / 13}};

/// Sessions from 22:00 the day before to 21:00, the 13th to the 17th.
std::shared_ptr<const TradingHours> energy() {
  std::vector<Session> sessions;
  for (int day = 0; day < 5; ++day) {
    const auto date = monday + day * 24h;
    sessions.push_back({date - 2h, date + 21h, date});
  }
  return std::make_shared<TradingHours>(std::move(sessions));
}

void minutely(DayRollUp& days, Timestamp from, Timestamp to, double price) {
  for (auto t = from; t < to; t += 1min) days.add(t, price);
}

Candle candle(Timestamp start, double open, double high, double low, double close) {
  return {.start = start, .open = open, .high = high, .low = low, .close = close};
}

}  // namespace

TEST_CASE("a day of UTC is over a minute after midnight, though no price comes") {
  DayRollUp days{nullptr, 24h};
  days.add(monday, 96);
  days.add(monday + 10h, 97);
  days.add(monday + 14h, 85);
  days.add(monday + 23h, 86);
  CHECK(days.next_end() == monday + 24h + 1min);
  days.advance(monday + 24h + 59s);
  CHECK(days.ended().empty());
  days.advance(monday + 24h + 1min);
  CHECK(days.ended() ==
        std::vector{DayBar{.day = monday, .open = 96, .high = 97, .low = 85, .close = 86}});
  CHECK_FALSE(days.next_end());
  CHECK_FALSE(days.in_a_day());
}

TEST_CASE("the first price of a day ends the day before") {
  DayRollUp days{nullptr, 24h};
  days.add(monday + 23h, 96);
  days.add(monday + 24h, 97);
  REQUIRE(days.ended().size() == 1);
  CHECK(days.ended()[0].close == 96);
  days.add(monday + 24h - 1s, 50);
  days.advance(monday + 49h);
  REQUIRE(days.ended().size() == 2);
  CHECK(days.ended()[0].low == 96);
  CHECK(days.ended()[1].low == 97);
}

TEST_CASE("a session's day is that of its hours, and a price while closed is of none") {
  DayRollUp days{energy(), 1min};
  days.add(monday - 2h, 95);
  days.add(monday + 20h, 96);
  days.add(monday + 21h, 80);
  days.advance(monday + 21h + 1min);
  REQUIRE(days.ended().size() == 1);
  CHECK(days.ended()[0].day == monday);
  CHECK(days.ended()[0].open == 95);
  CHECK(days.ended()[0].close == 96);
  days.add(monday + 21h + 30min, 70);
  CHECK_FALSE(days.in_a_day());
  days.add(monday + 22h, 97);
  CHECK(days.today().day == monday + 24h);
}

TEST_CASE("a day says how much of its session was seen") {
  DayRollUp days{energy(), 1min};
  minutely(days, monday - 2h, monday + 21h, 96);
  days.advance(monday + 22h);
  CHECK(days.ended().back().seen == 1);
  minutely(days, monday + 22h, monday + 30h, 97);
  minutely(days, monday + 40h, monday + 45h, 98);
  days.advance(monday + 46h);
  CHECK(days.ended().back().seen == Catch::Approx(13.0 / 23));
}

TEST_CASE("a price stands over midnight: the day that begins under it is seen from the start") {
  DayRollUp days{nullptr, 24h};
  days.add(monday + 12h, 96);
  days.add(monday + 36h, 97);
  days.advance(monday + 49h);
  CHECK(days.ended().back().seen == 1);
}

TEST_CASE("minutes told afterwards enter a day where nothing was seen, and make it fuller") {
  DayRollUp days{nullptr, 1min};
  minutely(days, monday, monday + 6h, 96);
  minutely(days, monday + 8h, monday + 24h, 95);
  std::vector<Candle> told;
  for (auto t = monday + 5h; t < monday + 8h; t += 1min) told.push_back(candle(t, 90, 99, 88, 91));
  days.fill(told);
  days.advance(monday + 25h);
  CHECK(days.ended() ==
        std::vector{DayBar{.day = monday, .open = 96, .high = 99, .low = 88, .close = 95}});
}

TEST_CASE("of a minute that was seen nothing is told afterwards") {
  DayRollUp days{nullptr, 1min};
  minutely(days, monday, monday + 6h, 96);
  const std::vector told{candle(monday + 1h, 90, 99, 88, 91)};
  days.fill(told);
  days.advance(monday + 25h);
  CHECK(days.ended().back().high == 96);
}

TEST_CASE("a day that is over is told again when minutes make it fuller") {
  DayRollUp days{nullptr, 1min};
  minutely(days, monday, monday + 12h, 96);
  days.add(monday + 24h, 100);
  CHECK(days.ended().back().seen == 0.5);
  days.clear_ended();
  std::vector<Candle> told;
  for (auto t = monday + 12h; t < monday + 24h; t += 1min)
    told.push_back(candle(t, 97, 98, 97, 97));
  days.fill(told);
  CHECK(days.ended() ==
        std::vector{DayBar{.day = monday, .open = 96, .high = 98, .low = 96, .close = 97}});
}

TEST_CASE("a day that nobody saw is made of the minutes told of it") {
  DayRollUp days{nullptr, 1min};
  days.add(monday + 30h, 100);
  const std::vector told{candle(monday + 22h, 90, 91, 89, 90),
                         candle(monday + 22h + 1min, 90, 95, 90, 94)};
  days.fill(told);
  REQUIRE(days.ended().size() == 1);
  CHECK(days.ended()[0].day == monday);
  CHECK(days.ended()[0].high == 95);
  CHECK(days.ended()[0].close == 94);
  CHECK(days.ended()[0].seen == Catch::Approx(2.0 / 1440));
}
