// [[rule]]: conditions are parsed and typed here, so that what cannot be judged never gets to run.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "rules/compiled_rule.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Tier>, 3> tiers{
    {{"notice", Tier::notice}, {"major", Tier::major}, {"critical", Tier::critical}}};

void read_id(TableReader& table, RuleSpec& rule) {
  constexpr auto letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  constexpr std::size_t longest = 64;
  const auto id = table.text("id");
  if (!id && !table.has("id"))
    table.refuse("the rule has no id", R"(write id = "oil-shock" or another name)");
  if (id && (id->find_first_not_of(letters) != id->npos || id->size() > longest))
    table.refuse(
        "id", echoed(*id) + " is not an id",
        fmt::format("use at most {} letters, digits, -, _ and .; a title may say more", longest));
  rule.id = id.value_or("");
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
  if (!written) return rule.severity == tier;
  return !written->is_table() || written->as_table()->contains(name);
}

void read_route(TableReader& table, RuleSpec& rule, const std::vector<std::string>& channels) {
  const auto* node = table.node("route");
  if (!node) return;
  if (!node->is_table()) {
    auto names = read_channel_names(table, "route", channels);
    if (table.has("tiers") && node->is_array())
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
                   const std::vector<std::string>& channels) {
  RuleSpec rule;
  read_id(table, rule);
  rule.at = table.here(rule.id);
  rule.title = table.bilingual("title").value_or(Text{rule.id, rule.id});
  const auto severity = table.choice<Tier>("severity", tiers);
  rule.severity = severity.value_or(Tier::notice);
  read_tiers(table, rule);
  if (table.has("severity") && table.has("tiers"))
    table.refuse("severity", "a rule with tiers is as severe as the tier it reaches",
                 "remove severity, or tiers");
  rule.ratchet = read_quantity(table, "ratchet");
  rule.when = table.located("when").value_or(Located{});
  if (!table.has("when"))
    table.refuse("the rule has no condition",
                 R"(write when = "abs(change(WTI, 1h)) >= 5%" or another)");
  rule.clear = table.located("clear");
  check_conditions(table, rule, universe);
  rule.hold = table.duration("for").value_or(rule.hold);
  rule.keep = table.duration("keep").value_or(rule.keep);
  rule.cooldown = table.duration("cooldown").value_or(rule.cooldown);
  rule.no_data = table.duration("no_data", 1s).value_or(rule.no_data);
  read_route(table, rule, channels);
  table.refuse_unknown_keys();
  return rule;
}

}  // namespace foghorn
