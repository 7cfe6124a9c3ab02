// [[test.history]]: days before the test. And what all tables of an instrument begin with.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "daemon/config/wording.hpp"
#include "daemon/day_end.hpp"
#include "daemon/rule_test/sections.hpp"

namespace foghorn {
namespace {

/// [date, close] or [date, open, high, low, close]; nullopt where it is neither.
std::optional<DayBar> day_of(const toml::node& node) {
  const auto* row = node.as_array();
  if (!row || (row->size() != 2 && row->size() != 5)) return std::nullopt;
  const auto* date = row->get(0)->as_string();
  const auto day = date ? parse_time(date->get()) : std::nullopt;
  if (!day || *day != std::chrono::floor<std::chrono::days>(*day)) return std::nullopt;
  std::vector<double> prices;
  for (std::size_t i = 1; i < row->size(); ++i) {
    if (!row->get(i)->is_number()) return std::nullopt;
    prices.push_back(*row->get(i)->value<double>());
    if (!std::isfinite(prices.back())) return std::nullopt;
  }
  if (prices.size() == 1) return DayBar{*day, prices[0], prices[0], prices[0], prices[0], true};
  return DayBar{*day, prices[0], prices[1], prices[2], prices[3]};
}

}  // namespace

Located place_of(const toml::node& node, const TableReader& table) {
  const auto begin = node.source().begin;
  auto place = table.here("");
  place.line = static_cast<int>(begin.line);
  place.column = static_cast<int>(begin.column);
  return place;
}

const InstrumentSpec* instrument_at(TableReader& table, const TestSurroundings& around) {
  constexpr std::string_view key = "of";
  const auto id = table.text(key);
  if (!table.has(key))
    table.refuse("it does not say whose prices these are", R"(write of = "WTI")");
  if (!id) return nullptr;
  std::vector<std::string_view> known;
  for (const auto& spec : around.config.instruments) {
    if (spec.id == *id && spec.event_series)
      table.refuse(key, echoed(*id) + " has no prices", "write it as [[test.liquidations]]");
    else if (spec.id == *id && spec.sources.empty())
      table.refuse(key, echoed(*id) + " has no sources: its price comes from others'",
                   "give the prices of those");
    else if (spec.id == *id)
      return &spec;
    if (!spec.event_series && !spec.sources.empty()) known.push_back(spec.id);
    if (spec.id == *id) return nullptr;
  }
  table.refuse(key, "there is no instrument " + echoed(*id),
               instead_of(*id, known, "add [instrument." + *id + "]"));
  return nullptr;
}

std::optional<KnownDays> read_history(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around) {
  constexpr std::string_view key = "days";
  const auto* spec = instrument_at(table, around);
  const auto* node = table.node(key);
  const auto* rows = node ? node->as_array() : nullptr;
  if (!rows) table.refuse(key, "there is no list of days", R"(write [["2025-10-01", 61.2]])");
  KnownDays known;
  for (std::size_t i = 0; rows && i < rows->size(); ++i) {
    const auto& row = *rows->get(i);
    const auto day = day_of(row);
    if (!day)
      table.refuse(key, place_of(row, table), "this is not a day of prices",
                   R"(write ["2025-10-01", 61.2], or ["2025-10-01", open, high, low, close])");
    else if (!known.days.empty() && known.days.back().day >= day->day)
      table.refuse(key, place_of(row, table), "this day is not after the one before it",
                   "write the days in their order, each once");
    else if (end_of_day(spec ? spec->hours.get() : nullptr, day->day) > test.start)
      table.refuse(key, place_of(row, table), "this day is not over when the test starts",
                   "leave out the row, or write a later start");
    else
      known.days.push_back(*day);
  }
  table.refuse_unknown_keys();
  if (!spec) return std::nullopt;
  known.instrument = spec->id;
  return known;
}

}  // namespace foghorn
