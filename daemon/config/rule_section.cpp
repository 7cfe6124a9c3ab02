// [[rule]]: conditions are parsed and typed here, so that what cannot be judged never gets to run.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "rules/compiled_rule.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Tier>, 3> tiers{
    {{"notice", Tier::notice}, {"major", Tier::major}, {"critical", Tier::critical}}};

/// gap = "bridge": a reference that falls into a closure is the last price before it.
constexpr std::array<std::pair<std::string_view, bool>, 1> over_closures{{{"bridge", true}}};

void read_id(TableReader& table, RuleSpec& rule) {
  constexpr auto letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  constexpr std::size_t longest = 64;
  const auto id = table.text("id");
  if (!table.has("id") && rule.id.empty())
    table.refuse("the rule has no id", R"(write id = "oil-shock" or another name)");
  if (id && (id->find_first_not_of(letters) != id->npos || id->size() > longest))
    table.refuse(
        "id", echoed(*id) + " is not an id",
        fmt::format("use at most {} letters, digits, -, _ and .; a title may say more", longest));
  rule.id = id.value_or(table.has("id") ? "" : rule.id);
}

/// A text that holds a number with its unit: 5 alone could be 5 % or 5 dollars.
std::optional<Located> read_quantity(TableReader& table, std::string_view key) {
  const auto* node = table.node(key);
  if (!node || !node->is_number()) return table.located(key);
  table.refuse(key, "a bare number has no unit",
               R"(write it in quotes, like "5%", "4800 USD/oz" or "1000")");
  return std::nullopt;
}

void read_tiers(TableReader& table, RuleSpec& rule) {
  auto inner = table.table("tiers");
  if (!inner) return;
  rule.tiers.clear();
  for (const auto& [name, tier] : tiers)
    if (const auto value = read_quantity(*inner, name)) rule.tiers.emplace(tier, *value);
  if (inner->keys().empty())
    table.refuse("tiers", "there are no tiers in it",
                 R"(write { notice = "5%", major = "10%" }, or remove the key)");
  inner->refuse_unknown_keys();
}

/// Whether the rule can reach this tier; one whose value is mistaken counts.
bool reaches(TableReader& table, const RuleSpec& rule, std::string_view name, Tier tier) {
  const auto* written = table.node("tiers");
  if (!written) return rule.tiers.empty() ? rule.severity == tier : rule.tiers.contains(tier);
  return !written->is_table() || written->as_table()->contains(name);
}

void read_route(TableReader& table, RuleSpec& rule, const std::vector<std::string>& channels) {
  const auto* node = table.node("route");
  if (!node) return;
  rule.route.clear();
  if (!node->is_table()) {
    auto names = read_channel_names(table, "route", channels);
    if ((table.has("tiers") || !rule.tiers.empty()) && node->is_array())
      table.refuse("route", "a rule with tiers says which of them goes where",
                   R"(write route = { notice = ["CHANNEL"], major = ["CHANNEL"] })");
    else if (!names.empty())
      rule.route.emplace(rule.severity, std::move(names));
    return;
  }
  auto inner = *table.table("route");
  for (const auto& [name, tier] : tiers) {
    auto names = read_channel_names(inner, name, channels);
    if (!inner.has(name)) continue;
    if (!reaches(table, rule, name, tier))
      inner.refuse(name, fmt::format("the rule has no tier {}", name),
                   table.has("tiers")
                       ? fmt::format("add {} to tiers, or remove it here", name)
                       : fmt::format("write route = [\"CHANNEL\"], or severity = \"{}\"", name));
    rule.route.emplace(tier, std::move(names));
  }
  inner.refuse_unknown_keys();
}

bool share_a_channel(const RuleSpec& one, const RuleSpec& other) {
  std::set<std::string> channels;
  for (const auto& [tier, names] : one.route) channels.insert(names.begin(), names.end());
  return std::ranges::any_of(other.route, [&](const auto& tier_and_names) {
    return std::ranges::any_of(tier_and_names.second,
                               [&](const auto& name) { return channels.contains(name); });
  });
}

/// What the rule engine says of the conditions. Where every tier is mistaken it would only say that
/// again.
void check_conditions(TableReader& table, const RuleSpec& rule, const Universe& universe) {
  if (rule.when.text.empty() || (table.has("tiers") && rule.tiers.empty())) return;
  auto compiled = compile_rule(rule, universe);
  if (auto* mistakes = std::get_if<std::vector<Mistake>>(&compiled))
    table.add(std::move(*mistakes));
}

}  // namespace

RuleSpec read_rule(TableReader table, const Universe& universe,
                   const std::vector<std::string>& channels, const RuleSpec& base) {
  auto rule = base;
  read_id(table, rule);
  rule.at = table.here(rule.id);
  const auto no_title = base.title == Text{} ? Text{rule.id, rule.id} : base.title;
  rule.title = table.bilingual("title").value_or(no_title);
  rule.severity = table.choice<Tier>("severity", tiers).value_or(rule.severity);
  read_tiers(table, rule);
  if (table.has("severity") && table.has("tiers"))
    table.refuse("severity", "a rule with tiers is as severe as the tier it reaches",
                 "remove severity, or tiers");
  if (auto ratchet = read_quantity(table, "ratchet")) rule.ratchet = std::move(ratchet);
  if (auto when = table.located("when")) rule.when = std::move(*when);
  if (!table.has("when") && rule.when.text.empty())
    table.refuse("the rule has no condition",
                 R"(write when = "abs(change(WTI, 1h)) >= 5%" or another)");
  if (auto clear = table.located("clear")) rule.clear = std::move(clear);
  rule.hold = table.duration("for").value_or(rule.hold);
  rule.keep = table.duration("keep").value_or(rule.keep);
  rule.cooldown = table.duration("cooldown").value_or(rule.cooldown);
  rule.quiet_while = table.text("quiet_while").value_or(rule.quiet_while);
  rule.no_data = table.duration("no_data", 1s).value_or(rule.no_data);
  rule.bridge = table.choice<bool>("gap", over_closures).value_or(rule.bridge);
  check_conditions(table, rule, universe);
  read_route(table, rule, channels);
  table.refuse_unknown_keys();
  return rule;
}

void check_quiet_while(const RuleSpec& rule, TableReader table, const std::vector<RuleSpec>& all) {
  if (rule.quiet_while.empty()) return;
  const auto key = "quiet_while";
  const auto other = std::ranges::find(all, rule.quiet_while, &RuleSpec::id);
  if (other == all.end()) {
    std::vector<std::string_view> ids;
    for (const auto& known : all)
      if (known.id != rule.id) ids.push_back(known.id);
    table.refuse(key, "no rule has the id " + echoed(rule.quiet_while),
                 instead_of(rule.quiet_while, ids, "remove the key"));
  } else if (other->id == rule.id) {
    table.refuse(key, "a rule cannot speak for itself",
                 "name the rule that says the same, or remove the key");
  } else if (other->quiet_while == rule.id) {
    table.refuse(key, "each of the two rules leaves it to the other",
                 "remove quiet_while from one of them");
  } else if (!other->quiet_while.empty()) {
    table.refuse(key, fmt::format("the rule {} leaves it to another itself", echoed(other->id)),
                 fmt::format("write quiet_while = {}", echoed(other->quiet_while)));
  } else if (!rule.route.empty() && !share_a_channel(rule, *other)) {
    table.warn(key,
               fmt::format("the rule {} tells none of this rule's channels, so that it never "
                           "speaks for it",
                           echoed(other->id)),
               "add a channel of this rule to that one's route, or remove the key");
  }
}

}  // namespace foghorn
