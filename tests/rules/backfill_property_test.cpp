// A market that sees some of a price and is told of the rest, against the obvious program: a list
// of all samples in the order of time.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <map>
#include <random>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

constexpr Duration stale = 60s;
constexpr Duration window = 1h;

// What was seen, and what was told, as it came.
struct Everything {
  std::vector<Sample> live;
  std::map<Timestamp, Candle> told;

  std::vector<Gap> stretches() const {
    std::vector<Gap> unseen;
    if (live.empty()) return unseen;
    unseen.push_back({at(-100h), live.front().time});
    for (std::size_t i = 1; i < live.size(); ++i)
      if (live[i].time > live[i - 1].time + stale)
        unseen.push_back({live[i - 1].time + stale, live[i].time});
    return unseen;
  }

  // Every sample, and how much of (from, to] nobody knows.
  std::multimap<Timestamp, double> samples(Timestamp from, Timestamp to, Duration& unknown) const {
    std::multimap<Timestamp, double> all;
    for (const auto& sample : live) all.emplace(sample.time, sample.value);
    const auto length = [&](Timestamp begin, Timestamp end) {
      return std::max(std::min(end, to) - std::max(begin, from), Duration{});
    };
    unknown = live.empty() ? to - from : length(live.back().time + stale, to);
    for (const auto& stretch : stretches()) {
      auto known_until = stretch.from;
      for (const auto& [start, candle] : told) {
        const auto begin = std::max(start, stretch.from);
        const auto end = std::min(start + 1min, stretch.to);
        if (begin >= end) continue;
        const auto put = [&](int sixtieth, double price) {
          all.emplace(begin + (end - begin) * sixtieth / 60, price);
        };
        const bool rose = candle.close >= candle.open;
        if (begin == start) put(1, candle.open);
        if (std::ranges::none_of(live, [&](const Sample& seen) {
              return seen.time >= start && seen.time < start + 1min;
            })) {
          put(20, rose ? candle.low : candle.high);
          put(40, rose ? candle.high : candle.low);
        }
        if (end == start + 1min) put(59, candle.close);
        if (begin > known_until) unknown += length(known_until, begin);
        known_until = end == start + 1min ? std::min(end + stale, stretch.to) : end;
      }
      unknown += length(known_until, stretch.to);
    }
    return all;
  }
};

// What the obvious program says.
struct Answer {
  std::optional<double> edge, high, low;
  double seen{};
};

Answer ask(const Everything& all, Timestamp t) {
  Answer answer;
  Duration unknown{};
  for (const auto& [time, value] : all.samples(t - window, t, unknown)) {
    if (time <= t - window) {
      answer.edge = t - window - time <= window / 10 ? std::optional{value} : std::nullopt;
      answer.high = answer.low = answer.edge;
    } else {
      answer.high = std::max(answer.high.value_or(value), value);
      answer.low = std::min(answer.low.value_or(value), value);
    }
  }
  answer.seen = 1.0 - static_cast<double>(unknown.count()) / static_cast<double>(window.count());
  return answer;
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_{seed} {}
  int below(int n) { return std::uniform_int_distribution<int>{0, n - 1}(engine_); }
  double price() { return 50 + below(100); }
  Candle candle(Timestamp start) {
    const double open = price(), close = price();
    return {start, open, std::max(open, close) + below(20), std::min(open, close) - below(20),
            close};
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace

TEST_CASE("a market that was told of what it did not see agrees with a list of everything",
          "[property]") {
  const auto seed = GENERATE(range(1U, 7U));
  CAPTURE(seed);
  Random random{seed};
  SourceTable sources;
  Market market{{instrument("WTI")}, {}, sources};
  const Selector wti{.instrument = "WTI", .venue = {}, .base = {}, .position = {}};
  const auto change = market.term(Function::change, wti, window);
  const auto high = market.term(Function::high, wti, window);
  const auto low = market.term(Function::low, wti, window);
  const auto new_high = market.term(Function::new_high, wti, window);
  const auto source = *sources.find("test", "WTI");

  Everything all;
  auto now = at(3h);
  const int outages = 1 + random.below(60);  // seldom in some seeds, most of the time in others
  for (int i = 0; i < 250; ++i) {
    now += std::chrono::seconds{random.below(outages) == 0 ? random.below(900) : random.below(20)};
    CAPTURE(i, now);
    if (random.below(6) == 0) {  // a page of minutes that are over, with holes
      std::vector<Candle> page;
      auto minute = std::chrono::floor<std::chrono::minutes>(now) - 1min * (1 + random.below(120));
      for (int n = random.below(60); n > 0 && minute + 1min <= now; --n, minute += 1min)
        if (random.below(8) != 0) page.push_back(random.candle(minute));
      for (const auto& candle : page) all.told[candle.start] = candle;
      market.candles(source, page, now);
    } else if (random.below(20) != 0) {
      all.live.push_back({now, random.price()});
      market.price(source, all.live.back().value, now, [](std::size_t) {});
    } else {
      market.begin(now);
    }
    if (all.live.empty()) {
      REQUIRE_FALSE(market.value(change).known());
      continue;
    }
    const auto last = all.live.back();
    const auto expected = ask(all, now);
    REQUIRE(market.seen(high) == Catch::Approx(expected.seen).margin(1e-9));
    if (now > last.time + stale) {
      REQUIRE(market.value(high).reason == Unknown::stale);
      continue;
    }
    REQUIRE(market.value(high).lo == expected.high);
    REQUIRE(market.value(low).hi == expected.low);
    REQUIRE(market.value(high).exact() == (1.0 - expected.seen < 0.01));
    REQUIRE(market.value(change).exact() == expected.edge.has_value());
    if (expected.edge)
      REQUIRE(market.value(change).lo == Catch::Approx(last.value / *expected.edge - 1));
    if (last.value < *expected.high) REQUIRE(market.value(new_high).is_false());
  }
}

TEST_CASE("a series that was told in any order knows what it knows told at once", "[property]") {
  const auto seed = GENERATE(range(1U, 6U));
  CAPTURE(seed);
  Random random{seed};
  std::vector<Candle> minutes;
  for (auto m = at(0s); m < at(2h); m += 1min)
    if (random.below(10) != 0) minutes.push_back(random.candle(m));
  const auto seen = [] {
    PriceSeries series{3h};
    for (auto t = at(1h + 17s); t <= at(2h); t += 10s) {
      if (t > at(80min) && t < at(90min + 20s)) continue;
      series.add(t, 100);
    }
    series.add_gap(at(81min), at(90min + 20s));
    return series;
  };
  auto at_once = seen();
  at_once.fill(minutes, stale);
  auto by_and_by = seen();
  for (int page = 0; page < 400; ++page) {
    const auto n = random.below(static_cast<int>(minutes.size()));
    const auto first = minutes.begin() + n;
    const auto last =
        page == 399 ? minutes.end() : first + std::min<std::ptrdiff_t>(5, minutes.end() - first);
    by_and_by.fill({page == 399 ? minutes.begin() : first, last}, stale);
  }
  for (auto u = at(-1min); u < at(2h); u += 17s) {
    CAPTURE(u);
    REQUIRE(at_once.as_of(u) == by_and_by.as_of(u));
    REQUIRE(at_once.next_change(u) == by_and_by.next_change(u));
    REQUIRE(at_once.unseen(u, at(2h)) == by_and_by.unseen(u, at(2h)));
    REQUIRE(at_once.median_around(u, 2min) == by_and_by.median_around(u, 2min));
  }
}
