#include "daemon/status_json.hpp"

#include <boost/json.hpp>

#include "daemon/status_parts.hpp"
#include "model/alert_json.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

using status_parts::or_null;
using status_parts::text;
using status_parts::time;

template <class Things, class Write>
json::array each(const Things& things, Write write) {
  json::array all;
  for (const auto& thing : things) all.push_back(write(thing));
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

}  // namespace

std::string status_json(const Snapshot& market, const DispatcherSnapshot& delivery) {
  return json::serialize(json::object{
      {"engine_time", time(market.engine_time)},
      {"feeds", each(market.feeds, status_parts::feed)},
      {"instruments", instruments(market)},
      {"rules", rules(market)},
      {"liquidations", each(market.liquidations, status_parts::liquidations)},
      {"channels", each(delivery.channels, status_parts::channel)},
      {"silences", each(delivery.silences, status_parts::silence)},
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
