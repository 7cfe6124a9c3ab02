#include <catch2/catch_test_macros.hpp>
#include <random>

#include "rules/consensus.hpp"
#include "rules/price_track.hpp"
#include "rules/recollection.hpp"
#include "rules/series.hpp"
#include "rules/window.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

// A busy and jumpy price: `visit(source, price, t)` for each tick of a quarter of an hour.
template <class Visit>
void trade(Visit visit) {
  std::minstd_rand random{7};
  auto t = at(0s);
  double price = 100;
  for (int i = 0; i < 20'000; ++i) {
    t += Duration{random() % 100'000};
    price += static_cast<double>(random() % 101) / 50 - 1;
    if (random() % 500 == 0) price = 100;
    visit(random() % 5, price, t);
  }
}

}  // namespace

TEST_CASE("the allocations of a piece of work are counted") {
  CHECK(allocations_of([] { delete new int; }) == 1);
}

TEST_CASE("consensus allocates nothing per tick") {
  Consensus consensus{{.min_sources = 2}, 5};
  CHECK(allocations_of([&] {
          trade([&](std::size_t source, double price, Timestamp t) {
            consensus.tick(source, price, t);
          });
        }) == 0);
}

TEST_CASE("a series allocates nothing per sample or look-up") {
  PriceSeries series{5min};  // shorter than the trading, so that its rings turn round
  CHECK(allocations_of([&] {
          trade([&](std::size_t, double price, Timestamp t) {
            series.add(t, price);
            series.as_of(t - 5min);
            series.next_change(t - 5min);
            series.unseen(t - 5min, t);
          });
        }) == 0);
}

TEST_CASE("a series allocates nothing for its gaps") {
  PriceSeries series{24h};
  series.add(at(0s), 100);
  CHECK(allocations_of([&] {
          for (auto t = at(0s); t < at(24h); t += 1min) series.add_gap(t, t + 1s);
        }) == 0);
}

TEST_CASE("a series allocates for its medians only the first time") {
  PriceSeries series{5min};
  series.add(at(-10min), 100);
  series.add(at(-1min), 100);
  series.median_around(at(-3min), 30s);
  CHECK(allocations_of([&] {
          trade([&](std::size_t, double price, Timestamp t) {
            series.add(t, price);
            series.median_around(t - 3min, 30s);
          });
        }) == 0);
}

TEST_CASE("extremes allocate nothing per sample") {
  ExtremeWindow window{5min};
  CHECK(allocations_of([&] {
          trade([&](std::size_t, double price, Timestamp t) {
            window.add(t, price);
            window.advance(t);
          });
        }) == 0);
}

TEST_CASE("a sum allocates nothing per event") {
  SumWindow window{5min};
  CHECK(allocations_of([&] {
          trade([&](std::size_t, double price, Timestamp t) {
            window.add(t, usd(price));
            window.advance(t);
          });
        }) == 0);
}

TEST_CASE("what remembers allocates nothing per judgement") {
  for (const auto function : {Function::held, Function::within, Function::times,
                              Function::crosses_above, Function::crosses_below}) {
    CAPTURE(to_text(function));
    Recollection recollection{function, 5min};
    CHECK(allocations_of([&] {
            trade([&](std::size_t source, double price, Timestamp t) {
              const bool crosses = function >= Function::crosses_above && function < Function::held;
              const auto a = crosses ? exactly(price) : truth(price > 100);
              const auto b = crosses ? exactly(100) : truth(source % 2 == 0);
              recollection.step(source == 4 ? unknown(Unknown::stale) : a, b, t);
            });
          }) == 0);
  }
}

TEST_CASE("a price that closes and opens, and its mean, allocate nothing per tick") {
  std::vector<Session> sessions;
  for (auto t = at(0s); t < at(2h); t += 3min) sessions.push_back({t, t + 2min, t});
  const TradingHours hours{sessions};
  PriceTrack track{
      {.reach = 5min, .max_staleness = 20s, .ref_window = std::nullopt, .hours = &hours}};
  const PriceQuery mean{.function = Function::mean, .window = 5min};
  const PriceQuery change{.function = Function::change, .window = 1min, .bridge = true};
  const PriceQuery high{.function = Function::new_high, .window = 1min};
  for (const auto& query : {mean, change, high}) track.prepare(query);
  CHECK(allocations_of([&] {
          trade([&](std::size_t, double price, Timestamp t) {
            track.add(t, price, false);
            track.value(mean, t);
            track.value(change, t);
            track.value(high, t);
            track.value({.function = Function::gap}, t);
            track.value({.function = Function::change, .settle = true}, t);
          });
        }) == 0);
}
