#pragma once
// What parse_expression promises of any text whatever, checked without a test framework, so that
// fuzzers share it.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/expression.hpp"

namespace foghorn::test {

inline Universe small_market() {
  return {{{"WTI", "USD/bbl", false, {"bybit", "okx", "binance-futures"}},
           {"BRENT", "USD/bbl", false, {"bybit"}},
           {"GOLD", "USD/oz", false, {"okx"}},
           {"BTC", "USD", false, {"bybit", "okx"}},
           {"INDEX", "", false, {"okx"}},
           {"LIQ", "USD", true, {"bybit", "okx", "binance-futures"}}}};
}

/// The promise that the mistakes of a text that begins at line 3, column 5 break; empty: none.
inline std::string broken_promise_of_mistakes(const std::string& text,
                                              const std::vector<Mistake>& mistakes) {
  if (mistakes.empty()) return "neither an expression nor a mistake";
  std::vector<std::size_t> line_sizes{0};
  for (const char c : text) c == '\n' ? line_sizes.push_back(0) : void(++line_sizes.back());
  const Mistake* before = nullptr;
  for (const auto& mistake : mistakes) {
    const auto line = static_cast<std::size_t>(mistake.line - 3);
    if (mistake.line < 3 || line >= line_sizes.size())
      return "a line outside the text: " + to_line(mistake);
    const int first = line == 0 ? 5 : 1;
    const bool inside =
        mistake.column >= first && mistake.column <= first + static_cast<int>(line_sizes[line]);
    if (!inside) return "a column outside the text: " + to_line(mistake);
    if (mistake.what.empty() || mistake.remedy.empty())
      return "a mistake that does not say what, or what instead: " + to_line(mistake);
    if (to_line(mistake).find_first_of("\n\r") != std::string::npos)
      return "a message of two lines: " + to_line(mistake);
    const bool ordered = !before || before->line < mistake.line ||
                         (before->line == mistake.line && before->column <= mistake.column);
    if (!ordered) return "mistakes out of order: " + to_line(mistake);
    before = &mistake;
  }
  return {};
}

inline std::string broken_promise_of_nodes(const Expression& expression) {
  if (expression.nodes.empty()) return "an expression without nodes";
  std::vector<int> uses(expression.nodes.size());
  for (std::size_t i = 0; i < expression.nodes.size(); ++i) {
    const Node& node = expression.nodes[i];
    if (node.begin < 0 || node.begin >= node.end ||
        static_cast<std::size_t>(node.end) > expression.text.size())
      return "a node outside the text";
    for (const int child : node.children) {
      if (child < 0 || child >= static_cast<int>(i))
        return "a child that does not come before its parent";
      ++uses[static_cast<std::size_t>(child)];
    }
  }
  if (uses.back() != 0) return "a root that is a child";
  if (std::any_of(uses.begin(), uses.end() - 1, [](int n) { return n != 1; }))
    return "a node without exactly one parent";
  return {};
}

/// The promise that parsing `text` as a condition breaks; empty: none.
inline std::string broken_promise(const std::string& text) {
  const Type wanted{Type::Kind::boolean, {}};
  const auto parse = [&](const std::string& t) {
    return parse_expression({t, "f", 3, 5}, small_market(), Type{Type::Kind::ratio, {}}, wanted,
                            "");
  };
  const auto outcome = parse(text);
  if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome))
    return broken_promise_of_mistakes(text, *mistakes);
  const auto& expression = std::get<Expression>(outcome);
  if (expression.text != text) return "another text than was given";
  if (auto broken = broken_promise_of_nodes(expression); !broken.empty()) return broken;
  if (expression.root().type != wanted) return "a root of another type than was wanted";
  const auto canonical = canonical_text(expression);
  if (canonical.size() > 4096) return {};  // it may grow: 1B is ten digits
  const auto again = parse(canonical);
  if (!std::holds_alternative<Expression>(again))
    return "a canonical text that does not parse: " + canonical;
  if (canonical_text(std::get<Expression>(again)) != canonical)
    return "a canonical text that is not its own: " + canonical;
  return {};
}

}  // namespace foghorn::test
