#include "rules/series.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

TEST_CASE("a series without a sample knows nothing") {
  const PriceSeries series{1h};
  CHECK(series.empty());
  CHECK(series.as_of(at(1h)) == std::nullopt);
  CHECK(series.next_change(at(0s)) == std::nullopt);
  CHECK(series.median_around(at(1h), 1min) == std::nullopt);
  CHECK(series.unseen(at(0s), at(1h)) == 1h);
}

TEST_CASE("as of a time a price is the last one at or before it") {
  PriceSeries series{1h};
  series.add(at(10s), 100);
  series.add(at(20s), 101);
  CHECK(series.as_of(at(10s) - 1us) == std::nullopt);
  CHECK(series.as_of(at(10s)) == Sample{at(10s), 100});
  CHECK(series.as_of(at(20s) - 1us) == Sample{at(10s), 100});
  CHECK(series.as_of(at(20s)) == Sample{at(20s), 101});
  CHECK(series.as_of(at(1h)) == Sample{at(20s), 101});
}

TEST_CASE("two samples within a second are told apart by their times") {
  PriceSeries series{1h};
  series.add(at(10s) + 100ms, 100);
  series.add(at(10s) + 700ms, 90);
  CHECK(series.as_of(at(10s) + 699ms) == Sample{at(10s) + 100ms, 100});
  CHECK(series.as_of(at(10s) + 700ms) == Sample{at(10s) + 700ms, 90});
}

TEST_CASE("of many samples within a second the first, highest, lowest and last are kept") {
  PriceSeries series{1h};
  auto t = at(10s);
  for (const double price : {100, 105, 102, 90, 95, 96}) series.add(t += 100ms, price);
  const auto as_of = [&](Duration after) { return series.as_of(at(10s) + after)->value; };
  CHECK(as_of(100ms) == 100);
  CHECK(as_of(200ms) == 105);
  CHECK(as_of(300ms) == 105);  // 102 was none of them
  CHECK(as_of(400ms) == 90);
  CHECK(as_of(500ms) == 90);
  CHECK(as_of(600ms) == 96);
}

TEST_CASE("of samples at the same moment the last is the price") {
  PriceSeries series{1h};
  for (const double price : {100.0, 130.0, 70.0, 99.0}) series.add(at(10s), price);
  CHECK(series.as_of(at(10s)) == Sample{at(10s), 99});
}

TEST_CASE("the next change is the next sample's time") {
  PriceSeries series{1h};
  series.add(at(10s), 100);
  series.add(at(20s), 101);
  series.add(at(20s) + 500ms, 102);
  CHECK(series.next_change(at(0s)) == at(10s));
  CHECK(series.next_change(at(10s)) == at(20s));
  CHECK(series.next_change(at(20s)) == at(20s) + 500ms);
  CHECK(series.next_change(at(21s)) == std::nullopt);
}

TEST_CASE("seconds are kept for windows up to a day") {
  PriceSeries series{24h};
  for (auto t = 0s; t <= 25h; t += 1s) series.add(at(t), static_cast<double>(t.count()));
  CHECK(series.as_of(at(1h)) == Sample{at(1h), 3600});
  CHECK(series.as_of(at(1h + 1s)) == Sample{at(1h + 1s), 3601});
  CHECK(series.as_of(at(10min)) == std::nullopt);
}

TEST_CASE("minutes are kept for windows up to a month, days beyond") {
  PriceSeries series{100 * 24h};
  for (auto t = Duration{}; t <= 100 * 24h; t += 20s)
    series.add(at(t), static_cast<double>(t / 1s));

  // A tick every 20 s: seconds are kept for 20 days, minutes for 30 more, then days.
  CHECK(series.as_of(at(99 * 24h) + 59s)->time == at(99 * 24h) + 40s);
  CHECK(series.as_of(at(70 * 24h)) == Sample{at(70 * 24h), 6'048'000});
  CHECK(series.as_of(at(70 * 24h) + 59s)->time == at(70 * 24h) + 20s);  // the minute's first
  CHECK(series.as_of(at(24h) + 1min)->time == at(24h) + 20s);           // the day's first
  CHECK(series.as_of(at(48h)) == Sample{at(48h), 172'800});
}

TEST_CASE("forty years of daily closes are kept to the day") {
  PriceSeries series{365 * 24h};
  for (int day = 0; day < 14'600; ++day) series.add(at(day * 24h), day);
  CHECK(series.as_of(at(14'599 * 24h - 365 * 24h)) == Sample{at(14'234 * 24h), 14'234});
  CHECK(series.as_of(at(14'235 * 24h) - 1s) == Sample{at(14'234 * 24h), 14'234});
}

TEST_CASE("negative prices are prices") {
  PriceSeries series{1h};
  series.add(at(0s), 18);
  series.add(at(10s), -37.63);
  CHECK(series.as_of(at(10s)) == Sample{at(10s), -37.63});
}

TEST_CASE("a restart forgets the past at the next sample, not before") {
  PriceSeries series{1h};
  series.add(at(0s), 100);
  series.restart();
  CHECK(series.last() == Sample{at(0s), 100});
  series.add(at(10min), 120);
  CHECK(series.began() == at(10min));
  CHECK(series.as_of(at(5min)) == std::nullopt);
  CHECK(series.unseen(at(0s), at(20min)) == 10min);
}

TEST_CASE("what came before the first sample was not seen") {
  PriceSeries series{1h};
  series.add(at(10min), 100);
  CHECK(series.unseen(at(0s), at(5min)) == 5min);
  CHECK(series.unseen(at(0s), at(20min)) == 10min);
  CHECK(series.unseen(at(10min), at(20min)) == 0s);
}

TEST_CASE("gaps count as far as they reach into the stretch") {
  PriceSeries series{1h};
  series.add(at(0s), 100);
  series.add_gap(at(10min), at(20min));
  series.add_gap(at(30min), at(40min));
  CHECK(series.unseen(at(0s), at(1h)) == 20min);
  CHECK(series.unseen(at(15min), at(35min)) == 10min);
  CHECK(series.unseen(at(12min), at(13min)) == 1min);
  CHECK(series.unseen(at(20min), at(30min)) == 0s);
}

TEST_CASE("gaps that overlap count once, in whatever order they are told") {
  PriceSeries series{1h};
  series.add(at(0s), 100);
  series.add_gap(at(30min), at(40min));
  series.add_gap(at(10min), at(20min));
  series.add_gap(at(15min), at(32min));
  CHECK(series.unseen(at(0s), at(1h)) == 30min);
}

TEST_CASE("a gap before the series began counts once") {
  PriceSeries series{1h};
  series.add_gap(at(5min), at(15min));
  series.add(at(10min), 100);
  CHECK(series.unseen(at(0s), at(20min)) == 15min);
}

TEST_CASE("of too many gaps the nearest two become one, never less") {
  PriceSeries series{24h};
  series.add(at(0s), 100);
  series.add_gap(at(1s), at(2h));
  for (int i = 0; i < 1'100; ++i) series.add_gap(at(2h + i * 30s), at(2h + i * 30s + 1s));
  CHECK(series.unseen(at(0s), at(2h)) == 2h - 1s);
  CHECK(series.unseen(at(0s), at(24h)) >= 2h - 1s + 1'100s);
}

TEST_CASE("the median around a time weighs each price by how long it stood") {
  PriceSeries series{1h};
  series.add(at(0s), 100);
  series.add(at(10min - 30s), 130);  // a spike of 20 s
  series.add(at(10min - 10s), 100);
  series.add(at(11min), 101);
  series.add(at(20min), 101);
  CHECK(series.median_around(at(10min), 150s) == 100);
  CHECK(series.median_around(at(10min - 20s), 10s) == 130);
  CHECK(series.median_around(at(11min), 30s) == 100.5);  // half the time each
}

TEST_CASE("the median around a time takes what is known of it") {
  PriceSeries series{1h};
  series.add(at(10min), 100);
  series.add(at(11min), 110);
  series.add(at(14min), 120);
  CHECK(series.median_around(at(10min), 150s) == 110);  // from the first sample on
  CHECK(series.median_around(at(14min), 150s) == 110);  // up to the last
  CHECK(series.median_around(at(30min), 150s) == 120);  // after it
  CHECK(series.median_around(at(5min), 150s) == std::nullopt);
}

TEST_CASE("the median of a stretch that still fills follows it by the second") {
  PriceSeries series{1h};
  series.add(at(0s), 100);
  series.add(at(10s), 110);
  CHECK(series.median_around(at(10s), 1min) == 100);
  series.add(at(15s), 110);
  CHECK(series.median_around(at(10s), 1min) == 100);
  series.add(at(31s), 110);
  CHECK(series.median_around(at(10s), 1min) == 110);
}
