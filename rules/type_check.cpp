#include "rules/type_check.hpp"

#include <fmt/format.h>

#include "rules/call_check.hpp"
#include "rules/characters.hpp"
#include "rules/foregone.hpp"
#include "rules/operators.hpp"
#include "rules/type_check_parts.hpp"
#include "rules/type_complaints.hpp"
#include "rules/unit_check.hpp"

namespace foghorn {

void TypeCheck::check(const Type& wanted) {
  for (int i = 0; i <= syntax_.root(); ++i) types_[index(i)] = type_of(i);
  check_root(wanted);
}

Expression TypeCheck::take() {
  Expression expression{.text = std::string{syntax_.text}, .nodes = {}};
  std::vector<int> placed(syntax_.terms.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    auto& made = nodes_[i];
    if (!made) continue;
    for (int& child : made->children) child = placed[index(child)];
    placed[i] = static_cast<int>(expression.nodes.size());
    expression.nodes.push_back(std::move(*made));
  }
  return expression;
}

std::optional<Type> TypeCheck::type_of(int i) {
  const Term& term = syntax_[i];
  switch (term.kind) {
    case Term::Kind::literal: return literal(i);
    case Term::Kind::tier: return tier(i);
    case Term::Kind::call: return call(i);
    case Term::Kind::negate: return negate(i);
    case Term::Kind::logical_not: return logical(i, Op::logical_not);
    case Term::Kind::binary: return binary(i);
    case Term::Kind::name:
    case Term::Kind::named:
    case Term::Kind::mistaken: return std::nullopt;
  }
  return std::nullopt;
}

Node& TypeCheck::node(int i, Op op, const Type& type) {
  const Term& term = syntax_[i];
  return nodes_[index(i)].emplace(Node{.op = op,
                                       .type = type,
                                       .function = {},
                                       .series = {},
                                       .children = term.children,
                                       .begin = term.begin,
                                       .end = term.end});
}

std::optional<Type> TypeCheck::value(int i) {
  const Term& term = syntax_[i];
  if (term.kind == Term::Kind::name) complain_of_name(term, universe_, complaints_);
  if (term.kind == Term::Kind::named) {
    complain(term.begin, fmt::format("no argument is named {} here", quote(term.name)),
             "write the value alone");
  }
  return types_[index(i)];
}

std::optional<Type> TypeCheck::literal(int i) {
  const Term& term = syntax_[i];
  node(i, Op::literal, term.literal.type).value = term.literal.value;
  if (!check_unit(syntax_, term, universe_, complaints_)) return std::nullopt;
  return term.literal.type;
}

std::optional<Type> TypeCheck::tier(int i) {
  if (!tier_) {
    complain(syntax_[i].at, "\"tier\" stands for the rule's tiers, and it has none",
             "add tiers = { notice = \"5%\" } or write a value");
    return std::nullopt;
  }
  node(i, Op::tier, *tier_);
  return tier_;
}

std::optional<Type> TypeCheck::negate(int i) {
  const int child = syntax_[i].children.front();
  const auto type = value(child);
  if (!type || !calculable(child, *type)) return std::nullopt;
  node(i, Op::negate, *type);
  return type;
}

std::optional<Type> TypeCheck::binary(int i) {
  const Op op = syntax_[i].op;
  switch (binding_of(op)) {
    case Binding::disjunction:
    case Binding::conjunction: return logical(i, op);
    case Binding::comparison: return comparison(i);
    default: return arithmetic(i);
  }
}

std::optional<Type> TypeCheck::logical(int i, Op op) {
  for (const int child : syntax_[i].children)
    if (const auto type = value(child); type && *type != boolean_type)
      complain_of_no_truth(syntax_, {child, *type}, complaints_);
  node(i, op, boolean_type);
  return boolean_type;
}

std::optional<Type> TypeCheck::comparison(int i) {
  const Term& term = syntax_[i];
  const int left = term.children[0];
  const int right = term.children[1];
  const auto first = value(left);
  const auto second = value(right);
  node(i, term.op, boolean_type);
  const bool left_fits = first && comparable(left, *first);
  const bool right_fits = second && comparable(right, *second);
  if (!left_fits || !right_fits) return boolean_type;
  if (*first != *second) {
    complain_of_unlike(syntax_, {left, *first}, {right, *second}, complaints_);
  } else {
    complain_of_foregone(syntax_, term, complaints_);
  }
  return boolean_type;
}

bool TypeCheck::comparable(int i, const Type& type) {
  if (type != boolean_type) return true;
  complain(syntax_[i].begin,
           quote(syntax_.text_of(syntax_[i])) + " is true or false and cannot be compared",
           "join conditions with and, or, not");
  return false;
}

bool TypeCheck::calculable(int i, const Type& type) {
  if (can_be_calculated_with(type)) return true;
  complain(syntax_[i].begin,
           fmt::format("{} is {} and cannot be calculated with", quote(syntax_.text_of(syntax_[i])),
                       to_text(type)),
           type == boolean_type ? "join conditions with and, or, not"
                                : "compare it with a day, as in since_high(WTI) < @2025-10-01");
  return false;
}

std::optional<Type> TypeCheck::arithmetic(int i) {
  const Term& term = syntax_[i];
  const int left = term.children[0];
  const int right = term.children[1];
  const auto first = value(left);
  const auto second = value(right);
  const bool left_fits = first && calculable(left, *first);
  const bool told = first && !left_fits && first == second;
  const bool right_fits = second && !told && calculable(right, *second);
  if (!left_fits || !right_fits) return std::nullopt;
  const auto type = arithmetic_type(term.op, *first, *second);
  if (!type) {
    complain_of_arithmetic(term, {left, *first}, {right, *second});
    return std::nullopt;
  }
  if (const auto divisor = constant_in(syntax_, right);
      term.op == Op::divide && divisor && divisor->value == 0) {
    complain(syntax_[right].begin, "a division by zero is never defined", "write another divisor");
  }
  node(i, term.op, *type);
  return type;
}

void TypeCheck::complain_of_arithmetic(const Term& term, const Typed& left, const Typed& right) {
  if (term.op == Op::add || term.op == Op::subtract) {
    complain_of_unlike(syntax_, left, right, complaints_);
    return;
  }
  const bool divides = term.op == Op::divide;
  complain(term.at,
           fmt::format("{} is {}, {} is {}: they cannot be {}",
                       quote(syntax_.text_of(syntax_[left.term])), to_text(left.type),
                       quote(syntax_.text_of(syntax_[right.term])), to_text(right.type),
                       divides ? "divided" : "multiplied"),
           divides ? "divide by a number, or by its like"
                   : "multiply by a number, or a quantity by a ratio");
}

void TypeCheck::check_root(const Type& wanted) {
  const int root = syntax_.root();
  const auto type = value(root);
  if (!type || *type == wanted) return;
  if (wanted == boolean_type) {
    complain_of_no_truth(syntax_, {root, *type}, complaints_);
  } else {
    complain(syntax_[root].begin,
             fmt::format("{} is {}, not {}", quote(syntax_.text_of(syntax_[root])), to_text(*type),
                         to_text(wanted)),
             "write what is like " + quote(example_of(wanted)));
  }
}

void TypeCheck::complain(int at, std::string what, std::string remedy) {
  complaints_.add(index(at), std::move(what), std::move(remedy));
}

std::optional<Expression> check_types(const Syntax& syntax, const Universe& universe,
                                      const std::optional<Type>& tier, const Type& wanted,
                                      Complaints& complaints) {
  TypeCheck checker{syntax, universe, tier, complaints};
  checker.check(wanted);
  if (!complaints.empty()) return std::nullopt;
  return checker.take();
}

}  // namespace foghorn
