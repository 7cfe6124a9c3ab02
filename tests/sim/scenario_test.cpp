#include "tests/sim/scenario.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>

#include "tests/sim/market.hpp"
#include "tests/sim/orders.hpp"
#include "tests/sim/small_scenario.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using namespace foghorn::sim;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

TEST_CASE("a scenario's times are dates or durations since its start") {
  const auto scenario = small_scenario("[[scene]]\nat = 2026-04-17T08:00:30+08:00\ntext = \"x\"\n");
  CHECK(format_utc(scenario.start) == "2026-04-17T00:00:00.000Z");
  CHECK(scenario.end == scenario.start + 10min);
  CHECK(scenario.scenes.at(0).at == scenario.start + 30s);
}

TEST_CASE("a scenario can be moved to another start, dates and all") {
  const auto start = *parse_time("2030-01-01");
  const auto scenario = parse_scenario(
      std::string{small_scenario_text} + "[[scene]]\nat = 2026-04-17T00:01:00Z\ntext = \"x\"\n",
      "small.toml", start);
  CHECK(scenario.end == start + 10min);
  CHECK(scenario.scenes.at(0).at == start + 1min);
}

TEST_CASE("a mistake in a scenario is told with its file and line") {
  const auto reads = [](const std::string& more) { small_scenario(more); };
  CHECK_THROWS_WITH(reads("[[fault]]\nkind = \"flood\"\nat = \"1m\"\n"),
                    ContainsSubstring("small.toml:40: faults are cut"));
  CHECK_THROWS_WITH(reads("[[scene]]\nat = \"1m\"\ntxt = \"x\"\n"),
                    ContainsSubstring("unknown key \"txt\""));
  CHECK_THROWS_WITH(reads("[[scene]]\nat = \"soon\"\ntext = \"x\"\n"),
                    ContainsSubstring("a duration with a unit"));
  CHECK_THROWS_WITH(reads("[[wave\n"), ContainsSubstring("small.toml:39: "));
}

TEST_CASE(
    "ticks come by the scenario's spacing, denser where it says so, and where faults begin and "
    "end") {
  const auto scenario = small_scenario(
      "[[dense]]\nfrom = \"1m\"\nto = \"2m\"\nevery = \"20s\"\n"
      "[[fault]]\nkind = \"mute\"\nvenue = \"okx\"\nat = \"3m7s\"\nfor = \"30s\"\n");
  const auto times = tick_times(scenario);
  CHECK(times.size() == 11 + 2 + 2);
  CHECK(std::is_sorted(times.begin(), times.end()));
  CHECK(std::count(times.begin(), times.end(), scenario.start + 80s) == 1);
  CHECK(std::count(times.begin(), times.end(), scenario.start + 187s) == 1);
}

TEST_CASE("every order of a wave is published at Bybit, within half a second of its time") {
  const auto scenario = small_scenario();
  std::size_t orders = 0;
  for (const auto& push : pushes_of(scenario)) {
    if (push.venue != "bybit") continue;
    orders += push.orders.size();
    for (const auto& order : push.orders) {
      CHECK(order.time < push.time);
      CHECK(push.time - order.time <= 500ms);
    }
  }
  CHECK(orders > 120);  // half of 300, about
  CHECK(orders < 180);
}

TEST_CASE("OKX and Binance publish at most one order a contract and second") {
  for (const auto& push : pushes_of(small_scenario())) {
    if (push.venue == "bybit") continue;
    CHECK(push.orders.size() == 1);
    CHECK(push.time.time_since_epoch() % 1s == Duration::zero());
  }
}

TEST_CASE("a wave's longs and shorts keep their shares") {
  int longs = 0, all = 0;
  for (const auto& push : pushes_of(small_scenario()))
    for (const auto& order : push.orders) {
      ++all;
      longs += order.position == Position::long_side ? 1 : 0;
    }
  CHECK(longs > all * 15 / 100);
  CHECK(longs < all * 35 / 100);
}

TEST_CASE("a bad print is one source's alone, and only while it lasts") {
  const auto scenario = small_scenario(
      "[[fault]]\nkind = \"bad_print\"\nsource = \"okx:CL-USDT-SWAP\"\nat = \"2m\"\nfactor = "
      "1.3\n");
  VenueMarket okx{scenario, "okx"}, bybit{scenario, "bybit"};
  const auto ratio = [&](Duration since) {
    okx.move(scenario.start + since);
    bybit.move(scenario.start + since);
    return okx.quote("CL-USDT-SWAP")->price / bybit.quote("CLUSDT")->price;
  };
  CHECK(std::abs(ratio(1min) - 1.01) < 0.001);  // its basis
  CHECK(std::abs(ratio(2min) - 1.313) < 0.001);
  CHECK(std::abs(ratio(3min) - 1.01) < 0.001);
}

TEST_CASE("histories are named each, beside the scenario; the section's time moves with it") {
  const auto scenario = small_scenario(
      "[[history]]\nof = [\"WTI\", \"BTC\"]\nfile = \"history/@.csv\"\n"
      "[section]\nat = \"3m\"\nhours = 24\nstates = [\"一\", \"二\"]\n");
  REQUIRE(scenario.histories.size() == 2);
  CHECK(scenario.histories[1].instrument == "BTC");
  CHECK(scenario.histories[1].file == "history/BTC.csv");
  REQUIRE(scenario.section);
  CHECK(scenario.section->at == scenario.start + 3min);
  CHECK(scenario.section->hours == 24);
  CHECK(scenario.section->states == std::vector<std::string>{"一", "二"});
}

}  // namespace
}  // namespace foghorn::test
