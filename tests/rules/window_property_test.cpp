#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <optional>
#include <random>
#include <vector>

#include "rules/window.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_{seed} {}
  std::int64_t below(std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>{0, n - 1}(engine_);
  }

 private:
  std::mt19937_64 engine_;
};

// The extremes of a list, of equal ones the latest.
struct Extremes {
  std::optional<Sample> high;
  std::optional<Sample> low;
};

Extremes extremes(const std::vector<Sample>& samples, std::size_t count, Timestamp after) {
  Extremes found;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& sample = samples[i];
    if (sample.time <= after) continue;
    if (!found.high || sample.value >= found.high->value) found.high = sample;
    if (!found.low || sample.value <= found.low->value) found.low = sample;
  }
  return found;
}

// A price that wanders, with long runs up and down, so that candidates pile up.
double wander(Random& random, double price, int i) {
  const auto trend = i / 50 % 3 - 1;
  return price + static_cast<double>(random.below(5) - 2 + trend);
}

}  // namespace

TEST_CASE("extremes of whole seconds agree with a list of everything", "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  const Duration span = std::chrono::seconds{1 + random.below(90)};
  ExtremeWindow window{span};
  std::vector<Sample> all;
  auto now = at(0s);
  double price = 100;
  for (int i = 0; i < 400; ++i) {
    now += std::chrono::seconds{random.below(3)};
    if (random.below(40) == 0) now += std::chrono::floor<std::chrono::seconds>(span / 2);
    window.advance(now);
    if (random.below(4) != 0) {
      all.push_back({now, price = wander(random, price, i)});
      window.add(now, price);
    }
    CAPTURE(i, span, now);
    const auto exact = extremes(all, all.size(), now - span);
    REQUIRE(window.high() == exact.high);
    REQUIRE(window.low() == exact.low);
    const auto before = extremes(all, all.empty() ? 0 : all.size() - 1, now - span);
    REQUIRE(window.high_before_last() == before.high);
    REQUIRE(window.low_before_last() == before.low);
  }
}

TEST_CASE("between whole seconds an extreme leaves less than a second late, never early",
          "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  const Duration span{1 + random.below(20'000'000)};
  ExtremeWindow window{span};
  std::vector<Sample> all;
  auto now = at(0s);
  double price = 100;
  for (int i = 0; i < 600; ++i) {
    now += Duration{random.below(100'000)};
    all.push_back({now, price = wander(random, price, i)});
    window.add(now, price);
    now += Duration{random.below(50'000)};
    window.advance(now);

    CAPTURE(i, span, now);
    const auto least = extremes(all, all.size(), now - span);
    const auto most = extremes(all, all.size(), now - span - 1s + 1us);
    REQUIRE(window.high().has_value() >= least.high.has_value());
    if (!window.high()) continue;
    REQUIRE((!least.high || window.high()->value >= least.high->value));
    REQUIRE(window.high()->value <= most.high->value);
    REQUIRE((!least.low || window.low()->value <= least.low->value));
    REQUIRE(window.low()->value >= most.low->value);
    REQUIRE(std::find(all.begin(), all.end(), *window.high()) != all.end());
  }
}

TEST_CASE("extremes change by time alone exactly when they said", "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  ExtremeWindow window{10s};
  auto now = at(0s);
  double price = 100;
  for (int i = 0; i < 500; ++i) {
    now += Duration{random.below(1'000'000)};
    window.add(now, price = wander(random, price, i));
    if (i % 20 != 0) continue;
    while (const auto next = window.next_change()) {
      const auto high = window.high();
      const auto low = window.low();
      window.advance(*next - 1us);
      REQUIRE((window.high() == high && window.low() == low));
      window.advance(*next);
      REQUIRE((window.high() != high || window.low() != low));
      now = *next;
    }
  }
}

TEST_CASE("a sum of whole seconds agrees with a list of everything", "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  struct Entry {
    Timestamp time{};
    std::optional<UsdMicros> amount;
  };
  const Duration span = std::chrono::seconds{1 + random.below(90)};
  SumWindow window{span};
  std::vector<Entry> all;
  auto now = at(0s);
  for (int i = 0; i < 400; ++i) {
    now += std::chrono::seconds{random.below(3)};
    if (random.below(40) == 0) now += std::chrono::floor<std::chrono::seconds>(span / 2);
    window.advance(now);
    if (random.below(4) != 0) {
      auto t = now;
      if (random.below(5) == 0) t -= std::chrono::seconds{random.below(120)};  // late
      const auto amount =
          random.below(10) == 0 ? std::nullopt : std::optional{UsdMicros{random.below(1'000'000)}};
      window.add(t, amount);
      all.push_back({t, amount});
    }
    UsdMicros sum{};
    std::int64_t count = 0;
    std::int64_t unsummed = 0;
    for (const auto& entry : all) {
      if (entry.time <= now - span) continue;
      sum = sum + entry.amount.value_or(UsdMicros{});
      ++count;
      if (!entry.amount) ++unsummed;
    }
    CAPTURE(i, span, now);
    REQUIRE(window.sum() == sum);
    REQUIRE(window.count() == count);
    REQUIRE(window.unsummed() == unsummed);
  }
}

TEST_CASE("a sum between whole seconds forgets less than a second late, never early",
          "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  const Duration span{1 + random.below(20'000'000)};
  SumWindow window{span};
  std::vector<Timestamp> all;
  auto now = at(0s);
  for (int i = 0; i < 600; ++i) {
    now += Duration{random.below(100'000)};
    all.push_back(now);
    window.add(now, UsdMicros{1});
    now += Duration{random.below(50'000)};
    window.advance(now);

    const auto since = [&](Timestamp after) {
      return std::count_if(all.begin(), all.end(), [&](Timestamp t) { return t > after; });
    };
    CAPTURE(i, span, now);
    REQUIRE(window.count() >= since(now - span));
    REQUIRE(window.count() <= since(now - span - 1s));
    REQUIRE(window.sum() == UsdMicros{window.count()});
  }
}

TEST_CASE("a mean of whole seconds agrees with a look at every second", "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  Random random{seed};
  const Duration span = std::chrono::seconds{1 + random.below(90)};
  MeanWindow window{span};
  std::vector<std::optional<double>> seconds;  // since zero: what the price was, if it was known
  double price = 100;
  Duration last{};
  for (int i = 0; i < 400; ++i) {
    const Duration length = std::chrono::seconds{1 + random.below(random.below(20) == 0 ? 120 : 4)};
    const Duration held =
        random.below(4) == 0 ? std::chrono::seconds{random.below(length / 1s)} : length;
    const Duration now = last + std::chrono::seconds{1 + random.below(length / 1s)};
    for (auto t = last; t < last + length; t += 1s)
      seconds.push_back(t < last + held ? std::optional{price} : std::nullopt);

    const auto from = now - span;
    window.advance(from);
    double sum = 0, n = 0;
    for (auto t = std::max(from, Duration{}); t < now; t += 1s) {
      const auto& known = seconds[static_cast<std::size_t>(t / 1s)];
      sum += known.value_or(0);
      n += known.has_value();
    }
    CAPTURE(i, span, now);
    const auto mean = window.since(from, last, std::min(now, last + held), price);
    REQUIRE(mean.has_value() == (n > 0));
    if (mean) REQUIRE(*mean == Catch::Approx(sum / n).epsilon(1e-9));

    window.stood(last, last + held, price);
    last += length;
    price = wander(random, price, i);
  }
}

TEST_CASE("a mean is the same whenever its window was asked before", "[property]") {
  const auto seed = GENERATE(range(1U, 6U));
  CAPTURE(seed);
  Random random{seed};
  MeanWindow asked{10s}, fresh{10s};
  Duration now{};
  double price = 100;
  for (int i = 0; i < 2'000; ++i) {
    const Duration to = now + Duration{1 + random.below(400'000)};
    asked.stood(now, to, price);
    fresh.stood(now, to, price);
    asked.advance(to - 10s);
    now = to;
    price = wander(random, price, i);
    if (i % 100 == 99)
      REQUIRE(asked.since(now - 10s, now, now, price) == fresh.since(now - 10s, now, now, price));
  }
}
