#include "rules/program.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace foghorn {
namespace {

bool is_series_call(const Node& node) {
  return node.op == Op::call && !node.series.instrument.empty();
}

bool is_comparison(Op op) {
  return op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

bool is_remembering(const Node& node) {
  return node.op == Op::call && remembers(node.function);
}

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

Program::Program(Expression expression, Market& market)
    : expression_{std::move(expression)},
      values_(expression_.nodes.size()),
      terms_(expression_.nodes.size()),
      tiered_(expression_.nodes.size()),
      reads_(expression_.nodes.size()) {
  bind(market);
  watchable_ = !remembers() && add_watches(expression_.nodes.size() - 1);
}

void Program::bind(Market& market) {
  for (std::size_t i = 0; i < expression_.nodes.size(); ++i) {
    const auto& node = expression_.nodes[i];
    tiered_[i] = node.op == Op::tier;
    reads_[i] = is_series_call(node) || is_remembering(node);
    for (const int index : node.children) {
      const auto child = static_cast<std::size_t>(index);
      tiered_[i] = tiered_[i] || tiered_[child];
      reads_[i] = reads_[i] || reads_[child];
    }
    if (is_series_call(node)) {
      terms_[i] = market.term(node.series, {.function = node.function,
                                            .window = node.window,
                                            .bar = node.bar,
                                            .since = node.since,
                                            .settle = node.settle,
                                            .bridge = expression_.bridge});
      if (std::find(distinct_terms_.begin(), distinct_terms_.end(), terms_[i]) ==
          distinct_terms_.end()) {
        distinct_terms_.push_back(terms_[i]);
      }
    }
    add_steps(i, node);
  }
}

void Program::add_steps(std::size_t i, const Node& node) {
  if (node.op == Op::literal) {
    values_[i] = exactly(node.value);
    return;
  }
  if (node.op == Op::tier) {
    tier_nodes_.push_back(i);
    return;
  }
  // What neither names `tier` nor reads a series is worked out here and now.
  const auto add = [&](const Step& step) {
    if (tiered_[i]) {
      per_tier_.push_back(step);
    } else if (reads_[i]) {
      shared_.push_back(step);
    } else {
      run({&step, 1}, nullptr);
    }
  };
  const auto child = [&](std::size_t n) { return static_cast<std::uint32_t>(node.children[n]); };
  Step step{.op = node.op,
            .function = node.function,
            .out = static_cast<std::uint32_t>(i),
            .term = terms_[i],
            .series = is_series_call(node)};
  if (!node.children.empty()) step.a = child(0);
  if (node.children.size() > 1) step.b = child(1);
  if (is_remembering(node)) {
    step.recalled = static_cast<std::uint32_t>(recalled_.size());
    auto& made = recalled_.emplace_back(Recalled{tiered_[i], node.function, node.window, {}});
    made.by_tier.emplace_back(node.function, node.window);
  }
  add(step);
  // min and max of more than two: the result so far against the next.
  for (std::size_t n = 2; n < node.children.size(); ++n) {
    step.a = step.out;
    step.b = child(n);
    add(step);
  }
}

void Program::refresh(Market& market, Timestamp judged) {
  run(shared_, &market, judged);
}

Value Program::value(double tier, Timestamp judged) {
  for (const auto node : tier_nodes_) values_[node] = exactly(tier);
  run(per_tier_, nullptr, judged, tiers_.empty() ? 0 : place_of(tier));
  return values_.back();
}

std::size_t Program::place_of(double tier) const {
  const auto found = std::find(tiers_.begin(), tiers_.end(), tier);
  return found == tiers_.end() ? 0 : static_cast<std::size_t>(found - tiers_.begin());
}

bool Program::remembers_by_tier() const {
  return std::any_of(recalled_.begin(), recalled_.end(),
                     [](const Recalled& recalled) { return recalled.tiered; });
}

std::optional<Timestamp> Program::next_change() const {
  std::optional<Timestamp> next;
  for (const auto& recalled : recalled_)
    for (const auto& recollection : recalled.by_tier)
      if (const auto change = recollection.next_change())
        next = next ? std::min(*next, *change) : *change;
  return next;
}

std::vector<RecollectionState> Program::memory() const {
  std::vector<RecollectionState> states;
  for (const auto& recalled : recalled_)
    for (const auto& recollection : recalled.by_tier) states.push_back(recollection.state());
  return states;
}

void Program::restore(std::span<const RecollectionState> memory) {
  std::size_t expected = 0;
  for (const auto& recalled : recalled_) expected += recalled.by_tier.size();
  if (memory.size() != expected) return;
  auto state = memory.begin();
  for (auto& recalled : recalled_)
    for (auto& recollection : recalled.by_tier) recollection.restore(*state++);
}

bool Program::add_watch(std::size_t node, std::optional<std::uint32_t> compared_with) {
  // Children come before parents and a left one before a right one, and steps stand in the order of
  // their nodes: what is below a node begins with its leftmost leaf.
  auto leaf = node;
  while (!expression_.nodes[leaf].children.empty())
    leaf = static_cast<std::size_t>(expression_.nodes[leaf].children.front());
  const auto first = std::find_if(shared_.begin(), shared_.end(),
                                  [&](const Step& step) { return step.out >= leaf; });
  const auto last =
      std::find_if(first, shared_.end(), [&](const Step& step) { return step.out > node; });
  assert(first != last);
  Watch watch;
  watch.node = static_cast<std::uint32_t>(node);
  watch.first_step = static_cast<std::uint32_t>(first - shared_.begin());
  watch.last_step = static_cast<std::uint32_t>(last - shared_.begin());
  watch.compared_with = compared_with;
  watch.term = first->term;
  const auto size = last - first;
  const auto& end = *(last - 1);
  const bool is_abs = end.op == Op::call && end.function == Function::abs;
  watch.of = size == 1             ? Watch::Of::term
             : size == 2 && is_abs ? Watch::Of::size_of_term
                                   : Watch::Of::node;
  watches_.push_back(std::move(watch));
  return true;
}

// Whether all that the condition `node` depends on is watched.
bool Program::add_watches(std::size_t node) {
  const auto& part = expression_.nodes[node];
  if (!reads_[node]) return true;
  switch (part.op) {
    case Op::logical_not:
    case Op::logical_and:
    case Op::logical_or:
      return std::all_of(part.children.begin(), part.children.end(),
                         [&](int child) { return add_watches(static_cast<std::size_t>(child)); });
    default: break;
  }
  if (is_comparison(part.op)) {
    const auto left = static_cast<std::size_t>(part.children[0]);
    const auto right = static_cast<std::size_t>(part.children[1]);
    if (!tiered_[left] && !reads_[right]) return add_watch(left, static_cast<std::uint32_t>(right));
    if (!tiered_[right] && !reads_[left]) return add_watch(right, static_cast<std::uint32_t>(left));
  }
  return !tiered_[node] && add_watch(node, std::nullopt);
}

void Program::set_tiers(std::span<const double> tiers) {
  if (remembers_by_tier()) tiers_.assign(tiers.begin(), tiers.end());
  for (auto& recalled : recalled_) {
    while (recalled.tiered && recalled.by_tier.size() < tiers.size())
      recalled.by_tier.emplace_back(recalled.function, recalled.window);
  }
  for (auto& watch : watches_) watch.numbers.clear();
  for (const auto tier : tiers) {
    value(tier);
    for (auto& watch : watches_) {
      if (!watch.compared_with) continue;
      const auto& number = values_[*watch.compared_with];
      // Where there is no number, nothing can be compared, whatever the other side.
      if (number.known()) watch.numbers.push_back(number.lo);
    }
  }
}

bool Program::settle() {
  if (!watchable_) return false;
  return std::all_of(watches_.begin(), watches_.end(), [this](Watch& watch) {
    const auto& now = values_[watch.node];
    const auto band =
        watch.compared_with ? band_around(now, watch.numbers) : std::optional{band_of(now)};
    if (band) watch.band = *band;
    return band.has_value();
  });
}

bool Program::holds(Market& market) {
  return std::all_of(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    switch (watch.of) {
      case Watch::Of::term: return watch.band.holds(market.value(watch.term));
      case Watch::Of::size_of_term: return watch.band.holds(absolute(market.value(watch.term)));
      case Watch::Of::node: break;
    }
    run(std::span{shared_}.subspan(watch.first_step, watch.last_step - watch.first_step), &market);
    return watch.band.holds(values_[watch.node]);
  });
}

void Program::run(std::span<const Step> steps, Market* market, Timestamp judged, std::size_t tier) {
  for (const auto& step : steps) {
    const auto& a = values_[step.a];
    const auto& b = values_[step.b];
    auto& out = values_[step.out];
    switch (step.op) {
      case Op::literal:
      case Op::tier: break;  // no steps are made for these
      case Op::negate: out = negate(a); break;
      case Op::logical_not: out = logical_not(a); break;
      case Op::add: out = add(a, b); break;
      case Op::subtract: out = subtract(a, b); break;
      case Op::multiply: out = multiply(a, b); break;
      case Op::divide: out = divide(a, b); break;
      case Op::less: out = is_less(a, b); break;
      case Op::less_equal: out = is_less_equal(a, b); break;
      case Op::greater: out = is_less(b, a); break;
      case Op::greater_equal: out = is_less_equal(b, a); break;
      case Op::logical_and: out = logical_and(a, b); break;
      case Op::logical_or: out = logical_or(a, b); break;
      case Op::call:
        if (step.series) {
          out = market->value(
              step.term);  // a call on a series never holds `tier`, so market is given
        } else if (step.recalled) {
          auto& recalled = recalled_[*step.recalled];
          auto& recollection = recalled.by_tier[recalled.tiered ? tier : 0];
          if (judged != no_time) changed_ = recollection.step(a, b, judged) || changed_;
          out = recollection.value();
        } else if (step.function == Function::abs) {
          out = absolute(a);
        } else {
          out = step.function == Function::min ? smaller(a, b) : larger(a, b);
        }
        break;
    }
  }
}

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
                    .venues = {}};
  // Children come before parents, so what lies within the side's text lies before it in the list.
  for (std::size_t i = 0; i <= side; ++i) {
    const auto& part = expression_.nodes[i];
    if (!is_series_call(part) || part.begin < node.begin || part.end > node.end) continue;
    if (!decision.move && is_move(part.function)) decision.move = market.move(terms_[i]);
    decision.seen = std::min(decision.seen, market.seen(terms_[i]));
    add_events(market, terms_[i], decision);
  }
  if (decision.venues.empty())
    for (const auto term : distinct_terms_) add_events(market, term, decision);
  return decision;
}

}  // namespace foghorn
