#pragma once
// The operators: how they are written, how tightly they bind, what they make of types.

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/expression.hpp"

namespace foghorn {

/// Loosest first. Comparisons do not chain; the other binary ones group from the left.
enum class Binding : std::uint8_t {
  none,
  disjunction,
  conjunction,
  negation,
  comparison,
  sum,
  product,
  sign,
  operand
};

/// "or", "<=", "-"; empty for literal, tier and call.
std::string_view symbol_of(Op op);

Binding binding_of(Op op);

constexpr Binding tighter(Binding binding) {
  return static_cast<Binding>(static_cast<int>(binding) + 1);
}

/// The same comparison with its sides exchanged: < for >.
Op mirrored(Op comparison);

/// The type of `left op right` for + - * /; nullopt where it has none.
std::optional<Type> arithmetic_type(Op op, const Type& left, const Type& right);

/// Whether values of this type are added, negated and compared: not truths; times are only
/// compared.
bool can_be_calculated_with(const Type& type);

}  // namespace foghorn
