#pragma once
// Conditions over a small market: what they parse to, or what is said of them.

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rules/expression.hpp"
#include "tests/support/expression_promises.hpp"

namespace foghorn::test {

inline const Type boolean{Type::Kind::boolean, {}};
inline const Type ratio{Type::Kind::ratio, {}};
inline const Type number{Type::Kind::number, {}};
inline const Type duration{Type::Kind::duration, {}};
inline const Type day{Type::Kind::time, {}};
inline Type quantity(std::string unit) {
  return {Type::Kind::quantity, std::move(unit)};
}

using Outcome = std::variant<Expression, std::vector<Mistake>>;

inline Outcome parse(std::string text, const Type& wanted = boolean,
                     const std::optional<Type>& tier = ratio) {
  return parse_expression({std::move(text), "rules.toml", 1, 1}, small_market(), tier, wanted,
                          "[[rule]] when");
}

/// The expression; fails the test with what was said where there is none.
inline Expression good(std::string text, const Type& wanted = boolean,
                       const std::optional<Type>& tier = ratio) {
  auto outcome = parse(std::move(text), wanted, tier);
  if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome)) {
    for (const auto& mistake : *mistakes) UNSCOPED_INFO(to_line(mistake));
  }
  REQUIRE(std::holds_alternative<Expression>(outcome));
  return std::get<Expression>(std::move(outcome));
}

inline std::vector<Mistake> mistakes_in(std::string text, const Type& wanted = boolean,
                                        const std::optional<Type>& tier = ratio) {
  auto outcome = parse(std::move(text), wanted, tier);
  if (auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome)) return std::move(*mistakes);
  return {};
}

/// "line:column" of each mistake.
inline std::vector<std::string> places_of(const std::vector<Mistake>& mistakes) {
  std::vector<std::string> places;
  for (const auto& mistake : mistakes)
    places.push_back(std::to_string(mistake.line) + ":" + std::to_string(mistake.column));
  return places;
}

}  // namespace foghorn::test
