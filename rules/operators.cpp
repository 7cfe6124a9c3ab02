#include "rules/operators.hpp"

namespace foghorn {
namespace {

using Kind = Type::Kind;

std::optional<Type> product(const Type& left, const Type& right) {
  if (left.kind == Kind::number) return right;
  if (right.kind == Kind::number) return left;
  const bool scales = right.kind == Kind::ratio || right.kind == Kind::quantity;
  if (left.kind == Kind::ratio && scales) return right;
  if (left.kind == Kind::quantity && right.kind == Kind::ratio) return left;
  return std::nullopt;
}

/// A quotient of two numbers is a number: a ratio says what it is a ratio of.
std::optional<Type> quotient(const Type& left, const Type& right) {
  if (right.kind == Kind::number) return left;
  if (left == right) return Type{Kind::ratio, {}};
  return std::nullopt;
}

}  // namespace

std::string_view symbol_of(Op op) {
  switch (op) {
    case Op::negate:
    case Op::subtract: return "-";
    case Op::add: return "+";
    case Op::multiply: return "*";
    case Op::divide: return "/";
    case Op::less: return "<";
    case Op::less_equal: return "<=";
    case Op::greater: return ">";
    case Op::greater_equal: return ">=";
    case Op::logical_not: return "not";
    case Op::logical_and: return "and";
    case Op::logical_or: return "or";
    case Op::literal:
    case Op::tier:
    case Op::call: return {};
  }
  return {};
}

Binding binding_of(Op op) {
  switch (op) {
    case Op::logical_or: return Binding::disjunction;
    case Op::logical_and: return Binding::conjunction;
    case Op::logical_not: return Binding::negation;
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return Binding::comparison;
    case Op::add:
    case Op::subtract: return Binding::sum;
    case Op::multiply:
    case Op::divide: return Binding::product;
    case Op::negate: return Binding::sign;
    case Op::literal:
    case Op::tier:
    case Op::call: return Binding::operand;
  }
  return Binding::none;
}

Op mirrored(Op comparison) {
  switch (comparison) {
    case Op::less: return Op::greater;
    case Op::less_equal: return Op::greater_equal;
    case Op::greater: return Op::less;
    case Op::greater_equal: return Op::less_equal;
    default: return comparison;
  }
}

std::optional<Type> arithmetic_type(Op op, const Type& left, const Type& right) {
  if (!can_be_calculated_with(left) || !can_be_calculated_with(right)) return std::nullopt;
  if (op == Op::multiply) return product(left, right);
  if (op == Op::divide) return quotient(left, right);
  return left == right ? std::optional{left} : std::nullopt;
}

bool can_be_calculated_with(const Type& type) {
  return type.kind != Kind::boolean && type.kind != Kind::time;
}

}  // namespace foghorn
