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

// A remembering function's state: what it does not use is left out.
json::value from_memory(const RecollectionState& state) {
  json::object o;
  if (state.truth) o["truth"] = *state.truth;
  if (state.counted != Duration{}) o["counted"] = state.counted.count();
  if (state.followed) o["followed"] = true;
  if (state.antecedent != no_time) o["antecedent"] = from_time(state.antecedent);
  if (!state.edges.empty()) {
    json::array edges;
    for (const auto t : state.edges) edges.push_back(from_time(t));
    o["edges"] = std::move(edges);
  }
  if (state.unsure_until != no_time) o["unsure_until"] = from_time(state.unsure_until);
  if (state.seen_until != no_time) o["seen_until"] = from_time(state.seen_until);
  return o;
}

RecollectionState to_memory(const json::object& o) {
  RecollectionState state;
  const auto time = [&](std::string_view key) {
    const auto* found = o.if_contains(key);
    return found ? to_time(*found) : no_time;
  };
  if (const auto* truth = o.if_contains("truth")) state.truth = truth->as_bool();
  if (const auto* counted = o.if_contains("counted")) state.counted = Duration{counted->as_int64()};
  if (const auto* followed = o.if_contains("followed")) state.followed = followed->as_bool();
  state.antecedent = time("antecedent");
  if (const auto* edges = o.if_contains("edges"))
    for (const auto& t : edges->as_array()) state.edges.push_back(to_time(t));
  state.unsure_until = time("unsure_until");
  state.seen_until = time("seen_until");
  return state;
}

void put_memories(json::object& o, std::string_view key,
                  const std::vector<RecollectionState>& states) {
  if (states.empty()) return;
  json::array all;
  for (const auto& state : states) all.push_back(from_memory(state));
  o[key] = std::move(all);
}

// Stores of before there were remembering functions have none.
std::vector<RecollectionState> take_memories(const json::object& o, std::string_view key) {
  std::vector<RecollectionState> states;
  if (const auto* all = o.if_contains(key))
    for (const auto& state : all->as_array()) states.push_back(to_memory(state.as_object()));
  return states;
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
  json::object o{{"rule", rule.rule},
                 {"hash", rule.hash},
                 {"instrument", rule.instrument},
                 {"episode", rule.episode},
                 {"open", rule.state.open},
                 {"rung", rule.state.rung},
                 {"began", from_time(rule.state.began)},
                 {"announced", from_time(rule.state.announced)},
                 {"messages", rule.state.messages},
                 {"held", std::move(held)},
                 {"kept", rule.state.kept.count()}};
  if (rule.state.held_back) o["held_back"] = *rule.state.held_back;
  put_memories(o, "when", rule.when);
  put_memories(o, "clear", rule.clear);
  return json::serialize(o);
}

std::string to_text(const InstrumentMemory& instrument) {
  json::array agreed;
  for (const auto& source : instrument.agreed) agreed.emplace_back(source);
  return json::serialize(json::object{{"instrument", instrument.instrument},
                                      {"no_data", instrument.no_data},
                                      {"unconfirmed", instrument.unconfirmed},
                                      {"complained", from_time(instrument.complained)},
                                      {"agreed", std::move(agreed)},
                                      {"series_began", from_time(instrument.series_began)}});
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
    if (const auto* rung = o.if_contains("held_back"))
      rule.state.held_back = json::value_to<std::size_t>(*rung);
    rule.when = take_memories(o, "when");
    rule.clear = take_memories(o, "clear");
    return rule;
  });
}

std::optional<InstrumentMemory> parse_instrument_memory(std::string_view source) {
  return parsed<InstrumentMemory>(source, [](const json::object& o) {
    InstrumentMemory memory{text(o, "instrument"), o.at("no_data").as_bool(),
                            o.at("unconfirmed").as_bool(), to_time(o.at("complained"))};
    // Stores of before it was kept do not say who agreed.
    if (const auto* agreed = o.if_contains("agreed"))
      memory.agreed = json::value_to<std::vector<std::string>>(*agreed);
    if (const auto* began = o.if_contains("series_began")) memory.series_began = to_time(*began);
    return memory;
  });
}

}  // namespace foghorn
