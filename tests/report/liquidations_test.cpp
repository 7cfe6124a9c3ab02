// The visible part of the liquidations, and when their streams were not seen.
#include <catch2/catch_approx.hpp>

#include "tests/report/series.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Approx;

namespace {

LiquidationMinute row(std::string venue, Position position, double usd, std::int64_t orders = 1,
                      std::string asset = "BTC") {
  return {.minute = morning - 5h,
          .venue = std::move(venue),
          .asset = std::move(asset),
          .position = position,
          .part = morning - 5h + 60s,
          .orders = orders,
          .unsummed = 0,
          .usd = *foghorn::usd(usd),
          .largest = *foghorn::usd(usd / static_cast<double>(orders)),
          .largest_time = morning - 5h + 10s};
}

SheetInput watched(std::vector<LiquidationMinute> rows) {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.has_liquidations = true;
  input.liquidations = std::move(rows);
  input.venues = {{"bybit", LiquidationCoverage::complete, false},
                  {"okx", LiquidationCoverage::one_per_second, false},
                  {"coinglass", LiquidationCoverage::unknown, true}};
  for (const auto* venue : {"bybit", "okx"})
    input.streams.push_back({venue, morning - 48h, morning + 1h, true});
  return input;
}

}  // namespace

TEST_CASE("orders and sums are added up by position, and the largest order is named") {
  const auto facts = *make_sheet(watched({row("bybit", Position::long_side, 200, 2),
                                          row("okx", Position::long_side, 150),
                                          row("okx", Position::short_side, 50, 1, "ETH")}))
                          .liquidations;
  CHECK(facts.orders() == 4);
  CHECK(facts.usd() == Approx(400));
  CHECK(facts.longs.usd == Approx(350));
  CHECK(facts.largest->usd == Approx(150));
  CHECK(facts.largest->venue == "okx");
  CHECK(facts.venues.front().venue == "bybit");
  CHECK(facts.assets.front().asset == "BTC");
  CHECK(facts.seen == 1.0);
}

TEST_CASE("what one venue repeats of others stands beside the sum") {
  const auto facts = *make_sheet(watched({row("bybit", Position::long_side, 200),
                                          row("coinglass", Position::long_side, 9000)}))
                          .liquidations;
  CHECK(facts.usd() == Approx(200));
  CHECK(facts.venues.front().venue == "coinglass");
  CHECK(facts.venues.front().longs.usd == Approx(9000));
}

TEST_CASE("a venue that was down for six hours was seen for eighteen") {
  auto input = watched({});
  input.streams = {{"bybit", morning - 48h, morning - 12h, true},
                   {"bybit", morning - 12h, morning - 6h, false},
                   {"bybit", morning - 6h, morning, true}};
  const auto facts = *make_sheet(input).liquidations;
  REQUIRE(facts.venues.size() == 1);
  CHECK(facts.venues.front().seen == Approx(0.75));
  CHECK(facts.venues.front().gaps == std::vector{Gap{morning - 12h, morning - 6h}});
}

TEST_CASE("a venue that was asked for and never seen is named with nothing seen") {
  auto input = watched({});
  input.streams = {{"okx", morning - 48h, morning, false}};
  const auto facts = *make_sheet(input).liquidations;
  REQUIRE(facts.venues.size() == 1);
  CHECK(facts.venues.front().seen == 0);
}

TEST_CASE("time in which the daemon was down was not seen either") {
  auto input = watched({});
  input.streams = {{"okx", morning - 12h, morning, true}};
  CHECK(make_sheet(input).liquidations->venues.front().seen == Approx(0.5));
}
