// [instrument.ID]: what is watched, and through whom.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config/calendars.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "rules/consensus.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

/// What the expression language can read as one name, and does not read as something else.
void check_id(TableReader& table, std::string_view id) {
  static constexpr std::array<std::string_view, 4> taken{"and", "or", "not", "tier"};
  constexpr auto letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr auto all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  const bool name =
      !id.empty() && id.find_first_not_of(all) == id.npos && id.find_first_of(letters) == 0;
  if (!name)
    table.refuse(echoed(id) + " cannot be named in a rule",
                 "use letters, digits and _, beginning with a letter");
  else if (id.size() > SourceTable::longest_symbol)
    table.refuse(echoed(id) + " is too long",
                 fmt::format("write at most {} characters", SourceTable::longest_symbol));
  else if (std::ranges::find(taken, id) != taken.end())
    table.refuse(echoed(id) + " is a word of the rule language",
                 "choose another name, like \"WTI\"");
}

/// Whether a feed that is switched on brings this source; notes a mistake where none could.
bool listened_to(TableReader& table, const Located& word, const Source& source,
                 const std::vector<FeedSpec>& feeds) {
  constexpr std::string_view key = "sources";
  const auto feed = std::ranges::find(feeds, source.venue, &FeedSpec::name);
  if (feed != feeds.end()) return feed->enabled;
  if (!find_venue(source.venue))
    table.refuse(key, word, "there is no venue " + echoed(source.venue),
                 instead_of(source.venue, venue_names(), "remove the source"));
  else if (!feeds.empty())
    table.refuse(key, word, fmt::format("no [feed.{}] brings this source", source.venue),
                 fmt::format("add a [feed.{}] table, or remove the source", source.venue));
  return true;
}

/// The sources that are listened to; mistaken ones count, so that what else counts them is judged
/// by what was meant.
std::vector<Source> read_sources(TableReader& table, const std::vector<FeedSpec>& feeds) {
  constexpr std::string_view key = "sources";
  std::vector<Source> sources;
  const auto words = table.words(key);
  if (!words) return sources;
  for (const auto& word : *words) {
    const auto source = parse_source(word.text);
    if (!source)
      table.refuse(key, word, echoed(word.text) + " is not a source",
                   "write venue and symbol with a colon, like \"bybit:CLUSDT\"");
    else if (source->symbol.size() > SourceTable::longest_symbol)
      table.refuse(key, word, echoed(word.text) + " is too long for a symbol",
                   fmt::format("write at most {} characters", SourceTable::longest_symbol));
    if (!source || listened_to(table, word, *source, feeds))
      sources.push_back(source.value_or(Source{}));
  }
  if (sources.empty())
    table.refuse(key, "every feed of these sources is switched off",
                 "enable one of them, or remove the instrument");
  if (sources.size() > Consensus::most_sources)
    table.refuse(key, fmt::format("{} sources are more than one price can have", sources.size()),
                 fmt::format("name {} or fewer", Consensus::most_sources));
  return sources;
}

ConsensusPolicy read_consensus(TableReader& table, std::size_t sources) {
  ConsensusPolicy policy;
  policy.min_sources = sources > 1 ? 2 : 1;
  auto inner = table.table("consensus");
  if (!inner) return policy;
  if (const auto least = inner->whole("min_sources", 1)) {
    policy.min_sources = static_cast<std::size_t>(*least);
    // Without a list of sources (replay) they are as many as the ticks name.
    if (sources > 0 && policy.min_sources > sources)
      inner->refuse("min_sources",
                    fmt::format("{} sources have to agree, and {} {} listened to",
                                policy.min_sources, sources, sources == 1 ? "is" : "are"),
                    fmt::format("write {} or less, or add sources", sources));
  }
  policy.max_age = inner->duration("max_age", 1s).value_or(policy.max_age);
  policy.max_deviation = inner->ratio("max_deviation").value_or(policy.max_deviation);
  inner->refuse_unknown_keys();
  return policy;
}

void read_hours(TableReader& table, InstrumentSpec& instrument,
                const std::shared_ptr<const Calendars>& own) {
  const auto hours = [&](std::string_view key, std::string& name) {
    const auto word = table.text(key);
    if (!word) return std::shared_ptr<const TradingHours>{};
    name = *word;
    if (name == "always") return std::shared_ptr<const TradingHours>{};
    const auto& calendars = own ? *own : Calendars::built_in();
    if (const auto* calendar = calendars.find(name)) return calendar->hours;
    // Mistaken calendars are told where they are named.
    if (own && own->all().empty()) return std::shared_ptr<const TradingHours>{};
    std::vector<std::string_view> known{"always"};
    for (const auto& calendar : calendars.all()) known.push_back(calendar.name);
    table.refuse(key, "there is no calendar " + echoed(name), instead_of(name, known, ""));
    return std::shared_ptr<const TradingHours>{};
  };
  instrument.hours = hours("session", instrument.session);
  instrument.underlying_hours = hours("underlying", instrument.underlying);
  if (instrument.underlying == "always")
    table.refuse("underlying", "\"always\" never closes",
                 "remove the key, or name a calendar that does");
  else if (instrument.hours && instrument.underlying_hours)
    table.refuse(
        "underlying",
        fmt::format("the instrument closes by itself, with {}", echoed(instrument.session)),
        "remove the key, or write session = \"always\"");
}

/// The keys of a price have no meaning for what has no sources of its own, and `why`.
void refuse_price_keys(TableReader& table, std::string_view why) {
  for (const std::string_view key :
       {"sources", "consensus", "max_staleness", "session", "underlying", "ref_window"}) {
    if (!table.node(key)) continue;
    table.refuse(key, fmt::format("{}, and has no {}", why, key), "remove the key, or class");
  }
}

}  // namespace

InstrumentSpec read_instrument(std::string_view id, TableReader table,
                               const std::vector<FeedSpec>& feeds,
                               const std::shared_ptr<const Calendars>& calendars) {
  enum class Class : std::uint8_t { price, event, fedwatch };
  static constexpr std::array<std::pair<std::string_view, Class>, 3> classes{
      {{"price", Class::price}, {"event", Class::event}, {"fedwatch", Class::fedwatch}}};
  InstrumentSpec instrument;
  instrument.id = id;
  check_id(table, id);
  instrument.name = table.bilingual("name").value_or(Text{instrument.id, instrument.id});
  const auto kind = table.choice<Class>("class", classes).value_or(Class::price);
  instrument.event_series = kind == Class::event;
  if (kind == Class::fedwatch) {
    refuse_price_keys(table, "a probability follows from its contracts");
    if (table.node("unit")) table.refuse("unit", "a probability has no unit", "remove the key");
    instrument.unit = "%";
    instrument.fedwatch = read_fedwatch(table);
    table.refuse_unknown_keys();
    return instrument;
  }
  instrument.unit = table.text("unit").value_or(instrument.event_series ? "USD" : "");
  if (instrument.unit == "%")
    table.refuse("unit", "a price is no percentage", "remove the key, or write unit = \"points\"");
  if (instrument.event_series) {
    refuse_price_keys(table, "an event series gathers the liquidations of all feeds");
    if (instrument.unit != "USD")
      table.refuse("unit", "liquidations are added up in USD, not in " + echoed(instrument.unit),
                   "write unit = \"USD\"");
    const auto brings = [](const FeedSpec& feed) {
      return feed.enabled && !feed.liquidations.empty();
    };
    if (!feeds.empty() && std::ranges::none_of(feeds, brings))
      table.refuse("no feed brings liquidations",
                   R"(write liquidations = ["*"] or symbols into a [feed] table)");
  } else {
    instrument.sources = read_sources(table, feeds);
    instrument.consensus = read_consensus(table, instrument.sources.size());
    instrument.max_staleness =
        table.duration("max_staleness", 1s).value_or(instrument.max_staleness);
    read_hours(table, instrument, calendars);
    instrument.ref_window = table.duration("ref_window", 1s);
  }
  table.refuse_unknown_keys();
  return instrument;
}

Universe universe_of(const std::vector<InstrumentSpec>& instruments,
                     const std::vector<FeedSpec>& feeds) {
  Universe universe;
  for (const auto& instrument : instruments) {
    auto& known = universe.instruments.emplace_back();
    known.id = instrument.id;
    known.unit = instrument.unit;
    known.event_series = instrument.event_series;
    const auto add = [&](std::string_view venue) {
      if (std::ranges::find(known.venues, venue) == known.venues.end())
        known.venues.emplace_back(venue);
    };
    for (const auto& source : instrument.sources) add(source.venue);
    if (!instrument.event_series) continue;
    for (const auto& feed : feeds)
      if (feed.enabled && !feed.liquidations.empty()) add(feed.name);
    if (!feeds.empty()) continue;
    // Replayed liquidations may come from every venue that has any.
    for (const auto name : venue_names())
      if (find_venue(name)->liquidations() != Venue::Liquidations::none) add(name);
  }
  return universe;
}

}  // namespace foghorn
