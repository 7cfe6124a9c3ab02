// What people are shown of the market beyond what rules ask.
#include <catch2/catch_test_macros.hpp>

#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Rig two_sources() {
  return Rig{{instrument("WTI", {{"bybit", "CL"}, {"okx", "CL"}})},
             {rule("oil", "change(WTI, 1h) >= 5%")}};
}

}  // namespace

TEST_CASE("every source of an instrument is shown, alive or not, in the config's order") {
  auto rig = two_sources();
  rig.tick("WTI", 90, 10s, "bybit:CL");
  rig.tick("WTI", 90.5, 80s, "okx:CL");
  const auto views = rig.engine().market().source_views(0);
  REQUIRE(views.size() == 2);
  CHECK(views[0].source == "bybit:CL");
  CHECK(views[0].price == 90);
  CHECK(views[0].seen == at(10s));
  CHECK_FALSE(views[0].alive);
  CHECK_FALSE(views[0].agrees);
  CHECK(views[1].alive);
}

TEST_CASE("a source that never came is shown without a time") {
  auto rig = two_sources();
  const auto views = rig.engine().market().source_views(0);
  REQUIRE(views.size() == 2);
  CHECK(views[0].seen == no_time);
  CHECK_FALSE(views[0].alive);
}

TEST_CASE("the past is told at even steps, with holes where the price was not known") {
  Rig rig{{instrument("WTI")}, {rule("oil", "change(WTI, 1h) >= 5%")}};
  rig.series("WTI", "90x12 91x6", 0s);  // to 3m10s
  rig.series("WTI", "95x6", 6min);      // after a gap
  rig.until(7min);
  const auto past = rig.engine().market().past(0, at(7min), 1min, 9);
  using Price = std::optional<double>;
  CHECK(past == std::vector<Price>{std::nullopt, 90, 90, 90, 91, 91, std::nullopt, 95, 95});
}

TEST_CASE("an event series, and a price that never came, have no past") {
  Rig rig{{instrument("WTI"), liquidations()}, {rule("oil", "last(WTI) >= 5 USD/bbl")}};
  for (const std::size_t i : {0U, 1U})
    CHECK(rig.engine().market().past(i, at(7min), 1min, 2) ==
          std::vector<std::optional<double>>{std::nullopt, std::nullopt});
}
