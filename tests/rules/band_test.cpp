// What a rule compares may wander within its band, and nothing comes out differently.
#include "rules/band.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <cmath>
#include <random>

#include "rules/program.hpp"
#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

std::vector<Value> comparisons(const Value& v, std::span<const double> numbers) {
  std::vector<Value> all;
  for (const auto number : numbers) {
    const auto n = exactly(number);
    for (const auto& truth :
         {is_less(v, n), is_less(n, v), is_less_equal(v, n), is_less_equal(n, v)})
      all.push_back(truth);
  }
  return all;
}

/// Numbers, neighbours of numbers as near as comparisons forgive, bounds and unknowns.
Value some_value(std::mt19937_64& random, std::span<const double> numbers) {
  const auto some = [&]() -> double {
    const auto number = numbers[random() % numbers.size()];
    switch (random() % 4) {
      case 0: return number;
      case 1: return number * (1 + 1e-12 * (static_cast<double>(random() % 9) - 4));
      case 2: return std::nextafter(number, random() % 2 == 0 ? -1.0 : 1.0);
      default: return std::uniform_real_distribution{-2.0, 2.0}(random);
    }
  };
  const double a = some(), b = some();
  switch (random() % 8) {
    case 0: return {std::min(a, b), std::max(a, b), Unknown::none};
    case 1: return at_least(a);
    case 2: return at_most(a);
    case 3: return unknown(Unknown::stale);
    case 4: return unknown(Unknown::warming);
    default: return exactly(a);
  }
}

/// A market of one instrument with one source, and conditions over it.
struct Conditions {
  explicit Conditions(const std::vector<std::string>& texts) {
    const Universe universe{.instruments = {{"WTI", "USD/bbl", false, {"test"}}}};
    for (const auto& text : texts) {
      auto parsed = parse_expression(written(text), universe, Type{Type::Kind::ratio, {}},
                                     Type{Type::Kind::boolean, {}}, "when");
      REQUIRE(std::holds_alternative<Expression>(parsed));
      const auto& expression = std::get<Expression>(parsed);
      quick.push_back(std::make_unique<Program>(expression, market));
      slow.push_back(std::make_unique<Program>(expression, market));
    }
  }

  void tick(double price, Timestamp t) {
    market.price(*sources.find("test", "WTI"), price, t, [](std::size_t) {});
  }

  SourceTable sources;
  Market market{{instrument("WTI")}, {}, sources};
  std::vector<std::unique_ptr<Program>> quick;
  std::vector<std::unique_ptr<Program>> slow;
};

}  // namespace

TEST_CASE("every value of a band compares alike with each of its numbers") {
  std::mt19937_64 random{GENERATE(range(0U, 50U))};
  const std::vector<double> numbers{-1, -0.1, 0, 0.05, 0.1, 0.1 * (1 + 1e-13), 1};
  int held = 0;
  for (int i = 0; i < 2'000; ++i) {
    const auto here = some_value(random, numbers);
    const auto there = some_value(random, numbers);
    const auto band = band_around(here, numbers);
    if (!band || !band->holds(there)) continue;
    ++held;
    CAPTURE(here.lo, here.hi, there.lo, there.hi);
    CHECK(comparisons(here, numbers) == comparisons(there, numbers));
  }
  CHECK(held > 20);
}

TEST_CASE("a value on the verge of a number has no band, and every value is in its own") {
  const std::vector numbers{0.1};
  CHECK_FALSE(band_around(exactly(0.1), numbers));
  CHECK_FALSE(band_around(exactly(0.1 * (1 - 1e-13)), numbers));
  CHECK_FALSE(band_around(exactly(std::nan("")), numbers));
  for (const auto& v :
       {exactly(0.0999), at_least(0.2), at_most(-1), unknown(Unknown::incomplete)}) {
    REQUIRE(band_around(v, numbers));
    CHECK(band_around(v, numbers)->holds(v));
  }
}

TEST_CASE("a condition that holds is worth what it was, at each tier") {
  const auto seed = GENERATE(range(0U, 20U));
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  Conditions conditions{{"abs(change(WTI, 10m)) >= tier or abs(change(WTI, 1m)) >= tier / 2",
                         "rise(WTI, 5m) >= tier and not new_high(WTI, 10m)",
                         "-tier >= fall(WTI, 10m) or last(WTI) > 101 USD/bbl",
                         "(high(WTI, 5m) - low(WTI, 5m)) / last(WTI) > 2 * tier",
                         "last(WTI) >= high(WTI, 10m) and range_pct(WTI, 1m) < tier",
                         "max(rise(WTI, 1m), -fall(WTI, 1m), 1%) >= tier and 2% >= tier"}};
  const std::vector tiers{0.01, 0.02, 0.04};
  std::vector<std::vector<Value>> settled(conditions.quick.size());
  for (auto& program : conditions.quick) program->set_tiers(tiers);

  int held = 0, asked = 0;
  double price = 100;
  auto t = at(0s);
  for (int i = 0; i < 2'000; ++i) {
    // Small steps, few large ones, and pauses that make the price stale and the windows incomplete.
    t += random() % 200 == 0 ? 3min : 1s * static_cast<int>(random() % 5);
    const double size = random() % 50 == 0 ? 1.5 : 0.05;
    price += size * (static_cast<double>(random() % 3) - 1);
    if (random() % 10 == 0) {
      conditions.market.begin(t);
    } else {
      conditions.tick(price, t);
    }
    for (std::size_t c = 0; c < conditions.quick.size(); ++c) {
      auto& slow = *conditions.slow[c];
      slow.refresh(conditions.market);
      std::vector<Value> now;
      for (const auto tier : tiers) now.push_back(slow.value(tier));

      auto& quick = *conditions.quick[c];
      ++asked;
      if (!settled[c].empty() && quick.holds(conditions.market)) {
        ++held;
        CAPTURE(i, c);
        REQUIRE(now == settled[c]);
        continue;
      }
      quick.refresh(conditions.market);
      settled[c] = quick.settle() ? now : std::vector<Value>{};
    }
  }
  CHECK(held > asked / 2);  // or nothing was won
}

TEST_CASE("a condition whose both sides move with tier is never settled") {
  Conditions conditions{{"change(WTI, 10m) >= tier * (rise(WTI, 1h) / 1%)"}};
  auto& program = *conditions.quick.front();
  program.set_tiers(std::vector{0.1});
  conditions.tick(100, at(0s));
  program.refresh(conditions.market);
  CHECK_FALSE(program.settle());
}
