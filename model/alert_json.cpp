#include "model/alert_json.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace foghorn {
namespace {

namespace json = boost::json;

std::string quoted_or_null(std::string_view text) {
  return text.empty() ? "null" : json::serialize(json::string_view{text.data(), text.size()});
}

std::string shortest(double value) {
  std::array<char, 32> digits{};  // the longest double takes 24
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} ? std::string{digits.data(), end} : "null";
}

json::value number_or_null(double value) {
  return std::isfinite(value) ? json::value(value) : json::value(nullptr);
}

json::value micros(Timestamp t) {
  return t.time_since_epoch().count();
}

json::object text_of(const Text& text) {
  return {{"zh", text.zh}, {"en", text.en}};
}

// Reading: each `read` leaves `out` alone where the key is absent or null, and fails on a value of
// another type.

bool read(const json::object& from, std::string_view key, std::string& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_string()) return false;
  out = std::string{std::string_view{value->get_string()}};
  return true;
}

bool read(const json::object& from, std::string_view key, double& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  boost::system::error_code error;
  const auto number = value->to_number<double>(error);
  if (error) return false;
  out = number;
  return true;
}

bool read(const json::object& from, std::string_view key, bool& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_bool()) return false;
  out = value->get_bool();
  return true;
}

bool read(const json::object& from, std::string_view key, Duration& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_int64()) return false;
  out = Duration{value->get_int64()};
  return true;
}

bool read(const json::object& from, std::string_view key, Timestamp& out) {
  Duration since_epoch = out.time_since_epoch();
  if (!read(from, key, since_epoch)) return false;
  out = Timestamp{since_epoch};
  return true;
}

bool read(const json::object& from, std::string_view key, std::optional<double>& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  return read(from, key, out.emplace());
}

bool read(const json::object& from, std::string_view key, Text& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_object()) return false;
  const auto& object = value->get_object();
  return read(object, "zh", out.zh) && read(object, "en", out.en);
}

bool read(const json::object& from, std::string_view key, std::optional<Move>& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_object()) return false;
  const auto& object = value->get_object();
  Move& move = out.emplace();
  return read(object, "from", move.from) && read(object, "from_time", move.from_time) &&
         read(object, "to", move.to) && read(object, "window", move.window) &&
         read(object, "bridged", move.bridged);
}

bool read(const json::object& from, std::string_view key, std::vector<SourcePrice>& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_array()) return false;
  for (const auto& entry : value->get_array()) {
    if (!entry.is_object()) return false;
    const auto& object = entry.get_object();
    SourcePrice& source = out.emplace_back();
    if (!read(object, "source", source.source) || !read(object, "price", source.price) ||
        !read(object, "agrees", source.agrees)) {
      return false;
    }
  }
  return true;
}

bool read(const json::object& from, std::string_view key, std::int64_t& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_int64()) return false;
  out = value->get_int64();
  return true;
}

bool read(const json::object& from, std::string_view key, std::optional<Timestamp>& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  return read(from, key, out.emplace());
}

bool read(const json::object& from, std::string_view key, std::optional<Extreme>& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_object()) return false;
  const auto& object = value->get_object();
  Extreme& extreme = out.emplace();
  return read(object, "high", extreme.high) && read(object, "last_beyond", extreme.last_beyond) &&
         read(object, "known_since", extreme.known_since) &&
         read(object, "closes_only", extreme.closes_only) &&
         read(object, "at_least", extreme.at_least);
}

bool read(const json::object& from, std::string_view key, LiquidationCoverage& out) {
  std::string text;
  if (!read(from, key, text)) return false;
  // What a later version may call it, nobody here can promise.
  out = parse_liquidation_coverage(text).value_or(LiquidationCoverage::unknown);
  return true;
}

bool read(const json::object& from, std::string_view key, std::vector<VenueCoverage>& out) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;
  if (!value->is_array()) return false;
  for (const auto& entry : value->get_array()) {
    if (!entry.is_object()) return false;
    const auto& object = entry.get_object();
    VenueCoverage& venue = out.emplace_back();
    if (!read(object, "venue", venue.venue) || !read(object, "coverage", venue.coverage) ||
        !read(object, "seen", venue.seen) || !read(object, "missing_since", venue.missing_since)) {
      return false;
    }
  }
  return true;
}

bool read_kind(const json::object& from, AlertKind& out) {
  std::string text;
  if (!read(from, "kind", text)) return false;
  const auto kind = parse_alert_kind(text);
  if (kind) out = *kind;
  return kind.has_value();
}

bool read_tier(const json::object& from, std::optional<Tier>& out) {
  std::string text;
  if (!read(from, "tier", text)) return false;
  if (text.empty()) return true;
  out = parse_tier(text);
  return out.has_value();
}

bool read_value_kind(const json::object& from, ValueKind& out) {
  std::string text;
  if (!read(from, "value_kind", text)) return false;
  if (text == "ratio") out = ValueKind::ratio;
  if (text == "quantity") out = ValueKind::quantity;
  return true;
}

std::string_view to_text(ValueKind kind) {
  switch (kind) {
    case ValueKind::ratio: return "ratio";
    case ValueKind::quantity: return "quantity";
    case ValueKind::number: break;
  }
  return "number";
}

json::array sources_of(const AlertEvent& event) {
  json::array sources;
  for (const auto& source : event.sources) {
    sources.push_back({{"source", source.source},
                       {"price", number_or_null(source.price)},
                       {"agrees", source.agrees}});
  }
  return sources;
}

json::array venues_of(const AlertEvent& event) {
  json::array venues;
  for (const auto& venue : event.venues) {
    venues.push_back({{"venue", venue.venue},
                      {"coverage", to_text(venue.coverage)},
                      {"seen", number_or_null(venue.seen)},
                      {"missing_since",
                       venue.missing_since ? micros(*venue.missing_since) : json::value(nullptr)}});
  }
  return venues;
}

json::value move_of(const AlertEvent& event) {
  if (!event.move) return nullptr;
  return {{"from", number_or_null(event.move->from)},
          {"from_time", micros(event.move->from_time)},
          {"to", number_or_null(event.move->to)},
          {"window", event.move->window.count()},
          {"bridged", event.move->bridged}};
}

json::value extreme_of(const AlertEvent& event) {
  if (!event.extreme) return nullptr;
  const auto& [high, last_beyond, known_since, closes_only, at_least] = *event.extreme;
  return {{"high", high},
          {"last_beyond", last_beyond ? micros(*last_beyond) : json::value(nullptr)},
          {"known_since", micros(known_since)},
          {"closes_only", closes_only},
          {"at_least", at_least}};
}

}  // namespace

std::string to_public_json(const AlertEvent& event) {
  const bool has_value = event.value && std::isfinite(*event.value);
  std::string line = R"({"time":")" + format_utc(event.time);
  line += R"(","rule":)" + quoted_or_null(event.rule);
  line += R"(,"instrument":)" + quoted_or_null(event.instrument);
  line += R"(,"kind":)" + quoted_or_null(to_text(event.kind));
  line += R"(,"tier":)" + (event.tier ? quoted_or_null(to_text(*event.tier)) : "null");
  line += R"(,"value":)" + (has_value ? shortest(*event.value) : "null");
  line += R"(,"episode":)" + quoted_or_null(event.episode);
  line += R"(,"id":)" + quoted_or_null(event.id);
  return line + "}";
}

std::string to_json(const AlertEvent& event) {
  const json::object whole{
      {"time", micros(event.time)},
      {"event_time", micros(event.event_time)},
      {"rule", event.rule},
      {"instrument", event.instrument},
      {"kind", to_text(event.kind)},
      {"tier", event.tier ? json::value(to_text(*event.tier)) : json::value(nullptr)},
      {"value", event.value ? number_or_null(*event.value) : json::value(nullptr)},
      {"episode", event.episode},
      {"id", event.id},
      {"title", text_of(event.title)},
      {"name", text_of(event.name)},
      {"body", text_of(event.body)},
      {"unit", event.unit},
      {"value_kind", to_text(event.value_kind)},
      {"value_unit", event.value_unit},
      {"value_term", event.value_term},
      {"price", event.price ? number_or_null(*event.price) : json::value(nullptr)},
      {"move", move_of(event)},
      {"sigma", event.sigma ? number_or_null(*event.sigma) : json::value(nullptr)},
      {"extreme", extreme_of(event)},
      {"sources", sources_of(event)},
      {"venues", venues_of(event)},
      {"unsummed", event.unsummed},
      {"began", micros(event.began)},
      {"seen", number_or_null(event.seen)},
      {"underlying_closed", event.underlying_closed},
      {"reason", event.reason}};
  return json::serialize(whole);
}

std::optional<AlertEvent> from_json(std::string_view text) {
  json::parse_options options;
  options.numbers = json::number_precision::precise;  // the default may be an ulp off
  boost::system::error_code error;
  const auto parsed = json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !parsed.is_object()) return std::nullopt;

  const auto& from = parsed.get_object();
  AlertEvent e;
  const bool good =
      read(from, "time", e.time) && read(from, "event_time", e.event_time) &&
      read(from, "rule", e.rule) && read(from, "instrument", e.instrument) &&
      read_kind(from, e.kind) && read_tier(from, e.tier) && read(from, "value", e.value) &&
      read(from, "episode", e.episode) && read(from, "id", e.id) && read(from, "title", e.title) &&
      read(from, "name", e.name) && read(from, "body", e.body) && read(from, "unit", e.unit) &&
      read_value_kind(from, e.value_kind) && read(from, "value_unit", e.value_unit) &&
      read(from, "value_term", e.value_term) && read(from, "price", e.price) &&
      read(from, "move", e.move) && read(from, "sigma", e.sigma) &&
      read(from, "extreme", e.extreme) && read(from, "sources", e.sources) &&
      read(from, "venues", e.venues) && read(from, "unsummed", e.unsummed) &&
      read(from, "began", e.began) && read(from, "seen", e.seen) &&
      read(from, "underlying_closed", e.underlying_closed) && read(from, "reason", e.reason);
  if (!good) return std::nullopt;
  return e;
}

}  // namespace foghorn
