// Which way a rule's rungs go.

#include "rules/rung_order.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "rules/compiled_rule.hpp"
#include "tests/rules/expression_rig.hpp"

namespace foghorn::test {
namespace {

using enum RungOrder;

TEST_CASE("a larger tier is harder to reach where it stands on the small side of a comparison") {
  const auto [when, order] = GENERATE(table<std::string, RungOrder>({
      {"change(WTI, 1h) >= tier", rising},
      {"abs(change(WTI, 24h)) >= tier or abs(change(WTI, 1h)) >= tier / 2", rising},
      {"tier < change(WTI, 1h) and change(WTI, 24h) - 2 * tier > 0%", rising},
      {"fall(WTI, 1h) <= -tier", rising},
      {"not change(WTI, 1h) < tier", rising},
      {"fall(WTI, 1h) <= tier", falling},
      {"change(WTI, 1h) >= -0.5 * tier", falling},
      {"change(WTI, 1h) * -2 > tier or tier > 3%", unclear},
      {"change(WTI, 1h) > abs(tier)", unclear},
      {"change(WTI, 1h) > 5%", no_tier},
  }));
  CAPTURE(when);
  CHECK(rung_order(good(when)) == order);
}

/// What compile_rule() says of a rule with these tiers: its rungs, or the first mistake's place.
std::variant<CompiledRule, std::vector<Mistake>> compiled(std::string when, std::string notice,
                                                          std::string major) {
  RuleSpec spec;
  spec.id = "r";
  spec.when = {std::move(when), "rules.toml", 1, 1};
  spec.tiers = {{Tier::notice, {std::move(notice), "rules.toml", 2, 1}},
                {Tier::major, {std::move(major), "rules.toml", 3, 1}}};
  spec.ratchet = Located{"5%", "rules.toml", 4, 1};
  return compile_rule(spec, small_market());
}

TEST_CASE("rungs that fall are rungs too, and a ratchet goes on downwards") {
  const auto outcome = compiled("fall(WTI, 1h) <= tier", "-5%", "-10%");
  REQUIRE(std::holds_alternative<CompiledRule>(outcome));
  const auto& rule = std::get<CompiledRule>(outcome);
  CHECK(rule.value_of(1) == -0.10);
  CHECK(rule.value_of(2) < -0.149);
}

TEST_CASE("a rung that is no harder to reach than the one below it is a mistake") {
  const auto [when, notice, major] = GENERATE(table<std::string, std::string, std::string>(
      {{"change(WTI, 1h) >= tier", "10%", "5%"},
       {"change(WTI, 1h) >= tier", "5%", "5%"},
       {"fall(WTI, 1h) <= tier", "-10%", "-5%"},
       {"change(WTI, 1h) > tier or change(WTI, 24h) < tier", "10%", "5%"}}));
  const auto outcome = compiled(when, notice, major);
  REQUIRE(std::holds_alternative<std::vector<Mistake>>(outcome));
  const auto& mistakes = std::get<std::vector<Mistake>>(outcome);
  CHECK(places_of(mistakes) == std::vector<std::string>{"3:1"});
}

TEST_CASE("tiers that the condition never reads are a mistake") {
  const auto outcome = compiled("change(WTI, 1h) > 5%", "5%", "10%");
  REQUIRE(std::holds_alternative<std::vector<Mistake>>(outcome));
  CHECK(places_of(std::get<std::vector<Mistake>>(outcome)) == std::vector<std::string>{"1:1"});
}

}  // namespace
}  // namespace foghorn::test
