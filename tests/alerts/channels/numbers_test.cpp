#include "alerts/channels/numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using enum Language;

TEST_CASE("a price keeps the digits that matter") {
  CHECK(price_text(85.91) == "85.91");
  CHECK(price_text(85.9) == "85.90");
  CHECK(price_text(4812.5) == "4,812.50");
  CHECK(price_text(78'012.34) == "78,012");
  CHECK(price_text(-37.63) == "-37.63");
  CHECK(price_text(0.0712) == "0.0712");
  CHECK(price_text(0.00000712) == "0.00000712");
  CHECK(price_text(0) == "0");
}

TEST_CASE("what was not reached is not said") {
  CHECK(percent_text(0.09996) == "9.996%");
  CHECK(price_text(77'999.6) == "77,999.6");
}

TEST_CASE("a sum is cut, so that it stays a lower bound") {
  CHECK(amount_text(99'999'999, zh) == "9,999.9 万");
  CHECK(amount_text(321'999'999, zh) == "3.21 亿");
  CHECK(amount_text(999'999'999, en) == "999.99 million");
  CHECK(amount_text(9'999.9, en) == "9,999");
}

TEST_CASE("a sum is counted in 亿 and 万, or in billions and millions") {
  CHECK(amount_text(321'000'000, zh) == "3.21 亿");
  CHECK(amount_text(125'000, zh) == "12.5 万");
  CHECK(amount_text(9'500, zh) == "9,500");
  CHECK(amount_text(1'234'567'890'123, zh) == "12,345.67 亿");
  CHECK(amount_text(1'250'000'000, en) == "1.25 billion");
  CHECK(amount_text(321'000'000, en) == "321.00 million");
  CHECK(amount_text(125'000, en) == "125,000");
}

TEST_CASE("a unit is said in the reader's language where it is known") {
  CHECK(unit_text("USD/bbl", zh) == "美元/桶");
  CHECK(unit_text("USD/bbl", en) == "USD/bbl");
  CHECK(unit_text("EUR/MWh", zh) == "EUR/MWh");
}

TEST_CASE("a window is said as people say it") {
  CHECK(window_text(24h, zh) == "24 小时");
  CHECK(window_text(5min, zh) == "5 分钟");
  CHECK(window_text(90min, zh) == "90 分钟");
  CHECK(window_text(7 * 24h, zh) == "7 天");
  CHECK(window_text(1h, en) == "1 h");
  CHECK(window_text(500ms, en) == "500ms");
}

TEST_CASE("a time that passed is said in its two largest units") {
  CHECK(elapsed_text(1h + 23min + 45s, zh) == "1 小时 23 分");
  CHECK(elapsed_text(23min, zh) == "23 分钟");
  CHECK(elapsed_text(26h, en) == "1 d 2 h");
  CHECK(elapsed_text(900ms, zh) == "0 秒");
}

TEST_CASE("a moment is Beijing's in Chinese and UTC in English") {
  CHECK(moment_text(test::hormuz, zh) == "2026-04-17 22:15:03（北京时间）");
  CHECK(moment_text(test::hormuz, en) == "2026-04-17 14:15:03 UTC");
  const auto in = [](std::string name, Duration offset) {
    return Zone{std::move(name), [offset](Timestamp) { return offset; }};
  };
  const auto shanghai = in("Asia/Shanghai", 8h);
  CHECK(moment_text(test::hormuz, zh, &shanghai) == "2026-04-17 22:15:03（北京时间）");
  CHECK(moment_text(test::hormuz, en, &shanghai) == "2026-04-17 22:15:03 UTC+8");
  const auto new_york = in("America/New_York", -4h);
  CHECK(moment_text(test::hormuz, zh, &new_york) == "2026-04-17 10:15:03（UTC-4）");
  const auto newfoundland = in("America/St_Johns", -150min);
  CHECK(moment_text(test::hormuz, en, &newfoundland) == "2026-04-17 11:45:03 UTC-2:30");
  const auto utc = in("UTC", 0h);
  CHECK(moment_text(test::hormuz, zh, &utc) == "2026-04-17 14:15:03（UTC）");
}

TEST_CASE("a moment since when something lasts has a date only where it was another day") {
  CHECK(since_text(test::hormuz - 3h, test::hormuz, zh) == "19:15");
  CHECK(since_text(test::hormuz - 20h, test::hormuz, zh) == "02:15");
  CHECK(since_text(test::hormuz - 20h, test::hormuz, en) == "04-16 18:15");
  const Zone summer{"", [](Timestamp t) { return t < test::hormuz ? Duration{1h} : Duration{2h}; }};
  CHECK(since_text(test::hormuz - 1h, test::hormuz, en, &summer) == "14:15");
}
