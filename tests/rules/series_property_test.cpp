#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "rules/bucket_end.hpp"
#include "rules/series.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

// A series as a list of everything.
struct Everything {
  std::vector<Sample> samples;
  std::vector<Gap> gaps;

  std::optional<Sample> as_of(Timestamp u) const {
    const auto after = first_after(u);
    return after == samples.begin() ? std::nullopt : std::optional{*std::prev(after)};
  }

  std::optional<Timestamp> next_change(Timestamp u) const {
    const auto after = first_after(u);
    return after == samples.end() ? std::nullopt : std::optional{after->time};
  }

  std::vector<Sample>::const_iterator first_after(Timestamp u) const {
    return std::upper_bound(samples.begin(), samples.end(), u,
                            [](Timestamp t, const Sample& s) { return t < s.time; });
  }

  // Second by second, for samples on whole seconds: the middle of the sorted prices of each.
  std::optional<double> median_around(Timestamp u, Duration half) const {
    const auto from = std::max(u - half, samples.front().time);
    const auto to = std::min(u + half, samples.back().time);
    if (u + half < samples.front().time) return std::nullopt;
    std::vector<double> prices;
    for (auto t = from; t < to; t += 1s) prices.push_back(as_of(t)->value);
    if (prices.empty()) return as_of(from)->value;
    std::sort(prices.begin(), prices.end());
    const auto n = prices.size();
    return (prices[(n - 1) / 2] + prices[n / 2]) / 2;
  }

  Duration unseen(Timestamp from, Timestamp to) const {
    const auto length = [&](Timestamp begin, Timestamp end) {
      return std::max(std::min(end, to) - std::max(begin, from), Duration{});
    };
    auto lost = length(from, samples.front().time);
    for (const auto& gap : gaps) lost += length(gap.from, gap.to);
    return lost;
  }
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_{seed} {}
  std::int64_t below(std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>{0, n - 1}(engine_);
  }
  double price() { return static_cast<double>(below(200)) - 50; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace

TEST_CASE("a series of whole seconds agrees with a list of everything", "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  PriceSeries series{1h};
  Everything all;
  auto now = at(0s);
  const auto pace = std::int64_t{1} << random.below(7);  // busy in some seeds, sparse in others
  for (int i = 0; i < 300; ++i) {
    const auto before = now;
    now += std::chrono::seconds{random.below(pace)};
    if (now - before > 30s && !all.samples.empty()) {
      all.gaps.push_back({before + 30s, now});
      series.add_gap(before + 30s, now);
    }
    all.samples.push_back({now, random.price()});
    series.add(now, all.samples.back().value);

    const auto u = now - std::chrono::seconds{random.below(900)} + 5s;
    CAPTURE(i, now, u);
    REQUIRE(series.as_of(u) == all.as_of(u));
    REQUIRE(series.next_change(u) == all.next_change(u));
    const Duration half = std::chrono::seconds{random.below(120)};
    REQUIRE(series.median_around(u, half) == all.median_around(u, half));
    REQUIRE(series.unseen(u - 300s, u) == all.unseen(u - 300s, u));
  }
}

TEST_CASE("a series of up to two samples a second agrees with a list of everything", "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  PriceSeries series{1h};
  Everything all;
  std::map<Timestamp, int> in_second;
  auto now = at(0s);
  for (int i = 0; i < 500; ++i) {
    now += Duration{random.below(1'500'000)};
    if (++in_second[bucket_end(now, 1s)] > 2) continue;
    all.samples.push_back({now, random.price()});
    series.add(now, all.samples.back().value);

    const auto u = now - Duration{random.below(60'000'000)};
    CAPTURE(i, now, u);
    REQUIRE(series.as_of(u) == all.as_of(u));
    REQUIRE(series.next_change(u) == all.next_change(u));
  }
}

TEST_CASE("a busy series tells true samples, no more than a second older than the exact one",
          "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  PriceSeries series{1h};
  Everything all;
  auto now = at(0s);
  for (int i = 0; i < 1'000; ++i) {
    now += Duration{random.below(200'000)};
    all.samples.push_back({now, random.price()});
    series.add(now, all.samples.back().value);

    const auto u = now - Duration{random.below(20'000'000)};
    CAPTURE(i, now, u);
    const auto exact = all.as_of(u);
    const auto found = series.as_of(u);
    REQUIRE(found.has_value() == exact.has_value());
    if (!found) continue;
    REQUIRE(found->time <= exact->time);
    REQUIRE(bucket_end(found->time, 1s) == bucket_end(exact->time, 1s));
    REQUIRE(std::find(all.samples.begin(), all.samples.end(), *found) != all.samples.end());
  }
}

TEST_CASE("beyond a month a series still tells true samples of the right minute or day",
          "[property]") {
  const auto seed = GENERATE(range(1U, 3U));
  CAPTURE(seed);
  Random random{seed};
  PriceSeries series{60 * 24h};
  Everything all;
  auto now = at(0s);
  for (int i = 0; i < 300'000; ++i) {  // some 70 days
    now += std::chrono::seconds{1 + random.below(39)};
    all.samples.push_back({now, random.price()});
    series.add(now, all.samples.back().value);
  }
  for (int i = 0; i < 1'000; ++i) {
    const auto u = now - Duration{random.below(Duration{60 * 24h}.count())};
    CAPTURE(i, now, u);
    const auto exact = all.as_of(u);
    const auto found = series.as_of(u);
    REQUIRE(found);
    REQUIRE(all.as_of(found->time) == found);
    const auto bucket = now - u < 15 * 24h ? 1s : now - u < 40 * 24h ? Duration{1min} : 24h;
    REQUIRE(found->time <= exact->time);
    REQUIRE(bucket_end(found->time, bucket) == bucket_end(exact->time, bucket));
  }
}
