#include "daemon/capture_setup.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>

#include "daemon/rules_of.hpp"
#include "model/ids.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

std::string number(auto value) {
  return fmt::format("{}", value);
}

/// All that a consensus price depends on, beside the engine's own settings.
std::string hash_of(const InstrumentSpec& spec) {
  std::string sources;
  for (const auto& source : spec.sources) sources += to_text(source) + '\n';
  return make_id({spec.id, spec.unit, spec.event_series ? "event" : "price", sources,
                  number(spec.consensus.min_sources), number(spec.consensus.max_age.count()),
                  number(spec.consensus.max_deviation), number(spec.max_staleness.count()),
                  spec.session, spec.underlying,
                  spec.ref_window ? number(spec.ref_window->count()) : ""});
}

/// The connections of a feed, each as the names of its streams.
json::array plan_of(const Config& config, const FeedSpec& feed) {
  json::array plan;
  for (const auto& connection : find_venue(feed.name)->plan(request_of(config, feed))) {
    json::array streams;
    for (const auto& stream : connection.streams) streams.emplace_back(stream.name);
    plan.push_back(std::move(streams));
  }
  return plan;
}

/// What its connections do not show of a feed.
std::string hash_of(const FeedSpec& feed) {
  return make_id({feed.delayed ? "delayed" : "", number(static_cast<int>(feed.price)),
                  feed.liquidation_size_is_order ? "order" : "position"});
}

/// What decides of a rule's alerts, but not whether its state is kept.
std::string pace_of(const RuleSpec& rule) {
  return make_id({format_duration(rule.cooldown), format_duration(rule.no_data),
                  number(static_cast<int>(rule.severity))});
}

json::object setup_of(const Config& config) {
  json::object feeds, feed_options, instruments, rules, rule_options;
  for (const auto& feed : config.feeds) {
    if (!feed.enabled) continue;
    feeds[feed.name] = plan_of(config, feed);
    feed_options[feed.name] = hash_of(feed);
  }
  for (const auto& spec : config.instruments) instruments[spec.id] = hash_of(spec);
  for (const auto& rule : rules_of(config)) {
    rules[rule.spec.id] = rule.hash;
    rule_options[rule.spec.id] = pace_of(rule.spec);
  }
  return {{"engine", json::object{{"clock", config.engine.clock == EngineClock::arrival ? "arrival"
                                                                                        : "events"},
                                  {"heartbeat", format_duration(config.engine.heartbeat)},
                                  {"max_skew", format_duration(config.engine.max_skew)},
                                  {"max_lag", format_duration(config.engine.max_lag)}}},
          {"feeds", std::move(feeds)},
          {"feed_options", std::move(feed_options)},
          {"instruments", std::move(instruments)},
          {"rules", std::move(rules)},
          {"rule_options", std::move(rule_options)}};
}

/// The names of all streams of a plan.
std::vector<std::string> streams_of(const json::value& plan) {
  std::vector<std::string> streams;
  for (const auto& connection : plan.as_array())
    for (const auto& stream : connection.as_array())
      streams.push_back(json::value_to<std::string>(stream));
  std::ranges::sort(streams);
  return streams;
}

/// "a, b and 3 more"; empty where there is none.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

std::vector<std::string> without(const std::vector<std::string>& names,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> left;
  std::ranges::set_difference(names, others, std::back_inserter(left));
  return left;
}

std::string other_plan(std::string_view feed, const json::value& recorded,
                       const json::value& wanted) {
  const auto then = streams_of(recorded);
  const auto now = streams_of(wanted);
  std::string how;
  if (const auto more = without(then, now); !more.empty()) how += " also " + some_of(more);
  if (const auto less = without(now, then); !less.empty())
    how += (how.empty() ? " not " : ", not ") + some_of(less);
  if (how.empty()) how = " the same streams over other connections";
  return fmt::format(
      "[feed.{}]: the capture listened to{}; replay it with the sources and "
      "liquidations it was made with",
      feed, how);
}

/// The names with other hashes, of those that both have.
std::vector<std::string> changed(const json::object& then, const json::object& now) {
  std::vector<std::string> names;
  for (const auto& [name, hash] : now) {
    const auto* before = then.if_contains(name);
    if (before && *before != hash) names.emplace_back(name);
  }
  return names;
}

/// "changed: a; new: b; gone: c" of two objects of name → hash; empty: no difference.
std::string changes(const json::object& then, const json::object& now) {
  std::vector<std::string> fresh, gone;
  for (const auto& [name, hash] : now)
    if (!then.contains(name)) fresh.emplace_back(name);
  for (const auto& [name, hash] : then)
    if (!now.contains(name)) gone.emplace_back(name);
  std::string text;
  const auto add = [&](std::string_view what, const std::vector<std::string>& names) {
    if (!names.empty())
      text += fmt::format("{}{} {}", text.empty() ? "" : "; ", what, some_of(names));
  };
  add("changed", changed(then, now));
  add("new", fresh);
  add("gone", gone);
  return text;
}

const json::object& part(const json::object& setup, std::string_view key) {
  static const json::object none;
  const auto* found = setup.if_contains(key);
  return found && found->is_object() ? found->get_object() : none;
}

}  // namespace

std::string capture_setup_of(const Config& config) {
  return json::serialize(setup_of(config));
}

SetupDifference compare_setup(std::string_view recorded, const Config& config) {
  SetupDifference difference;
  json::error_code error;
  const auto parsed = json::parse(json::string_view{recorded.data(), recorded.size()}, error);
  if (error || !parsed.is_object()) {
    difference.impossible.emplace_back(
        "its setup is not understood; give a file that foghorn wrote");
    return difference;
  }
  const auto& then = parsed.get_object();
  const auto now = setup_of(config);

  for (const auto& [name, plan] : part(then, "feeds")) {
    const auto* wanted = part(now, "feeds").if_contains(name);
    if (!wanted) {
      difference.notes.push_back(fmt::format("feed {} of the capture is not in the config: skipped",
                                             std::string_view{name}));
    } else if (*wanted != plan) {
      difference.impossible.push_back(other_plan(name, plan, *wanted));
    }
  }
  for (const auto& [name, plan] : part(now, "feeds")) {
    if (!part(then, "feeds").contains(name))
      difference.notes.push_back(fmt::format("feed {} of the config is not in the capture: silent",
                                             std::string_view{name}));
  }
  constexpr std::pair<std::string_view, std::string_view> judged[] = {
      {"rules", "rules differ from the recorded ones"},
      {"instruments", "instruments differ from the recorded ones"},
      {"engine", "[engine] differs from the recorded one"}};
  for (const auto& [key, what] : judged) {
    if (const auto how = changes(part(then, key), part(now, key)); !how.empty())
      difference.notes.push_back(fmt::format("{}: {}", what, how));
  }
  constexpr std::pair<std::string_view, std::string_view> options[] = {
      {"rule_options", "cooldown, no_data or severity differ from the recorded ones"},
      {"feed_options", "delayed, price or liquidation_size differ from the recorded ones"}};
  for (const auto& [key, what] : options) {
    if (const auto which = changed(part(then, key), part(now, key)); !which.empty())
      difference.notes.push_back(fmt::format("{}: changed {}", what, some_of(which)));
  }
  return difference;
}

}  // namespace foghorn
