#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <string>
#include <vector>

#include "tests/rules/expression_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;

namespace {

struct Bad {
  std::string text;
  int column;
  std::string what;
  std::string remedy;
};

/// One mistake, at that place, in those words.
void check(const Bad& bad) {
  CAPTURE(bad.text);
  const auto mistakes = mistakes_in(bad.text);
  for (const auto& mistake : mistakes) UNSCOPED_INFO(to_line(mistake));
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].line == 1);
  CHECK(mistakes[0].column == bad.column);
  CHECK_THAT(mistakes[0].what, ContainsSubstring(bad.what));
  CHECK_THAT(mistakes[0].remedy, ContainsSubstring(bad.remedy));
}

}  // namespace

TEST_CASE("a bare number where a unit is due is told its unit") {
  check(GENERATE(values<Bad>({
      {"change(WTI, 1h) > 10", 19, "\"10\" has no unit", "\"10%\""},
      {"change(WTI, 1h) > 0.1", 19, "\"0.1\" has no unit", "\"10%\""},
      {"change(WTI, 1h) > 0.025", 19, "\"0.025\" has no unit", "\"2.5%\""},
      {"change(WTI, 1h) < -10", 19, "\"-10\" has no unit", "\"-10%\""},
      {"change(WTI, 1h) > (10)", 19, "\"(10)\" has no unit", "\"10%\""},
      {"10 < change(WTI, 1h)", 1, "\"10\" has no unit", "\"10%\""},
      {"abs(change(WTI, 1h)) >= tier + 5", 32, "\"5\" has no unit", "\"5%\""},
      {"tier > 10", 8, "\"10\" has no unit", "\"10%\""},
      {"last(GOLD) > 4800", 14, "\"4800\" has no unit", "\"4800 USD/oz\""},
      {"sum(LIQ, 1h) > 20亿", 16, "\"20亿\" has no unit", "\"20亿 USD\""},
      {"last(BTC) > -1.5B", 13, "\"-1.5B\" has no unit", "\"-1.5B USD\""},
      {"age(WTI) > 60", 12, "\"60\" has no unit", "\"60s\""},
      {"age(WTI) > 0.5", 12, "\"0.5\" has no unit", "\"500ms\""},
      {"change(WTI, 60) > 10%", 13, "\"60\" has no unit", "\"60s\""},
      {"max(change(WTI, 1h), 5) > tier", 22, "\"5\" has no unit", "\"5%\""},
  })));
}

TEST_CASE("values of different kinds or units are not compared") {
  check(GENERATE(values<Bad>({
      {"last(WTI) > last(GOLD)", 13,
       "\"last(GOLD)\" is a quantity in USD/oz, but \"last(WTI)\" is a quantity in USD/bbl",
       "one unit"},
      {"last(WTI) > 100 USD/oz", 13,
       "\"100 USD/oz\" is a quantity in USD/oz, but \"last(WTI)\" is a quantity in USD/bbl",
       "\"100 USD/bbl\""},
      {"1.5B USD < last(GOLD)", 1, "USD/oz", "\"1.5B USD/oz\""},
      {"last(GOLD) > 5%", 14, "is a ratio", "\"100 USD/oz\""},
      {"last(GOLD) >= tier", 15, "\"tier\" is a ratio", "write the tiers like \"100 USD/oz\""},
      {"change(WTI, 1h) > 5 USD/bbl", 19,
       "is a quantity in USD/bbl, but \"change(WTI, 1h)\" is a ratio", "\"10%\""},
      {"count(LIQ, 1h) > 10%", 18, "\"10%\" is a ratio", "\"10\""},
      {"count(LIQ, 1h) > 10 USD", 18, "is a quantity in USD", "\"10\""},
      {"age(WTI) > 10%", 12, "is a ratio", "\"60s\""},
      {"age(WTI) > last(WTI)", 12, "is a quantity in USD/bbl", "\"60s\""},
      {"min(last(WTI), last(GOLD)) > 1 USD/bbl", 16, "USD/oz", "one unit"},
      {"new_high(BTC, 1h) > 5", 1, "is true or false and cannot be compared", "and, or, not"},
      {"(age(WTI) > 1s) < 2s", 1, "is true or false and cannot be compared", "and, or, not"},
      {"last(BTC) > 100 GBP", 17, "\"GBP\" is not the unit of any instrument",
       "USD/bbl, USD/oz, USD"},
      {"last(BTC) > 100 USDT", 17, "\"USDT\" is not the unit", "\"100 USD\""},
      {"last(WTI) > 100 USD/bll", 17, "\"USD/bll\" is not the unit", "\"100 USD/bbl\""},
      {"sum(LIQ, 1h) >= 1.5BUSD", 20, "\"BUSD\" is not the unit", "\"1.5B USD\""},
  })));
}

TEST_CASE("arithmetic that has no meaning is refused") {
  check(GENERATE(values<Bad>({
      {"last(WTI) + last(GOLD) > 1 USD/bbl", 13, "USD/oz", "one unit"},
      {"last(WTI) * last(WTI) > 5%", 11, "cannot be multiplied", "multiply by a number"},
      {"5% * age(WTI) > 1s", 4, "cannot be multiplied", "multiply by a number"},
      {"last(WTI) / last(GOLD) > 5%", 11, "cannot be divided", "divide by a number"},
      {"2 / tier > 5%", 3, "cannot be divided", "divide by a number"},
      {"tier / 0 > 5%", 8, "division by zero", "another divisor"},
      {"-new_high(BTC, 1h) > 5%", 2, "is true or false and cannot be calculated with",
       "and, or, not"},
      {"abs(new_high(BTC, 1h)) > 5%", 5, "cannot be calculated with", "and, or, not"},
      {"@2025-10-01 + 1d > @2025-10-02", 1, "is a time", "compare it with a day"},
      {"age(WTI) + (age(WTI) > 1s) > 1s", 12, "is true or false", "and, or, not"},
  })));
}

TEST_CASE("a condition is made of comparisons") {
  check(GENERATE(values<Bad>({
      {"change(WTI, 1h)", 1, "\"change(WTI, 1h)\" is a ratio, not true or false",
       "\"change(WTI, 1h) >= 10%\""},
      {"last(WTI)", 1, "not true or false", "\"last(WTI) >= 100 USD/bbl\""},
      {"tier", 1, "\"tier\" is a ratio", "\"change(WTI, 1h) >= tier\""},
      {"change(WTI, 1h) > 5% or 10%", 25, "\"10%\" is a ratio", "\"change(WTI, 1h) >= 10%\""},
      {"not change(WTI, 1h)", 5, "is a ratio", ">= 10%"},
      {"1% < change(WTI, 1h) < 5%", 22, "cannot be chained",
       "\"1% < change(WTI, 1h) and change(WTI, 1h) < 5%\""},
      {"1% < change(WTI, 1h) < 5% < tier", 22, "cannot be chained", "and"},
      {"change(WTI, 1h) = 5%", 17, "\"=\" compares nothing", ">= or <="},
  })));
}

TEST_CASE("a comparison that can have one outcome only is told what was meant") {
  check(GENERATE(values<Bad>({
      {"fall(BTC, 1h) > 5%", 1, "fall is never positive, so this is never true",
       "\"fall(BTC, 1h) < -5%\""},
      {"fall(BTC, 1h) >= 5%", 1, "never true", "\"fall(BTC, 1h) <= -5%\""},
      {"5% <= (fall(BTC, 1h))", 1, "never true", "\"fall(BTC, 1h) <= -5%\""},
      {"fall(BTC, 1h) < 5%", 1, "always true", "\"fall(BTC, 1h) > -5%\""},
      {"fall(BTC, 1h) > 0%", 1, "never true", "below 0%"},
      {"rise(BTC, 1h) <= -5%", 1, "rise is never negative, so this is never true",
       "\"fall(BTC, 1h) <= -5%\""},
      {"rise(BTC, 1h) > -5%", 1, "always true", "\"fall(BTC, 1h) > -5%\""},
  })));
}

TEST_CASE("an unknown word is told the nearest known one") {
  check(GENERATE(values<Bad>({
      {"chnge(WTI, 1h) > 5%", 1, "\"chnge\" is not a function", "\"change\""},
      {"Change(WTI, 1h) > 5%", 1, "\"Change\" is not a function", "\"change\""},
      {"foo(WTI) > 5%", 1, "\"foo\" is not a function", "the functions are last, change, gap"},
      {"change(WTl, 1h) > 5%", 8, "\"WTl\" is not an instrument", "\"WTI\""},
      {"change(wti, 1h) > 5%", 8, "\"wti\" is not an instrument", "\"WTI\""},
      {"change(PLATINUM, 1h) > 5%", 8, "\"PLATINUM\" is not an instrument",
       "WTI, BRENT, GOLD, BTC, INDEX, LIQ"},
      {"change(WTI@okxx, 1h) > 5%", 12, "\"okxx\" is not a venue of WTI",
       "\"okx\"; its venues are bybit, okx, binance-futures"},
      {"change(GOLD@kraken, 1h) > 5%", 13, "\"kraken\" is not a venue of GOLD",
       "one of its venues: okx"},
      {"sum(LIQ.longs, 1h) > 5 USD", 9, "\"longs\" is neither a position nor a base asset",
       "\"long\""},
      {"sum(LIQ.btc, 1h) > 5 USD", 9, "\"btc\" is neither a position nor a base asset", "\"BTC\""},
      {"teir > 5%", 1, "\"teir\" is not known", "\"tier\""},
      {"BTX > 5 USD", 1, "\"BTX\" is not known", "\"last(BTC)\""},
      {"nonsense > 5%", 1, "\"nonsense\" is not known", "write a value"},
  })));
}

TEST_CASE("a call says what it takes") {
  check(GENERATE(values<Bad>({
      {"WTI > 100 USD/bbl", 1, "\"WTI\" is an instrument, not a value", "\"last(WTI)\""},
      {"LIQ.BTC > 100 USD", 1, "\"LIQ.BTC\" is an event series, not a value",
       "\"sum(LIQ.BTC, 1h)\""},
      {"WTI(1h) > 5%", 1, "\"WTI\" is an instrument, not a function", "\"last(WTI)\""},
      {"last WTI > 5 USD/bbl", 1, "\"last\" is a function", "\"last(WTI)\""},
      {"last > 5 USD/bbl", 1, "\"last\" is a function", "\"last(WTI)\""},
      {"last() > 5 USD", 1, "last needs an instrument", "\"last(WTI)\""},
      {"change(5%, 1h) > 5%", 8, "change needs an instrument, not \"5%\"", "\"change(WTI, 1h)\""},
      {"change(1h, BRENT) > 5%", 8, "the instrument comes before the window",
       "\"change(BRENT, 1h)\""},
      {"change(BRENT) > 5%", 1, "change needs a window", "\"change(BRENT, 1h)\""},
      {"change(WTI, 1h, 2h) > 5%", 17, "since=@2025-10-01 or settle, nothing else",
       "\"change(WTI, 1h)\""},
      {"rise(WTI, 1h, 2h) > 5%", 15, "an instrument and a window, nothing else",
       "\"rise(WTI, 1h)\""},
      {"last(GOLD, 1h) > 5 USD/oz", 12, "last takes an instrument and nothing else",
       "\"last(GOLD)\""},
      {"change(WTI, 10%) > 5%", 13, "\"10%\" is not a window", "\"change(WTI, 1h)\""},
      {"change(WTI, 2 * 1h) > 5%", 13, "\"2 * 1h\" is not a window", "\"change(WTI, 1h)\""},
      {"change(WTI, 0s) > 5%", 13, "must be above 0s", "\"change(WTI, 1h)\""},
      {"change(WTI, -1h) > 5%", 13, "must be above 0s", "\"change(WTI, 1h)\""},
      {"change(WTI, 367d) > 5%", 13, "longer than the longest window, 366d", "366d or less"},
      {"last(LIQ) > 5 USD", 6, "\"LIQ\" is an event series and has no price",
       "\"sum(LIQ, 1h)\" or \"count(LIQ, 1h)\""},
      {"sum(WTI, 1h) > 5 USD/bbl", 5, "\"WTI\" is a price", "\"last(WTI)\", \"change(WTI, 1h)\""},
      {"last(BTC.long) > 5 USD", 10, "\"BTC\" is a price", "\"BTC\""},
      {"sum(LIQ.long.short, 1h) > 5 USD", 14, "the position is named twice", "or neither"},
      {"sum(LIQ.BTC.ETH, 1h) > 5 USD", 13, "\"BTC\" and \"ETH\" are two base assets",
       "one call for each"},
      {"sum(LIQ@okx@bybit, 1h) > 5 USD", 13, "two venues", "one call for each"},
      {"sum(LIQ., 1h) > 5 USD", 8, "\".\" narrows to nothing", "LIQ.long"},
      {"abs() > 5%", 1, "abs takes one value", "\"abs(change(WTI, 1h))\""},
      {"max(tier) > 5%", 1, "max takes two values or more",
       "\"max(change(WTI, 1h), change(WTI, 24h))\""},
      {"max(a=1%, 2%) > 5%", 5, "no argument is named \"a\"", "alone"},
  })));
}

TEST_CASE("a reference is a window, a day or a settlement") {
  check(GENERATE(values<Bad>({
      {"change(WTI, @2025-10-01) > 5%", 13, "\"@2025-10-01\" is a day, not a window",
       "\"change(WTI, since=@2025-10-01)\""},
      {"change(WTI, since=24h) > 5%", 19, "\"24h\" is not a day",
       "\"change(WTI, since=@2025-10-01)\""},
      {"change(WTI, from=@2025-10-01) > 5%", 13, "no argument is named \"from\"",
       "\"change(WTI, since=@2025-10-01)\""},
      {"change(WTI, settl) > 5%", 13, "\"settl\" is not a window", "\"change(WTI, settle)\""},
      {"change(WTI, close) > 5%", 13, "\"close\" is not a window", "\"change(WTI, 1h)\""},
      {"rise(WTI, settle) > 5%", 11, "\"settle\" is not a window", "\"rise(WTI, 1h)\""},
      {"change(WTI@okx, since=@2025-10-01) > 5%", 8, "kept of an instrument alone",
       "\"WTI\" without a venue"},
      {"streak(GOLD@okx) > 5", 8, "streak goes by days", "\"GOLD\" without a venue"},
  })));
}

TEST_CASE("a bar fits its window") {
  check(GENERATE(values<Bad>({
      {"vol(WTI, 1d) > 5%", 1, "vol needs a bar", "\"vol(WTI, 1d, 5m)\""},
      {"zscore(WTI) > 5", 1, "zscore needs a window and a bar", "\"zscore(WTI, 1d, 5m)\""},
      {"jump(WTI) > 5", 1, "jump needs a bar", "\"jump(WTI, 5m)\""},
      {"jump(WTI, 1d, 5m) > 5", 15, "an instrument and a bar, nothing else", "\"jump(WTI, 5m)\""},
      {"vol(WTI, 1h, 10m) > 5%", 14, "too long a bar for a window of 1h",
       "a bar of 6m or less, or a window of 1h40m or more"},
      {"vol(WTI, 2d, 10s) > 5%", 14, "too short a bar for a window of 2d", "a bar of 1m or more"},
      {"vol(WTI, 1d, 5s) > 5%", 14, "too short a bar", "a bar of 9s or more"},
      {"zscore(WTI, 90d, 1h) > 5", 18, "too short a bar", "a bar of 1d or more"},
      {"zscore(WTI, 1d, 5) > 5", 17, "\"5\" has no unit", "\"5s\""},
      {"vol(WTI, 1d, WTI) > 5%", 14, "\"WTI\" is not a bar", "\"vol(WTI, 1d, 5m)\""},
      {"jump(WTI, 2d) > 5", 11, "too long a bar", "from 1s to 1d"},
      {"jump(WTI, 1ms) > 5", 11, "too short a bar", "from 1s to 1d"},
  })));
}

TEST_CASE("a time is compared with a time, and nothing is calculated with one") {
  check(GENERATE(values<Bad>({
      {"since_high(WTI) - @2025-10-01 > 30d", 1, "cannot be calculated with", "a day, as in"},
      {"since_high(WTI) + 1d > @2025-10-01", 1, "cannot be calculated with", "a day, as in"},
      {"min(since_high(WTI), since_low(WTI)) > @2025-10-01", 5, "cannot be calculated with",
       "a day, as in"},
      {"since_high(WTI) < 2024-05-06", 19, "\"2024-05-06\" is a number", "\"@2024-05-06\""},
      {"since_high(WTI) > 30d", 19, "\"30d\" is a duration", "\"@2025-10-01\""},
  })));
}

TEST_CASE("a level is in its price's unit") {
  check(GENERATE(values<Bad>({
      {"crosses_above(WTI, 80)", 20, "\"80\" has no unit", "\"80 USD/bbl\""},
      {"crosses_above(WTI, 10%)", 20, "\"10%\" is a ratio", "\"100 USD/bbl\""},
      {"crosses_above(WTI, last(GOLD))", 20, "a quantity in USD/oz", "prices of one unit"},
      {"crosses_above(WTI, is_open(WTI))", 20, "is true or false", "and, or, not"},
      {"crosses_above(WTI)", 1, "takes an instrument and a level", "\"crosses_above(WTI, 100)\""},
      {"crosses_above(last(WTI), 80 USD/bbl)", 15, "needs an instrument, not \"last(WTI)\"",
       "\"crosses_above(WTI, 100)\""},
      {"crosses_above(80 USD/bbl, WTI)", 15, "the instrument comes before the level",
       "\"crosses_above(WTI, 100)\""},
      {"crosses_above(LIQ, 80 USD)", 15, "\"LIQ\" is an event series", "sum(LIQ, 1h)"},
  })));
}

TEST_CASE("what remembers takes conditions, then a duration") {
  check(GENERATE(values<Bad>({
      {"held(age(WTI) > 1s)", 1, "held takes a condition and a duration",
       "\"held(change(WTI, 1h) > 5%, 1h)\""},
      {"held(age(WTI), 5m)", 6, "\"age(WTI)\" is a duration, not true or false",
       "\"age(WTI) >= 60s\""},
      {"held(5m, age(WTI) > 1s)", 6, "the condition comes before the duration", "held(change"},
      {"held(age(WTI) > 1s, 300)", 21, "\"300\" has no unit", "\"300s\""},
      {"held(age(WTI) > 1s, age(WTI))", 21, "is not a duration", "held(change"},
      {"held(age(WTI) > 1s, 0s)", 21, "must be above 0s", "held(change"},
      {"held(age(WTI) > 1s, 367d)", 21, "longer than the longest duration", "366d or less"},
      {"within(is_open(WTI), 5m)", 1, "within takes two conditions and a duration",
       "within(fall(WTI, 10m) < -3%, rise(WTI, 10m) > 1.5%, 1h)"},
      {"times(age(WTI) > 1s, 5m)", 1, "is a number, not true or false", ">= 10"},
      {"held(WTX > 1s, 5m)", 6, "\"WTX\" is not known", "last(WTI)"},
  })));
}

TEST_CASE("a misspelt literal is shown in its right spelling") {
  check(GENERATE(values<Bad>({
      {"change(WTI, 1.5h) > 5%", 13, "\"1.5h\" is not a whole number of its unit", "\"1h30m\""},
      {"change(WTI, 30 s) > 5%", 13, "\"30 s\" has a space before its unit", "\"30s\""},
      {"change(WTI, 2hours) > 5%", 14, "\"hours\" is not a unit here", "\"2h\""},
      {"change(WTI, 2小时) > 5%", 14, "\"小时\" is not a unit here", "\"2h\""},
      {"change(WTI, 1h30) > 5%", 13, "\"1h30\" is not a duration", "such as 1h30m"},
      {"change(WTI, 99999999999d) > 5%", 13, "is not a duration", "at most 100 years"},
      {"change(WTI, 1h) > 10 percent", 22, "\"percent\" is not a unit here", "\"10%\""},
      {"change(WTI, 1h) > 10bps", 21, "\"bps\" is not a unit here", "\"10bp\""},
      {"change(WTI, 1h) > 10％", 21, "\"％\" is a wide character", "\"10%\""},
      {"change(WTI, 1h) > 10%%", 22, "\"%\" does not follow a number", "10%"},
      {"last(BTC) > 78k USD", 15, "\"k\" is not a unit here", "\"78K USD\""},
      {"sum(LIQ, 1h) > 1.5 bn USD", 20, "\"bn\" is not a unit here", "\"1.5B USD\""},
      {"sum(LIQ, 1h) > 20亿美元", 19, "\"美元\" is not a unit here", "\"20亿 USD\""},
      {"last(BTC) > 5m USD", 13, "\"5m\" is a number of minutes", "\"5M USD\""},
      {"last(GOLD) > 4,800 USD/oz", 14, "not thousands", "\"4800 USD/oz\""},
      {"last(BTC) > 1,234,567 USD", 13, "not thousands", "\"1234567 USD\""},
      {"last(BTC) > 10_000 USD", 13, "separators", "\"10000\""},
      {"last(BTC) > 1e6 USD", 13, "\"1e6\" is written with an exponent", "in full"},
      {"last(BTC) > .5 USD", 13, "\".5\" has no digit before its point", "0.5"},
      {"last(BTC) > 5. USD", 13, "\"5.\" has no digits after its point", "\"5\""},
      {"last(BTC) > 1.2.3 USD", 13, "\"1.2.3\" is not a number", "one decimal point"},
      {"last(BTC) > 1" + std::string(400, '0') + " USD", 13, "beyond what can be calculated with",
       "usual size"},
      {"@2025-13-01 < @2025-10-01", 1, "\"@2025-13-01\" is not a day", "@2025-10-01"},
  })));
}

TEST_CASE("an operator of another language or keyboard is shown as ours") {
  check(GENERATE(values<Bad>({
      {"change(WTI, 1h) ≥ 10%", 17, "\"≥\" is not an operator here", ">="},
      {"change(WTI, 1h) => 10%", 17, "\"=>\" is not an operator here", ">="},
      {"change(WTI, 1h) == 10%", 17, "\"==\" is not an operator here", ">= or <="},
      {"age(WTI) > 1s && age(BTC) > 1s", 15, "\"&&\" is not an operator here", "and"},
      {"age(WTI) > 1s || age(BTC) > 1s", 15, "\"||\" is not an operator here", "or"},
      {"age(WTI) > 1s AND age(BTC) > 1s", 15, "\"AND\" is not an operator", "small letters: and"},
      {"NOT age(WTI) > 1s", 1, "\"NOT\" is not an operator", "small letters: not"},
      {"!new_high(BTC, 1h)", 1, "\"!\" is not an operator here", "not"},
      {"change(WTI，1h) > 10%", 11, "\"，\" is not an operator here", ","},
      {"change(WTI, 1h) > +5%", 19, "\"+\" before a value", "remove it"},
  })));
}

TEST_CASE("what does not fit together is told where") {
  check(GENERATE(values<Bad>({
      {"", 1, "the expression is empty", "change(WTI, 1h) >= 10%"},
      {"   ", 1, "the expression is empty", "change(WTI, 1h) >= 10%"},
      {"change(WTI, 1h) >", 17, "nothing follows \">\"", "write a value"},
      {"> 5%", 1, "\">\" stands where a value should be", "write a value"},
      {"age(WTI) > 1s and", 15, "nothing follows \"and\"", "write a value"},
      {"()", 2, "\")\" stands where a value should be", "write a value"},
      {"change(WTI, 1h > 5%", 7, "\"(\" is never closed", "\")\""},
      {"((age(WTI) > 1s", 2, "\"(\" is never closed", "\")\""},
      {"age(WTI) > 1s)", 14, "\")\" closes nothing", "remove it"},
      {"change(WTI 1h) > 5%", 12, "\"1h\" follows \"WTI\" without a comma",
       "write \"change(WTI, 1h)\""},
      {"held(last(WTI) > 90 USD/bbl 10m)", 29, "\"10m\" follows \"90 USD/bbl\" without a comma",
       "write \"held(last(WTI) > 90 USD/bbl, 10m)\""},
      {"age(WTI) > 1s 2s", 15, "\"2s\" follows \"1s\" without an operator", "between them"},
      {"age(WTI) > 1s, age(BTC) > 1s", 14, "a comma stands outside", "and, or"},
      {"原油 > 5%", 1, "\"原油\" means nothing here", "ASCII"},
      {"age(WTI) > 1s; ", 14, "\";\" means nothing here", "operators"},
      {"change(WTI @okx, 1h) > 5%", 12, "\"@\" stands apart", "BTC@okx"},
      {"age(WTI) > 1s \x07", 15, "U+0007", "operators"},
      {"age(WTI) > 1s \xff\xfe", 15, "\"\\xFF\\xFE\" is not UTF-8", "save the file as UTF-8"},
  })));
}

TEST_CASE("tier without tiers asks for them") {
  const auto mistakes = mistakes_in("change(WTI, 1h) > tier and tier > 5", boolean, std::nullopt);
  REQUIRE(places_of(mistakes) == std::vector<std::string>{"1:19", "1:28"});
  CHECK_THAT(mistakes[0].what, ContainsSubstring("it has none"));
  CHECK_THAT(mistakes[0].remedy, ContainsSubstring("add tiers"));
}

TEST_CASE("every independent mistake is told, in the order of the text, and none twice") {
  CHECK(places_of(mistakes_in("change(WTX, 1h) > 10 and (last(GOLD) ≥ 4800 or age(WTI) > 60) or "
                              "foo(BTC) < bar(WTI, 1h)")) ==
        std::vector<std::string>{"1:8", "1:19", "1:38", "1:40", "1:59", "1:66", "1:77"});
}

TEST_CASE("a term that is mistaken does not make those around it mistaken") {
  CHECK(places_of(mistakes_in("last(WTX) + last(GOLD) * 2 > 100 USD/bbl")) ==
        std::vector<std::string>{"1:6"});
  CHECK(places_of(mistakes_in("max(chnge(WTI, 1h), tier, 5%) / 2 > tier")) ==
        std::vector<std::string>{"1:5"});
  CHECK(places_of(mistakes_in("abs(change(WTI, 1h) >= 5%")) == std::vector<std::string>{"1:4"});
}

TEST_CASE("reading goes on after a syntax mistake") {
  CHECK(places_of(mistakes_in("age(WTI) > 1s) and age(BTC) > 5")) ==
        std::vector<std::string>{"1:14", "1:31"});
  CHECK(places_of(mistakes_in("age(WTI) > and age(BTC) > 5")) ==
        std::vector<std::string>{"1:12", "1:27"});
  CHECK(places_of(mistakes_in("age(WTI) 1s 2s (3s) and age(BTC) > 5")) ==
        std::vector<std::string>{"1:10", "1:36"});
}

TEST_CASE("a place counts characters, and lines from where the text began") {
  const Located text{"change(WTI, 1h) > 亿 or\n  原油 > 5% or\r\n\tlast(GOLD) > 4800", "rules.toml",
                     12, 8};
  const auto outcome = parse_expression(text, small_market(), ratio, boolean, "[[rule]] when");
  const auto& mistakes = std::get<std::vector<Mistake>>(outcome);
  CHECK(places_of(mistakes) == std::vector<std::string>{"12:26", "13:3", "14:15"});
  CHECK(mistakes[0].file == "rules.toml");
  CHECK(to_line(mistakes[2]) ==
        "rules.toml:14:15: [[rule]] when: \"4800\" has no unit; write \"4800 USD/oz\"");
}

TEST_CASE("a text whose place is not known has mistakes without one") {
  const auto outcome =
      parse_expression({"tier > 10", "rules.toml", 0, 0}, small_market(), ratio, boolean, "");
  CHECK(places_of(std::get<std::vector<Mistake>>(outcome)) == std::vector<std::string>{"0:0"});
}

TEST_CASE("a mistake is one line, whatever the text holds") {
  for (const auto& mistake : mistakes_in("last(WTI) > last(GOLD)\n + last(GOLD) and foo\x01(\n) or "
                                         "change(WTI, since =\n 1d) > 1%")) {
    CAPTURE(to_line(mistake));
    CHECK(to_line(mistake).find_first_of("\n\r\x01") == std::string::npos);
  }
}
