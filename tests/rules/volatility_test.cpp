#include "rules/volatility.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <random>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Catch::Approx;

namespace {

/// The walk that tests/rules/statistics.py knows too: whole cents, a price each 20 s.
std::vector<double> walk(int count) {
  std::vector<double> prices;
  std::uint64_t state = 12'345;
  std::int64_t cents = 8'000;
  for (int i = 0; i < count; ++i) {
    state = (state * 1'103'515'245 + 12'345) % 2'147'483'648;
    cents += static_cast<std::int64_t>(state / 65'536 % 21) - 10;
    prices.push_back(static_cast<double>(cents) / 100);
  }
  return prices;
}

Volatility fed(Function function, Duration window, Duration bar) {
  Volatility made{nullptr, 60s};
  made.prepare(function, window, bar);
  auto t = at(10s);
  for (const auto price : walk(6'000)) {
    made.add(t, price);
    t += 20s;
  }
  return made;
}

const auto end = at(10s + 5'999 * 20s);

std::shared_ptr<const TradingHours> morning_and_afternoon() {
  return std::make_shared<TradingHours>(
      std::vector<Session>{{at(0h), at(2h), at(0h)}, {at(3h), at(24h), at(0h)}});
}

}  // namespace

// The numbers are those that tests/rules/statistics.py prints.
TEST_CASE("statistics agree with plain arithmetic in another language") {
  CHECK(fed(Function::vol, 24h, 5min).value(Function::vol, 24h, 5min, end).lo ==
        Approx(0.0031323425284911525).epsilon(1e-9));
  CHECK(fed(Function::zscore, 4h, 5min).value(Function::zscore, 4h, 5min, end).lo ==
        Approx(-0.9256285499559144).epsilon(1e-9));
  CHECK(fed(Function::jump, 0s, 5min).value(Function::jump, 0s, 5min, end).lo ==
        Approx(-0.5820165091387908).epsilon(1e-9));
  CHECK(fed(Function::sigma, 1h, 0s).minute_volatility(1h, end).lo ==
        Approx(0.0013487472971302876).epsilon(1e-9));
}

TEST_CASE("Lee and Mykland's window is the root of a year's bars") {
  CHECK(lee_mykland_window(288) == 270);
  CHECK(lee_mykland_window(24 * 60) == 603);
  CHECK(lee_mykland_window(1) == 16);
}

TEST_CASE("a bar closes at the last price as of its boundary") {
  BarReturns returns{1min, nullptr, 5min, 10};
  returns.add(at(30s), 100);
  returns.add(at(60s), 110);
  returns.add(at(90s), 1);
  returns.add(at(119s), 121);
  returns.add(at(121s), 5);
  REQUIRE(returns.end() == 1);
  CHECK(returns[0].end == at(120s));
  CHECK(returns[0].value == Approx(std::log(1.1)));
}

TEST_CASE("a bar that ends now closes once no more of this time can come") {
  BarReturns returns{1min, nullptr, 5min, 10};
  returns.add(at(30s), 100);
  returns.add(at(120s), 110);
  CHECK(returns.end() == 0);
  CHECK(returns.next_close() == at(120s));
  returns.settle(at(120s));
  CHECK(returns.end() == 1);
}

TEST_CASE("over a gap there is no return") {
  BarReturns returns{1min, nullptr, 60s, 10};
  for (const auto t : {0s, 60s, 300s, 360s, 420s}) returns.add(at(t), 100);
  returns.settle(at(420s));
  REQUIRE(returns.end() == 4);
  CHECK(returns[1].end == at(120s));
  CHECK(returns[2].begin == at(300s));
  CHECK_FALSE(returns.follows(2));
  CHECK(returns.follows(3));
}

TEST_CASE("over a closure there is no return, from the close to the first price after it") {
  const auto hours = morning_and_afternoon();
  BarReturns returns{30min, hours.get(), 24h, 100};
  for (auto t = 0min; t <= 5h; t += 10min)
    if (hours->open(at(t))) returns.add(at(t), t < 2h ? 100 : 200);
  returns.settle(at(5h));
  for (auto i = returns.first(); i < returns.end(); ++i) {
    CAPTURE(i);
    CHECK(returns[i].value == 0);
    CHECK(hours->closed(returns[i].begin, returns[i].end) == Duration{});
  }
  CHECK(returns.end() > 5);
}

TEST_CASE("a price at or below zero has no return") {
  BarReturns returns{1min, nullptr, 5min, 10};
  for (const auto& [t, price] : {std::pair{0s, 10.0}, {60s, -37.0}, {120s, 10.0}, {180s, 11.0}})
    returns.add(at(t), price);
  returns.settle(at(180s));
  REQUIRE(returns.end() == 1);
  CHECK(returns[0].begin == at(120s));
}

TEST_CASE("statistics are silent while too few bars are there, and where there is no spread") {
  Volatility made{nullptr, 60s};
  made.prepare(Function::vol, 1h, 5min);
  made.prepare(Function::zscore, 1h, 5min);
  made.prepare(Function::jump, 0s, 5min);
  for (auto t = 0min; t <= 40min; t += 1min) made.add(at(t), 100);
  made.settle(at(40min));
  CHECK(made.value(Function::vol, 1h, 5min, at(40min)) == exactly(0));
  CHECK(made.value(Function::zscore, 1h, 5min, at(40min)) == unknown(Unknown::undefined));
  CHECK(made.value(Function::jump, 0s, 5min, at(40min)) == unknown(Unknown::warming));

  Volatility young{nullptr, 60s};
  young.prepare(Function::vol, 1h, 5min);
  for (auto t = 0min; t <= 20min; t += 1min) young.add(at(t), 100);
  CHECK(young.value(Function::vol, 1h, 5min, at(20min)) == unknown(Unknown::warming));
}

TEST_CASE("statistics agree with a look at every price") {
  const auto seed = GENERATE(range(1u, 41u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const Duration bar = (1 + random() % 3) * 1min;
  const Duration window = bar * static_cast<std::int64_t>(8 + random() % 12);
  Volatility made{nullptr, 90s};
  made.prepare(Function::vol, window, bar);
  made.prepare(Function::zscore, window, bar);
  std::vector<Sample> prices;
  auto t = at(0s);
  double price = 100;
  for (int i = 0; i < 400; ++i) {
    t += std::chrono::seconds{1 + random() % (random() % 20 == 0 ? 400 : 60)};
    price *= 1 + (static_cast<double>(random() % 2001) - 1000) / 1e5;
    made.add(t, price);
    prices.push_back({t, price});

    // Every close that there is, and the returns between neighbours.
    std::map<Timestamp, double> closes;
    for (auto b = at(0s); b < t; b += bar) {
      const auto after = std::ranges::upper_bound(prices, b, {}, &Sample::time);
      if (after != prices.begin() && b - (after - 1)->time <= 90s) closes[b] = (after - 1)->value;
    }
    const auto last =
        t - t.time_since_epoch() % bar - (t.time_since_epoch() % bar == 0s ? bar : 0s);
    std::map<Timestamp, double> returns;
    for (const auto& [b, close] : closes)
      if (b > last - window && closes.contains(b - bar))
        returns[b] = std::log(close / closes[b - bar]);
    const auto expected = window / bar;

    double sum = 0;
    int pairs = 0;
    for (const auto& [b, r] : returns) {
      if (!returns.contains(b - bar)) continue;
      sum += std::abs(r * returns[b - bar]);
      ++pairs;
    }
    const auto vol = made.value(Function::vol, window, bar, t);
    CHECK(vol.known() == (pairs > 0 && 2 * pairs + 1 >= expected));
    if (vol.known())
      CHECK(vol.lo == Approx(std::sqrt(std::numbers::pi / 2 * sum / pairs)).epsilon(1e-9));

    const auto zscore = made.value(Function::zscore, window, bar, t);
    const bool enough = returns.contains(last) && returns.size() >= 3 &&
                        static_cast<std::int64_t>(2 * returns.size()) >= expected;
    CHECK(zscore.known() == enough);
    if (!zscore.known()) continue;
    const auto median = [](std::vector<double> values) {
      std::ranges::sort(values);
      const auto n = values.size();
      return (values[(n - 1) / 2] + values[n / 2]) / 2;
    };
    std::vector<double> values;
    for (const auto& [b, r] : returns) values.push_back(r);
    const double middle = median(values);
    for (auto& value : values) value = std::abs(value - middle);
    CHECK(zscore.lo == Approx((returns[last] - middle) / (1.4826 * median(values))).epsilon(1e-9));
  }
}
