// The demo's scenario against what it is to tell.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>

#include "tests/sim/orders.hpp"
#include "tests/sim/scenario.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using namespace foghorn::sim;
using Catch::Matchers::WithinAbs;

const Scenario& hormuz() {
  static const Scenario scenario = read_scenario(FOGHORN_ROOT "/deploy/demo/hormuz.toml");
  return scenario;
}

const PricePath& path_of(const std::string& id) {
  const auto& all = hormuz().instruments;
  return std::find_if(all.begin(), all.end(), [&](const SimInstrument& i) { return i.id == id; })
      ->path;
}

Timestamp on(const char* time) {
  return *parse_time(time);
}

/// The largest move over `window`, up or down, between `from` and `to`.
double widest_change(const PricePath& path, Duration window, Timestamp from, Timestamp to) {
  double widest = 0;
  for (auto t = from; t <= to; t += 15s)
    widest = std::max(widest, std::abs(path.at(t) / path.at(t - window) - 1));
  return widest;
}

TEST_CASE("WTI falls from 96.46 to 85.91 within a day, by 10.9 %") {
  const auto& wti = path_of("WTI");
  const auto low = on("2026-04-17T15:05:00Z");
  CHECK_THAT(wti.at(on("2026-04-17T13:05:00Z")), WithinAbs(96.46, 1e-9));
  CHECK_THAT(wti.at(low), WithinAbs(85.91, 1e-9));
  CHECK_THAT(wti.at(low) / wti.at(low - 24h) - 1, WithinAbs(-0.109, 0.001));
}

TEST_CASE("the fall is major by the hour and by the day, and never critical") {
  const auto& wti = path_of("WTI");
  const auto hour = widest_change(wti, 1h, hormuz().start + 1h, hormuz().end);
  const auto day = widest_change(wti, 24h, hormuz().start + 24h, hormuz().end);
  CHECK(hour >= 0.05);
  CHECK(hour < 0.075);
  CHECK(day >= 0.10);
  CHECK(day < 0.15);
}

TEST_CASE("once the fall has left the day's window, oil moves too little for a second episode") {
  const auto& wti = path_of("WTI");
  const auto calm = on("2026-04-18T14:15:00Z");
  CHECK(widest_change(wti, 24h, calm, hormuz().end) < 0.05);
  CHECK(widest_change(wti, 1h, calm, hormuz().end) < 0.02);
}

TEST_CASE("at NYMEX's reopening the perpetual stands clearly above its price at the closing") {
  const auto& wti = path_of("WTI");
  CHECK(wti.at(on("2026-04-19T22:00:00Z")) / wti.at(on("2026-04-17T21:00:00Z")) > 1.05);
}

TEST_CASE("gold stays between 4,800 and 4,860") {
  for (auto t = hormuz().start; t <= hormuz().end; t += 1min) {
    CHECK(path_of("GOLD").at(t) > 4800);
    CHECK(path_of("GOLD").at(t) < 4860);
  }
}

TEST_CASE("BTC rises over 78,000 once and falls back 1.7 % from its peak") {
  const auto& btc = path_of("BTC");
  double peak = 0;
  for (auto t = hormuz().start; t <= hormuz().end; t += 15s) peak = std::max(peak, btc.at(t));
  CHECK_THAT(peak, WithinAbs(78300, 60));
  CHECK_THAT(btc.at(on("2026-04-17T21:00:00Z")) / peak - 1, WithinAbs(-0.017, 0.001));
}

TEST_CASE(
    "some hundred orders, worth some hundred million dollars, are closed by force within a day") {
  double usd = 0;
  int orders = 0;
  for (const auto& push : pushes_of(hormuz()))
    for (const auto& order : push.orders) {
      usd += order.price * order.quantity;
      ++orders;
    }
  CHECK(orders > 300);
  CHECK(usd > 220e6);
  CHECK(usd < 500e6);
}

}  // namespace
}  // namespace foghorn::test
