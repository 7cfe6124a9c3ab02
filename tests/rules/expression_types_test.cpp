#include <catch2/catch_approx.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "tests/rules/expression_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

struct Typed {
  std::string text;
  Type type;
};

const Node& only_literal(const Expression& expression) {
  REQUIRE(expression.nodes.size() == 1);
  return expression.root();
}

double value_of(const std::string& text, const Type& type) {
  return only_literal(good(text, type)).value;
}

}  // namespace

TEST_CASE("every good expression has the type that the design gives it") {
  const auto [text, type] = GENERATE(values<Typed>({
      // literals
      {"10%", ratio},
      {"50bp", ratio},
      {"-10 %", ratio},
      {"10", number},
      {"0.5", number},
      {"10K", number},
      {"4800 USD/oz", quantity("USD/oz")},
      {"4800USD/oz", quantity("USD/oz")},
      {"20亿 USD", quantity("USD")},
      {"1h30m", duration},
      {"@2025-10-01", day},
      // functions
      {"last(WTI)", quantity("USD/bbl")},
      {"last(INDEX)", number},
      {"last(BTC@okx)", quantity("USD")},
      {"change(WTI, 24h)", ratio},
      {"rise(GOLD, 1h)", ratio},
      {"fall(GOLD, 366d)", ratio},
      {"high(GOLD, 1h)", quantity("USD/oz")},
      {"low(GOLD, 500ms)", quantity("USD/oz")},
      {"range(WTI@binance-futures, 1h)", quantity("USD/bbl")},
      {"range_pct(WTI, 1h)", ratio},
      {"new_high(BTC, 1h)", boolean},
      {"new_low(BTC, 1h)", boolean},
      {"sum(LIQ, 1h)", quantity("USD")},
      {"sum(LIQ.BTC.long@okx, 1h)", quantity("USD")},
      {"count(LIQ.short, 1h)", number},
      {"count(LIQ.1000PEPE, 1h)", number},
      {"change(WTI, since=@2025-10-01)", ratio},
      {"change(WTI@okx, settle)", ratio},
      {"gap(WTI)", ratio},
      {"mean(GOLD, 1h)", quantity("USD/oz")},
      {"sigma(WTI, 1h)", number},
      {"vol(WTI, 1d, 5m)", ratio},
      {"zscore(WTI, 1d, 5m)", number},
      {"jump(WTI, 5m)", number},
      {"since_high(WTI)", day},
      {"since_low(WTI)", day},
      {"streak(INDEX)", number},
      {"is_open(WTI)", boolean},
      {"crosses_above(WTI, 80 USD/bbl)", boolean},
      {"crosses_below(INDEX, 20 * 3)", boolean},
      {"crosses_above(WTI@okx, mean(BRENT, 1d))", boolean},
      {"held(age(WTI) > 1s, 1h30m)", boolean},
      {"within(is_open(WTI), not is_open(BTC), 5m)", boolean},
      {"times(tier > 5%, 366d)", number},
      {"age(WTI)", duration},
      {"sources(WTI)", number},
      {"spread(WTI)", ratio},
      {"abs(change(WTI, 1h))", ratio},
      {"min(last(WTI), last(BRENT), 80 USD/bbl)", quantity("USD/bbl")},
      {"max(1h, age(WTI))", duration},
      // sums
      {"tier + 5%", ratio},
      {"last(WTI) - last(BRENT)", quantity("USD/bbl")},
      {"age(WTI) + 30s", duration},
      {"- last(WTI)", quantity("USD/bbl")},
      // products
      {"2 * 3", number},
      {"0.8 * tier", ratio},
      {"last(WTI) * 2", quantity("USD/bbl")},
      {"2 * age(WTI)", duration},
      {"5% * last(WTI)", quantity("USD/bbl")},
      {"last(WTI) * 5%", quantity("USD/bbl")},
      {"5% * 5%", ratio},
      // quotients
      {"10 / 4", number},
      {"tier / 2", ratio},
      {"last(WTI) / 2", quantity("USD/bbl")},
      {"age(WTI) / 2", duration},
      {"last(WTI) / last(BRENT)", ratio},
      {"change(WTI, 1h) / change(BRENT, 1h)", ratio},
      {"age(WTI) / 1h", ratio},
      // truths
      {"last(WTI) > 100 USD/bbl", boolean},
      {"@2025-10-01 < @2025-10-02", boolean},
      {"not new_high(BTC, 1h)", boolean},
      {"new_high(BTC, 1h) and sum(LIQ, 1h) > 1.5B USD or age(BTC) < 30s", boolean},
      {"abs(change(WTI, 24h)) >= tier or abs(change(WTI, 1h)) >= tier / 2", boolean},
      {"abs(change(WTI, 24h)) < 0.8 * tier and abs(change(WTI, 1h)) < 0.4 * tier", boolean},
      {"fall(BTC, 1h) <= -tier", boolean},
      {"fall(BTC, 1h) >= 0%", boolean},
      {"rise(BTC, 1h) > 0%", boolean},
  }));
  CAPTURE(text);
  CHECK(good(text, type).root().type == type);
}

TEST_CASE("a literal is worth its number in base units") {
  CHECK(value_of("10%", ratio) == 0.1);
  CHECK(value_of("50bp", ratio) == 0.005);
  CHECK(value_of("30s", duration) == 30);
  CHECK(value_of("1h30m", duration) == 5400);
  CHECK(value_of("500ms", duration) == 0.5);
  CHECK(value_of("4800 USD/oz", quantity("USD/oz")) == 4800);
  CHECK(value_of("78K USD", quantity("USD")) == 78'000);
  CHECK(value_of("3M USD", quantity("USD")) == 3e6);
  CHECK(value_of("1.5B USD", quantity("USD")) == 1.5e9);
  CHECK(value_of("20亿 USD", quantity("USD")) == 2e9);
  CHECK(value_of("5万", number) == 50'000);
  CHECK(value_of("1.2万亿 USD", quantity("USD")) == 1.2e12);
  CHECK(value_of("@2025-10-01", day) == 1'759'276'800);
}

TEST_CASE("a call keeps its function, its series and its window") {
  const auto node = good("sum(LIQ.BTC.long@okx, 90m)", quantity("USD")).root();
  CHECK(node.op == Op::call);
  CHECK(node.function == Function::sum);
  CHECK(node.series == Selector{"LIQ", "okx", "BTC", Position::long_side});
  CHECK(node.window == 90min);
  CHECK(node.children.empty());
}

TEST_CASE("a call keeps what it compares with and what it is measured in") {
  CHECK(good("change(WTI, since=@2025-10-01)", ratio).root().since == *parse_time("2025-10-01"));
  CHECK(good("change(WTI, settle)", ratio).root().settle);
  const auto vol = good("vol(WTI, 1d, 5m)", ratio).root();
  CHECK(vol.window == 24h);
  CHECK(vol.bar == 5min);
  CHECK(good("jump(WTI, 5m)", number).root().bar == 5min);
}

TEST_CASE("the children of a crossing are the price and the level") {
  const auto crossing = good("crosses_above(WTI@okx, 80 USD/bbl + 1 USD/bbl)");
  const auto& price = crossing.nodes[static_cast<std::size_t>(crossing.root().children[0])];
  CHECK(price.function == Function::last);
  CHECK(to_text(price.series) == "WTI@okx");
  CHECK(crossing.nodes[static_cast<std::size_t>(crossing.root().children[1])].op == Op::add);
  CHECK(selectors_of(crossing).size() == 1);
}

TEST_CASE("the children of a function that remembers are its conditions, its time is its window") {
  const auto within = good("within(age(WTI) > 1s, is_open(BTC), 5m)").root();
  CHECK(within.children.size() == 2);
  CHECK(within.window == 5min);
  CHECK(good("held(is_open(BTC), 5m)").nodes.size() == 2);
}

TEST_CASE("a series is named the same whatever the order of its narrowings") {
  const auto node = good("sum(LIQ.long.BTC, 1h)", quantity("USD")).root();
  CHECK(to_text(node.series) == "LIQ.BTC.long");
}

TEST_CASE("an event series that no feed brings may be narrowed to any venue") {
  const Universe replayed{{{"LIQ", "USD", true, {}}, {"BTC", "USD", false, {}}}};
  const auto loads = [&](const char* text) {
    const auto outcome = parse_expression({text, "f", 1, 1}, replayed, std::nullopt, boolean, "");
    return std::holds_alternative<Expression>(outcome);
  };
  CHECK(loads("sum(LIQ@bybit, 1h) > 1B USD"));
  CHECK_FALSE(loads("last(BTC@bybit) > 1 USD"));
}

TEST_CASE("children come before their parents and the root comes last") {
  const auto expression = good("1% + 2% * 3 < tier");
  REQUIRE(expression.nodes.size() == 7);
  for (std::size_t i = 0; i < expression.nodes.size(); ++i)
    for (const int child : expression.nodes[i].children) CHECK(child < static_cast<int>(i));
  CHECK(expression.root().op == Op::less);
}

TEST_CASE(
    "a product binds tighter than a sum, a sum than a comparison, and than or, not least of all") {
  CHECK(canonical_text(good("not ((1% + (2% * 3)) < tier)")) ==
        canonical_text(good("not 1% + 2% * 3 < tier")));
  CHECK(canonical_text(good("(age(WTI) > 1s) or ((age(BTC) > 1s) and (age(GOLD) > 1s))")) ==
        canonical_text(good("age(WTI) > 1s or age(BTC) > 1s and age(GOLD) > 1s")));
}

TEST_CASE("differences and quotients group from the left") {
  const auto left = canonical_text(good("3% - 2% - 1% > tier"));
  CHECK(left == canonical_text(good("(3% - 2%) - 1% > tier")));
  CHECK(left != canonical_text(good("3% - (2% - 1%) > tier")));
}

TEST_CASE("a minus sign belongs to what follows it, not to the product") {
  const auto expression = good("-1% * 2", ratio);
  CHECK(expression.root().op == Op::multiply);
}

TEST_CASE("a unit ends before a division by a call or by tier") {
  CHECK(good("100 USD/bbl / last(WTI)", ratio).root().op == Op::divide);
  CHECK(good("100 USD/last(BTC)", ratio).root().op == Op::divide);
  CHECK(good("100 USD/max (last(BTC), 1 USD)", ratio).root().op == Op::divide);
}

TEST_CASE("the series of an expression are listed once each, in order of appearance") {
  const auto selectors = selectors_of(
      good("last(WTI) > last(BRENT) and change(WTI, 1h) > 1% and sum(LIQ.long, 1h) > 1 USD"));
  REQUIRE(selectors.size() == 3);
  CHECK(to_text(selectors[0]) == "WTI");
  CHECK(to_text(selectors[1]) == "BRENT");
  CHECK(to_text(selectors[2]) == "LIQ.long");
}

TEST_CASE("the longest window of an expression is the longest of its calls") {
  CHECK(longest_window(good("change(WTI, 1h) > 5% or change(WTI, 24h) > 10%")) == 24h);
  CHECK(longest_window(good("age(WTI) > 1h")) == 0s);
}

TEST_CASE("a term's text is as it was written, its parentheses included") {
  const auto expression = good("( change(WTI,1h)  + 1% ) >= tier");
  const auto& left = expression.nodes[static_cast<std::size_t>(expression.root().children[0])];
  CHECK(term_text(expression, left) == "( change(WTI,1h)  + 1% )");
  CHECK(term_text(expression, expression.root()) == expression.text);
}

TEST_CASE("a literal is read alone, with a sign and with any unit") {
  const auto read = [](std::string text) {
    return std::get<Literal>(parse_literal({std::move(text), "f", 1, 1}, "tiers"));
  };
  CHECK(read("10%").value == 0.1);
  CHECK(read(" -2.5% ").value == Catch::Approx(-0.025));
  CHECK(read("20亿 USD").type == quantity("USD"));
  CHECK(read("4800 JPY/g").type == quantity("JPY/g"));
  CHECK(read("5").type == number);
}

TEST_CASE("what is no literal is refused where one is wanted") {
  const auto text = GENERATE(as<std::string>{}, "", "tier", "last(WTI)", "5% + 5%", "ten", "10%%",
                             "%", "10 percent");
  CAPTURE(text);
  const auto outcome = parse_literal({text, "config.toml", 7, 12}, "[[rule]] tiers.major");
  REQUIRE(std::holds_alternative<std::vector<Mistake>>(outcome));
  const auto& mistake = std::get<std::vector<Mistake>>(outcome).front();
  CHECK(mistake.line == 7);
  CHECK(mistake.column >= 12);
  CHECK(mistake.place == "[[rule]] tiers.major");
}
