// What is kept of days and of episodes that nobody was told of.
#include <catch2/catch_test_macros.hpp>

#include <cmath>

#include "store/schema.hpp"
#include "store/store.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp friday{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17}};

StoredDay live(double close, double seen = 1.0) {
  return {.instrument = "WTI",
          .bar = {.day = friday, .open = 96, .high = 97, .low = 85, .close = close, .seen = seen},
          .imported = false};
}

StoredDay imported(double close) {
  return {.instrument = "WTI",
          .bar = {.day = friday,
                  .open = close,
                  .high = close,
                  .low = close,
                  .close = close,
                  .closes_only = true},
          .imported = true};
}

/// What stands of a day that was told of as `first`, then as `second`.
StoredDay kept(const StoredDay& first, const StoredDay& second) {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(store.commit({.days = {first}}));
  REQUIRE(store.commit({.days = {second}}));
  const auto days = store.days("WTI").value();
  REQUIRE(days.size() == 1);
  return days.front();
}

}  // namespace

TEST_CASE("days outlive the process, in order, each with how much of it was seen") {
  TempDir dir;
  auto before = imported(96.46);
  before.bar.day -= 24h;
  {
    Store store{dir.string()};
    REQUIRE(store.commit({.days = {live(85.91, 0.25), before}}));
  }
  Store store{dir.string()};
  CHECK(store.days("WTI").value() == std::vector{before, live(85.91, 0.25)});
  CHECK(store.days("BRENT").value().empty());
}

TEST_CASE("an imported day gives way to an imported one and to a live one that was seen whole") {
  CHECK(kept(imported(85), imported(86)) == imported(86));
  CHECK(kept(imported(85), live(86)) == live(86));
  CHECK(kept(imported(85), live(86, 0.98)) == imported(85));
}

TEST_CASE("a live day that was seen whole is not imported over; one that was seen in part is") {
  CHECK(kept(live(86), imported(85)) == live(86));
  CHECK(kept(live(86, 0.995), imported(85)) == live(86, 0.995));
  CHECK(kept(live(86, 0.5), imported(85)) == imported(85));
}

TEST_CASE("of a live day told twice the fuller word stands, of two equal ones the later") {
  CHECK(kept(live(86, 0.5), live(87, 0.7)) == live(87, 0.7));
  CHECK(kept(live(86, 0.7), live(87, 0.5)) == live(86, 0.7));
  CHECK(kept(live(86), live(87)) == live(87));
}

TEST_CASE("a day of prices that are no numbers is left out, and the commit succeeds") {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(store.commit({.days = {live(std::nan(""))}}));
  CHECK(store.days("WTI").value().empty());
}

TEST_CASE("days are kept for good") {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(store.commit({.days = {live(86)}}));
  REQUIRE(store.prune(friday + std::chrono::years{40}));
  CHECK(store.days("WTI").value().size() == 1);
}

TEST_CASE("episodes that were held back are read by their end, and kept as alert events are") {
  TempDir dir;
  Store store{dir.string()};
  const HeldBack episode{.rule = "oil-shock",
                         .title = {"原油剧烈波动", "Crude oil shock"},
                         .instrument = "WTI",
                         .tier = Tier::major,
                         .began = friday,
                         .ended = friday + 20min};
  REQUIRE(store.commit({.held_back = {episode}}));
  REQUIRE(store.commit({.held_back = {episode}}));
  CHECK(store.held_back(friday, friday + 1h).value() == std::vector{episode});
  CHECK(store.held_back(friday, episode.ended).value().empty());

  REQUIRE(store.prune(episode.ended + Retention{}.events));
  CHECK(store.held_back(friday, friday + 1h).value().size() == 1);
  REQUIRE(store.prune(episode.ended + Retention{}.events + 1s));
  CHECK(store.held_back(friday, friday + 1h).value().empty());
}
