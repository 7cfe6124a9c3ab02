// [[test.series]], [[test.liquidations]] and [[test.stream]]: what venues tell.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "daemon/config/wording.hpp"
#include "daemon/rule_test/sections.hpp"
#include "feeds/venues/venue.hpp"
#include "rules/notation.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most_observations = 5'000'000;  // of one table
constexpr Duration longest_test = std::chrono::years{100};

/// Values told one after the other: `key` in promtool's notation, from `from`, every `every`.
std::vector<Observation> read_values(TableReader& table, std::string_view key,
                                     const RuleTest& test) {
  const auto text = table.located(key);
  const auto from = moment_at(table, "from", test.start).value_or(0s);
  const auto every = table.duration("every", 1ms);
  if (!table.has("every")) table.refuse("it does not say how often", R"(write every = "10s")");
  if (!text || !every) return {};
  auto parsed = parse_values(*text, table.place(key));
  if (auto* mistakes = std::get_if<std::vector<Mistake>>(&parsed)) {
    table.add(std::move(*mistakes));
    return {};
  }
  std::vector<Observation> told;
  auto t = from;
  for (const auto& run : std::get<std::vector<ValueRun>>(parsed)) {
    for (std::int64_t i = 0; i < run.count && t <= test.until; ++i, t += *every) {
      if (std::ssize(told) == most_observations || t > longest_test) {
        table.refuse(key,
                     fmt::format("these are more than {} values, or more than a century of them",
                                 most_observations),
                     "write fewer, or until");
        return told;
      }
      if (const auto value = run[i]) told.push_back({t, t, value});
    }
  }
  return told;
}

/// One of [[time, number, delay]]. `unknown`: a word that may stand for the number.
std::optional<Observation> read_row(const toml::node& node, TableReader& table,
                                    std::string_view key, const RuleTest& test,
                                    std::string_view unknown) {
  const auto refuse = [&](const toml::node& at, std::string what, std::string remedy) {
    table.refuse(key, place_of(at, table), std::move(what), std::move(remedy));
    return std::nullopt;
  };
  const auto* row = node.as_array();
  if (!row || row->size() < 2 || row->size() > 3)
    return refuse(node, "this is not [time, value] or [time, value, delay]",
                  R"(write ["12s", 77.1] or ["12s", 77.1, "9s"])");
  const auto* when = row->get(0)->as_string();
  const auto happened = when ? parse_moment(when->get(), test.start) : std::nullopt;
  if (!happened)
    refuse(*row->get(0), "this is not a time since the start",
           R"(write it with units, like "12s")");
  const auto* late = row->size() > 2 ? row->get(2)->as_string() : nullptr;
  const auto delay = row->size() == 2 ? Duration{}
                     : late           ? parse_duration(late->get())
                                      : std::nullopt;
  if (!delay) refuse(*row->get(2), "this is not a delay", R"(write it with units, like "9s")");
  Observation seen;
  const auto* word = row->get(1)->as_string();
  const bool not_known = !unknown.empty() && word && word->get() == unknown;
  seen.value = not_known ? std::nullopt : row->get(1)->value<double>();
  if (!not_known && (!row->get(1)->is_number() || !std::isfinite(*seen.value)))
    return refuse(*row->get(1), "this is not a number",
                  unknown.empty() ? "write the price in digits, without quotes"
                                  : fmt::format("write digits without quotes, or \"{}\"", unknown));
  if (!happened || !delay) return std::nullopt;
  seen.happened = *happened;
  seen.arrived = *happened + *delay;
  return seen;
}

std::vector<Observation> read_rows(TableReader& table, std::string_view key, const RuleTest& test,
                                   std::string_view unknown = {}) {
  const auto* node = table.node(key);
  const auto* rows = node ? node->as_array() : nullptr;
  if (!rows) {
    table.refuse(key, "this is not a list", R"(write [["12s", 77.1], ["13s", 77.2]])");
    return {};
  }
  std::vector<Observation> told;
  for (const auto& row : *rows)
    if (const auto seen = read_row(row, table, key, test, unknown))
      if (seen->arrived <= test.until) told.push_back(*seen);
  return told;
}

/// What stands at `values`, or at `rows`.
std::vector<Observation> read_observations(TableReader& table, const RuleTest& test,
                                           std::string_view values, std::string_view rows,
                                           std::string_view unknown = {}) {
  const bool has_values = table.node(values), has_rows = table.node(rows);
  if (has_values == has_rows) {
    table.refuse(has_rows ? fmt::format("it has both {} and {}", values, rows)
                          : fmt::format("it has neither {} nor {}", values, rows),
                 has_rows ? "write two tables"
                          : fmt::format(R"(write {} = "70x360 77.5", with every = "10s")", values));
  }
  for (const auto* key : {"from", "every"})
    if (table.node(key) && !has_values)
      table.refuse(key, fmt::format("{} carry times of their own", rows), "remove the key");
  if (has_values) return read_values(table, values, test);
  return has_rows ? read_rows(table, rows, test, unknown) : std::vector<Observation>{};
}

std::vector<std::string_view> names_of(const std::vector<EventVenue>& venues) {
  std::vector<std::string_view> names;
  for (const auto& venue : venues) names.push_back(venue.name);
  return names;
}

/// The venue at `venue`, one of those that bring liquidations.
std::optional<std::string> event_venue(TableReader& table, const TestSurroundings& around) {
  constexpr std::string_view key = "venue";
  const auto name = table.text(key);
  if (!table.has(key)) table.refuse("it names no venue", R"(write venue = "bybit")");
  if (!name) return std::nullopt;
  if (std::ranges::find(around.venues, *name, &EventVenue::name) != around.venues.end())
    return name;
  if (!around.config.feeds.empty()) {
    table.refuse(key, "no feed brings liquidations of " + echoed(*name),
                 instead_of(*name, names_of(around.venues), "add liquidations to a feed"));
    return std::nullopt;
  }
  const auto* venue = find_venue(*name);
  if (!venue) {
    table.refuse(key, "there is no venue " + echoed(*name),
                 instead_of(*name, venue_names(), "remove the table"));
    return std::nullopt;
  }
  around.venues.push_back({*name, venue->coverage(), venue->repeats_others()});
  return name;
}

/// Whether the config's feed asks for them; a config without feeds hears all.
void check_symbol(TableReader& table, const std::string& venue, const std::string& symbol,
                  const Config& config) {
  constexpr std::string_view key = "symbol";
  if (symbol.size() > SourceTable::longest_symbol)
    table.refuse(key, echoed(symbol) + " is too long for a symbol", "write the venue's own");
  const auto feed = std::ranges::find(config.feeds, venue, &FeedSpec::name);
  if (feed == config.feeds.end()) return;
  const auto& asked = feed->liquidations;
  if (std::ranges::find(asked, "*") != asked.end() ||
      std::ranges::find(asked, symbol) != asked.end())
    return;
  table.refuse(key,
               fmt::format("[feed.{}] does not ask for liquidations of {}", venue, echoed(symbol)),
               instead_of(symbol, views_of(asked), "add it to the feed's liquidations"));
}

}  // namespace

std::optional<ToldPrices> read_prices(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around) {
  constexpr std::string_view key = "source";
  ToldPrices prices;
  const auto* spec = instrument_at(table, around);
  const auto source = table.text(key);
  if (spec) prices.sources = spec->sources;
  if (spec && source) {
    std::vector<std::string> known;
    std::ranges::transform(spec->sources, std::back_inserter(known),
                           [](const Source& s) { return to_text(s); });
    const auto found = std::ranges::find(known, *source);
    if (found == known.end())
      table.refuse(key, echoed(*source) + " is not a source of " + spec->id,
                   instead_of(*source, views_of(known), "remove the key"));
    else
      prices.sources = {spec->sources[static_cast<std::size_t>(found - known.begin())]};
  }
  prices.told = read_observations(table, test, "values", "ticks");
  table.refuse_unknown_keys();
  return prices.sources.empty() ? std::nullopt : std::optional{std::move(prices)};
}

std::optional<ToldOrders> read_orders(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around) {
  static constexpr std::array<std::pair<std::string_view, Position>, 2> positions{
      {{"long", Position::long_side}, {"short", Position::short_side}}};
  const auto venue = event_venue(table, around);
  const auto symbol = table.text("symbol");
  if (!table.has("symbol")) table.refuse("it names no symbol", R"(write symbol = "BTCUSDT")");
  if (venue && symbol) check_symbol(table, *venue, *symbol, around.config);
  const auto position = table.choice<Position>("position", positions);
  if (!table.has("position"))
    table.refuse("it does not say which side was closed", R"(write position = "long")");
  auto told = read_observations(table, test, "notional", "orders", "unknown");
  for (const auto& order : told) {
    if (!order.value || usd(*order.value)) continue;
    table.refuse(table.has("orders") ? "orders" : "notional",
                 fmt::format("{} is not an amount of USD", *order.value),
                 "write amounts above zero");
    break;
  }
  table.refuse_unknown_keys();
  if (!venue || !symbol || !position) return std::nullopt;
  return ToldOrders{{*venue, *symbol}, *position, std::move(told)};
}

std::vector<StreamChange> read_stream(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around) {
  const auto venue = event_venue(table, around);
  const auto down = moment_at(table, "down", test.start);
  const auto up = moment_at(table, "up", test.start);
  if (!table.has("down"))
    table.refuse("it does not say when the stream goes down", R"(write down = "10m", up = "12m")");
  if (down && up && *up <= *down)
    table.refuse("up", "the stream comes up before it is down", "write a later time");
  table.refuse_unknown_keys();
  if (!venue || !down) return {};
  std::vector<StreamChange> changes{{*down, *venue, false}};
  if (up) changes.push_back({*up, *venue, true});
  return changes;
}

}  // namespace foghorn
