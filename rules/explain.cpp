#include "rules/explain.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rules/engine_parts.hpp"
#include "rules/node_kinds.hpp"

namespace foghorn {
namespace {

std::optional<double> known_bound(const Value& value) {
  if (!value.known()) return std::nullopt;
  if (std::isfinite(value.lo)) return value.lo;
  return std::isfinite(value.hi) ? std::optional{value.hi} : std::nullopt;
}

/// The way from a condition to its truth: its length, and the comparison that it leads through,
/// where there is one.
struct Way {
  double relative{};
  std::optional<std::size_t> comparison;
};

/// Ways through the nodes of an expression, as they are worth now.
class Ways {
 public:
  Ways(const std::vector<Node>& nodes, const std::vector<Value>& values)
      : nodes_{nodes}, values_{values} {}

  std::optional<Way> to(std::size_t i) const {
    const auto& node = nodes_[i];
    if (is_comparison(node.op)) return through(i);
    if (node.op == Op::logical_or) return shorter(child(node, 0), child(node, 1));
    if (node.op == Op::logical_and) return longer(child(node, 0), child(node, 1));
    return values_[i].is_true() ? std::optional{Way{}} : std::nullopt;
  }

 private:
  std::optional<Way> child(const Node& node, std::size_t n) const {
    return to(static_cast<std::size_t>(node.children[n]));
  }

  std::optional<Way> through(std::size_t i) const {
    const auto& node = nodes_[i];
    const auto left = known_bound(values_[static_cast<std::size_t>(node.children[0])]);
    const auto right = known_bound(values_[static_cast<std::size_t>(node.children[1])]);
    if (values_[i].is_true()) return Way{0, i};
    if (!left || !right ||
        nodes_[static_cast<std::size_t>(node.children[0])].type.kind == Type::Kind::time)
      return std::nullopt;
    return Way{*right != 0 ? std::abs((*right - *left) / *right) : 1.0, i};
  }

  static std::optional<Way> shorter(const std::optional<Way>& a, const std::optional<Way>& b) {
    if (!a || !b) return a ? a : b;
    return b->relative < a->relative ? b : a;
  }
  static std::optional<Way> longer(const std::optional<Way>& a, const std::optional<Way>& b) {
    if (!a || !b) return std::nullopt;
    return b->relative > a->relative || !a->comparison ? b : a;
  }

  const std::vector<Node>& nodes_;
  const std::vector<Value>& values_;
};

ExplainedInstrument explained(const Market& market, std::size_t i, Timestamp now) {
  const auto& spec = market.spec(i);
  return {.id = spec.id,
          .unit = spec.unit,
          .state = market.state(i),
          .underlying_closed = now != no_time && !is_open(spec.underlying_hours.get(), now),
          .last = market.last(i),
          .disagreeing_since = market.disagreeing_since(i),
          .min_sources = spec.consensus.min_sources,
          .sources = market.source_prices(i)};
}

}  // namespace

ExplainedCondition Program::explain(Market& market, std::span<const double> tiers) {
  const auto& nodes = expression_.nodes;
  ExplainedCondition condition;
  std::vector<std::pair<std::size_t, std::size_t>> open{{nodes.size() - 1, 0}};
  std::vector<std::size_t> shown;  // nodes, by part
  while (!open.empty()) {
    const auto [i, depth] = open.back();
    open.pop_back();
    const auto& node = nodes[i];
    for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
      open.emplace_back(static_cast<std::size_t>(*child), depth + 1);
    if (node.op == Op::literal || node.op == Op::tier) continue;
    shown.push_back(i);
    condition.parts.push_back({.text = term_text(expression_, node),
                               .depth = depth,
                               .type = node.type,
                               .values = {},
                               .series = std::nullopt});
  }

  refresh(market);
  for (const auto tier : tiers) {
    value(tier);
    for (std::size_t p = 0; p < shown.size(); ++p)
      if (condition.parts[p].values.empty() || tiered_[shown[p]])
        condition.parts[p].values.push_back(values_[shown[p]]);
    const auto way = Ways{nodes, values_}.to(nodes.size() - 1);
    auto& distance = condition.distances.emplace_back();
    if (!way || !way->comparison) continue;
    const auto& comparison = nodes[*way->comparison];
    auto term = static_cast<std::size_t>(comparison.children[0]);
    auto other = static_cast<std::size_t>(comparison.children[1]);
    if (tiered_[term] && !tiered_[other] && reads_[other]) std::swap(term, other);
    distance = Distance{.term = term_text(expression_, nodes[term]),
                        .type = nodes[term].type,
                        .value = known_bound(values_[term]).value_or(0),
                        .bound = values_[term],
                        .wanted = known_bound(values_[other]).value_or(0),
                        .relative = way->relative};
  }
  if (!tiers.empty()) value(tiers.front());

  for (std::size_t p = 0; p < shown.size(); ++p) {
    const auto& node = nodes[shown[p]];
    if (!is_series_call(node)) continue;
    const auto term = terms_[shown[p]];
    condition.parts[p].series = ExplainedSeries{.instrument = node.series.instrument,
                                                .window = node.window,
                                                .seen = market.seen(term),
                                                .known_since = market.known_since(term),
                                                .move = market.move(term),
                                                .venues = market.venues(term),
                                                .unsummed = market.unsummed(term)};
  }
  return condition;
}

std::optional<Explanation> Engine::explain(std::string_view id) {
  const auto found = std::find_if(rules_.begin(), rules_.end(),
                                  [&](const auto& rule) { return rule->compiled.spec.id == id; });
  if (found == rules_.end()) return std::nullopt;
  auto& rule = **found;
  const auto& compiled = rule.compiled;
  const auto state = rule.episode.state();

  Explanation told;
  told.rule = compiled.spec.id;
  told.title = compiled.spec.title;
  told.now = now_;
  told.phase = rule.episode.phase();
  told.hold = compiled.spec.hold;
  told.keep = compiled.spec.keep;
  told.kept = state.kept;
  told.began = state.began;
  told.announced = state.announced;
  if (!compiled.spec.tiers.empty()) {
    const auto level = parse_literal(compiled.spec.tiers.begin()->second, "");
    if (const auto* literal = std::get_if<Literal>(&level)) told.tier_type = literal->type;
  }
  if (state.open) told.tier = compiled.tier_of(state.rung);
  if (state.announced != no_time && state.announced + compiled.spec.cooldown > now_)
    told.cooldown_until = state.announced + compiled.spec.cooldown;
  for (const auto& instrument : instruments_read_by(compiled))
    if (const auto i = market_.find(instrument))
      told.instruments.push_back(explained(market_, *i, now_));

  // Of a ratchet's rungs the next one is enough.
  const auto written = compiled.tiers.size();
  const auto count =
      std::min(rule.rungs,
               compiled.ratchet ? std::max(written, state.open ? state.rung + 1 : 0) + 1 : written);
  std::vector<double> levels;
  for (std::size_t i = 0; i < count; ++i) levels.push_back(compiled.value_of(i));
  if (now_ == no_time) return told;

  auto when = rule.when.explain(market_, levels);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& truths = when.parts.front().values;
    told.rungs.push_back({.tier = compiled.tier_of(i),
                          .level = compiled.rungs.empty() ? std::nullopt : std::optional{levels[i]},
                          .truth = truths[std::min(i, truths.size() - 1)],
                          .held = i < state.held.size() ? state.held[i] : Duration{},
                          .distance = when.distances[i]});
  }
  told.when = std::move(when.parts);
  if (rule.clear) told.clear = rule.clear->explain(market_, {levels.data(), 1}).parts;
  return told;
}

}  // namespace foghorn
