// A rule's explanation: what the engine tells of it, in words and as JSON.
#include <boost/json.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "daemon/explain_json.hpp"
#include "daemon/explain_text.hpp"
#include "daemon/natural.hpp"
#include "tests/rules/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;

namespace {

RuleSpec oil_shock() {
  auto spec = with_tiers(rule("oil", "abs(change(WTI, 1h)) >= tier or last(WTI) > 90 USD/bbl"),
                         "5%", "10%", "15%");
  spec.hold = 15s;
  spec.keep = 10min;
  spec.cooldown = 30min;
  return spec;
}

/// An hour at 70 and ten seconds at 75.6.
Rig risen() {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x360 75.6x1");
  return rig;
}

Explanation told(Rig& rig) {
  const auto explanation = rig.engine().explain("oil");
  REQUIRE(explanation);
  return *explanation;
}

}  // namespace

TEST_CASE("each part of a condition is told with its value") {
  auto rig = risen();
  const auto text = explain_text(told(rig));
  CAPTURE(text);
  CHECK_THAT(text, ContainsSubstring("when") && ContainsSubstring("notice | major | critical"));
  CHECK_THAT(text, ContainsSubstring("    abs(change(WTI, 1h)) >= tier "));
  CHECK_THAT(text, ContainsSubstring("true | false | false\n"));
  CHECK_THAT(text, ContainsSubstring("      abs(change(WTI, 1h)) ") && ContainsSubstring(" 8%\n"));
  CHECK_THAT(text, ContainsSubstring("75.6 USD/bbl\n") && ContainsSubstring("70 at "));
}

TEST_CASE("each rung is told with its timer and with what it lacks") {
  auto rig = risen();
  const auto explanation = told(rig);
  CHECK(explanation.phase == Phase::pending);
  REQUIRE(explanation.rungs.size() == 3);
  CHECK(explanation.rungs[0].truth.is_true());
  CHECK(explanation.rungs[0].held == 10s);
  CHECK(explanation.rungs[1].truth.is_false());
  REQUIRE(explanation.rungs[1].distance);
  // 75.6 of 90 dollars is nearer than 8 % of 10 %.
  CHECK(explanation.rungs[1].distance->term == "last(WTI)");
  CHECK(explanation.rungs[1].distance->relative == Catch::Approx(0.16));
  CHECK_THAT(
      explain_text(explanation),
      ContainsSubstring("10s of 15s") &&
          ContainsSubstring("last(WTI) is 75.6 USD/bbl, 14.4 USD/bbl short of 90 USD/bbl (16%)"));
}

TEST_CASE("to explain a rule changes nothing of it") {
  auto asked = risen(), left_alone = risen();
  for (int i = 0; i < 3; ++i) told(asked);
  for (auto* rig : {&asked, &left_alone}) rig->series("WTI", "75.6x100 70x200", 1h + 20s);
  CHECK(asked.said() == left_alone.said());
}

TEST_CASE("a firing rule is told with what it was told as, its all-clear and its cooldown") {
  auto rig = risen();
  rig.series("WTI", "75.6x2 70x12", 1h + 20s);
  const auto explanation = told(rig);
  CHECK(explanation.tier == Tier::notice);
  CHECK(explanation.kept == 2min);
  CHECK(explanation.cooldown_until == at(1h + 25s + 30min));
  CHECK_THAT(explain_text(explanation), ContainsSubstring("oil  recovering, told as notice") &&
                                            ContainsSubstring("2m of 10m"));
}

TEST_CASE("what is not known is told with its reason") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  CHECK_THAT(explain_text(told(rig)), ContainsSubstring("nothing has come yet"));
  rig.series("WTI", "70x60");
  CHECK_THAT(explain_text(told(rig)), ContainsSubstring("warming: 10m of 1h known"));
  rig.until(20min);
  CHECK_THAT(explain_text(told(rig)), ContainsSubstring("stale: no price since ") &&
                                          ContainsSubstring("WTI  stale, 70 USD/bbl"));
}

TEST_CASE("disagreeing sources are told one by one") {
  Rig rig{{instrument("WTI", {{"bybit", "CL"}, {"okx", "CL"}})}, {oil_shock()}};
  rig.tick("WTI", 70, 0s, "bybit:CL");
  rig.tick("WTI", 75, 1s, "okx:CL");
  CHECK_THAT(explain_text(told(rig)),
             ContainsSubstring("unconfirmed: the sources disagree since") &&
                 ContainsSubstring("  okx:CL  75"));
}

TEST_CASE("a sum over what was not all seen is a bound, with the venues that were missed") {
  Rig rig{{liquidations()}, {rule("forced", "sum(LIQ.long, 1h) >= 5M USD")}};
  rig.stream("bybit", true, 0s);
  rig.stream("okx", true, 30min);
  rig.liquidation("BTCUSDT", Position::long_side, 2e6, 40min);
  const auto explanation = rig.engine().explain("forced");
  REQUIRE(explanation);
  CHECK_THAT(explain_text(*explanation),
             ContainsSubstring("≥ 2M USD") && ContainsSubstring("incomplete"));
  CHECK_THAT(explain_text(*explanation),
             ContainsSubstring("≥ 2M USD   16.6% of 1h seen; bybit 66.6% seen; okx 16.6% seen") &&
                 ContainsSubstring("sum(LIQ.long, 1h) is ≥ 2M USD, 3M USD short of 5M USD"));
}

TEST_CASE("a gap that no session has yet says that the market is closed") {
  auto spec = instrument("WTI");
  spec.underlying = "one-day";
  spec.underlying_hours =
      std::make_shared<TradingHours>(std::vector<Session>{{at(0s), at(10h), at(0s)}});
  Rig rig{{spec}, {rule("oil", "abs(gap(WTI)) >= 3%")}};
  rig.tick("WTI", 70, 11h);
  CHECK_THAT(explain_text(told(rig)),
             ContainsSubstring("undefined: no reference while its market is closed") &&
                 ContainsSubstring("WTI  confirmed, 70 USD/bbl at 2025-01-01T11:00:00Z, the market "
                                   "that it follows is closed"));
}

TEST_CASE("an extreme's day is told to the second") {
  CHECK(natural_text(1'759'276'800.25, {Type::Kind::time, {}}) == "2025-10-01T00:00:00Z");
}

TEST_CASE("an unknown rule has no explanation") {
  auto rig = risen();
  CHECK_FALSE(rig.engine().explain("oli"));
}

TEST_CASE("the same as JSON: numbers are numbers, unknown has its name") {
  Rig rig{{instrument("WTI")}, {oil_shock()}};
  rig.series("WTI", "70x60");
  const auto json = boost::json::parse(explain_json(told(rig))).as_object();
  CHECK(json.at("rule") == "oil");
  CHECK(json.at("state") == "idle");
  CHECK(json.at("for_seconds") == 15.0);
  CHECK(json.at("rungs").as_array().at(0).at("level") == 0.05);
  const auto& parts = json.at("when").as_array();
  const auto part = [&](std::string_view text) {
    for (const auto& one : parts)
      if (one.at("text").as_string() == text) return one;
    FAIL("no part " << text);
    return parts.front();
  };
  CHECK(part("last(WTI)").at("values").as_array().at(0).at("value") == 70.0);
  CHECK(part("change(WTI, 1h)").at("values").as_array().at(0).at("unknown") == "warming");
  CHECK(part("last(WTI) > 90 USD/bbl").at("values").as_array().at(0).at("value") == false);
}
