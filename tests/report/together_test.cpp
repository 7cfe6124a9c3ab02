// Assets together, and the episodes of the window.
#include <catch2/catch_test_macros.hpp>

#include "tests/report/series.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

InstrumentInput moved(std::string id, std::string market, std::string unit, double by) {
  auto spec = btc();
  spec.id = std::move(id);
  spec.underlying = std::move(market);
  spec.unit = std::move(unit);
  return day_of(spec, {{0h, 100}, {1h, 100}, {2h, 100 * (1 + by)}, {25h, 100 * (1 + by)}});
}

std::optional<CrossAssetFacts> together(double oil, double gold, double equities, double crypto) {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.instruments = {
      moved("WTI", "nymex-energy", "USD/bbl", oil), moved("GOLD", "comex-metals", "USD/oz", gold),
      moved("NASDAQ", "us-equity", "USD", equities), moved("BTC", "", "USD", crypto)};
  return make_sheet(input).cross_asset;
}

AlertEvent event(AlertKind kind, Tier tier, Timestamp time) {
  AlertEvent e;
  e.kind = kind;
  e.tier = tier;
  e.time = e.event_time = time;
  e.rule = "oil-shock";
  e.episode = "K7Q2";
  return e;
}

}  // namespace

TEST_CASE("gold up while equities and crypto fall is risk-off") {
  CHECK(together(0.05, 0.01, -0.01, -0.02)->mood == RiskMood::risk_off);
}

TEST_CASE("equities and crypto up while gold does not rise is risk-on") {
  CHECK(together(-0.05, -0.002, 0.01, 0.02)->mood == RiskMood::risk_on);
}

TEST_CASE("one that does not follow makes it mixed, and little moves make it calm") {
  CHECK(together(0, 0.01, -0.01, 0.001)->mood == RiskMood::mixed);
  CHECK(together(0.001, 0.001, -0.001, 0.002)->mood == RiskMood::calm);
}

TEST_CASE("of two kinds of assets nothing is said together") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.instruments = {moved("GOLD", "comex-metals", "USD/oz", 0.01),
                       moved("BTC", "", "USD", -0.01)};
  CHECK_FALSE(make_sheet(input).cross_asset);
}

TEST_CASE("an episode is told once, with its highest tier, its beginning and its end") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.events = {event(AlertKind::fire, Tier::notice, morning - 5h),
                  event(AlertKind::escalate, Tier::critical, morning - 4h),
                  event(AlertKind::resolve, Tier::critical, morning - 1h)};
  const auto episodes = make_sheet(input).episodes;
  REQUIRE(episodes.size() == 1);
  CHECK(episodes[0].tier == Tier::critical);
  CHECK(episodes[0].fired == morning - 5h);
  CHECK(episodes[0].resolved == morning - 1h);
}

TEST_CASE("an episode from before the window is told while it is open, and not once it is over") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.events = {event(AlertKind::fire, Tier::major, morning - 50h)};
  REQUIRE(make_sheet(input).episodes.size() == 1);
  CHECK(make_sheet(input).episodes[0].fired == morning - 50h);
  input.events.push_back(event(AlertKind::resolve, Tier::major, morning - 30h));
  CHECK(make_sheet(input).episodes.empty());
}

TEST_CASE("what an instrument says of its data is no episode") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  auto stale = event(AlertKind::no_data, Tier::notice, morning - 5h);
  stale.rule.clear();
  stale.episode.clear();
  input.events = {stale};
  CHECK(make_sheet(input).episodes.empty());
}
