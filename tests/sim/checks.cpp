#include "tests/sim/checks.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace foghorn::sim {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

std::optional<DecidedAlert> alert_of(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return {};
  const auto time = parse_time(text_at(*object, "time"));
  const auto kind = parse_alert_kind(text_at(*object, "kind"));
  if (!time || !kind) return {};
  DecidedAlert alert{.time = *time,
                     .rule = text_at(*object, "rule"),
                     .instrument = text_at(*object, "instrument"),
                     .kind = *kind,
                     .tier = parse_tier(text_at(*object, "tier")),
                     .episode = text_at(*object, "episode"),
                     .id = text_at(*object, "id")};
  if (const auto* list = object->if_contains("deliveries"); list != nullptr && list->is_array())
    for (const auto& row : list->get_array())
      if (row.is_object())
        alert.deliveries[text_at(row.get_object(), "channel")] = text_at(row.get_object(), "state");
  return alert;
}

bool word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/// Whether `text` names `id` as a word of its own.
bool names(std::string_view text, std::string_view id) {
  for (auto at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
    const auto end = at + id.size();
    if ((at == 0 || !word_character(text[at - 1])) &&
        (end == text.size() || !word_character(text[end])))
      return true;
  }
  return false;
}

bool says_repeat(std::string_view text) {
  return text.find("可能重复") != std::string_view::npos ||
         text.find("may be a repeat") != std::string_view::npos;
}

/// The sum of all samples whose line begins with `start`; nullopt where there is none.
std::optional<double> sum_of(std::string_view metrics, std::string_view start) {
  std::optional<double> sum;
  while (!metrics.empty()) {
    const auto line = metrics.substr(0, metrics.find('\n'));
    metrics.remove_prefix(std::min(metrics.size(), line.size() + 1));
    if (!line.starts_with(start)) continue;
    double value{};
    const auto number = line.substr(line.rfind(' ') + 1);
    std::from_chars(number.data(), number.data() + number.size(), value);
    sum = sum.value_or(0) + value;
  }
  return sum;
}

}  // namespace

Result<std::vector<DecidedAlert>> parse_alerts(std::string_view body) {
  boost::system::error_code error;
  const auto value = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error || !value.is_array()) return Errc::bad_protocol;
  std::vector<DecidedAlert> alerts;
  for (const auto& element : value.get_array()) {
    auto alert = alert_of(element);
    if (!alert) return Errc::bad_protocol;
    alerts.push_back(std::move(*alert));
  }
  std::reverse(alerts.begin(), alerts.end());
  return alerts;
}

std::vector<std::string> check_expectations(const Scenario& scenario,
                                            const std::vector<DecidedAlert>& alerts) {
  std::vector<std::string> faults;
  for (const auto& expected : scenario.expectations) {
    std::vector<std::string> episodes;
    std::optional<Tier> highest;
    int fires = 0;
    bool resolved = false;
    for (const auto& alert : alerts) {
      if (alert.rule != expected.rule || alert.episode.empty()) continue;
      if (std::find(episodes.begin(), episodes.end(), alert.episode) == episodes.end())
        episodes.push_back(alert.episode);
      if (alert.episode != episodes.front()) continue;
      highest = std::max(highest, alert.tier);
      fires += alert.kind == AlertKind::fire ? 1 : 0;
      resolved = resolved || alert.kind == AlertKind::resolve;
    }
    const auto complain = [&](const std::string& what) {
      faults.push_back(fmt::format("rule {}: {}", expected.rule, what));
    };
    if (static_cast<int>(episodes.size()) != expected.episodes)
      complain(fmt::format("{} episodes instead of {}", episodes.size(), expected.episodes));
    if (episodes.empty()) continue;
    if (fires != 1) complain(fmt::format("its first episode fired {} times", fires));
    if (highest != expected.reaches)
      complain(fmt::format("reached {} instead of {}", highest ? to_text(*highest) : "nothing",
                           to_text(expected.reaches)));
    if (resolved != expected.resolved)
      complain(resolved ? "its first episode was resolved" : "its first episode was not resolved");
  }
  return faults;
}

std::vector<std::string> check_bad_prints(const Scenario& scenario,
                                          const std::vector<DecidedAlert>& alerts) {
  std::vector<std::string> faults;
  for (const auto& fault : scenario.faults) {
    if (fault.kind != Fault::Kind::bad_print) continue;
    for (const auto& instrument : scenario.instruments)
      for (const auto& source : instrument.sources) {
        if (source.source.venue != fault.venue || source.source.symbol != fault.symbol) continue;
        for (const auto& alert : alerts)
          if (alert.instrument == instrument.id && alert.time >= fault.from &&
              alert.time <= fault.to + 5min)
            faults.push_back(fmt::format("the bad print of {} at {} made {} say {}",
                                         to_text(source.source), format_utc(fault.from),
                                         alert.rule.empty() ? "the daemon" : alert.rule,
                                         to_text(alert.kind)));
      }
  }
  return faults;
}

std::vector<std::string> check_deliveries(const std::vector<DecidedAlert>& alerts,
                                          const std::vector<Inbox>& inboxes) {
  std::vector<std::string> faults;
  for (const auto& [spec, received] : inboxes) {
    for (const auto& alert : alerts) {
      const auto delivery = alert.deliveries.find(spec.name);
      if (delivery == alert.deliveries.end()) continue;
      int shown = 0, repeats = 0;
      for (const auto& message : received)
        if (message.shown && names(message.text, alert.id))
          ++(says_repeat(message.text) ? repeats : shown);
      const auto complain = [&](const std::string& what) {
        faults.push_back(fmt::format("{}: {} {} ({}): {}", spec.name, alert.rule,
                                     to_text(alert.kind), alert.id, what));
      };
      // A later message of the same episode may have told a replaced one.
      if (delivery->second != "delivered" && delivery->second != "replaced")
        complain("ended as " + delivery->second);
      if (delivery->second == "delivered" && shown + repeats == 0)
        complain("was called delivered, but nobody was shown it");
      // An Alertmanager is told what fires again and again.
      if (shown > 1 && spec.type != "alertmanager")
        complain(fmt::format("was shown {} times without a word about it", shown));
    }
    for (const auto& script : spec.answers)
      if (script.request > received.size())
        faults.push_back(fmt::format("{}: request {}, which was to meet trouble, never came",
                                     spec.name, script.request));
  }
  if (std::none_of(alerts.begin(), alerts.end(),
                   [](const DecidedAlert& a) { return !a.deliveries.empty(); }))
    faults.emplace_back("no alert went to any channel");
  return faults;
}

std::vector<std::string> check_liquidations(std::string_view metrics,
                                            const std::vector<ToldLiquidations>& told) {
  std::vector<std::string> faults;
  for (const auto& [venue, live, before] : told) {
    const auto counted =
        sum_of(metrics, fmt::format("foghorn_liquidations_total{{venue=\"{}\",", venue));
    if (!counted) continue;  // not asked for
    const auto least = static_cast<double>(live);
    if (*counted < least || *counted > least + static_cast<double>(before))
      faults.push_back(
          fmt::format("{} told {} liquidations, but the daemon counted {}", venue, live, *counted));
  }
  return faults;
}

std::vector<std::string> check_section(const SectionWanted& wanted, std::string_view section) {
  std::vector<std::string> faults;
  for (const auto& statement : wanted.states)
    if (section.find(statement) == std::string_view::npos)
      faults.push_back("the section does not state: " + statement);
  return faults;
}

}  // namespace foghorn::sim
