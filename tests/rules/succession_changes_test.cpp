// What another config changes of an instrument, of its sources or of who reads it, where an engine
// takes over: its past stays what it is worth under the new one, and what was said of it is true.

#include <algorithm>
#include <cmath>
#include <memory>

#include "rules/event_streams.hpp"
#include "rules/price_track.hpp"
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

RuleSpec idle(std::string id, std::string instrument = "WTI") {
  return rule(std::move(id), "last(" + instrument + ") < 0 USD/bbl");
}

/// Two weeks from a Monday midnight, 0:00 to 23:00 each weekday but those that are `off`.
std::shared_ptr<const TradingHours> weekdays(std::vector<int> off = {}) {
  std::vector<Session> sessions;
  for (const int day : {0, 1, 2, 3, 4, 7, 8, 9, 10, 11}) {
    const auto midnight = at(24h * day);
    if (std::ranges::find(off, day) == off.end())
      sessions.push_back({midnight, midnight + 23h, midnight});
  }
  return std::make_shared<TradingHours>(std::move(sessions));
}

constexpr Duration friday_close = 4 * 24h + 23h;
constexpr Duration monday_open = 7 * 24h;

/// Minutes of the `days` before the first, that go up and down.
std::vector<Candle> stored_minutes(int days) {
  std::vector<Candle> minutes;
  for (Duration m = -24h * days; m < 0s; m += 1min) {
    const double price = 70 + 0.1 * std::sin(static_cast<double>(m / 1min));
    minutes.push_back({.start = at(m), .open = price, .high = price, .low = price, .close = price});
  }
  return minutes;
}

Value value_of(Rig& rig, std::size_t number) {
  const auto status = rig.engine().status()[number];
  return status.value ? exactly(*status.value) : unknown(status.unknown);
}

double seen(const EventStreams& streams, Duration t) {
  return streams.seen("okx", 1h, at(t));
}

EventStreams asked(const std::string& symbols) {
  return EventStreams{{{"okx", LiquidationCoverage::complete, false, symbols}}};
}

}  // namespace

TEST_CASE("a reference window that changes leaves the past as it is") {
  auto wti = instrument("WTI");
  wti.ref_window = 10min;
  Rig rig{{wti}, {shock()}};
  a_day_and_a_shock(rig);
  CHECK(rig.said() == Lines{"1d50m shock fire notice"});
  using Change = std::optional<Duration>;
  auto t = now;
  for (const Change change : {Change{5min}, Change{}, Change{20min}, Change{}}) {
    rig.instruments().front().ref_window = change;
    rig.succeed(t);
    CHECK(rig.said().empty());
    rig.tick("WTI", 77.5, t);
    t += 1min;
  }
  rig.tick("WTI", 70, t);
  CHECK(rig.said() == Lines{"1d1h4m shock resolve notice"});
}

TEST_CASE("a past of two days in seconds goes on where less of it is asked for") {
  PriceTrackOptions options{
      .reach = 24h, .max_staleness = 60s, .ref_window = 10min, .hours = nullptr};
  PriceTrack earlier{options};
  const PriceQuery day{.function = Function::fall, .window = 24h};
  earlier.prepare(day);
  for (auto t = 0s; t < 50h; t += 1s)
    earlier.add(at(t), 70 + static_cast<double>(t.count() % 60), false);
  const auto before = earlier.value(day, at(50h));
  options.ref_window = 5min;
  options.least_kept = earlier.series().reach();
  PriceTrack later{options};
  later.prepare(day);
  later.succeed(earlier);
  CHECK(later.value(day, at(50h)).lo == before.lo);
  CHECK(later.series().reach() == options.least_kept);
}

TEST_CASE("sources that are replaced altogether make no move of the two prices") {
  Rig rig{{instrument("WTI", {{"bybit", "CL"}})}, {shock()}};
  for (auto t = 0s; t < now; t += 10s) rig.tick("WTI", 70, t);
  rig.instruments() = {instrument("WTI", {{"okx", "CL"}})};
  rig.succeed(now);
  rig.tick("WTI", 80, now);
  CHECK(rig.engine().market().last(0)->value == 80);
  CHECK((rig.engine().market().series_began(0) == at(now)));
  CHECK(rig.said().empty());
}

TEST_CASE("sources replaced over a restart begin a new series, those that are known go on") {
  Rig rig{{instrument("WTI", {{"bybit", "CL"}})}, {shock()}};
  rig.tick("WTI", 70, 0s);
  rig.restart(1min);
  rig.tick("WTI", 70, 1min);
  CHECK((rig.engine().market().series_began(0) == no_time));
  rig.instruments() = {instrument("WTI", {{"okx", "CL"}})};
  rig.restart(2min);
  rig.tick("WTI", 80, 2min);
  CHECK((rig.engine().market().series_began(0) == at(2min)));
}

TEST_CASE("an instrument that is added is given its time to bring a first price") {
  Rig rig{{instrument("WTI")}, {idle("oil")}, {.expects_data = true}};
  rig.engine().start(at(0s));
  a_day_and_a_shock(rig);
  rig.instruments().push_back(instrument("GOLD"));
  rig.rules().push_back(idle("gold", "GOLD"));
  rig.succeed(now);
  rig.series("WTI", "77.5x60", now, 10s);
  CHECK(rig.said() == Lines{"1d1h6m GOLD no_data"});
  CHECK(rig.alerts().back().began == at(now));
}

TEST_CASE("what was said of an instrument that nobody reads any more is taken back") {
  Rig rig{{instrument("WTI"), instrument("GOLD")}, {idle("oil"), idle("gold", "GOLD")}};
  rig.tick("WTI", 70, 0s);
  rig.tick("GOLD", 4'800, 0s);
  rig.until(10min);
  CHECK(rig.said() == Lines{"6m WTI no_data", "6m GOLD no_data"});
  rig.rules().erase(rig.rules().begin());
  rig.succeed(10min);
  CHECK(rig.said() == Lines{"10m WTI data_back (rule removed)"});
  rig.rules() = {idle("oil")};
  rig.instruments().pop_back();
  rig.succeed(11min);
  CHECK(rig.said() == Lines{"11m GOLD data_back (rule removed)"});
  CHECK(rig.alerts().back().name.zh == "GOLD");
}

TEST_CASE("it is taken back over a restart too, once") {
  Rig rig{{instrument("WTI"), instrument("GOLD")}, {idle("oil"), idle("gold", "GOLD")}};
  rig.tick("WTI", 70, 0s);
  rig.tick("GOLD", 4'800, 0s);
  rig.until(10min);
  rig.said();
  rig.instruments().pop_back();
  rig.rules() = {rule("none", "count(LIQ, 1h) > 1")};
  rig.instruments().push_back(liquidations());
  rig.restart(11min);
  CHECK(rig.said() ==
        Lines{"11m WTI data_back (rule removed)", "11m GOLD data_back (rule removed)"});
  rig.restart(12min);
  CHECK(rig.said().empty());
}

TEST_CASE("sources that disagree of an instrument that goes are no matter any more") {
  Rig rig{{instrument("WTI", {{"bybit", "CL"}, {"okx", "CL"}})}, {idle("oil")}};
  for (auto t = 0s; t < 2min; t += 10s) {
    rig.tick("WTI", 70, t, "bybit:CL");
    rig.tick("WTI", 90, t, "okx:CL");
  }
  CHECK(rig.said() == Lines{"1m WTI unconfirmed"});
  rig.instruments() = {liquidations()};
  rig.rules() = {rule("none", "count(LIQ, 1h) > 1")};
  rig.succeed(2min);
  CHECK(rig.said() == Lines{"2m WTI confirmed (rule removed)"});
}

TEST_CASE("a close older than what is kept stays where staleness or other sessions change") {
  const auto hours = weekdays(), with_holiday = weekdays({11});
  PriceTrackOptions options{
      .reach = 24h, .max_staleness = 60s, .ref_window = std::nullopt, .underlying = hours.get()};
  PriceTrack track{options};
  for (Duration t = friday_close - 1h; t <= monday_open; t += 1s)
    track.add(at(t), t <= friday_close ? 100 : 110, false);
  const PriceQuery gap{.function = Function::gap};
  REQUIRE(track.value(gap, at(monday_open)).lo == Catch::Approx(0.1));

  options.least_kept = track.series().reach();
  options.max_staleness = 120s;
  PriceTrack later{options};
  later.succeed(track);
  CHECK(later.value(gap, at(monday_open)).lo == Catch::Approx(0.1));

  options.underlying = with_holiday.get();
  PriceTrack last{options};
  last.succeed(later);
  CHECK(last.value(gap, at(monday_open)).lo == Catch::Approx(0.1));
}

TEST_CASE("a session that other hours do not have is forgotten") {
  const auto hours = weekdays(), friday_off = weekdays({4});
  SessionPrices was{{.hours = hours.get(), .trades_on = false, .stands = 60s}};
  was.add(at(3 * 24h + 23h), 90);
  was.add(at(friday_close), 100);
  SessionPrices is{{.hours = friday_off.get(), .trades_on = false, .stands = 60s}};
  is.succeed(was);
  const auto close = is.settlement(at(monday_open));
  CHECK((!close || close->value == 90));
}

TEST_CASE("longer statistics go on with returns that the prices kept do not reach") {
  Volatility month{nullptr, 48h}, longer{nullptr, 24h};
  month.prepare(Function::vol, 30 * 24h, 24h);
  longer.prepare(Function::vol, 50 * 24h, 24h);
  PriceSeries day{24h};
  for (int d = 0; d <= 30; ++d) {
    month.add(at(24h * d), 70 + d % 3);
    if (d == 30) day.add(at(24h * d), 70 + d % 3);
  }
  month.settle(at(30 * 24h));
  const auto before = month.value(Function::vol, 30 * 24h, 24h, at(30 * 24h));
  REQUIRE(before.known());
  longer.succeed(month, day);
  CHECK(longer.value(Function::vol, 50 * 24h, 24h, at(30 * 24h)).lo == before.lo);
}

TEST_CASE("statistics that are added know the past that was stored") {
  Rig rig{{instrument("WTI")}, {idle("other")}};
  rig.series("WTI", "70x720", 0s, 10s);
  rig.rules() = {rule("sigma", "abs(sigma(WTI, 20h)) > 1000"),
                 rule("jump", "abs(jump(WTI, 1h)) > 1000"), rule("vol", "vol(WTI, 5d, 12h) > 90%")};
  rig.succeed(2h);
  rig.engine().market().recall(0, stored_minutes(6));
  rig.tick("WTI", 70, 2h);
  rig.until(2h + 1s);
  for (std::size_t i = 0; i < 3; ++i) {
    CAPTURE(i);
    CHECK(value_of(rig, i).known());
  }
}

TEST_CASE("a stream that is asked for more has not seen what came of it before") {
  auto streams = asked("BTC-USDT-SWAP");
  streams.set("okx", true, at(0s));
  auto more = asked("BTC-USDT-SWAP,ETH-USDT-SWAP");
  more.succeed(streams, at(10h));
  CHECK(seen(more, 10h) == 0);
  CHECK(more.all_up("okx"));
  CHECK(seen(more, 10h + 30min) == 0.5);
}

TEST_CASE("a stream that is asked for the same or less goes on") {
  auto streams = asked("*");
  streams.set("okx", true, at(0s));
  for (const auto* less : {"BTC,ETH", "ETH,BTC", "ETH"}) {
    CAPTURE(less);
    auto next = asked(less);
    next.succeed(streams, at(10h));
    CHECK(seen(next, 10h) == 1);
    streams = next;
  }
}

TEST_CASE("an episode held back by a rule that changed or went is recorded") {
  auto cooling =
      with_tiers(rule("oil", "last(WTI) >= tier"), "80 USD/bbl", "85 USD/bbl", "90 USD/bbl");
  cooling.cooldown = 10min;
  auto changed = cooling;
  changed.when = written("last(WTI) >= 1 * tier");
  const std::vector<std::vector<RuleSpec>> others{{idle("other")}, {changed}};
  for (const auto& rules : others) {
    Rig rig{{instrument("WTI")}, {cooling}}, restarted{{instrument("WTI")}, {cooling}};
    for (Rig* each : {&rig, &restarted}) {
      each->series("WTI", "91 79 86x2");
      each->rules() = rules;
    }
    rig.succeed(40s);
    REQUIRE(rig.held_back().size() == 1);
    CHECK(rig.held_back().front().tier == Tier::major);
    CHECK(rig.held_back().front().began == at(20s));
    CHECK(rig.held_back().front().ended == at(40s));
    restarted.restart(40s);
    REQUIRE(restarted.held_back().size() == 1);
    CHECK(restarted.held_back().front().began == at(20s));
  }
}
