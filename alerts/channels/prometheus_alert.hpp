#pragma once
// An alert event as Prometheus's programs know alerts: labels that say which one it is, annotations
// that say what there is to read.

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

#include "alerts/channels/channel.hpp"
#include "model/alert_event.hpp"

namespace foghorn {

/// `text` as a label holds it: one line of UTF-8, not too long.
std::string label_text(std::string_view text);

/// What a receiver groups, routes and silences by: alertname, severity, rule, instrument, tier.
/// Nothing that differs from one episode to the next, or between two daemons that watch the same.
boost::json::object labels_of(const AlertEvent& event);

/// What its readers read, all of it text: summary, description (not where options.shorter), id,
/// kind, event_time, episode.
boost::json::object annotations_of(const AlertEvent& event, const RenderOptions& options);

}  // namespace foghorn
