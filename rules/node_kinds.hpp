#pragma once
// What sort of thing a node of an expression is.

#include "rules/expression.hpp"

namespace foghorn {

inline bool is_series_call(const Node& node) {
  return node.op == Op::call && !node.series.instrument.empty();
}

/// It asks for a price or its past, not for how it is supplied, and not for events.
inline bool is_price_call(const Node& node) {
  return is_series_call(node) && node.function <= Function::streak;
}

inline bool is_comparison(Op op) {
  return op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

inline bool is_remembering(const Node& node) {
  return node.op == Op::call && remembers(node.function);
}

}  // namespace foghorn
