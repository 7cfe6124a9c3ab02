// What a market's hours mean to rules: closed is not stale, a closure is no gap in what was seen,
// and a move over it is a gap and not a move.
#include "model/trading_hours.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

// Two weeks from a Monday midnight: 0:00 to 23:00 each weekday, like energy in some time zone.
std::shared_ptr<const TradingHours> weekdays() {
  std::vector<Session> sessions;
  for (const int day : {0, 1, 2, 3, 4, 7, 8, 9, 10, 11}) {
    const auto midnight = at(24h * day);
    sessions.push_back({midnight, midnight + 23h, midnight});
  }
  return std::make_shared<TradingHours>(std::move(sessions));
}

InstrumentSpec closing(std::string id = "WTI") {
  auto spec = instrument(std::move(id));
  spec.session = "weekdays";
  spec.hours = weekdays();
  return spec;
}

InstrumentSpec perpetual() {
  auto spec = instrument("WTI");
  spec.underlying = "weekdays";
  spec.underlying_hours = weekdays();
  return spec;
}

/// A rule that does not mind how long its data stay away.
RuleSpec patient(std::string id, std::string when) {
  auto spec = rule(std::move(id), std::move(when));
  spec.no_data = 24h * 30;
  return spec;
}

constexpr Duration friday_close = 4 * 24h + 23h;
constexpr Duration monday_open = 7 * 24h;

}  // namespace

TEST_CASE("while its market is closed an instrument is neither stale nor without data") {
  auto last = rule("last", "last(WTI) > 70 USD/bbl");
  Rig rig{{closing()}, {last}, {.expects_data = true}};
  rig.engine().start(at(friday_close - 1min));
  rig.tick("WTI", 75, friday_close - 10s);
  rig.until(monday_open - 1s);
  CHECK(rig.engine().market().state(0) == PriceState::closed);
  CHECK(rig.said() == Lines{"4d22h59m50s last fire notice"});
}

TEST_CASE("the patience for data goes on when the market opens") {
  Rig rig{{closing()}, {rule("oil", "last(WTI) > 100 USD/bbl")}, {.expects_data = true}};
  rig.engine().start(at(friday_close - 3min));
  rig.tick("WTI", 75, friday_close - 2min);
  rig.until(monday_open);
  CHECK(rig.said().empty());
  rig.until(monday_open + 3min +
            59s);  // 60 s of max_staleness and 5 min of no_data since the price
  CHECK(rig.said().empty());
  rig.until(monday_open + 4min);
  CHECK(rig.said() == Lines{"7d4m WTI no_data"});
}

TEST_CASE("an instrument that was without data at the closing is not told to be back by it") {
  Rig rig{{closing()}, {rule("oil", "last(WTI) > 100 USD/bbl")}};
  rig.tick("WTI", 75, friday_close - 1h);
  rig.until(friday_close - 30min);
  CHECK(rig.said() == Lines{"4d22h6m WTI no_data"});
  rig.until(monday_open + 1h);
  CHECK(rig.said().empty());
  rig.tick("WTI", 75, monday_open + 1h);
  CHECK(rig.said() == Lines{"7d1h WTI data_back"});
}

TEST_CASE("Friday's close to Monday's open is a gap and not a move of an hour") {
  Rig rig{{closing()},
          {rule("hour", "abs(change(WTI, 1h)) > 5%"), rule("gap", "abs(gap(WTI)) > 5%")}};
  rig.series("WTI", "75x120", friday_close - 30min, 15s);
  for (Duration t = monday_open + 5s; t < monday_open + 3h; t += 30s) rig.tick("WTI", 82.5, t);
  CHECK(rig.said() == Lines{"7d5s gap fire notice"});
}

TEST_CASE("a rule that bridges closures sees the move over them") {
  auto hour = rule("hour", "change(WTI, 1h) > 5%");
  hour.bridge = true;
  Rig rig{{closing()}, {hour}};
  rig.series("WTI", "75x120", friday_close - 30min, 15s);
  rig.tick("WTI", 82.5, monday_open + 5s);
  REQUIRE(rig.said() == Lines{"7d5s hour fire notice"});
  const auto& move = rig.alerts().back().move;
  REQUIRE(move);
  CHECK(move->bridged);
  CHECK(move->from_time == at(friday_close));
}

TEST_CASE("a change over a day or more is against the last price before the closure") {
  Rig rig{{closing()},
          {patient("day", "change(WTI, 24h) > 5%"), patient("two", "change(WTI, 2d) > 5%")}};
  rig.series("WTI", "75x120", friday_close - 30min, 15s);
  rig.tick("WTI", 82.5, monday_open + 10h);
  CHECK(rig.said() == Lines{"7d10h day fire notice", "7d10h two fire notice"});
  CHECK(rig.alerts().back().move->bridged);
}

TEST_CASE("a weekend is no gap in what was seen, and has no weight in a mean") {
  const auto hours = weekdays();
  const PriceQuery low{.function = Function::low, .window = 3 * 24h};
  const PriceQuery mean{.function = Function::mean, .window = 3 * 24h};
  PriceTrack track{
      {.reach = 3 * 24h, .max_staleness = 60s, .ref_window = std::nullopt, .hours = hours.get()}};
  track.prepare(low);
  track.prepare(mean);
  for (Duration t = 24h * 3; t < friday_close; t += 50s) track.add(at(t), 70, false);
  for (Duration t = monday_open; t <= monday_open + 15h; t += 50s) track.add(at(t), 80, false);
  const auto now = at(monday_open + 15h);
  CHECK(track.seen(3 * 24h, now) == 1.0);
  // Of the three days to Monday's 15:00 Friday has 8 hours, and Monday 15.
  REQUIRE(track.value(mean, now).exact());
  CHECK(track.value(mean, now).lo == Catch::Approx((8 * 70 + 15 * 80) / 23.0).epsilon(1e-4));
  CHECK(track.value(low, now) == exactly(70));
}

TEST_CASE("a gap stays for its session, whatever the price does, and not beyond it") {
  Rig rig{{closing()}, {patient("gap", "gap(WTI) <= -3%")}};
  const auto gap = rig.engine().market().term(Function::gap, Selector{"WTI", "", "", {}}, {});
  rig.tick("WTI", 100, friday_close - 20s);
  rig.tick("WTI", 96, monday_open + 1min);
  rig.tick("WTI", 104, monday_open + 2min);
  CHECK(rig.engine().market().value(gap).lo == Catch::Approx(-0.04));
  rig.until(monday_open + 22h);  // stale by then
  CHECK(rig.engine().market().value(gap).lo == Catch::Approx(-0.04));
  rig.until(monday_open + 23h);
  CHECK(rig.engine().market().value(gap) == unknown(Unknown::undefined));
}

TEST_CASE("without a price near the close, or near the open, there is no gap") {
  Rig rig{{closing()}, {patient("gap", "gap(WTI) <= -3%")}};
  const auto gap = rig.engine().market().term(Function::gap, Selector{"WTI", "", "", {}}, {});
  rig.tick("WTI", 100, friday_close - 11min);
  rig.tick("WTI", 90, monday_open);
  CHECK(rig.engine().market().value(gap) == unknown(Unknown::undefined));
  rig.tick("WTI", 100, monday_open + 23h - 1s);
  rig.tick("WTI", 90, monday_open + 24h + 11min);
  CHECK(rig.engine().market().value(gap) == unknown(Unknown::undefined));
  CHECK(rig.said().empty());
}

TEST_CASE("settle compares with the close of the session before") {
  Rig rig{{closing()}, {rule("oil", "abs(change(WTI, settle)) > 50%")}};
  Selector wti{"WTI", "", "", {}};
  const auto settle =
      rig.engine().market().term(wti, {.function = Function::change, .settle = true});
  const auto value = [&] { return rig.engine().market().value(settle); };
  rig.tick("WTI", 100, friday_close - 24h - 1s);  // Thursday's
  rig.tick("WTI", 102, friday_close - 1s);
  CHECK(value().lo == Catch::Approx(0.02));
  rig.until(friday_close + 30h);  // Friday's change stands until the next session
  CHECK(value().lo == Catch::Approx(0.02));
  rig.until(monday_open);
  CHECK(value() == exactly(0));
  rig.tick("WTI", 104, monday_open + 20s);
  CHECK(value().lo == Catch::Approx(104.0 / 102 - 1));
}

TEST_CASE("a perpetual's gap and settle go by the hours of the market that it follows") {
  Rig rig{{perpetual()},
          {rule("gap", "gap(WTI) >= 5%"), rule("settle", "change(WTI, settle) > 9%")}};
  rig.series("WTI", "100x10", friday_close - 5min, 30s);  // the last as of the closing
  for (Duration t = friday_close + 30s; t < monday_open; t += 30s)
    rig.tick("WTI", t < friday_close + 24h ? 104 : 110, t);  // trades on: 110 since Saturday night
  CHECK(rig.said() == Lines{"5d23h settle fire notice"});
  CHECK(rig.alerts().back().move == Move{100, at(friday_close), 110, Duration{}});
  CHECK(rig.alerts().back().underlying_closed);
  rig.tick("WTI", 108, monday_open + 30s);
  CHECK(rig.said() == Lines{"1w gap fire notice", "7d30s settle resolve notice"});
  CHECK(rig.alerts().back().value);
  CHECK_FALSE(rig.alerts().back().underlying_closed);
}

TEST_CASE("without hours of any market the close is that of the day before, by UTC") {
  Rig rig{{instrument("BTC")}, {rule("btc", "change(BTC, settle) > 5%")}};
  rig.series("BTC", "100x20", 23h + 50min, 30s);
  rig.tick("BTC", 106, 24h + 30s);
  CHECK(rig.said() == Lines{"1d30s btc fire notice"});
}

TEST_CASE("is_open tells whether the market trades that the price is of, or follows") {
  Rig rig{{closing("WTI"), instrument("BTC")},
          {rule("open", "is_open(WTI)"), patient("btc", "not is_open(BTC)")}};
  rig.tick("BTC", 1, friday_close - 1s);
  rig.until(monday_open + 1s);
  CHECK(rig.said() ==
        Lines{"4d22h59m59s open fire notice", "4d23h open resolve notice", "1w open fire notice"});
  Rig follows{{perpetual()}, {rule("closed", "not is_open(WTI)")}};
  follows.tick("WTI", 75, friday_close);
  CHECK(follows.said() == Lines{"4d23h closed fire notice"});
}

TEST_CASE("the close of a session is known after a restart from the minutes that were stored") {
  Rig rig{{closing()}, {rule("gap", "gap(WTI) >= 5%")}};
  std::vector<Sample> minutes;
  for (Duration t = friday_close - 2h; t < friday_close; t += 1min)
    for (const auto s : {0s, 20s, 40s, 59s}) minutes.push_back({at(t + s), 100});
  rig.engine().market().warm(0, minutes);
  rig.engine().start(at(monday_open - 3h));
  CHECK(rig.engine().market().state(0) == PriceState::closed);
  CHECK(rig.engine().market().last(0)->value == 100);
  rig.tick("WTI", 106, monday_open + 20s);
  CHECK(rig.said() == Lines{"7d20s gap fire notice"});
}

TEST_CASE("an opening that was not seen is told by the venue's minutes") {
  Rig rig{{closing()}, {patient("gap", "gap(WTI) >= 5%")}};
  rig.tick("WTI", 100, friday_close - 5s);
  rig.tick("WTI", 100, monday_open + 30min);
  CHECK(rig.said().empty());
  std::vector<Candle> candles;
  for (int i = 0; i < 30; ++i)
    candles.push_back({at(monday_open + std::chrono::minutes{i}), 106, 106, 106, 106});
  rig.engine().candles(rig.source({"test", "WTI"}), candles, at(monday_open + 31min));
  rig.tick("WTI", 100, monday_open + 31min);
  CHECK(rig.said() == Lines{"7d31m gap fire notice"});
}

TEST_CASE("no minutes are missing of a time in which the market was closed") {
  SourceTable sources;
  Market market{{closing()}, {}, sources};
  market.term(Function::rise, Selector{"WTI", "", "", {}}, 3 * 24h);
  const auto source = *sources.find("test", "WTI");
  for (const auto t : {friday_close - 1h, monday_open + 1h})
    market.price(source, 100, at(t), [](std::size_t) {});
  std::vector<Gap> asked;
  for (const auto& m : market.missing(at(monday_open + 1h))) asked.push_back({m.from, m.to});
  REQUIRE(asked.size() >= 2);
  CHECK(asked.back() == Gap{at(monday_open), at(monday_open + 1h)});
  CHECK(asked[asked.size() - 2] == Gap{at(friday_close - 59min), at(friday_close)});
}
