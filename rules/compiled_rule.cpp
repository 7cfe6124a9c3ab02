#include "rules/compiled_rule.hpp"

#include <iterator>

#include "model/ids.hpp"
#include "rules/complaints.hpp"
#include "rules/rung_order.hpp"

namespace foghorn {
namespace {

const Type boolean{Type::Kind::boolean, {}};

/// Collects either kind of outcome of a parse: the value into `out`, mistakes into the list.
class Mistakes {
 public:
  template <class T>
  std::optional<T> keep(std::variant<T, std::vector<Mistake>> outcome) {
    if (auto* value = std::get_if<T>(&outcome)) return std::move(*value);
    auto& found = std::get<std::vector<Mistake>>(outcome);
    all.insert(all.end(), std::move_iterator{found.begin()}, std::move_iterator{found.end()});
    return std::nullopt;
  }

  void add(const Located& at, std::string place, std::string what, std::string remedy) {
    all.push_back(
        {at.file, at.line, at.column, std::move(place), std::move(what), std::move(remedy)});
  }

  std::vector<Mistake> all;
};

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

/// Reads the rungs in their order; each must be of the first one's type.
std::optional<Type> read_tiers(const RuleSpec& spec, CompiledRule& rule, Mistakes& mistakes) {
  std::optional<Type> type;
  for (const auto& [tier, text] : spec.tiers) {
    const std::string place = "[[rule]] tiers." + std::string{to_text(tier)};
    const auto literal = mistakes.keep(parse_literal(text, place));
    if (!literal) continue;
    if (type && literal->type != *type) {
      mistakes.add(text, place,
                   quoted(text.text) + " is " + to_text(literal->type) +
                       ", the tiers below it are " + to_text(*type),
                   "write all tiers in the same unit");
      continue;
    }
    type = literal->type;
    rule.tiers.push_back(tier);
    rule.rungs.push_back(literal->value);
  }
  return type;
}

void read_ratchet(const RuleSpec& spec, const std::optional<Type>& tier, CompiledRule& rule,
                  Mistakes& mistakes) {
  if (!spec.ratchet) return;
  const std::string place = "[[rule]] ratchet";
  if (spec.tiers.empty()) {
    mistakes.add(*spec.ratchet, place,
                 "a ratchet adds rungs above the top tier, and this rule has no tiers",
                 "add tiers or remove the ratchet");
    return;
  }
  const auto step = mistakes.keep(parse_literal(*spec.ratchet, place));
  if (!step || !tier) return;
  if (step->type != *tier) {
    mistakes.add(*spec.ratchet, place,
                 quoted(spec.ratchet->text) + " is " + to_text(step->type) + ", the tiers are " +
                     to_text(*tier),
                 "write the ratchet in the tiers' unit");
  } else if (step->value <= 0) {
    mistakes.add(*spec.ratchet, place, quoted(spec.ratchet->text) + " is no step upwards",
                 "write a ratchet above zero");
  } else {
    rule.ratchet = step->value;
  }
}

/// Each rung must be harder to reach than the one below it; a ratchet goes on the same way.
void check_order(const RuleSpec& spec, CompiledRule& rule, Mistakes& mistakes) {
  if (spec.tiers.empty()) return;
  const auto order = rung_order(rule.when);
  if (order == RungOrder::no_tier) {
    mistakes.add(spec.when, "[[rule]] when",
                 "it does not compare with tier, so that every tier would be reached at once",
                 "compare with tier, or write severity instead of tiers");
    return;
  }
  const bool falling = order == RungOrder::falling;
  if (falling && rule.ratchet) rule.ratchet = -*rule.ratchet;
  for (std::size_t i = 1; i < rule.rungs.size(); ++i) {
    if (falling ? rule.rungs[i] < rule.rungs[i - 1] : rule.rungs[i] > rule.rungs[i - 1]) continue;
    const auto& text = spec.tiers.at(rule.tiers[i]);
    mistakes.add(text, "[[rule]] tiers." + std::string{to_text(rule.tiers[i])},
                 quoted(text.text) + " is no harder to reach than " +
                     quoted(spec.tiers.at(rule.tiers[i - 1]).text) + ", the tier below it",
                 std::string{"write "} + (falling ? "falling" : "rising") +
                     " tiers from notice through major to critical");
  }
}

/// The crossings that nothing around them remembers: true at one judgement, false at the next.
std::vector<const Node*> passing_crossings(const Expression& expression) {
  std::vector<const Node*> found;
  std::vector<bool> remembered(expression.nodes.size());
  for (std::size_t i = expression.nodes.size(); i-- > 0;) {
    const auto& node = expression.nodes[i];
    const bool call = node.op == Op::call;
    const bool crosses = call && (node.function == Function::crosses_above ||
                                  node.function == Function::crosses_below);
    if (crosses && !remembered[i]) found.push_back(&node);
    for (const int child : node.children)
      remembered[static_cast<std::size_t>(child)] =
          remembered[i] || (call && remembers(node.function));
  }
  return found;
}

/// The condition that stays true after the crossing: "last(WTI) >= 80 USD/bbl".
std::string stays(const Expression& expression, const Node& crossing) {
  const auto child = [&](std::size_t i) -> const Node& {
    return expression.nodes[static_cast<std::size_t>(crossing.children[i])];
  };
  return "last(" + to_text(child(0).series) + ")" +
         (crossing.function == Function::crosses_above ? " >= " : " <= ") +
         term_text(expression, child(1));
}

/// What is true at one moment only can neither hold nor say when it is over.
void check_crossings(const RuleSpec& spec, const CompiledRule& rule, Mistakes& mistakes) {
  const auto complain = [&](const Located& text, const std::string& place,
                            const Expression& expression, Duration hold, std::string_view key) {
    Complaints complaints{text, place};
    for (const auto* node : passing_crossings(expression)) {
      const auto at = static_cast<std::size_t>(node->begin);
      const auto what = std::string{to_text(node->function)} + " is true at one moment only";
      if (hold > Duration{}) {
        complaints.add(
            at, what + ", and cannot hold for " + format_duration(hold),
            "remove " + std::string{key} + ", or write " +
                quoted("held(" + stays(expression, *node) + ", " + format_duration(hold) + ")"));
      } else if (!spec.clear) {
        complaints.add(at, what + ", so the rule must say when its episode is over",
                       "write a clear, or " + quoted(stays(expression, *node)));
      }
    }
    auto found = complaints.take();
    mistakes.all.insert(mistakes.all.end(), found.begin(), found.end());
  };
  complain(spec.when, "[[rule]] when", rule.when, spec.hold, "for");
  if (rule.clear) complain(*spec.clear, "[[rule]] clear", *rule.clear, spec.keep, "keep");
}

std::string hash_of(const CompiledRule& rule) {
  std::string rungs;
  for (const auto& [tier, text] : rule.spec.tiers)
    rungs += std::string{to_text(tier)} + "=" + text.text + ";";
  return make_id({(rule.spec.bridge ? "bridge " : "") + canonical_text(rule.when),
                  rule.clear ? canonical_text(*rule.clear) : "", rungs,
                  rule.spec.ratchet ? rule.spec.ratchet->text : "", format_duration(rule.spec.hold),
                  format_duration(rule.spec.keep)});
}

}  // namespace

double CompiledRule::value_of(std::size_t rung) const {
  if (rungs.empty()) return 0;
  if (rung < rungs.size()) return rungs[rung];
  return rungs.back() + ratchet.value_or(0) * static_cast<double>(rung - rungs.size() + 1);
}

std::variant<CompiledRule, std::vector<Mistake>> compile_rule(const RuleSpec& spec,
                                                              const Universe& universe) {
  Mistakes mistakes;
  CompiledRule rule;
  rule.spec = spec;
  const auto tier = read_tiers(spec, rule, mistakes);
  read_ratchet(spec, tier, rule, mistakes);
  if (spec.tiers.empty()) rule.tiers = {spec.severity};

  // Where a tier is itself mistaken, its type is not known and `when` would only complain about
  // that again.
  if (tier || spec.tiers.empty()) {
    if (auto when =
            mistakes.keep(parse_expression(spec.when, universe, tier, boolean, "[[rule]] when"))) {
      rule.when = std::move(*when);
      check_order(spec, rule, mistakes);
      if (selectors_of(rule.when).empty()) {
        mistakes.add(spec.when, "[[rule]] when",
                     "no instrument is named, so nothing could ever change it",
                     "compare something of an instrument, such as last(BTC)");
      }
    }
    if (spec.clear)
      rule.clear =
          mistakes.keep(parse_expression(*spec.clear, universe, tier, boolean, "[[rule]] clear"));
  }
  if (!rule.when.nodes.empty()) check_crossings(spec, rule, mistakes);
  if (!mistakes.all.empty()) return std::move(mistakes.all);
  rule.when.bridge = spec.bridge;
  if (rule.clear) rule.clear->bridge = spec.bridge;
  rule.hash = hash_of(rule);
  return rule;
}

}  // namespace foghorn
