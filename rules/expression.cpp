#include "rules/expression.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "rules/characters.hpp"
#include "rules/complaints.hpp"
#include "rules/lexer.hpp"
#include "rules/syntax.hpp"
#include "rules/type_check.hpp"

namespace foghorn {

std::variant<Expression, std::vector<Mistake>> parse_expression(const Located& text,
                                                                const Universe& universe,
                                                                const std::optional<Type>& tier,
                                                                const Type& wanted,
                                                                const std::string& place) {
  Complaints complaints{text, place};
  const Syntax syntax = parse_syntax(text.text, complaints);
  auto expression = check_types(syntax, universe, tier, wanted, complaints);
  if (!expression) return complaints.take();
  return std::move(*expression);
}

std::variant<Literal, std::vector<Mistake>> parse_literal(const Located& text,
                                                          const std::string& place) {
  Complaints complaints{text, place};
  const Syntax syntax = parse_syntax(text.text, complaints);
  const auto constant = constant_in(syntax, syntax.root());
  if (!complaints.empty()) return complaints.take();
  if (constant) return Literal{constant->literal->literal.type, constant->value};
  complaints.add(0, quote(text.text) + " is not a value with a unit",
                 "write one such as \"10%\", \"4800 USD/oz\" or \"30s\"");
  return complaints.take();
}

std::string term_text(const Expression& expression, const Node& node) {
  return expression.text.substr(static_cast<std::size_t>(node.begin),
                                static_cast<std::size_t>(node.end - node.begin));
}

std::vector<Selector> selectors_of(const Expression& expression) {
  std::vector<Selector> selectors;
  for (const auto& node : expression.nodes) {
    if (node.op != Op::call || node.series.instrument.empty()) continue;
    if (std::find(selectors.begin(), selectors.end(), node.series) == selectors.end())
      selectors.push_back(node.series);
  }
  return selectors;
}

Duration longest_window(const Expression& expression) {
  Duration longest{};
  for (const auto& node : expression.nodes) longest = std::max(longest, node.window);
  return longest;
}

}  // namespace foghorn
