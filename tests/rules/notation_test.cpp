// promtool's notation, value by value.
#include "rules/notation.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace foghorn;
using Catch::Matchers::ContainsSubstring;

namespace {

using Values = std::vector<std::optional<double>>;
constexpr auto _ = std::nullopt;

Values values(std::string text) {
  const auto parsed = parse_values({std::move(text), "t.toml", 1, 1}, "values");
  REQUIRE(std::holds_alternative<std::vector<ValueRun>>(parsed));
  Values all;
  for (const auto& run : std::get<std::vector<ValueRun>>(parsed))
    for (std::int64_t i = 0; i < run.count; ++i) all.push_back(run[i]);
  return all;
}

std::string mistake(std::string text) {
  const auto parsed = parse_values({std::move(text), "t.toml", 3, 10}, "values");
  REQUIRE(std::holds_alternative<std::vector<Mistake>>(parsed));
  return to_line(std::get<std::vector<Mistake>>(parsed).front());
}

}  // namespace

TEST_CASE("a value stands for itself, and with x for itself and its repeats") {
  CHECK(values("70 71.5x2") == Values{70, 71.5, 71.5, 71.5});
  CHECK(values("70x0") == Values{70});
}

TEST_CASE("a value with a step goes up or down by it") {
  CHECK(values("70+0.5x2 70-1x1") == Values{70, 70.5, 71, 70, 69});
}

TEST_CASE("an underscore is a value that does not come; with x so many of them") {
  CHECK(values("70 _ _x2 71") == Values{70, _, _, _, 71});
}

TEST_CASE("values may be negative, and steps may cross zero") {
  CHECK(values("-37.63 -1+1x2") == Values{-37.63, -1, 0, 1});
  CHECK(values("1e3x1 1e-1") == Values{1000, 1000, 0.1});
}

TEST_CASE("values may stand on several lines") {
  CHECK(values("\n 70x1\n 71\n") == Values{70, 70, 71});
}

TEST_CASE("what is not in the notation is refused at its place") {
  CHECK(mistake("70x3 7o 71") ==
        "t.toml:3:15: values: \"7o\" is not in promtool's notation; write 70x3 for 70 and three "
        "repeats, 70+0.5x3 for steps, _ or _x3 for nothing");
  for (const auto* text :
       {"70x", "70x-1", "70+x3", "70+1", "x3", "__", "_x", "nan", "inf", "70x3x3"})
    CHECK_THAT(mistake(text), ContainsSubstring("is not in promtool's notation"));
}

TEST_CASE("no value at all is refused, and more than a series can hold") {
  CHECK_THAT(mistake("  "), ContainsSubstring("there is no value"));
  CHECK_THAT(mistake("1x100000000"), ContainsSubstring("more than 100000000 values"));
}
