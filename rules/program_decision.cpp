// What decided, for the reader of an alert.
#include <algorithm>
#include <cmath>

#include "rules/node_kinds.hpp"
#include "rules/program.hpp"

namespace foghorn {
namespace {

/// crosses_above(S, x) compares like any comparison; held(), within() and times() do not.
bool compares(const Node& node) {
  return is_comparison(node.op) ||
         (node.op == Op::call &&
          (node.function == Function::crosses_above || node.function == Function::crosses_below));
}

/// By node: it stands inside a remembering function.
std::vector<bool> remembered_parts(const Expression& expression) {
  std::vector<bool> inside(expression.nodes.size());
  for (std::size_t i = expression.nodes.size(); i-- > 0;) {
    const auto& node = expression.nodes[i];
    for (const int child : node.children)
      inside[static_cast<std::size_t>(child)] = inside[i] || is_remembering(node);
  }
  return inside;
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

/// Adds what stands behind a sum or count; of a venue that is there already the less seen counts.
void add_events(const Market& market, TermId term, Decision& decision) {
  for (auto& venue : market.venues(term)) {
    const auto known =
        std::find_if(decision.venues.begin(), decision.venues.end(),
                     [&](const VenueCoverage& other) { return other.venue == venue.venue; });
    if (known == decision.venues.end()) {
      decision.venues.push_back(std::move(venue));
    } else {
      known->seen = std::min(known->seen, venue.seen);
    }
  }
  decision.unsummed = std::max(decision.unsummed, market.unsummed(term));
}

ValueKind kind_of(const Type& type) {
  switch (type.kind) {
    case Type::Kind::ratio: return ValueKind::ratio;
    case Type::Kind::quantity: return ValueKind::quantity;
    default: return ValueKind::number;
  }
}

}  // namespace

// What a remembering function was told decides only where nothing outside one compares: of
// times(c, 1h) >= 3 it is the 3.
const Node* Program::deciding(double tier) {
  value(tier);
  const auto& nodes = expression_.nodes;
  const auto inside = remembered_parts(expression_);
  for (const bool wanted : {false, true}) {
    const Node* chosen = nullptr;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (inside[i] != wanted || !compares(nodes[i])) continue;
      if (!tier_nodes_.empty() && !tiered_[i]) continue;
      if (values_[i].is_true()) return &nodes[i];
      if (!chosen) chosen = &nodes[i];
    }
    if (chosen) return chosen;
  }
  return nullptr;
}

std::optional<std::size_t> Program::subject(const Market& market, const Node& whole) const {
  std::optional<std::size_t> only;
  for (std::size_t i = 0; i < expression_.nodes.size(); ++i) {
    const auto& part = expression_.nodes[i];
    if (!is_price_call(part) || part.begin < whole.begin || part.end > whole.end) continue;
    const auto instrument = market.instrument_of(terms_[i]);
    if (only && *only != instrument) return std::nullopt;
    only = instrument;
  }
  return only;
}

std::optional<Decision> Program::decision(Market& market, double tier) {
  const auto* chosen = deciding(tier);
  if (!chosen) return std::nullopt;

  // What is compared is told, whichever side the tier was written on; never a number against what
  // remembers it.
  const auto left = static_cast<std::size_t>(chosen->children[0]);
  const auto right = static_cast<std::size_t>(chosen->children[1]);
  const auto side = tiered_[left] && !tiered_[right] && reads_[right] ? right : left;
  const auto& node = expression_.nodes[side];
  Decision decision{.value = shown(values_[side]),
                    .kind = kind_of(node.type),
                    .unit = node.type.unit,
                    // Of crosses_above(WTI, …) the text is WTI alone.
                    .term = is_comparison(chosen->op) ? term_text(expression_, node)
                                                      : "last(" + to_text(node.series) + ")",
                    .move = std::nullopt,
                    .moved = std::nullopt,
                    .subject = subject(market, *chosen),
                    .venues = {}};
  // Children come before parents, so what lies within the side's text lies before it in the list.
  for (std::size_t i = 0; i <= side; ++i) {
    const auto& part = expression_.nodes[i];
    if (!is_series_call(part) || part.begin < node.begin || part.end > node.end) continue;
    if (!decision.move && is_move(part.function)) {
      decision.move = market.move(terms_[i]);
      decision.moved = market.instrument_of(terms_[i]);
    }
    decision.seen = std::min(decision.seen, market.seen(terms_[i]));
    add_events(market, terms_[i], decision);
  }
  if (decision.venues.empty())
    for (const auto term : distinct_terms_) add_events(market, term, decision);
  return decision;
}

}  // namespace foghorn
