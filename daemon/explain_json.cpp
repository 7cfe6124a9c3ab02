#include "daemon/explain_json.hpp"

#include <boost/json.hpp>

#include <cmath>

#include "daemon/explain_text.hpp"

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

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

json::value truth(const Value& value) {
  if (value.is_true()) return true;
  if (value.is_false()) return false;
  return nullptr;
}

json::object value(const ExplainedPart& part, const Value& worth, const Explanation& told) {
  json::object out;
  if (!worth.known()) {
    out["unknown"] = text(to_text(worth.reason));
  } else if (part.type.kind == Type::Kind::boolean) {
    out["value"] = truth(worth);
  } else if (worth.exact()) {
    out["value"] = worth.lo;
  } else {
    if (std::isfinite(worth.lo)) out["at_least"] = worth.lo;
    if (std::isfinite(worth.hi)) out["at_most"] = worth.hi;
  }
  out["says"] = text(value_text(part, worth, told));
  return out;
}

json::object series(const ExplainedSeries& behind) {
  json::array venues;
  for (const auto& venue : behind.venues)
    venues.push_back(json::object{
        {"venue", text(venue.venue)},
        {"coverage", text(to_text(venue.coverage))},
        {"seen", venue.seen},
        {"missing_since", venue.missing_since ? time(*venue.missing_since) : nullptr}});
  json::object out{{"instrument", text(behind.instrument)},
                   {"window_seconds", seconds(behind.window)},
                   {"seen", behind.seen},
                   {"known_since", behind.known_since ? time(*behind.known_since) : nullptr},
                   {"venues", std::move(venues)},
                   {"orders_without_notional", behind.unsummed}};
  if (behind.move)
    out["move"] = json::object{{"from", behind.move->from},
                               {"from_time", time(behind.move->from_time)},
                               {"to", behind.move->to},
                               {"bridged", behind.move->bridged}};
  return out;
}

json::array parts(const std::vector<ExplainedPart>& all, const Explanation& told) {
  json::array out;
  for (const auto& part : all) {
    json::array values;
    for (const auto& worth : part.values) values.push_back(value(part, worth, told));
    json::object object{{"text", text(part.text)},
                        {"depth", static_cast<std::int64_t>(part.depth)},
                        {"unit", text(part.type.unit)},
                        {"values", std::move(values)}};
    if (part.series) object["series"] = series(*part.series);
    out.push_back(std::move(object));
  }
  return out;
}

json::array rungs(const Explanation& told) {
  json::array out;
  for (const auto& rung : told.rungs) {
    json::object object{
        {"tier", text(to_text(rung.tier))},
        {"level", rung.level ? json::value(*rung.level) : json::value(nullptr)},
        {"true", truth(rung.truth)},
        {"unknown", rung.truth.known() ? json::value(nullptr) : text(to_text(rung.truth.reason))},
        {"held_seconds", seconds(rung.held)},
        {"distance", nullptr}};
    if (rung.distance)
      object["distance"] = json::object{{"term", text(rung.distance->term)},
                                        {"value", rung.distance->value},
                                        {"wanted", rung.distance->wanted},
                                        {"unit", text(rung.distance->type.unit)},
                                        {"relative", rung.distance->relative}};
    out.push_back(std::move(object));
  }
  return out;
}

json::array instruments(const Explanation& told) {
  json::array out;
  for (const auto& instrument : told.instruments) {
    json::array sources;
    for (const auto& source : instrument.sources)
      sources.push_back(json::object{
          {"source", text(source.source)}, {"price", source.price}, {"agrees", source.agrees}});
    const auto& last = instrument.last;
    out.push_back(json::object{{"name", text(instrument.id)},
                               {"state", text(to_text(instrument.state))},
                               {"price", last ? json::value(last->value) : json::value(nullptr)},
                               {"price_time", last ? time(last->time) : json::value(nullptr)},
                               {"unit", text(instrument.unit)},
                               {"sources", std::move(sources)}});
  }
  return out;
}

}  // namespace

std::string explain_json(const Explanation& told) {
  return json::serialize(json::object{
      {"rule", text(told.rule)},
      {"title", json::object{{"zh", text(told.title.zh)}, {"en", text(told.title.en)}}},
      {"time", time(told.now)},
      {"state", text(to_text(told.phase))},
      {"tier", told.tier ? text(to_text(*told.tier)) : json::value(nullptr)},
      {"began", time(told.began)},
      {"announced", time(told.announced)},
      {"cooldown_until", time(told.cooldown_until)},
      {"for_seconds", seconds(told.hold)},
      {"keep_seconds", seconds(told.keep)},
      {"kept_seconds", seconds(told.kept)},
      {"rungs", rungs(told)},
      {"when", parts(told.when, told)},
      {"clear", parts(told.clear, told)},
      {"instruments", instruments(told)},
  });
}

}  // namespace foghorn
