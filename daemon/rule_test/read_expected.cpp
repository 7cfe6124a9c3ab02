// [[test.expect]]: an alert event that must come.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "daemon/config/wording.hpp"
#include "daemon/rule_test/sections.hpp"

namespace foghorn {
namespace {

constexpr std::array<std::pair<std::string_view, AlertKind>, 7> kinds{
    {{"fire", AlertKind::fire},
     {"escalate", AlertKind::escalate},
     {"resolve", AlertKind::resolve},
     {"no_data", AlertKind::no_data},
     {"data_back", AlertKind::data_back},
     {"unconfirmed", AlertKind::unconfirmed},
     {"confirmed", AlertKind::confirmed}}};
constexpr std::array<std::pair<std::string_view, Tier>, 3> tiers{
    {{"notice", Tier::notice}, {"major", Tier::major}, {"critical", Tier::critical}}};

bool of_a_rule(AlertKind kind) {
  return kind == AlertKind::fire || kind == AlertKind::escalate || kind == AlertKind::resolve;
}

/// Half of the last digit that is written: 10.7% stands for all that is shown so.
double rounding_of(std::string_view number, double unit) {
  const auto point = number.find('.');
  const auto end = std::min(number.find_first_not_of("0123456789", point + 1), number.size());
  const auto decimals = point == number.npos ? 0 : end - point - 1;
  return 0.5 * std::pow(10.0, -static_cast<double>(decimals)) * unit;
}

std::optional<double> literal_at(TableReader& table, std::string_view key, const Located& text) {
  auto parsed = parse_literal(text, table.place(key));
  if (const auto* literal = std::get_if<Literal>(&parsed)) return literal->value;
  table.add(std::get<std::vector<Mistake>>(std::move(parsed)));
  return std::nullopt;
}

std::optional<ExpectedEvent::Number> read_number(TableReader& table) {
  const auto* node = table.node("value");
  ExpectedEvent::Number number;
  if (node && node->is_number()) {
    number.value = *node->value<double>();
    number.tolerance = 1e-9 * std::abs(number.value);
    number.text = fmt::format("{}", number.value);
  } else {
    const auto text = table.located("value");
    const auto value = text ? literal_at(table, "value", *text) : std::nullopt;
    if (!value) {
      if (table.node("tolerance") && !table.has("value"))
        table.refuse("tolerance", "there is no value that could differ by this",
                     "write value, or remove the key");
      return std::nullopt;
    }
    number.value = *value;
    number.text = text->text;
    // What one of its unit is worth: of "10.7%" a hundredth, of "1.5B USD" a billion.
    const auto sign = text->text.starts_with('-') ? 1U : 0U;
    auto one = *text;
    const auto digits = std::min(one.text.find_first_not_of("0123456789.", sign), one.text.size());
    const auto written = one.text.substr(sign, digits - sign);
    one.text = "1" + one.text.substr(digits);
    const auto unit = parse_literal(one, "");
    if (const auto* literal = std::get_if<Literal>(&unit))
      number.tolerance = rounding_of(written, literal->value);
  }
  if (const auto* tolerance = table.node("tolerance"); tolerance && tolerance->is_number()) {
    number.tolerance = std::abs(*tolerance->value<double>());
  } else if (const auto text = table.located("tolerance")) {
    number.tolerance = std::abs(literal_at(table, "tolerance", *text).value_or(0));
  }
  return number;
}

void read_instrument(TableReader& table, ExpectedEvent& event, const Config& config) {
  constexpr std::string_view key = "instrument";
  event.instrument = table.text(key).value_or("");
  if (event.instrument.empty()) return;
  std::vector<std::string_view> known;
  for (const auto& spec : config.instruments) known.push_back(spec.id);
  if (std::ranges::find(known, event.instrument) == known.end())
    table.refuse(key, "there is no instrument " + echoed(event.instrument),
                 instead_of(event.instrument, known, "remove the key"));
}

void read_rule_id(TableReader& table, ExpectedEvent& event, const std::vector<std::string>& rules) {
  constexpr std::string_view key = "rule";
  event.rule = table.text(key).value_or("");
  if (!event.rule.empty() && std::ranges::find(rules, event.rule) == rules.end())
    table.refuse(key, "no rule " + echoed(event.rule) + " runs in this test",
                 instead_of(event.rule, views_of(rules), "add it to the test's rules"));
}

/// What each kind carries, and what it does not.
void check_kind(TableReader& table, AlertKind kind) {
  if (of_a_rule(kind)) {
    if (!table.has("rule"))
      table.refuse(fmt::format("this {} names no rule", to_text(kind)), "write rule = \"…\"");
    return;
  }
  for (const auto* key : {"rule", "tier", "value"})
    if (table.has(key))
      table.refuse(key,
                   fmt::format("{} speaks of an instrument and carries no {}", to_text(kind), key),
                   "write instrument = \"…\" instead");
  if (!table.has("instrument"))
    table.refuse(fmt::format("this {} names no instrument", to_text(kind)),
                 "write instrument = \"…\"");
}

}  // namespace

std::optional<ExpectedEvent> read_expected(TableReader table, const RuleTest& test,
                                           const std::vector<std::string>& rules,
                                           const TestSurroundings& around) {
  ExpectedEvent event;
  const auto at = moment_at(table, "at", test.start);
  if (!table.has("at")) table.refuse("it does not say when", R"(write at = "1h0m25s")");
  if (at && *at > test.until)
    table.refuse("at", fmt::format("the test ends at {}", format_duration(test.until)),
                 "write a later until");
  const auto kind = table.choice<AlertKind>("kind", kinds);
  if (!table.has("kind")) table.refuse("it does not say what comes", R"(write kind = "fire")");
  read_rule_id(table, event, rules);
  read_instrument(table, event, around.config);
  event.tier = table.choice<Tier>("tier", tiers);
  event.value = read_number(table);
  event.reason = table.text("reason").value_or("");
  if (kind) check_kind(table, *kind);
  table.refuse_unknown_keys();
  if (!at || !kind) return std::nullopt;
  event.at = *at;
  event.kind = *kind;
  return event;
}

}  // namespace foghorn
