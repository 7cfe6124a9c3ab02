#include "daemon/engine_state.hpp"

#include <boost/json.hpp>

namespace foghorn {
namespace {

namespace json = boost::json;

// Times and durations are whole microseconds; no_time is kept as null.
json::value from_time(Timestamp t) {
  if (t == no_time) return nullptr;
  return t.time_since_epoch().count();
}

Timestamp to_time(const json::value& v) {
  if (v.is_null()) return no_time;
  return Timestamp{Duration{v.as_int64()}};
}

std::string text(const json::object& o, std::string_view key) {
  return json::value_to<std::string>(o.at(key));
}

template <class T, class Read>
std::optional<T> parsed(std::string_view source, Read read) {
  // Boost.JSON's accessors throw where a field is missing or of another type: here that is one
  // outcome.
  try {
    return read(json::parse(json::string_view{source.data(), source.size()}).as_object());
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string to_text(const RuleMemory& rule) {
  json::array held;
  for (const auto d : rule.state.held) held.push_back(d.count());
  return json::serialize(json::object{{"rule", rule.rule},
                                      {"hash", rule.hash},
                                      {"instrument", rule.instrument},
                                      {"episode", rule.episode},
                                      {"open", rule.state.open},
                                      {"rung", rule.state.rung},
                                      {"began", from_time(rule.state.began)},
                                      {"announced", from_time(rule.state.announced)},
                                      {"messages", rule.state.messages},
                                      {"held", std::move(held)},
                                      {"kept", rule.state.kept.count()}});
}

std::string to_text(const InstrumentMemory& instrument) {
  return json::serialize(json::object{{"instrument", instrument.instrument},
                                      {"no_data", instrument.no_data},
                                      {"unconfirmed", instrument.unconfirmed},
                                      {"complained", from_time(instrument.complained)}});
}

std::optional<RuleMemory> parse_rule_memory(std::string_view source) {
  return parsed<RuleMemory>(source, [](const json::object& o) {
    RuleMemory rule{
        text(o, "rule"), text(o, "hash"), text(o, "instrument"), text(o, "episode"), {}};
    rule.state.open = o.at("open").as_bool();
    rule.state.rung = json::value_to<std::size_t>(o.at("rung"));
    rule.state.began = to_time(o.at("began"));
    rule.state.announced = to_time(o.at("announced"));
    rule.state.messages = json::value_to<std::uint32_t>(o.at("messages"));
    for (const auto& d : o.at("held").as_array()) rule.state.held.emplace_back(d.as_int64());
    rule.state.kept = Duration{o.at("kept").as_int64()};
    return rule;
  });
}

std::optional<InstrumentMemory> parse_instrument_memory(std::string_view source) {
  return parsed<InstrumentMemory>(source, [](const json::object& o) {
    return InstrumentMemory{text(o, "instrument"), o.at("no_data").as_bool(),
                            o.at("unconfirmed").as_bool(), to_time(o.at("complained"))};
  });
}

}  // namespace foghorn
