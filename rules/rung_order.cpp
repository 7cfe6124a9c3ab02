#include "rules/rung_order.hpp"

#include <vector>

namespace foghorn {
namespace {

/// How a node's value (of a condition: its truth) moves when `tier` grows.
enum class Slope : std::uint8_t { flat, up, down, either };

Slope flipped(Slope slope) {
  if (slope == Slope::up) return Slope::down;
  return slope == Slope::down ? Slope::up : slope;
}

Slope both(Slope a, Slope b) {
  if (a == b || b == Slope::flat) return a;
  return a == Slope::flat ? b : Slope::either;
}

/// `slope` times or over the node `factor`, of which only a literal shows its sign.
Slope scaled(Slope slope, const Expression& when, std::size_t factor) {
  if (slope == Slope::flat) return Slope::flat;
  const auto& node = when.nodes[factor];
  if (node.op == Op::negate)
    return flipped(scaled(slope, when, static_cast<std::size_t>(node.children[0])));
  if (node.op != Op::literal) return Slope::either;
  return node.value < 0 ? flipped(slope) : slope;
}

Slope slope_of(const Node& node, const Expression& when, const std::vector<Slope>& slopes) {
  const auto child = [&](std::size_t i) { return static_cast<std::size_t>(node.children[i]); };
  const auto left = [&] { return slopes[child(0)]; };
  const auto right = [&] { return slopes[child(1)]; };
  switch (node.op) {
    case Op::literal: return Slope::flat;
    case Op::tier: return Slope::up;
    case Op::call: {
      // A crossing is reached less often the farther its level lies.
      if (node.function == Function::crosses_above) return flipped(right());
      if (node.function == Function::crosses_below) return right();
      Slope slope = Slope::flat;
      for (const int index : node.children)
        slope = both(slope, slopes[static_cast<std::size_t>(index)]);
      return node.function == Function::abs && slope != Slope::flat ? Slope::either : slope;
    }
    case Op::negate:
    case Op::logical_not: return flipped(left());
    case Op::add:
    case Op::logical_and:
    case Op::logical_or: return both(left(), right());
    case Op::subtract:
    case Op::greater:
    case Op::greater_equal: return both(left(), flipped(right()));
    case Op::less:
    case Op::less_equal: return both(flipped(left()), right());
    case Op::multiply:
      return left() == Slope::flat ? scaled(right(), when, child(0))
                                   : scaled(left(), when, child(1));
    case Op::divide: return right() == Slope::flat ? scaled(left(), when, child(1)) : Slope::either;
  }
  return Slope::either;
}

}  // namespace

RungOrder rung_order(const Expression& when) {
  std::vector<Slope> slopes;
  for (const auto& node : when.nodes) slopes.push_back(slope_of(node, when, slopes));
  switch (slopes.back()) {
    case Slope::flat: return RungOrder::no_tier;
    case Slope::down: return RungOrder::rising;  // a larger tier makes it less true
    case Slope::up: return RungOrder::falling;
    case Slope::either: return RungOrder::unclear;
  }
  return RungOrder::unclear;
}

}  // namespace foghorn
