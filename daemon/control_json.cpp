#include "daemon/control_json.hpp"

#include <boost/json.hpp>

#include <utility>

#include "alerts/channels/terms.hpp"
#include "model/alert_json.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

// Values are made with parentheses: in braces one value is an array of one.
json::value text(std::string_view t) {
  return json::value(json::string{t.data(), t.size()});
}

json::value text_or_null(std::string_view t) {
  return t.empty() ? json::value(nullptr) : text(t);
}

json::value time(Timestamp t) {
  if (t == no_time) return nullptr;
  return text(format_utc(t));
}

json::object both(const std::string& zh, const std::string& en) {
  return {{"zh", text(zh)}, {"en", text(en)}};
}

}  // namespace

json::object control_json(const StoredMessage& message) {
  const auto& [row, event] = message;
  return {{"id", text(row.id)},
          {"event", text(row.event)},
          {"channel", text(row.channel)},
          {"state", text(to_text(row.state))},
          {"kind", text(to_text(event.kind))},
          {"tier", row.tier ? text(to_text(*row.tier)) : json::value(nullptr)},
          {"rule", text_or_null(event.rule)},
          {"instrument", text_or_null(event.instrument)},
          {"title", both(event.title.zh, event.title.en)},
          {"time", time(event.event_time)},
          {"episode", text_or_null(row.episode)},
          {"created", time(row.created)},
          {"tries", row.tries},
          {"last_error", text_or_null(row.last_error)},
          {"next_try", row.state == OutboxState::pending ? time(row.next_try) : nullptr},
          {"told_by", text_or_null(row.told_by)},
          {"maybe_repeated", row.uncertain},
          {"settled", time(row.settled)}};
}

json::object control_json_in_full(const StoredMessage& message,
                                  std::span<const StoredMessage> told) {
  auto row = control_json(message);
  const auto& event = message.event;
  json::array tells;
  for (const auto& other : told) tells.push_back(text(other.row.id));
  row["alert"] = json::parse(to_public_json(event));
  row["text"] = both(value_text(event, Language::zh), value_text(event, Language::en));
  row["tells"] = std::move(tells);
  return row;
}

json::object control_json(const Silence& silence) {
  return {{"id", text(silence.id)},
          {"rule", text_or_null(silence.rule)},
          {"instrument", text_or_null(silence.instrument)},
          {"author", text(silence.author)},
          {"reason", text(silence.reason)},
          {"made", time(silence.made)},
          {"until", time(silence.until)},
          {"ended", time(silence.ended)}};
}

}  // namespace foghorn
