#include "rules/program.hpp"

#include <algorithm>
#include <cmath>

namespace foghorn {
namespace {

bool is_series_call(const Node& node) {
  return node.op == Op::call && !node.series.instrument.empty();
}

bool is_comparison(Op op) {
  return op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

bool is_move(Function f) {
  return f == Function::change || f == Function::rise || f == Function::fall;
}

/// The number a reader is shown of a value: itself, or the bound that is known.
std::optional<double> shown(const Value& value) {
  if (!value.known()) return std::nullopt;
  if (std::isfinite(value.lo)) return value.lo;
  if (std::isfinite(value.hi)) return value.hi;
  return std::nullopt;
}

ValueKind kind_of(const Type& type) {
  switch (type.kind) {
    case Type::Kind::ratio: return ValueKind::ratio;
    case Type::Kind::quantity: return ValueKind::quantity;
    default: return ValueKind::number;
  }
}

}  // namespace

Program::Program(Expression expression, Market& market)
    : expression_{std::move(expression)},
      values_(expression_.nodes.size()),
      terms_(expression_.nodes.size()),
      tiered_(expression_.nodes.size()) {
  for (std::size_t i = 0; i < expression_.nodes.size(); ++i) {
    const auto& node = expression_.nodes[i];
    tiered_[i] = node.op == Op::tier;
    for (const int child : node.children)
      tiered_[i] = tiered_[i] || tiered_[static_cast<std::size_t>(child)];
    (tiered_[i] ? per_tier_ : shared_).push_back(i);
    if (!is_series_call(node)) continue;
    terms_[i] = market.term(node.function, node.series, node.window);
    if (std::find(distinct_terms_.begin(), distinct_terms_.end(), terms_[i]) ==
        distinct_terms_.end()) {
      distinct_terms_.push_back(terms_[i]);
    }
  }
}

void Program::refresh(Market& market) {
  for (const auto node : shared_) work_out(node, &market, 0);
}

Value Program::value(double tier) {
  for (const auto node : per_tier_) work_out(node, nullptr, tier);
  return values_.back();
}

void Program::work_out(std::size_t i, Market* market, double tier) {
  const auto& node = expression_.nodes[i];
  const auto child = [&](std::size_t n) -> const Value& {
    return values_[static_cast<std::size_t>(node.children[n])];
  };
  auto& out = values_[i];
  switch (node.op) {
    case Op::literal: out = exactly(node.value); return;
    case Op::tier: out = exactly(tier); return;
    case Op::call: break;
    case Op::negate: out = negate(child(0)); return;
    case Op::logical_not: out = logical_not(child(0)); return;
    case Op::add: out = add(child(0), child(1)); return;
    case Op::subtract: out = subtract(child(0), child(1)); return;
    case Op::multiply: out = multiply(child(0), child(1)); return;
    case Op::divide: out = divide(child(0), child(1)); return;
    case Op::less: out = is_less(child(0), child(1)); return;
    case Op::less_equal: out = is_less_equal(child(0), child(1)); return;
    case Op::greater: out = is_less(child(1), child(0)); return;
    case Op::greater_equal: out = is_less_equal(child(1), child(0)); return;
    case Op::logical_and: out = logical_and(child(0), child(1)); return;
    case Op::logical_or: out = logical_or(child(0), child(1)); return;
  }
  if (is_series_call(node)) {
    out = market->value(terms_[i]);  // a call on a series never holds `tier`, so market is given
    return;
  }
  switch (node.function) {
    case Function::abs: out = absolute(child(0)); return;
    case Function::min:
    case Function::max:
      out = child(0);
      for (std::size_t n = 1; n < node.children.size(); ++n) {
        out = node.function == Function::min ? smaller(out, child(n)) : larger(out, child(n));
      }
      return;
    default: out = unknown(Unknown::undefined); return;
  }
}

std::optional<Decision> Program::decision(Market& market, double tier) {
  const auto& nodes = expression_.nodes;
  const bool any_tier =
      std::any_of(nodes.begin(), nodes.end(), [](const Node& n) { return n.op == Op::tier; });
  const Node* chosen = nullptr;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!is_comparison(nodes[i].op) || (any_tier && !names_tier(i))) continue;
    if (!chosen) chosen = &nodes[i];
    if (values_[i].is_true()) {
      chosen = &nodes[i];
      break;
    }
  }
  if (!chosen) return std::nullopt;

  // What is compared is told, whichever side the tier was written on.
  auto side = static_cast<std::size_t>(chosen->children[0]);
  if (names_tier(side) && !names_tier(static_cast<std::size_t>(chosen->children[1]))) {
    side = static_cast<std::size_t>(chosen->children[1]);
  }
  if (names_tier(side)) work_out(side, nullptr, tier);
  const auto& node = nodes[side];
  Decision decision{.value = shown(values_[side]),
                    .kind = kind_of(node.type),
                    .unit = node.type.unit,
                    .term = term_text(expression_, node),
                    .move = std::nullopt};
  // Children come before parents, so what lies within the side's text lies before it in the list.
  for (std::size_t i = 0; i <= side; ++i) {
    const auto& part = nodes[i];
    if (!is_series_call(part) || part.begin < node.begin || part.end > node.end) continue;
    if (!decision.move && is_move(part.function)) decision.move = market.move(terms_[i]);
    decision.seen = std::min(decision.seen, market.seen(terms_[i]));
  }
  return decision;
}

}  // namespace foghorn
