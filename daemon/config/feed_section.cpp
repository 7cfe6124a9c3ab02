// [feed.NAME]: who is listened to.

#include <fmt/format.h>

#include <array>

#include "daemon/config/secrets.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

std::vector<std::string> read_liquidations(TableReader& table, const Venue* venue) {
  constexpr std::string_view key = "liquidations";
  std::vector<std::string> symbols;
  const auto words = table.words(key);
  if (!words) return symbols;
  const auto kind = venue ? venue->liquidations() : Venue::Liquidations::market_wide;
  if (kind == Venue::Liquidations::none) {
    table.refuse(key, fmt::format("{} publishes no liquidations", venue->name()), "remove the key");
    return symbols;
  }
  for (const auto& word : *words) {
    if (word.text == "*" && kind == Venue::Liquidations::per_symbol)
      table.refuse(key, word,
                   fmt::format("{} has no market-wide stream of liquidations", venue->name()),
                   R"(name its symbols, like ["BTCUSDT", "ETHUSDT"])");
    if (word.text == "*" && words->size() > 1)
      table.refuse(key, word, "\"*\" already means every symbol",
                   R"(write ["*"] alone, or the symbols without it)");
    symbols.push_back(word.text);
  }
  return symbols;
}

/// Only where nobody has shown whose sign the venue's sizes have.
bool read_liquidation_size(TableReader& table, const Venue* venue) {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> signs{
      {{"position", false}, {"order", true}}};
  constexpr std::string_view key = "liquidation_size";
  const bool is_order = table.choice<bool>(key, signs).value_or(false);
  if (venue && table.has(key) && !venue->doubts_liquidation_size())
    table.refuse(key, fmt::format("{} says itself which side was closed", venue->name()),
                 "remove the key");
  return is_order;
}

/// Of a feed that is switched off nothing is asked for that may not be there: keys, variables.
void read_secrets(TableReader& table, const Surroundings& around, const Venue* venue,
                  FeedSpec& feed) {
  if (!feed.enabled || !venue) {
    for (const std::string_view key : {"proxy", "key", "key_file"}) table.node(key);
    return;
  }
  feed.proxy = proxy_of(table, around).value_or(ProxyChoice{});
  feed.key = key_of(table, around, *venue).value_or(Secret{});
}

}  // namespace

FeedSpec read_feed(std::string_view name, TableReader table, const Surroundings& around) {
  static constexpr std::array<std::pair<std::string_view, PriceKind>, 3> prices{
      {{"trade", PriceKind::trade}, {"mark", PriceKind::mark}, {"mid", PriceKind::mid}}};
  FeedSpec feed;
  feed.name = name;
  feed.at = table.here(name);
  const auto* venue = find_venue(name);
  if (!venue)
    table.refuse("there is no venue " + echoed(name),
                 instead_of(name, venue_names(), "remove the table"));
  feed.enabled = table.flag("enabled").value_or(true);
  feed.url = url_at(table, "url", "wss").value_or("");
  feed.rest_url = url_at(table, "rest_url", "https", true);
  feed.ca_file = ca_file_of(table, around);
  read_secrets(table, around, venue, feed);
  feed.liquidations = read_liquidations(table, venue);
  feed.liquidation_size_is_order = read_liquidation_size(table, venue);
  feed.price = table.choice<PriceKind>("price", prices).value_or(PriceKind::trade);
  if (venue && table.has("price") && !venue->has_price(feed.price))
    table.refuse("price",
                 fmt::format("{} tells no {} price", venue->name(),
                             feed.price == PriceKind::mark ? "mark" : "mid"),
                 R"(write price = "trade")");
  feed.delayed = table.flag("delayed").value_or(false);
  table.refuse_unknown_keys();
  return feed;
}

}  // namespace foghorn
