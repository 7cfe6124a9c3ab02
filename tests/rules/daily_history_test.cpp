#include "rules/daily_history.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp monday{std::chrono::sys_days{std::chrono::year{2026} / 4 / 13}};

double seconds(Timestamp t) {
  return std::chrono::duration<double>(t.time_since_epoch()).count();
}

DayBar close_only(int day, double close) {
  return {.day = monday + day * 24h,
          .open = close,
          .high = close,
          .low = close,
          .close = close,
          .closes_only = true};
}

DayBar bar(int day, double low, double high, double close, double seen = 1.0) {
  return {.day = monday + day * 24h,
          .open = close,
          .high = high,
          .low = low,
          .close = close,
          .seen = seen};
}

DailyHistory history(const std::vector<DayBar>& days,
                     std::shared_ptr<const TradingHours> hours = nullptr) {
  DailyHistory made{std::move(hours)};
  made.load(days);
  return made;
}

Value since_high(const DailyHistory& history, double price, bool is_close = false) {
  return history.since(RangeEnd::high, price, is_close, {.now = monday + 100 * 24h});
}

Value between(Timestamp from, Timestamp to) {
  return {seconds(from), seconds(to), Unknown::none};
}

Value on(int day) {
  return exactly(seconds(monday + day * 24h));
}

std::shared_ptr<const TradingHours> weekdays() {
  std::vector<Session> sessions;
  for (int day = 0; day < 60; ++day) {
    const auto date = monday + day * 24h;
    if (day % 7 < 5) sessions.push_back({date - 2h, date + 21h, date});
  }
  return std::make_shared<TradingHours>(std::move(sessions));
}

}  // namespace

TEST_CASE("a streak counts days that closed higher, or lower, in a row") {
  CHECK(history({bar(0, 1, 1, 5), bar(1, 1, 1, 4), bar(2, 1, 1, 5), bar(3, 1, 1, 6)}).streak() ==
        exactly(2));
  CHECK(history({bar(0, 1, 1, 5), bar(1, 1, 1, 6), bar(2, 1, 1, 5), bar(3, 1, 1, 4)}).streak() ==
        exactly(-2));
}

TEST_CASE("an equal close ends a streak") {
  CHECK(history({bar(0, 1, 1, 5), bar(1, 1, 1, 5)}).streak() == exactly(0));
  CHECK(history({bar(0, 1, 1, 5), bar(1, 1, 1, 5), bar(2, 1, 1, 6)}).streak() == exactly(1));
}

TEST_CASE("a streak that reaches back to the beginning, or to a missing day, is at least so long") {
  CHECK(history({bar(0, 1, 1, 5), bar(1, 1, 1, 6), bar(2, 1, 1, 7)}).streak() == at_least(2));
  CHECK(history({bar(0, 1, 1, 7), bar(1, 1, 1, 6)}).streak() == at_most(-1));
  CHECK(history({bar(0, 1, 1, 9), bar(1, 1, 1, 5), bar(8, 1, 1, 6), bar(9, 1, 1, 7)}).streak() ==
        at_least(1));
  CHECK(history({bar(0, 1, 1, 9), bar(8, 1, 1, 6)}).streak() == unknown(Unknown::incomplete));
  CHECK(history({bar(0, 1, 1, 9)}).streak() == unknown(Unknown::warming));
}

TEST_CASE("a day of which a tenth was not seen has no close that counts") {
  CHECK(
      history({bar(0, 1, 1, 4), bar(1, 1, 1, 5, 0.8), bar(2, 1, 1, 6), bar(3, 1, 1, 7)}).streak() ==
      at_least(1));
  CHECK(history({bar(0, 1, 1, 6), bar(1, 1, 1, 5, 0.95), bar(2, 1, 1, 6)}).streak() == exactly(1));
}

TEST_CASE("the latest day at least as high is found by its high") {
  const auto days = history({bar(0, 1, 9, 2), bar(1, 1, 5, 4), bar(2, 1, 7, 2), bar(3, 1, 3, 2)});
  CHECK(since_high(days, 3) == on(3));
  CHECK(since_high(days, 4) == on(2));
  CHECK(since_high(days, 8) == on(0));
  CHECK(days.since(RangeEnd::low, 0.5, false, {.now = monday}) == at_most(seconds(monday)));
}

TEST_CASE("higher than all that is known: since before the history began") {
  CHECK(since_high(history({bar(0, 1, 9, 2), bar(1, 1, 5, 4)}), 10) == at_most(seconds(monday)));
}

TEST_CASE(
    "against closes only a close counts; any other price may have been reached within a day") {
  const auto days =
      history({close_only(0, 9), close_only(1, 5), close_only(2, 7), bar(3, 1, 3, 2)});
  CHECK(since_high(days, 8, true) == on(0));
  CHECK(since_high(days, 8) == between(monday, monday + 48h));
  CHECK(since_high(days, 6) == on(2));
  CHECK(since_high(days, 3) == on(3));
  CHECK(since_high(days, 10) == at_most(seconds(monday + 48h)));
}

TEST_CASE("where 1 % of the days since is missing, the latest of them may be it") {
  auto days = history({bar(0, 1, 9, 2), bar(20, 1, 5, 4), bar(21, 1, 4, 4)});
  CHECK(since_high(days, 8) == between(monday, monday + 20 * 24h));
  CHECK(since_high(days, 5) == on(20));
}

TEST_CASE("what was not seen of the day that goes on may be it too") {
  const auto days = history({bar(0, 1, 9, 2), bar(1, 1, 5, 4)});
  CHECK(
      days.since(RangeEnd::high, 5, false, {.unseen = 0.25, .elapsed = 0.5, .now = monday + 60h}) ==
      between(monday + 24h, monday + 60h));
}

TEST_CASE("days missing between the last that is known and today may be it too") {
  const auto days = history({bar(0, 1, 9, 2), bar(1, 1, 5, 4)});
  const auto since = [&](int today) {
    const auto day = monday + today * 24h;
    return days.since(RangeEnd::high, 5, false, {.day = day, .now = day + 12h});
  };
  CHECK(since(2) == on(1));
  CHECK(since(10) == between(monday + 24h, monday + 10 * 24h + 12h));
}

TEST_CASE("a weekend is missing only where weekends are traded") {
  CHECK(history({bar(3, 1, 1, 1), bar(4, 1, 1, 1), bar(7, 1, 1, 1)}).holes().empty());
  CHECK(history({bar(-2, 1, 1, 1), bar(-1, 1, 1, 1), bar(2, 1, 1, 1)}).holes().size() == 1);
}

TEST_CASE("where hours are known, each of their days is expected") {
  const auto holes =
      history({bar(3, 1, 1, 1), bar(4, 1, 1, 1), bar(7, 1, 1, 1), bar(9, 1, 1, 1)}, weekdays())
          .holes();
  REQUIRE(holes.size() == 1);
  CHECK(holes[0].days == 1);
  CHECK(holes[0].after == monday + 7 * 24h);
}

TEST_CASE("a day's last price is its close; of a day that was closed, the close before it") {
  const auto days =
      history({bar(3, 1, 1, 7), bar(4, 1, 1, 8), bar(7, 1, 1, 9), bar(9, 1, 1, 6)}, weekdays());
  CHECK(days.close_of(monday + 4 * 24h) == exactly(8));
  CHECK(days.close_of(monday + 5 * 24h) == exactly(8));
  CHECK(days.close_of(monday + 8 * 24h) == unknown(Unknown::incomplete));
  CHECK(days.close_of(monday + 10 * 24h) == unknown(Unknown::incomplete));
  CHECK(days.close_of(monday) == unknown(Unknown::warming));
}

TEST_CASE("days in a stretch give its extremes, and say how much of it they are") {
  const auto days =
      history({bar(0, 1, 9, 2), bar(1, 2, 5, 4), bar(2, 3, 7, 2, 0.5), bar(3, 4, 8, 2)});
  const auto part = days.between(monday + 24h, monday + 72h);
  CHECK(part.high->value == 7);
  CHECK(part.low->value == 2);
  CHECK(part.seen == 0.75);
  CHECK_FALSE(part.closes_only);
  CHECK(days.between(monday - 96h, monday + 96h).seen == 3.5 / 8);
  CHECK(days.between(monday + 96h, monday + 192h).seen == 0);
}

TEST_CASE("a fuller word on a day replaces a less full one") {
  auto days = history({bar(0, 1, 9, 2, 0.5), bar(1, 1, 5, 4)});
  CHECK_FALSE(days.add(bar(0, 1, 8, 2, 0.4)));
  CHECK(days.add(bar(0, 1, 12, 2, 0.6)));
  CHECK(since_high(days, 11).hi == seconds(monday));
  CHECK_FALSE(days.add(bar(1, 1, 6, 4, 0.9)));
  CHECK(days.add(bar(1, 1, 6, 4)));
  CHECK_FALSE(days.add(bar(1, 1, 6, 4)));
}

TEST_CASE("a day made of stored minutes alone does not replace one that was known as well") {
  auto days = history({bar(0, 1, 9, 2, 0.999), bar(1, 1, 5, 4, 0.5)});
  CHECK_FALSE(days.add(bar(0, 2, 8, 2, 0.995), true));
  CHECK(days.add(bar(0, 2, 8, 2, 0.995)));
  CHECK(days.add(bar(1, 1, 6, 4, 0.6), true));
}

TEST_CASE("histories agree with a look at every day") {
  const auto seed = GENERATE(range(1u, 51u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  std::vector<DayBar> days;
  DailyHistory history{nullptr};
  for (int i = 0; i < 300; ++i) {
    const double low = static_cast<double>(random() % 40);
    const double high = low + static_cast<double>(random() % 10);
    days.push_back(bar(i, low, high, random() % 2 ? low : high));
  }
  // Half of it at once, the rest day by day, as a daemon has it.
  history.load(std::span{days}.first(150));
  for (std::size_t i = 150; i < days.size(); ++i) CHECK(history.add(days[i]));

  for (int n = 0; n < 50; ++n) {
    const double price = static_cast<double>(random() % 50);
    std::optional<Timestamp> high, low;
    for (const auto& day : days) {
      if (day.high >= price) high = day.day;
      if (day.low <= price) low = day.day;
    }
    const auto first = seconds(days.front().day);
    CHECK(since_high(history, price) == (high ? exactly(seconds(*high)) : at_most(first)));
    CHECK(history.since(RangeEnd::low, price, false, {.now = monday}) ==
          (low ? exactly(seconds(*low)) : at_most(first)));
  }
  int streak = 0;
  for (auto i = days.size() - 1; i > 0; --i) {
    const double step = days[i].close - days[i - 1].close;
    if (step == 0 || (streak > 0 && step < 0) || (streak < 0 && step > 0)) break;
    streak += step > 0 ? 1 : -1;
  }
  CHECK(history.streak() == exactly(streak));
}
