// Rules over days: of an earlier life, imported, and rolled up as they pass.
#include <catch2/catch_test_macros.hpp>

#include "tests/rules/known_days.hpp"
#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

DayBar close_only(int number, double close) {
  auto bar = day(number, close, close, close);
  bar.closes_only = true;
  return bar;
}

/// Days 0 to −9 before the first tick, each from 70 to 80.
std::vector<DayBar> ten_days() {
  std::vector<DayBar> days;
  for (int i = 10; i > 0; --i) days.push_back(day(-i, 70, 80, 75));
  return days;
}

Rig rig_of(std::string when) {
  auto spec = instrument("WTI");
  spec.max_staleness = 24h;
  return {{spec}, {rule("r", std::move(when))}};
}

}  // namespace

TEST_CASE("a streak is counted when a day is over, though no price comes") {
  auto rig = rig_of("streak(WTI) >= 2");
  rig.engine().know_days(
      "WTI", std::vector{day(-3, 70, 80, 76), day(-2, 70, 80, 75), day(-1, 70, 80, 76)});
  rig.tick("WTI", 77, 1h);
  rig.tick("WTI", 78, 20h);
  CHECK(rig.said().empty());
  rig.until(24h + 2min);
  CHECK(rig.said() == Lines{"1d1m r fire notice"});
}

TEST_CASE("a day that is over comes out of the engine once, and is in its history by then") {
  auto rig = rig_of("last(WTI) > 1000 USD/bbl");
  rig.tick("WTI", 77, 0h);
  rig.tick("WTI", 79, 12h);
  rig.tick("WTI", 78, 24h);
  REQUIRE(rig.engine().days().size() == 1);
  CHECK(rig.engine().days()[0].bar ==
        DayBar{.day = at(0s), .open = 77, .high = 79, .low = 77, .close = 79});
  CHECK(rig.engine().market().days(0).history().days().size() == 1);
  rig.engine().clear_days();
  rig.tick("WTI", 78, 25h);
  CHECK(rig.engine().days().empty());
}

TEST_CASE("a restart in the middle of a day goes on from the stored minutes") {
  auto rig = rig_of("last(WTI) > 1000 USD/bbl");
  rig.engine().market().warm(0, std::vector<Sample>{{at(0h), 90}, {at(3h), 60}, {at(10h), 75}});
  rig.tick("WTI", 77, 12h);
  rig.until(24h + 2min);
  REQUIRE(rig.engine().days().size() == 1);
  CHECK(rig.engine().days()[0].bar ==
        DayBar{.day = at(0s), .open = 90, .high = 90, .low = 60, .close = 77});
}

TEST_CASE("a day that ended while the daemon was down is made of the stored minutes") {
  auto rig = rig_of("last(WTI) > 1000 USD/bbl");
  rig.engine().know_days("WTI", std::vector{day(-2, 70, 80, 76)});
  rig.engine().market().warm(0, std::vector<Sample>{{at(-30h), 50}, {at(-20h), 90}, {at(-2h), 75}});
  rig.engine().start(at(8h));
  rig.until(8h + 2s);
  REQUIRE(rig.engine().days().size() == 1);  // what is known better of the day before stands
  CHECK(rig.engine().days()[0].bar.day == at(-24h));
  CHECK(rig.engine().days()[0].bar.close == 75);
}

TEST_CASE("a change since a date is against that day's last price") {
  auto rig = rig_of("change(WTI, since=@2024-12-30) >= 10%");
  rig.engine().know_days("WTI", std::vector{day(-2, 60, 90, 70), day(-1, 60, 90, 80)});
  rig.tick("WTI", 76.9, 1h);
  CHECK(rig.said().empty());
  rig.tick("WTI", 77, 2h);
  CHECK(rig.said() == Lines{"2h r fire notice"});
  CHECK(rig.alerts().front().move->from == 70);
}

TEST_CASE("against a day that is missing nothing is said") {
  auto rig =
      rig_of("change(WTI, since=@2024-12-26) >= 10% or change(WTI, since=@2024-12-26) < 10%");
  rig.engine().know_days("WTI", std::vector{day(-12, 60, 90, 70), day(-1, 60, 90, 70)});
  rig.tick("WTI", 100, 1h);
  CHECK(rig.said().empty());
}

TEST_CASE("a high of a year is known right after its days were imported") {
  auto rig = rig_of("new_high(WTI, 10d)");
  rig.engine().know_days("WTI", ten_days());
  rig.tick("WTI", 79, 0h);
  rig.tick("WTI", 80, 1h);
  CHECK(rig.said().empty());
  rig.tick("WTI", 80.5, 2h);
  CHECK(rig.said() == Lines{"2h r fire notice"});
}

TEST_CASE("days of which only closes are known can deny a new high, and not grant one") {
  auto rig = rig_of("new_high(WTI, 10d)");
  std::vector<DayBar> days;
  for (int i = 10; i > 0; --i) days.push_back(close_only(-i, 80));
  rig.engine().know_days("WTI", days);
  rig.tick("WTI", 79, 0h);
  rig.tick("WTI", 81, 1h);
  CHECK(rig.said().empty());
}

TEST_CASE("windows reach back over days: highs, lows, moves and the left edge") {
  auto rig = rig_of(
      "high(WTI, 9d) >= 80 USD/bbl and low(WTI, 9d) <= 70 USD/bbl and fall(WTI, 9d) <= -5% and "
      "rise(WTI, 9d) >= 8% and change(WTI, 9d) > 1% and range(WTI, 9d) >= 10 USD/bbl");
  rig.engine().know_days("WTI", ten_days());
  rig.tick("WTI", 76, 1h);
  CHECK(rig.said() == Lines{"1h r fire notice"});
}

TEST_CASE("with days missing a window tells what is certain") {
  auto days = ten_days();
  days.erase(days.begin() + 4);
  auto rig = rig_of("new_high(WTI, 10d)");
  rig.engine().know_days("WTI", days);
  rig.tick("WTI", 79, 0h);
  rig.tick("WTI", 81, 1h);
  CHECK(rig.said().empty());
  auto certain = rig_of("high(WTI, 10d) >= 80 USD/bbl");
  certain.engine().know_days("WTI", days);
  certain.tick("WTI", 79, 0h);
  CHECK(certain.said() == Lines{"0s r fire notice"});
}

TEST_CASE("the highest since a date is told by days and by the day that goes on") {
  auto rig = rig_of("since_high(WTI) < @2024-12-28");
  rig.engine().know_days("WTI",
                         std::vector{day(-8, 70, 90, 75), day(-7, 70, 80, 75), day(-6, 70, 80, 75),
                                     day(-5, 70, 79, 75), day(-4, 70, 79, 75), day(-3, 70, 82, 75),
                                     day(-2, 70, 79, 75), day(-1, 70, 79, 75)});
  rig.tick("WTI", 81, 0h);
  CHECK(rig.said().empty());
  rig.tick("WTI", 83, 1h);
  CHECK(rig.said() == Lines{"1h r fire notice"});
  rig.tick("WTI", 82.5, 2h);
  CHECK(rig.said().back() == "2h r resolve notice");
}

TEST_CASE("statistics are terms like others") {
  auto rig = rig_of(
      "zscore(WTI, 1h, 1m) > 4 and jump(WTI, 1m) > 4 and sigma(WTI, 5m) > 4 and vol(WTI, 1h, 1m) < "
      "1%");
  for (int i = 0; i < 2'000; ++i) rig.tick("WTI", 80 + 0.01 * (i * 7 % 13), i * 60s);
  CHECK(rig.said().empty());
  rig.tick("WTI", 84, 2'000 * 60s - 1s);
  rig.until(2'000 * 60s + 1s);
  CHECK(rig.said() == Lines{"1d9h20m r fire notice"});
}

TEST_CASE("the last price is no earlier one when its day is over") {
  auto rig = rig_of("since_high(WTI) < @2024-12-30");
  rig.engine().know_days(
      "WTI", std::vector{day(-3, 70, 90, 75), day(-2, 70, 79, 75), day(-1, 70, 79, 75)});
  rig.tick("WTI", 83, 0h);
  CHECK(rig.said() == Lines{"0s r fire notice"});
  rig.until(24h + 2min);
  CHECK(rig.engine().days().size() == 1);
  CHECK(rig.said().empty());  // it still holds
}
