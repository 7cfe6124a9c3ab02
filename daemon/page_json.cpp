#include "daemon/page_json.hpp"

#include <boost/json.hpp>

#include <cmath>

#include "daemon/natural.hpp"
#include "daemon/status_parts.hpp"
#include "daemon/version.hpp"
#include "model/alert_json.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using status_parts::or_null;
using status_parts::text;
using status_parts::time;

json::object both(const Text& words) {
  return {{"zh", text(words.zh)}, {"en", text(words.en)}};
}

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

/// To the second: a time that moves faster would have its part told again for nothing.
json::value second(Timestamp t) {
  return t == no_time ? json::value(nullptr) : text(second_text(t));
}

json::value text_or_null(std::string_view t) {
  return t.empty() ? json::value(nullptr) : text(t);
}

json::object instrument(const InstrumentSnapshot& shot, const PageInstrument& page) {
  json::array sources;
  for (const auto& source : page.sources)
    sources.push_back(json::object{
        {"source", text(source.source)},
        {"price", source.seen == no_time ? json::value(nullptr) : json::value(source.price)},
        {"seen", second(source.seen)},
        {"alive", source.alive},
        {"agrees", source.agrees}});
  return {{"name", text(shot.id)},
          {"title", both(page.name)},
          {"unit", text(shot.unit)},
          {"state", text(to_text(shot.state))},
          {"price", or_null(shot.price)},
          {"price_time", second(shot.price_time)},
          {"change_24h", or_null(shot.change)},
          {"underlying_closed", page.underlying_closed},
          {"disagreeing_since",
           page.disagreeing_since ? second(*page.disagreeing_since) : json::value(nullptr)},
          {"min_sources", static_cast<std::int64_t>(page.min_sources)},
          {"sources", std::move(sources)}};
}

json::object past(const InstrumentSnapshot& shot, const PagePast& line) {
  json::array prices;
  for (const auto& price : line.prices) prices.push_back(or_null(price));
  return {{"name", text(shot.id)},
          {"last", time(line.last)},
          {"step_seconds", seconds(page_past_step)},
          {"prices", std::move(prices)}};
}

json::value distance(const std::optional<Distance>& way) {
  if (!way) return nullptr;
  return json::object{{"term", text(way->term)},
                      {"value", way->value},
                      {"value_text", text(natural_text(way->value, way->type))},
                      {"exact", way->bound.exact()},
                      {"wanted", way->wanted},
                      {"wanted_text", text(natural_text(way->wanted, way->type))},
                      {"relative", way->relative}};
}

json::value unknown(const std::optional<PageUnknown>& why) {
  if (!why) return nullptr;
  return json::object{{"reason", text(to_text(why->reason))},
                      {"text", text_or_null(why->text)},
                      {"says", text_or_null(why->says)},
                      {"instrument", text_or_null(why->instrument)},
                      {"window_seconds", seconds(why->window)},
                      {"seen", why->seen},
                      {"known_since", why->known_since ? second(*why->known_since) : nullptr}};
}

json::object rule(const RuleSnapshot& shot, const PageRule& page) {
  json::array rungs;
  for (const auto& rung : page.rungs) {
    json::value truth = nullptr;
    if (rung.truth.is_true()) truth = true;
    if (rung.truth.is_false()) truth = false;
    rungs.push_back(
        json::object{{"tier", text(to_text(rung.tier))},
                     {"level", or_null(rung.level)},
                     {"level_text", rung.level ? text(natural_text(*rung.level, page.tier_type))
                                               : json::value(nullptr)},
                     {"true", truth},
                     {"held_seconds", std::floor(seconds(rung.held))},
                     {"distance", distance(rung.distance)}});
  }
  return {{"id", text(shot.id)},
          {"title", both(page.title)},
          {"when", text(page.when)},
          {"state", text(to_text(shot.phase))},
          {"tier", shot.tier ? text(to_text(*shot.tier)) : json::value(nullptr)},
          {"value", or_null(shot.value)},
          {"began", second(page.began)},
          {"announced", second(page.announced)},
          {"cooldown_until", second(page.cooldown_until)},
          {"for_seconds", seconds(page.hold)},
          {"keep_seconds", seconds(page.keep)},
          {"kept_seconds", std::floor(seconds(page.kept))},
          {"rungs", std::move(rungs)},
          {"unknown", unknown(page.unknown)}};
}

json::object feed(const FeedSnapshot& shot) {
  auto object = status_parts::feed(shot);
  for (std::size_t i = 0; i < shot.status.streams.size(); ++i)
    object["streams"].at(i).as_object()["last_data"] = second(shot.status.streams[i].last_data);
  json::object reconnects;
  for (std::size_t i = 0; i < reconnect_reasons.size(); ++i)
    if (const auto count = shot.counters.links.reconnects[i]; count > 0)
      reconnects[{reconnect_reasons[i].data(), reconnect_reasons[i].size()}] = count;
  object["reconnects"] = std::move(reconnects);
  object["refused_subscriptions"] = shot.counters.links.refused_subscriptions;
  return object;
}

json::object channel(const ChannelSnapshot& shot) {
  auto object = status_parts::channel(shot);
  object["oldest_waiting"] = shot.oldest_waiting ? second(*shot.oldest_waiting) : nullptr;
  object["silenced"] = shot.silenced;
  object["quiet"] = shot.quiet;
  return object;
}

json::object alert(const TracedAlert& traced) {
  auto object = json::parse(to_public_json(traced.event)).as_object();
  object["event_time"] = time(traced.event.event_time);
  object["title"] = both(traced.event.title);
  object["name"] = both(traced.event.name);
  object["unit"] = text(traced.event.unit);
  object["price"] = or_null(traced.event.price);
  object["value_text"] = text_or_null(natural_value(traced.event));
  object["value_term"] = text_or_null(traced.event.value_term);
  object["reason"] = text_or_null(traced.event.reason);
  json::array deliveries;
  for (const auto& row : traced.deliveries)
    deliveries.push_back(json::object{{"channel", text(row.channel)},
                                      {"state", text(to_text(row.state))},
                                      {"tries", row.tries},
                                      {"error", text_or_null(row.last_error)}});
  object["deliveries"] = std::move(deliveries);
  return object;
}

}  // namespace

std::vector<PagePart> page_parts(const PageSnapshot& page, const DispatcherSnapshot& delivery,
                                 std::span<const TracedAlert> alerts, const PageDaemon& daemon) {
  std::vector<PagePart> parts;
  const auto add = [&parts](std::string_view group, std::string key, const json::value& value) {
    parts.push_back({group, std::move(key), json::serialize(value)});
  };
  const auto& market = page.market;
  for (std::size_t i = 0; i < market.instruments.size(); ++i)
    if (!market.instruments[i].event_series)
      add("instruments", market.instruments[i].id,
          instrument(market.instruments[i], page.instruments[i]));
  for (std::size_t i = 0; i < page.pasts.size(); ++i)
    if (!market.instruments[i].event_series)
      add("pasts", market.instruments[i].id, past(market.instruments[i], page.pasts[i]));
  for (std::size_t i = 0; i < market.rules.size(); ++i)
    add("rules", market.rules[i].id, rule(market.rules[i], page.rules[i]));
  for (const auto& shot : market.feeds) add("feeds", shot.status.name, feed(shot));
  for (const auto& shot : market.liquidations)
    add("liquidations", shot.venue, status_parts::liquidations(shot));
  for (const auto& shot : delivery.channels) add("channels", shot.name, channel(shot));

  json::array silences;
  for (const auto& silence : delivery.silences) silences.push_back(status_parts::silence(silence));
  add("silences", {}, std::move(silences));
  json::array last;
  for (const auto& traced : alerts) last.push_back(alert(traced));
  add("alerts", {}, std::move(last));
  add("store", {}, delivery.store_error.empty() ? text("ok") : text(delivery.store_error));
  add("unsaved_events", {}, delivery.unsaved_events);
  add("daemon", {},
      json::object{{"version", text(version())},
                   {"language", text(daemon.language)},
                   {"timezone", text(daemon.timezone)},
                   {"clock", daemon.events_clock ? "events" : "arrival"}});
  return parts;
}

}  // namespace foghorn
