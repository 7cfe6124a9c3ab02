// Liquidations by the minute, when their streams were seen, and reading beside the daemon.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>

#include "store/store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp friday{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17}};

LiquidationMinute minute(Timestamp part, double dollars) {
  return {.minute = friday,
          .venue = "okx",
          .asset = "BTC",
          .position = Position::short_side,
          .part = part,
          .orders = 3,
          .unsummed = 1,
          .usd = *usd(dollars),
          .largest = *usd(dollars / 2),
          .largest_time = friday + 7s};
}

}  // namespace

TEST_CASE("liquidations come back as they were told, each part of a minute by itself") {
  TempDir dir;
  Store store{dir.string()};
  const auto first = minute(friday + 60s, 100);
  const auto later = minute(friday + 120s, 50);
  REQUIRE(store.commit({.liquidations = {first, later}}));
  CHECK(store.liquidations(friday, friday + 60s).value() == std::vector{first, later});
  CHECK(store.liquidations(friday + 60s, friday + 1h).value().empty());
}

TEST_CASE("a part of a minute that is committed twice counts once") {
  TempDir dir;
  Store store{dir.string()};
  const Commit commit{.liquidations = {minute(friday + 60s, 100)}};
  REQUIRE(store.commit(commit));
  REQUIRE(store.commit(commit));
  CHECK(store.liquidations(friday, friday + 60s).value().size() == 1);
}

TEST_CASE("of a stretch that goes on the last word stands, even if it is shorter") {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(store.commit({.streams = {{"okx", friday, friday + 120s, true}}}));
  REQUIRE(store.commit({.streams = {{"okx", friday, friday + 100s, true},
                                    {"okx", friday + 100s, friday + 130s, false}}}));
  const auto told = store.liquidation_streams(friday, friday + 1h).value();
  REQUIRE(told.size() == 2);
  CHECK(told[0] == StreamStretch{"okx", friday, friday + 100s, true});
  CHECK(store.liquidation_streams(friday + 110s, friday + 1h).value().size() == 1);
}

TEST_CASE("liquidations are forgotten with the minutes") {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(store.commit({.liquidations = {minute(friday + 60s, 100)},
                        .streams = {{"okx", friday, friday + 60s, true}}}));
  REQUIRE(store.prune(friday + std::chrono::days{31} + 2min));
  CHECK(store.liquidations(Timestamp{}, Timestamp::max()).value().empty());
  CHECK(store.liquidation_streams(Timestamp{}, Timestamp::max()).value().empty());
}

TEST_CASE("a store is read while the daemon has it, as it was at the first question") {
  TempDir dir;
  Store daemon{dir.string()};
  const StoredBar bar{"WTI", friday, 96, 97, 95, 96.5};
  REQUIRE(daemon.commit({.bars = {bar}}));
  Store reader{ReadOnly{}, dir.string()};
  CHECK(reader.last_minute("WTI").value() == friday);
  auto next = bar;
  next.minute += 1min;
  REQUIRE(daemon.commit({.bars = {next}}));
  CHECK(reader.last_minute("WTI").value() == friday);
  CHECK(Store{ReadOnly{}, dir.string()}.last_minute("WTI").value() == friday + 1min);
  CHECK_FALSE(reader.last_minute("GOLD").value());
}

TEST_CASE("who only reads writes nothing") {
  TempDir dir;
  { Store daemon{dir.string()}; }
  Store reader{ReadOnly{}, dir.string()};
  CHECK_FALSE(reader.commit({.bars = {{"WTI", friday, 96, 97, 95, 96.5}}}));
}

TEST_CASE("where there is no store, none is made, and the sentence says so") {
  TempDir dir;
  CHECK_THROWS_WITH((Store{ReadOnly{}, dir.string()}),
                    Catch::Matchers::ContainsSubstring("there is no store"));
  CHECK(std::filesystem::is_empty(dir.path()));
}
