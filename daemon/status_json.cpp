#include "daemon/status_json.hpp"

#include <boost/json.hpp>

#include "model/alert_json.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

// Values are made with parentheses: in braces one value is an array of one.
json::value text(std::string_view t) {
  return json::value(json::string{t.data(), t.size()});
}

json::value time(Timestamp t) {
  if (t == no_time) return nullptr;
  return text(format_utc(t));
}

template <class T>
json::value or_null(const std::optional<T>& v) {
  if (!v) return nullptr;
  return json::value_from(*v);
}

json::array feeds(const Snapshot& market) {
  json::array all;
  for (const auto& feed : market.feeds) {
    json::array streams;
    for (const auto& stream : feed.status.streams) {
      streams.push_back(json::object{{"name", text(stream.name)},
                                     {"state", text(to_text(stream.state))},
                                     {"last_data", time(stream.last_data)}});
    }
    all.push_back(json::object{{"name", text(feed.status.name)},
                               {"state", text(to_text(feed.status.state))},
                               {"streams", std::move(streams)}});
  }
  return all;
}

json::array instruments(const Snapshot& market) {
  json::array all;
  for (const auto& instrument : market.instruments) {
    if (instrument.event_series) continue;
    json::array prices;
    for (const auto& source : instrument.sources) {
      prices.push_back(json::object{
          {"source", text(source.source)}, {"price", source.price}, {"agrees", source.agrees}});
    }
    all.push_back(json::object{{"name", text(instrument.id)},
                               {"price", or_null(instrument.price)},
                               {"unit", text(instrument.unit)},
                               {"sources", static_cast<std::int64_t>(instrument.sources.size())},
                               {"state", text(to_text(instrument.state))},
                               {"change_24h", or_null(instrument.change)},
                               {"price_time", time(instrument.price_time)},
                               {"source_prices", std::move(prices)}});
  }
  return all;
}

json::array rules(const Snapshot& market) {
  json::array all;
  for (const auto& rule : market.rules) {
    all.push_back(
        json::object{{"id", text(rule.id)},
                     {"state", text(to_text(rule.phase))},
                     {"tier", rule.tier ? text(to_text(*rule.tier)) : json::value(nullptr)},
                     {"value", or_null(rule.value)},
                     {"unknown", rule.unknown == Unknown::none ? json::value(nullptr)
                                                               : text(to_text(rule.unknown))}});
  }
  return all;
}

json::array liquidations(const Snapshot& market) {
  json::array all;
  for (const auto& venue : market.liquidations) {
    const auto side = [&](std::size_t p) {
      return json::object{
          {"orders", static_cast<std::int64_t>(venue.orders[p])},
          {"usd_at_least", venue.usd[p].dollars()},
          {"orders_without_notional", static_cast<std::int64_t>(venue.unsummed[p])}};
    };
    const auto missing_since = venue.stream.missing_since;
    all.push_back(json::object{{"venue", text(venue.venue)},
                               {"coverage", text(to_text(venue.stream.coverage))},
                               {"seen_24h", venue.stream.seen},
                               {"missing_since", missing_since ? time(*missing_since) : nullptr},
                               {"long", side(0)},
                               {"short", side(1)}});
  }
  return all;
}

json::array channels(const DispatcherSnapshot& delivery) {
  json::array all;
  for (const auto& channel : delivery.channels) {
    all.push_back(json::object{{"name", text(channel.name)},
                               {"circuit", channel.circuit_open ? "open" : "closed"},
                               {"waiting", static_cast<std::int64_t>(channel.waiting)}});
  }
  return all;
}

json::array silences(const DispatcherSnapshot& delivery) {
  json::array all;
  for (const auto& silence : delivery.silences) {
    all.push_back(
        json::object{{"id", text(silence.id)},
                     {"rule", silence.rule.empty() ? json::value(nullptr) : text(silence.rule)},
                     {"instrument",
                      silence.instrument.empty() ? json::value(nullptr) : text(silence.instrument)},
                     {"author", text(silence.author)},
                     {"reason", text(silence.reason)},
                     {"made", time(silence.made)},
                     {"until", time(silence.until)}});
  }
  return all;
}

}  // namespace

std::string status_json(const Snapshot& market, const DispatcherSnapshot& delivery) {
  return json::serialize(json::object{
      {"engine_time", time(market.engine_time)},
      {"feeds", feeds(market)},
      {"instruments", instruments(market)},
      {"rules", rules(market)},
      {"liquidations", liquidations(market)},
      {"channels", channels(delivery)},
      {"silences", silences(delivery)},
      {"store", delivery.store_error.empty() ? text("ok") : text(delivery.store_error)},
  });
}

std::string alerts_json(std::span<const TracedAlert> alerts) {
  // replay's object is made in one place, model/alert_json; what became of it is set into its end.
  std::string out = "[";
  for (const auto& alert : alerts) {
    if (out.size() > 1) out += ",\n";
    json::array deliveries;
    for (const auto& row : alert.deliveries) {
      deliveries.push_back(
          json::object{{"channel", text(row.channel)}, {"state", text(to_text(row.state))}});
    }
    auto object = to_public_json(alert.event);
    object.pop_back();
    out += object + ",\"deliveries\":" + json::serialize(deliveries) + "}";
  }
  return out + "]\n";
}

}  // namespace foghorn
