// Liquidations added up by the minute, and when their streams were there.
#include "rules/liquidation_minutes.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17} + 12h};
const Source btc{"okx", "BTC-USDT-SWAP"};

Liquidation order(Timestamp time, std::optional<double> dollars,
                  Position position = Position::long_side) {
  Liquidation l;
  l.position = position;
  l.event_time = time;
  if (dollars) l.notional = usd(*dollars);
  return l;
}

}  // namespace

TEST_CASE("a minute's orders are one row per venue, asset and position, once it is over") {
  LiquidationMinutes minutes{{"okx"}};
  minutes.add(order(noon + 1s, 100), btc, noon + 1s);
  minutes.add(order(noon + 2s, 300), btc, noon + 2s);
  minutes.add(order(noon + 3s, 50, Position::short_side), btc, noon + 3s);
  minutes.advance(noon + 59s);
  CHECK(minutes.rows().empty());
  minutes.advance(noon + 60s);
  REQUIRE(minutes.rows().size() == 2);
  const auto& longs = minutes.rows().front();
  CHECK(longs.minute == noon);
  CHECK(longs.asset == "BTC");
  CHECK(longs.orders == 2);
  CHECK(longs.usd.dollars() == 400);
  CHECK(longs.largest.dollars() == 300);
  CHECK(longs.largest_time == noon + 2s);
}

TEST_CASE("an order without a notional is counted and not summed") {
  LiquidationMinutes minutes{{"okx"}};
  minutes.add(order(noon, std::nullopt), btc, noon);
  minutes.end(noon + 1s);
  CHECK(minutes.rows().front().orders == 1);
  CHECK(minutes.rows().front().unsummed == 1);
  CHECK(minutes.rows().front().usd.value == 0);
}

TEST_CASE("an order that comes after its minute was written makes a further part of it") {
  LiquidationMinutes minutes{{"okx"}};
  minutes.add(order(noon, 100), btc, noon);
  minutes.add(order(noon + 59s, 200), btc, noon + 61s);
  minutes.advance(noon + 120s);
  REQUIRE(minutes.rows().size() == 2);
  CHECK(minutes.rows()[0].minute == noon);
  CHECK(minutes.rows()[1].minute == noon);
  CHECK(minutes.rows()[0].part != minutes.rows()[1].part);
}

TEST_CASE("a stream that goes on is told with each minute, until it goes down") {
  LiquidationMinutes minutes{{"okx"}};
  minutes.advance(noon);
  minutes.stream("okx", true, noon + 10s);
  minutes.advance(noon + 60s);
  minutes.stream("okx", false, noon + 70s);
  minutes.end(noon + 80s);
  const std::vector<StreamStretch> told{{"okx", noon, noon + 10s, false},
                                        {"okx", noon + 10s, noon + 60s, true},
                                        {"okx", noon + 10s, noon + 70s, true},
                                        {"okx", noon + 70s, noon + 80s, false}};
  CHECK(minutes.stretches() == told);
}

TEST_CASE("a stream that is up before the first event is there from that event on") {
  LiquidationMinutes minutes{{"okx", "bybit"}};
  minutes.stream("okx", true, no_time);
  minutes.advance(noon);
  minutes.end(noon + 30s);
  const std::vector<StreamStretch> told{{"okx", noon, noon + 30s, true},
                                        {"bybit", noon, noon + 30s, false}};
  CHECK(minutes.stretches() == told);
}

TEST_CASE("a stream that goes down again before the first event was never there") {
  LiquidationMinutes minutes{{"okx"}};
  minutes.stream("okx", true, no_time);
  minutes.stream("okx", false, no_time);
  minutes.end(noon);
  CHECK(minutes.stretches() == std::vector<StreamStretch>{{"okx", noon, noon, false}});
}

TEST_CASE("a stream that was last heard before the minute was written takes back what was told") {
  LiquidationMinutes minutes{{"okx"}};
  minutes.stream("okx", true, noon);
  minutes.advance(noon + 60s);
  minutes.clear();
  minutes.stream("okx", false, noon + 40s);
  minutes.end(noon + 65s);
  const std::vector<StreamStretch> told{{"okx", noon, noon + 40s, true},
                                        {"okx", noon + 40s, noon + 65s, false}};
  CHECK(minutes.stretches() == told);
}
