// What becomes of rules and of the past where the engine of another config takes over.

#include <algorithm>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

constexpr Duration now = 25h;

/// A day of WTI at 70, and ten minutes of it at 77.5 up to now.
void a_day_and_a_shock(Rig& rig) {
  rig.series("WTI", "70x8939 77.5x59", 0s, 10s);
  rig.until(now);
}

RuleSpec shock() {
  return rule("shock", "change(WTI, 24h) >= 10%");
}

RuleSpec idle(std::string id) {
  return rule(std::move(id), "last(WTI) < 0 USD/bbl");
}

}  // namespace

TEST_CASE("a rule that is added judges with the past that is there") {
  Rig rig{{instrument("WTI")}, {idle("other")}};
  a_day_and_a_shock(rig);
  rig.rules() = {idle("other"),
                 shock(),
                 rule("peak", "new_high(WTI, 24h)"),
                 rule("calm", "mean(WTI, 24h) < 70.1 USD/bbl"),
                 rule("move", "vol(WTI, 12h, 1h) < 1%"),
                 rule("high", "since_high(WTI) < since_low(WTI)")};
  rig.succeed(now);
  rig.tick("WTI", 77.6, now);
  CHECK(rig.said() == Lines{"1d1h shock fire notice", "1d1h peak fire notice",
                            "1d1h calm fire notice", "1d1h move fire notice",
                            "1d1h high fire notice"});
}

TEST_CASE("what reaches further back than was kept waits for what venues tell") {
  Rig rig{{instrument("WTI")}, {idle("other")}};
  a_day_and_a_shock(rig);
  rig.rules() = {rule("week", "low(WTI, 7d) > 60 USD/bbl"),
                 rule("day", "low(WTI, 24h) > 60 USD/bbl")};
  rig.succeed(now);
  rig.until(now + 10s);
  CHECK(rig.said() == Lines{"1d1h1s day fire notice"});
  const auto missing = rig.engine().market().missing(at(now + 10s));
  REQUIRE(missing.size() == 1);
  CHECK(missing.front().from < at(now - 6 * 24h));
  CHECK(missing.front().to <= at(1h));
}

TEST_CASE("minutes that were stored fill what was not kept") {
  Rig rig{{instrument("WTI")}, {idle("other")}};
  a_day_and_a_shock(rig);
  rig.rules() = {rule("week", "low(WTI, 7d) > 60 USD/bbl")};
  rig.succeed(now);
  std::vector<Candle> minutes;
  for (auto m = now - 8 * 24h; m < 1h; m += 1min)
    minutes.push_back({.start = at(m), .open = 70, .high = 70, .low = 70, .close = 70});
  rig.engine().market().recall(0, minutes);
  rig.until(now + 10s);
  CHECK(rig.said() == Lines{"1d1h1s week fire notice"});
}

TEST_CASE("a rule that is added changes nothing for the others") {
  Rig before{{instrument("WTI")}, {shock()}};
  Rig after{{instrument("WTI")}, {shock()}};
  for (Rig* rig : {&before, &after}) a_day_and_a_shock(*rig);
  after.rules().push_back(rule("week", "range_pct(WTI, 7d) > 50%"));
  after.succeed(now);
  for (Rig* rig : {&before, &after}) {
    rig->series("WTI", "77.5x100 70x8640", now, 10s);
    rig->until(50h);
  }
  CHECK(after.alerts() == before.alerts());
  CHECK(after.said() == Lines{"1d50m shock fire notice", "1d1h16m50s shock resolve notice",
                              "2d1h22m50s WTI no_data"});
}

TEST_CASE("a rule that is gone ends its episode and says so") {
  Rig rig{{instrument("WTI")}, {shock(), idle("other")}};
  a_day_and_a_shock(rig);
  CHECK(rig.said() == Lines{"1d50m shock fire notice"});
  rig.rules() = {idle("other")};
  rig.succeed(now);
  CHECK(rig.said() == Lines{"1d1h shock resolve notice (rule removed)"});
  CHECK(rig.alerts().back().episode == rig.alerts().front().episode);
}

TEST_CASE("a rule that changed ends its episode, starts idle, and goes on being counted") {
  Rig rig{{instrument("WTI")}, {shock()}};
  a_day_and_a_shock(rig);
  const auto evaluated = rig.engine().status().front().evaluations;
  rig.said();
  rig.rules() = {rule("shock", "change(WTI, 24h) >= 5%")};
  rig.succeed(now);
  CHECK(rig.said() == Lines{"1d1h shock resolve notice (rule changed)"});
  rig.until(now + 10s);
  CHECK(rig.said() == Lines{"1d1h1s shock fire notice"});
  const auto status = rig.engine().status().front();
  CHECK(status.evaluations > evaluated);
  CHECK(status.transitions == std::array<std::uint64_t, 3>{2, 0, 1});
}

TEST_CASE("a rule's pending time goes on where another rule changes") {
  auto slow = shock();
  slow.hold = 15min;
  Rig rig{{instrument("WTI")}, {slow, idle("other")}};
  a_day_and_a_shock(rig);
  rig.rules() = {rule("other", "last(WTI) < 1 USD/bbl"), slow};
  rig.succeed(now);
  rig.series("WTI", "77.5x100", now, 10s);
  CHECK(rig.said() == Lines{"1d1h5m shock fire notice"});
}

TEST_CASE("an instrument that is added starts anew, one that is gone leaves its last minute") {
  Rig rig{{instrument("WTI"), instrument("GOLD")}, {shock()}};
  a_day_and_a_shock(rig);
  rig.tick("GOLD", 4'800, now + 1s);
  const auto bars = rig.bars().size();
  rig.instruments() = {instrument("BTC"), instrument("WTI")};
  rig.rules().push_back(rule("rise", "last(BTC) > 70000 USD/bbl"));
  rig.said();
  rig.succeed(now + 1s);
  REQUIRE(rig.bars().size() == bars + 1);
  CHECK(rig.bars().back().close == 4'800);
  rig.tick("BTC", 78'000, now + 2s);
  rig.series("WTI", "77.5x6", now + 10s, 10s);
  rig.until(now + 5min);
  CHECK(rig.said() == Lines{"1d1h2s rise fire notice"});
  CHECK(rig.bars().back().instrument == 1);
  CHECK(rig.bars().back().close == 77.5);
}

TEST_CASE("a source that is added joins the others, and the past stays") {
  const std::vector<Source> two{{"bybit", "CL"}, {"okx", "CL"}};
  Rig rig{{instrument("WTI", two)}, {shock()}};
  for (Duration t{}; t < now; t += 10s) {
    const double price = t < now - 10min ? 70 : 76;
    rig.tick("WTI", price, t, "bybit:CL");
    rig.tick("WTI", price, t, "okx:CL");
  }
  rig.instruments() = {instrument("WTI", {{"gate", "CL"}, two[1], two[0]})};
  rig.succeed(now);
  CHECK(rig.engine().market().state(0) == PriceState::confirmed);
  CHECK(rig.engine().market().alive(0) == 2);
  CHECK(rig.engine().market().agreed_sources(0) == std::vector<std::string>{"okx:CL", "bybit:CL"});
  rig.tick("WTI", 77.5, now, "gate:CL");
  rig.tick("WTI", 77.5, now + 1s, "okx:CL");
  CHECK(rig.said() == Lines{"1d1h1s shock fire notice"});
}

TEST_CASE("an instrument of another unit is another one") {
  Rig rig{{instrument("WTI")}, {shock()}};
  a_day_and_a_shock(rig);
  rig.instruments().front().unit = "USD";
  rig.succeed(now);
  CHECK(rig.engine().market().state(0) == PriceState::none);
}

TEST_CASE("a sum over what nobody had asked for is a lower bound until it was seen whole") {
  Rig rig{{instrument("WTI"), liquidations()}, {rule("hour", "sum(LIQ, 1h) > 1B USD")}};
  for (const auto* venue : {"bybit", "okx"}) rig.stream(venue, true, 0s);
  for (auto t = 0min; t < 600min; t += 1min)
    rig.liquidation("BTCUSDT", Position::long_side, 1'000, t);
  rig.rules() = {rule("hour", "sum(LIQ, 1h) > 1B USD"), rule("half", "sum(LIQ, 30m) < 100000 USD"),
                 rule("two", "sum(LIQ, 2h) < 1000000 USD"),
                 rule("short", "sum(LIQ.long, 1m) < 100000 USD")};
  rig.succeed(10h);
  rig.until(10h + 1s);
  CHECK(rig.said() == Lines{"10h half fire notice"});
  rig.until(10h + 62s);
  CHECK(rig.said() == Lines{"10h1m short fire notice"});
  rig.until(12h);
  CHECK(rig.said() == Lines{"10h57m49s two fire notice"});
}
