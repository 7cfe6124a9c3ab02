#include <algorithm>
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
