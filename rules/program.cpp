#include "rules/program.hpp"

#include <algorithm>
#include <cassert>

#include "rules/node_kinds.hpp"

namespace foghorn {

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

void Program::succeed(Program& earlier) {
  changed_ = changed_ || earlier.changed_;
  for (std::size_t i = 0; i < std::min(recalled_.size(), earlier.recalled_.size()); ++i)
    std::swap(recalled_[i].by_tier, earlier.recalled_[i].by_tier);
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

}  // namespace foghorn
