// Charts: golden pictures of days as they come, and what holds of every picture.
#include "report/chart.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/report/golden_file.hpp"
#include "tests/report/svg.hpp"
#include "tests/report/weekend.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;

namespace {

SheetInput window_of(InstrumentInput instrument, Duration window = 24h) {
  SheetInput input;
  input.from = morning - window;
  input.to = morning;
  input.instruments.push_back(std::move(instrument));
  return input;
}

std::string chart(const SheetInput& input, Language language = Language::zh,
                  const ChartClock& clock = {}) {
  auto svg = chart_svg(input, make_sheet(input), 0, {.language = language, .clock = clock});
  check_svg(svg);
  return svg;
}

AlertEvent event(AlertKind kind, Timestamp t, std::optional<Tier> tier = Tier::major) {
  AlertEvent event;
  event.time = event.event_time = t;
  event.rule = "oil-shock";
  event.instrument = "WTI";
  event.kind = kind;
  event.tier = tier;
  event.title = {"原油剧烈波动", "Crude oil shock"};
  return event;
}

InstrumentInput rising_day() {
  auto day = day_of(wti(), {{0h, 84}, {9h, 85.2}, {15h, 88.4}, {25h, 91.36}});
  double before = day.minutes.front().open;
  for (std::size_t i = 0; i < day.minutes.size(); ++i) {
    auto& m = day.minutes[i];
    const auto minute = static_cast<double>(i);
    m.close += 0.25 * std::sin(minute / 11) + 0.1 * std::sin(minute / 2.7);
    m.open = before;
    m.high = std::max(m.open, m.close) + 0.12;
    m.low = std::min(m.open, m.close) - 0.09;
    before = m.close;
  }
  return day;
}

}  // namespace

TEST_CASE("a rising day with its alert events reads as its golden files") {
  auto input = window_of(rising_day());
  input.events = {event(AlertKind::fire, morning - 11h, Tier::notice),
                  event(AlertKind::escalate, morning - 10h - 55min),
                  event(AlertKind::escalate, morning - 5h, Tier::critical),
                  event(AlertKind::no_data, morning - 3h, std::nullopt),
                  event(AlertKind::resolve, morning - 1h, Tier::critical)};
  check_golden("chart.rising.zh.svg", chart(input));
  check_golden("chart.rising.en.svg", chart(input, Language::en));
}

TEST_CASE("four hours without data are a gap in the line, and shaded") {
  auto day = rising_day();
  std::erase_if(day.minutes,
                [](const Candle& m) { return m.start >= morning - 10h && m.start < morning - 6h; });
  const auto svg = chart(window_of(std::move(day)));
  check_golden("chart.outage.zh.svg", svg);
  CHECK(count(path_of(svg, "price"), 'M') == 2);
  CHECK_THAT(svg, ContainsSubstring("无数据"));
  CHECK_THAT(svg, ContainsSubstring("最高≥"));
}

TEST_CASE("a weekend is hatched where the market was closed, and no line crosses it") {
  auto oil = instrument("WTI", {"WTI 原油", "WTI crude"}, "USD/bbl", "", {{0h, 91}, {96h, 94}});
  oil.spec.session = "nymex-energy";
  oil.spec.hours = evening_market();
  std::erase_if(oil.minutes, [&](const Candle& m) { return !oil.spec.hours->open(m.start); });
  const auto svg = chart(window_of(std::move(oil), 72h));
  check_golden("chart.weekend.zh.svg", svg);
  CHECK_THAT(svg, ContainsSubstring(">休市<"));
  CHECK_THAT(svg, !ContainsSubstring("无数据"));
  CHECK(count(path_of(svg, "price"), 'M') == 2);
}

TEST_CASE(
    "a price that goes on while its market is closed is one line, and the closure is hatched") {
  auto oil = instrument("WTI", {"WTI 原油", "WTI crude"}, "USD/bbl", "nymex-energy",
                        {{0h, 91}, {96h, 94}});
  const auto svg = chart(window_of(std::move(oil), 72h));
  CHECK_THAT(svg, ContainsSubstring(">NYMEX休市<"));
  CHECK(count(path_of(svg, "price"), 'M') == 1);
}

TEST_CASE("prices below zero have their place, and the axis its zero") {
  const auto svg =
      chart(window_of(day_of(wti(), {{0h, 18}, {12h, 10}, {19h, -37.63}, {25h, -13.1}})));
  check_golden("chart.negative.zh.svg", svg);
  CHECK_THAT(svg, ContainsSubstring(">0</text>"));
  CHECK_THAT(svg, ContainsSubstring(">-20</text>"));
}

TEST_CASE("one bar is a dot") {
  auto input = window_of({wti(), {flat(morning - 7h, 85.91)}, {}});
  const auto svg = chart(input);
  check_golden("chart.one.zh.svg", svg);
  CHECK(count(path_of(svg, "price"), 'M') == 1);
}

TEST_CASE("a window without a bar says so") {
  const auto svg = chart(window_of({wti(), {}, {}}), Language::en);
  check_golden("chart.none.en.svg", svg);
  CHECK_THAT(svg, ContainsSubstring(">No minutes in this window</text>"));
  CHECK(path_of(svg, "price").empty());
}

TEST_CASE("a probability is drawn in per cent, cut to a tenth") {
  InstrumentSpec spec;
  spec.id = "FED_HOLD";
  spec.name = {"维持利率不变的概率", "Probability of a hold"};
  spec.fedwatch = FedwatchSpec{};
  CHECK_THAT(chart(window_of(day_of(spec, {{0h, 0.94}, {25h, 0.96599}}))),
             ContainsSubstring(">96.5%</text>"));
}

TEST_CASE("times are those of the reader's clock, and it is named") {
  const ChartClock london{"Europe/London", [](Timestamp) -> Duration { return 1h; }};
  const auto svg = chart(window_of(rising_day()), Language::en, london);
  CHECK_THAT(svg, ContainsSubstring("As of 20 Apr 01:00 (Europe/London), from 19 Apr 01:00 on"));
  CHECK_THAT(chart(window_of(rising_day())), ContainsSubstring("截至4月20日08:00（北京时间）"));
}

TEST_CASE("hours of the axis are whole ones on both sides of a change of clocks") {
  // Summer time of a made-up zone ends in the window's middle.
  const ChartClock zone{"Nowhere/Zone",
                        [](Timestamp t) -> Duration { return t < morning - 12h ? 1h : 30min; }};
  const auto svg = chart(window_of(rising_day()), Language::en, zone);
  CHECK_THAT(svg, ContainsSubstring(">06:00</text>"));
  CHECK_THAT(svg, ContainsSubstring(">21:00</text>"));
}

TEST_CASE("of many alert events the weightiest are marked, and the others counted") {
  auto input = window_of(rising_day());
  for (int i = 0; i < 300; ++i)
    input.events.push_back(event(AlertKind::fire, morning - 12h + i * 1min, Tier::notice));
  input.events[200].tier = Tier::critical;
  const auto svg = chart(input);
  CHECK_THAT(svg, ContainsSubstring("紧急触发"));
  CHECK_THAT(svg, ContainsSubstring("另有288条告警未标出。"));
}

TEST_CASE("events of others, and from outside the window, are not marked") {
  auto input = window_of(rising_day());
  input.events = {event(AlertKind::fire, morning - 25h), event(AlertKind::fire, morning - 1h)};
  input.events[1].instrument = "GOLD";
  CHECK_THAT(chart(input), !ContainsSubstring("原油剧烈波动"));
}

TEST_CASE("what a config wrote is no mark-up of the picture's") {
  auto day = rising_day();
  day.spec.name.zh = "</title><script>&\"\x01油";
  auto input = window_of(std::move(day));
  input.events = {event(AlertKind::fire, morning - 1h)};
  input.events[0].title.zh = "]]><b a='\"'>" + std::string(10'000, '&');
  const auto svg = chart(input);
  CHECK_THAT(svg, ContainsSubstring("&lt;/title&gt;&lt;script&gt;&amp;&quot;油"));
  CHECK_THAT(svg, !ContainsSubstring("<script"));
}

TEST_CASE("an hour, a month and every random walk between lie within the picture") {
  const auto seed = GENERATE(range(0u, 32u));
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  const auto chance = [&](double of) {
    return std::uniform_real_distribution{0.0, 1.0}(random) < of;
  };
  const auto span =
      seed % 8 == 0 ? 744h : std::chrono::hours{std::uniform_int_distribution{1, 60}(random)};
  const double size = std::pow(10.0, std::uniform_int_distribution{-9, 14}(random));
  const double missing = seed % 3 == 0 ? 0.6 : 0.01;
  InstrumentInput instrument{seed % 2 == 0 ? wti() : btc(), {}, {}};
  instrument.spec.id = "WTI";
  if (seed % 4 == 1) instrument.spec.hours = evening_market();
  double price = size;
  bool down = false;
  for (auto t = morning - span; t < morning; t += 1min) {
    if (chance(0.002)) down = !down;
    const double open = price;
    price *= std::exp(std::normal_distribution{0.0, 0.01}(random));
    if (down || chance(missing)) continue;
    const double air = 0.1 * price * std::abs(std::normal_distribution{0.0, 0.02}(random));
    instrument.minutes.push_back(
        {t, open, std::max(open, price) + air, std::min(open, price) - air, price});
  }
  auto input = window_of(std::move(instrument), span);
  for (auto t = input.from; t < morning; t += Duration{span} / 40) {
    const auto kind = static_cast<AlertKind>(std::uniform_int_distribution{0, 8}(random));
    input.events.push_back(
        event(kind, t, static_cast<Tier>(std::uniform_int_distribution{0, 2}(random))));
  }
  const auto sheet = make_sheet(input);
  const ChartChoice choice{.language = seed % 2 == 0 ? Language::zh : Language::en};
  const auto svg = chart_svg(input, sheet, 0, choice);
  check_svg(svg);
  CHECK(svg == chart_svg(input, sheet, 0, choice));
}
