#include <catch2/matchers/catch_matchers_string.hpp>

#include <string>

#include "tests/rules/expression_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string repeated(const std::string& piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

std::string condition_of(std::size_t bytes) {
  const std::string condition = "age(WTI) > 1s";
  return condition + std::string(bytes - condition.size(), ' ');
}

void check_refused(const std::string& text, const std::string& place, const std::string& what) {
  const auto mistakes = mistakes_in(text);
  REQUIRE(places_of(mistakes) == std::vector<std::string>{place});
  CHECK_THAT(mistakes[0].what, ContainsSubstring(what));
  CHECK_THAT(mistakes[0].remedy, ContainsSubstring("split the condition"));
}

}  // namespace

TEST_CASE("an expression has at most 4 KiB") {
  good(condition_of(4096));
  check_refused(condition_of(4097), "1:4097", "4097 bytes, more than 4096");
}

TEST_CASE("parentheses nest at most 64 deep") {
  // The call inside is one level more.
  good(repeated("(", 63) + "age(WTI) > 1s" + repeated(")", 63));
  check_refused(repeated("(", 64) + "age(WTI) > 1s" + repeated(")", 64), "1:68",
                "nested more than 64 deep");
}

TEST_CASE("signs and calls count as nesting too") {
  good(repeated("-", 63) + "age(WTI) > 1s");
  check_refused(repeated("-", 64) + "age(WTI) > 1s", "1:68", "nested more than 64 deep");
  good(repeated("not ", 63) + "new_high(BTC, 1h)");
  check_refused(repeated("not ", 65) + "tier > 5%", "1:257", "nested more than 64 deep");
  good(repeated("abs(", 63) + "age(WTI)" + repeated(")", 63) + " > 1s");
}

TEST_CASE("functions that remember nest and count like any other") {
  good(repeated("(", 62) + "held(is_open(WTI), 1s)" + repeated(")", 62));
  check_refused(repeated("(", 63) + "held(is_open(WTI), 1s)" + repeated(")", 63), "1:76",
                "nested more than 64 deep");
  good(repeated("crosses_above(WTI, 1 USD/bbl) or ", 63) + "is_open(WTI)");
  check_refused(repeated("crosses_above(WTI, 1 USD/bbl) or ", 64) + "is_open(WTI)", "1:2113",
                "at most 64 calls");
}

TEST_CASE("an expression makes at most 64 calls") {
  good(repeated("age(WTI) + ", 63) + "age(WTI) > 1s");
  check_refused(repeated("age(WTI) + ", 64) + "age(WTI) > 1s", "1:705", "at most 64 calls");
}

TEST_CASE("a chain as long as an expression can be is read, and written, without depth") {
  const auto expression = good("tier" + repeated("+1%", 1360) + ">1%");
  CHECK(expression.nodes.size() == 2 * 1360 + 3);
  CHECK(canonical_text(expression).starts_with("tier + 1% + 1%"));
}

TEST_CASE("after a limit nothing more is said of the text, before it everything") {
  const auto mistakes = mistakes_in("last(WTI) > 5 or " + repeated("(", 65) + ") 5 5 ( foo");
  CHECK(places_of(mistakes) == std::vector<std::string>{"1:13", "1:82"});
}

TEST_CASE("a window is above zero and at most 366 days") {
  CHECK(good("change(WTI, 1ms) > 1%").nodes.size() == 3);
  CHECK(good("change(WTI, 366d) > 1%").nodes.size() == 3);
  CHECK(mistakes_in("change(WTI, 0ms) > 1%").size() == 1);
  CHECK(mistakes_in("change(WTI, 366d1ms) > 1%").size() == 1);
}
