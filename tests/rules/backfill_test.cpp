// Minutes that venues tell afterwards: what they fill, and what they leave alone.
#include "rules/backfill.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const std::vector<Source> three{{"bybit", "CL"}, {"okx", "CL"}, {"binance-futures", "CL"}};

Candle flat(Duration start, double price) {
  return {at(start), price, price, price, price};
}

std::vector<Candle> flat_minutes(Duration from, Duration to, double price) {
  std::vector<Candle> minutes;
  for (auto t = from; t < to; t += 1min) minutes.push_back(flat(t, price));
  return minutes;
}

void tell(Rig& rig, std::string_view source, std::vector<Candle> minutes, Duration t) {
  const auto id = *parse_source(source);
  rig.engine().candles(rig.source(id), minutes, at(t));
}

std::vector<Candle> agreed(std::vector<std::vector<Candle>> sources, std::size_t min_sources = 2) {
  const std::vector<std::span<const Candle>> told{sources.begin(), sources.end()};
  return consensus_of(told, {.min_sources = min_sources});
}

}  // namespace

TEST_CASE("a backfilled minute is the median of its sources' open, high, low and close") {
  CHECK(agreed({{{at(0s), 100, 104, 99, 101}},
                {{at(0s), 101, 105, 98, 102}},
                {{at(0s), 102, 106, 100, 103}}}) ==
        std::vector<Candle>{{at(0s), 101, 105, 99, 102}});
}

TEST_CASE("a minute that too few sources tell of stays unseen") {
  CHECK(agreed({{flat(0s, 100), flat(1min, 100)}, {flat(1min, 102)}}) ==
        std::vector<Candle>{flat(1min, 101)});
}

TEST_CASE("a bad print in one source's minute is left out, as consensus would") {
  CHECK(agreed({{{at(0s), 100, 130, 100, 100}}, {flat(0s, 100)}, {flat(0s, 100)}}) ==
        std::vector<Candle>{flat(0s, 100)});
}

TEST_CASE("a minute of two sources that disagree stays unseen") {
  CHECK(agreed({{{at(0s), 100, 130, 100, 100}}, {flat(0s, 100)}}).empty());
}

TEST_CASE("a minute of two groups as large stays unseen") {
  CHECK(agreed({{flat(0s, 100)}, {flat(0s, 100)}, {flat(0s, 110)}, {flat(0s, 110)}}).empty());
}

TEST_CASE("what cannot be a minute of prices is passed over") {
  Candles candles;
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Candle> told{{at(0s), 100, 90, 100, 100},
                                 {at(1min), 100, nan, 100, 100},
                                 {at(2min + 1s), 100, 100, 100, 100},
                                 flat(3min, 100)};
  candles.add(told);
  CHECK(candles.between(at(0s), at(1h)).size() == 1);
}

TEST_CASE("a window of a day answers at the first live price") {
  Rig rig{
      {instrument("WTI", three)},
      {rule("drop", "change(WTI, 24h) <= -10%"), rule("peak", "high(WTI, 24h) >= 120 USD/bbl")}};
  const auto now = 25h + 30s;
  for (const auto* source : {"bybit:CL", "okx:CL"}) {
    auto minutes = flat_minutes(0s, 25h, 100);
    minutes[700].high = 121;
    tell(rig, source, minutes, now);
  }
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 89, now + 1s, "bybit:CL");
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 89, now + 2s, "okx:CL");
  CHECK(rig.said() == Lines{"1d1h32s drop fire notice", "1d1h32s peak fire notice"});
}

TEST_CASE("minutes that come after the first live price count from the next heartbeat") {
  Rig rig{{instrument("WTI")}, {rule("drop", "change(WTI, 1h) <= -10%")}};
  rig.tick("WTI", 89, 2h + 30s);
  tell(rig, "test:WTI", flat_minutes(0s, 2h, 100), 2h + 31s + 500ms);
  CHECK(rig.said() == Lines{});
  rig.until(2h + 32s);
  CHECK(rig.said() == Lines{"2h32s drop fire notice"});
}

TEST_CASE("minutes told of an instrument are there to be stored, until they are cleared") {
  Rig rig{{instrument("WTI")}, {rule("drop", "change(WTI, 1h) <= -10%")}};
  rig.tick("WTI", 89, 2h + 30s);
  tell(rig, "test:WTI", flat_minutes(0s, 2h, 100), 2h + 31s);
  const auto& told = rig.engine().market().told_minutes();
  REQUIRE(told.size() == 120);
  CHECK(told.front().instrument == 0);
  CHECK(told.front().minute == flat(0s, 100));
  rig.engine().clear_bars();
  CHECK(told.empty());
}

TEST_CASE("a minute is no price of now") {
  Rig rig{{instrument("WTI")}, {rule("oil", "last(WTI) >= 100 USD/bbl")}};
  rig.tick("WTI", 90, 30s);
  tell(rig, "test:WTI", flat_minutes(1min, 5min, 105), 5min);
  rig.until(5min + 5s);
  CHECK(rig.engine().market().state(0) == PriceState::stale);
  CHECK(rig.engine().market().last(0) == Sample{at(30s), 90});
  CHECK(rig.said() == Lines{});
}

TEST_CASE("minutes told during a gap fill it when it closes") {
  Rig rig{{instrument("WTI")}, {rule("peak", "high(WTI, 1h) >= 105 USD/bbl")}};
  rig.series("WTI", "100x360");  // an hour
  tell(rig, "test:WTI", flat_minutes(1h, 1h + 5min, 106), 1h + 5min);
  rig.until(1h + 5min + 5s);
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 100, 1h + 5min + 7s);
  CHECK(rig.said() == Lines{"1h5m7s peak fire notice"});
}

TEST_CASE("what was seen stands, whatever is told of it") {
  Rig rig{{instrument("WTI")}, {rule("peak", "high(WTI, 1h) >= 105 USD/bbl")}};
  rig.series("WTI", "100x360");
  tell(rig, "test:WTI", flat_minutes(0s, 1h, 110), 1h + 1s);
  rig.tick("WTI", 100, 1h + 2s);
  CHECK(rig.said() == Lines{});
}

TEST_CASE("a source's own series is filled with its own minutes") {
  auto spec = instrument("WTI", three);
  Rig rig{{spec}, {rule("okx", "change(WTI@okx, 1h) <= -10%")}};
  tell(rig, "bybit:CL", flat_minutes(0s, 2h, 100), 2h);
  rig.tick("WTI", 80, 2h + 1s, "okx:CL");
  rig.until(2h + 3s);
  CHECK(rig.said() == Lines{});
  tell(rig, "okx:CL", flat_minutes(0s, 2h, 100), 2h + 3s);
  rig.until(2h + 4s);
  CHECK(rig.said() == Lines{"2h4s okx fire notice"});
}

TEST_CASE("a third source's word replaces what two have said") {
  Rig rig{{instrument("WTI", three)}, {rule("peak", "high(WTI, 1h) >= 106 USD/bbl")}};
  rig.tick("WTI", 100, 2h + 1s, "bybit:CL");
  rig.tick("WTI", 100, 2h + 1s, "okx:CL");
  tell(rig, "bybit:CL", flat_minutes(0s, 2h, 106), 2h + 2s);
  tell(rig, "okx:CL", flat_minutes(0s, 2h, 105), 2h + 2s);
  rig.until(2h + 3s);
  CHECK(rig.said() == Lines{});
  tell(rig, "binance-futures:CL", flat_minutes(0s, 2h, 107), 2h + 3s);
  rig.until(2h + 4s);
  CHECK(rig.said() == Lines{"2h4s peak fire notice"});
}

TEST_CASE("a series that started anew is not filled from before") {
  PriceSeries series{1h};
  series.add(at(30min), 100);
  series.restart();
  series.add(at(1h), 130);
  series.fill(flat_minutes(0s, 1h, 100), 60s);
  CHECK(series.began() == at(1h));
  CHECK(series.as_of(at(50min)) == std::nullopt);
  CHECK(series.unseen_stretches(at(0s), at(2h)).empty());
}

TEST_CASE("of a minute whose end was seen the beginning is filled with its open") {
  PriceSeries series{1h};
  series.add(at(45s), 100);
  series.fill(std::vector<Candle>{{at(0s), 101, 103, 99, 100}}, 60s);
  CHECK(series.unseen(at(0s), at(1min)) == 0s);
  CHECK(series.as_of(at(45s) - 1us)->value == 101);
  CHECK(series.as_of(at(45s)) == Sample{at(45s), 100});
  CHECK(series.filled().size() == 1);
}

TEST_CASE("of a minute whose beginning was seen the end is filled with its close") {
  PriceSeries series{1h};
  series.add(at(10s), 100);
  series.add(at(2min), 100);
  series.add_gap(at(40s), at(2min));
  series.fill(std::vector<Candle>{{at(0s), 101, 103, 99, 102}}, 30s);
  REQUIRE(series.filled().size() == 2);  // the open of the ten seconds before the first price
  CHECK(series.filled().back().value == 102);
  CHECK(series.unseen(at(40s), at(1min)) == 0s);
}

TEST_CASE("of a minute that only an older price stood into the rest has its high and low") {
  PriceSeries series{1h};
  series.add(at(-50s), 100);
  series.add(at(2min), 100);
  series.add_gap(at(10s), at(2min));
  series.fill(std::vector<Candle>{{at(0s), 101, 103, 99, 102}}, 60s);
  CHECK(series.filled().size() == 3);
}

TEST_CASE("a crash that was seen does not come back as of the part that was not") {
  Rig rig{{instrument("WTI")}, {rule("jump", "change(WTI, 1m) >= 5%")}};
  rig.tick("WTI", 100, 1min);
  rig.tick("WTI", 100, 5min + 30s);
  rig.tick("WTI", 89, 5min + 50s);
  rig.tick("WTI", 100, 5min + 52s);
  tell(rig, "test:WTI", {{at(5min), 100, 100, 89, 99.9}}, 6min + 1s);
  for (auto t = 6min + 2s; t < 6min + 50s; t += 1s) rig.tick("WTI", 100, t);
  CHECK(rig.said() == Lines{});
  rig.tick("WTI", 100, 6min + 51s);
  CHECK(rig.said() == Lines{"6m50s jump fire notice"});
}

TEST_CASE("the windows in use say what they miss, in whole minutes that are over") {
  Rig rig{{instrument("WTI", three)}, {rule("drop", "change(WTI, 1h) <= -10%")}};
  const auto source = [&](const char* name) { return rig.source(*parse_source(name)); };
  auto& market = rig.engine().market();
  const auto now = at(3h + 20s);
  CHECK(market.missing(now) ==
        std::vector<Missing>{{source("bybit:CL"), at(119min), at(3h)},
                             {source("okx:CL"), at(119min), at(3h)},
                             {source("binance-futures:CL"), at(119min), at(3h)}});
}

TEST_CASE("a window that was seen misses nothing; a gap in it is missed as far as it went") {
  Rig rig{{instrument("WTI")}, {rule("peak", "high(WTI, 1h) >= 105 USD/bbl")}};
  rig.series("WTI", "100x400");  // 66 min 40 s
  CHECK(rig.engine().market().missing(at(4'000s)).empty());
  rig.tick("WTI", 100, 80min);
  CHECK(rig.engine().market().missing(at(80min + 30s)) ==
        std::vector<Missing>{{rig.source({"test", "WTI"}), at(67min), at(80min)}});
  tell(rig, "test:WTI", flat_minutes(67min, 80min, 100), 80min + 30s);
  CHECK(rig.engine().market().missing(at(80min + 30s)).empty());
}

TEST_CASE("no more than 31 days are missed") {
  Rig rig{{instrument("WTI")}, {rule("peak", "high(WTI, 60d) >= 105 USD/bbl")}};
  const auto missing = rig.engine().market().missing(at(100 * 24h));
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].to - missing[0].from <= longest_backfill + 1min);
}
