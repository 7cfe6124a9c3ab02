#include "alerts/channels/prometheus_alert.hpp"

#include "alerts/channels/fit.hpp"
#include "alerts/channels/matter.hpp"
#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_label = 512;
constexpr std::size_t longest_summary = 2'000;
constexpr std::size_t longest_description = 16'000;

}  // namespace

std::string label_text(std::string_view text) {
  return shortened(one_line(text), longest_label);
}

json::object labels_of(const AlertEvent& event) {
  json::object labels{{"alertname", label_text(matter_of(event).name)},
                      {"severity", severity_of(event)}};
  if (!event.rule.empty()) labels["rule"] = label_text(event.rule);
  if (!event.instrument.empty()) labels["instrument"] = label_text(event.instrument);
  if (event.tier) labels["tier"] = to_text(*event.tier);
  return labels;
}

json::object annotations_of(const AlertEvent& event, const RenderOptions& options) {
  const auto lines = tell({&event, 1}, options);
  json::object annotations{{"summary", headline_within({&event, 1}, options, longest_summary)},
                           {"id", label_text(event.id)},
                           {"kind", to_text(event.kind)},
                           {"event_time", format_utc(event.event_time)}};
  if (!event.episode.empty()) annotations["episode"] = label_text(event.episode);
  if (options.shorter) return annotations;
  annotations["description"] = shortened(joined_from(1, lines), longest_description);
  return annotations;
}

}  // namespace foghorn
