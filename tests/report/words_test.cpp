// Numbers, dates and names as they are printed.
#include "report/words.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp friday{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17}};
const Speech zh{Language::zh, friday};
const Speech en{Language::en, friday};

}  // namespace

TEST_CASE("a percentage that was not reached is not printed") {
  CHECK(percent_words(0.109372) == "10.94%");
  CHECK(percent_words(0.0996) == "9.96%");
  CHECK(percent_words(0.099996) == "9.9996%");
  CHECK(percent_words(0.1) == "10.00%");
  CHECK(percent_words(0.100002) == "10.00%");
  CHECK(percent_words(-0.0172) == "1.72%");
}

TEST_CASE("9.96 % is not more than 10 %, and 10 % is not more than itself") {
  CHECK(over_words(-0.0996, Language::zh) == "超9%");
  CHECK(over_words(-0.109372, Language::zh) == "超10%");
  CHECK(over_words(0.10, Language::zh) == "达10%");
  CHECK(over_words(0.0172, Language::zh) == "超1.7%");
  CHECK(over_words(0.0172, Language::en) == "more than 1.7%");
  CHECK(over_words(0.0004, Language::zh) == "0.04%");
}

TEST_CASE("a price that did not reach a round number is not printed as one") {
  CHECK(price_words(78'012.4) == "78,012");
  CHECK(price_words(77'999.6) == "77,999.6");
  CHECK(price_words(78'000) == "78,000");
  CHECK(price_words(85.91) == "85.91");
  CHECK(price_words(85.999) == "85.999");
  CHECK(price_words(4'830.5) == "4,830.50");
  CHECK(price_words(-36.98) == "-36.98");
  CHECK(price_words(0.07123) == "0.0712");
}

TEST_CASE("a sum is cut, so that it stays a lower bound") {
  CHECK(amount_words(321'999'999, Language::zh) == "3.21亿");
  CHECK(amount_words(12'349'999, Language::zh) == "1,234.9万");
  CHECK(amount_words(9'999.9, Language::zh) == "9,999");
  CHECK(amount_words(321'999'999, Language::en) == "321.99 million");
}

TEST_CASE("units stand at prices as each language sets them") {
  CHECK(with_unit("85.91", "USD/bbl", Language::zh) == "85.91美元/桶");
  CHECK(with_unit("85.91", "USD/bbl", Language::en) == "$85.91/bbl");
  CHECK(with_unit("-36.98", "USD/bbl", Language::en) == "-$36.98/bbl");
  CHECK(with_unit("640", "points", Language::en) == "640 points");
}

TEST_CASE("times are Beijing's, days are the market's own") {
  CHECK(time_words(friday + 16h, zh) == "4月18日00:00");
  CHECK(time_words(friday + 14h + 15min, en) == "17 Apr 22:15");
  CHECK(day_words(friday, zh) == "4月17日");
  CHECK(day_words(friday - std::chrono::days{200}, zh) == "2025年9月29日");
  CHECK(month_words(friday, Language::en) == "Apr 2026");
}

TEST_CASE("Chinese sets no space beside Latin letters") {
  CHECK(tight("WTI 原油") == "WTI原油");
  CHECK(tight("纳斯达克 100（QQQ）") == "纳斯达克100（QQQ）");
  CHECK(tight("WTI crude") == "WTI crude");
}

TEST_CASE("what a name says at its end in parentheses can be said apart") {
  CHECK(aside_of("WTI 原油（重构数据）") == "（重构数据）");
  CHECK(aside_of("WTI crude (reconstructed)") == " (reconstructed)");
  CHECK(aside_of("WTI crude") == "");
  CHECK(aside_of("（重构数据）") == "");
  CHECK(aside_of("Fed (June) hold") == "");
}
