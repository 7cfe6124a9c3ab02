#include "daemon/control_commands.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

#include "alerts/channels/utf8.hpp"
#include "daemon/control_client.hpp"
#include "daemon/control_table.hpp"
#include "daemon/zone.hpp"
#include "model/time.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

constexpr std::size_t page = 200;  // the daemon's largest

json::string quoted(const std::string& t) {
  return json::string{t.data(), t.size()};
}

void set(json::object& request, const char* key, const std::string& value) {
  if (!value.empty()) request[key] = quoted(value);
}

/// What stands at `key`, as text; empty for null and for what is not there.
std::string at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains({key.data(), key.size()});
  if (!value || value->is_null()) return {};
  if (const auto* text = value->if_string()) return {text->data(), text->size()};
  return json::serialize(*value);
}

bool is_true(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains({key.data(), key.size()});
  return value && value->is_bool() && value->get_bool();
}

const json::array& list_at(const json::object& object, std::string_view key) {
  static const json::array none;
  const auto* value = object.if_contains({key.data(), key.size()});
  return value && value->is_array() ? value->get_array() : none;
}

json::object object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains({key.data(), key.size()});
  return value && value->is_object() ? value->get_object() : json::object{};
}

/// The answer, or nullopt after a line on the log.
std::optional<json::object> ask(const ControlDesk& desk, const json::object& request, int& code) {
  auto answer = ask_daemon(desk.socket, request);
  if (answer.trouble.empty()) return std::move(answer.object);
  desk.log << "foghorn: " << one_line(answer.trouble) << '\n';
  code = answer.wrong_use ? 2 : 1;
  return std::nullopt;
}

/// By what the daemon's readers go.
class Reader {
 public:
  explicit Reader(const json::object& answer)
      : zone_{zone_or_utc(at(answer, "timezone"))}, language_{at(answer, "language")} {}

  std::string zone() const { return zone_.name; }

  std::string time(const std::string& utc) const {
    const auto moment = parse_time(utc);
    return moment ? format_local(*moment, zone_.offset(*moment)) : std::string{};
  }

  std::string text(const json::object& both) const {
    return at(both, language_ == "en" ? "en" : "zh");
  }

 private:
  static Zone zone_or_utc(const std::string& name) {
    try {
      return zone_of(name);
    } catch (const std::exception&) {  // this machine does not know it
      return zone_of("UTC");
    }
  }

  Zone zone_;
  std::string language_;
};

std::string subject_of(const json::object& row) {
  const auto rule = at(row, "rule");
  return rule.empty() ? at(row, "instrument") : rule;
}

std::string rows_text(const json::array& rows, const Reader& reader, std::size_t places) {
  Table table{{"CREATED", "STATE", "CHANNEL", "TIER", "KIND", "RULE", "TITLE", "TRIES", "ERROR",
               "NEXT TRY", "ID"}};
  for (const auto& value : rows) {
    const auto& row = value.as_object();
    table.add({reader.time(at(row, "created")), at(row, "state"), at(row, "channel"),
               at(row, "tier"), at(row, "kind"), subject_of(row),
               reader.text(object_at(row, "title")), at(row, "tries"), at(row, "last_error"),
               reader.time(at(row, "next_try")), at(row, "id")});
  }
  return table.text(places);
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

int show_document(const ControlDesk& desk, const json::object& answer) {
  desk.out << json::serialize(answer) << '\n';
  return 0;
}

/// A row in full, one thing a line.
void write_row(std::ostream& out, const json::object& row, const Reader& reader) {
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out << fmt::format("  {:<12} {}\n", name, one_line(value));
  };
  const auto tier = at(row, "tier");
  out << at(row, "id") << '\n';
  line("state", at(row, "state") + (is_true(row, "maybe_repeated") ? ", may have arrived" : ""));
  line("channel", at(row, "channel"));
  line("title", reader.text(object_at(row, "title")));
  line("what", fmt::format("{}{}{}", at(row, "kind"), tier.empty() ? "" : ", ", tier));
  line("value", reader.text(object_at(row, "text")));
  line("rule", at(row, "rule"));
  line("instrument", at(row, "instrument"));
  line("episode", at(row, "episode"));
  line("happened", reader.time(at(row, "time")));
  line("created", reader.time(at(row, "created")));
  line("tries", at(row, "tries"));
  line("last error", at(row, "last_error"));
  line("next try", reader.time(at(row, "next_try")));
  line("settled", reader.time(at(row, "settled")));
  line("told by", at(row, "told_by"));
  for (const auto& id : list_at(row, "tells")) line("tells too", id.as_string().c_str());
}

int show_changed(const ControlDesk& desk, const json::object& answer, std::string_view now) {
  if (desk.json) return show_document(desk, answer);
  const auto& rows = list_at(answer, "rows");
  for (const auto& row : rows) desk.out << at(row.as_object(), "id") << '\n';
  desk.out << fmt::format("{} {}\n", counted(rows.size(), "message"), now);
  if (is_true(answer, "more")) desk.out << "there are more: give the command again\n";
  return 0;
}

std::string covered(const json::object& silence) {
  const auto rule = at(silence, "rule"), instrument = at(silence, "instrument");
  if (rule.empty()) return instrument == "*" ? "everything" : "instrument " + instrument;
  if (instrument.empty()) return rule == "*" ? "every rule" : "rule " + rule;
  return fmt::format("rule {} of instrument {}", rule, instrument);
}

int show_silence(const ControlDesk& desk, const json::object& answer, std::string_view what) {
  if (desk.json) return show_document(desk, answer);
  const auto silence = object_at(answer, "silence");
  const bool over = !at(silence, "ended").empty();
  desk.out << fmt::format("silence {} {}: {}{}\n", at(silence, "id"), what, covered(silence),
                          over ? "" : ", until " + at(silence, "until"));
  return 0;
}

/// What may be done where a message did not arrive.
std::string advice(const json::object& answer) {
  const auto row = object_at(answer, "row");
  const auto state = at(row, "state");
  if (state == "refused")
    return "the platform will not have it: docs/channels.md says what its code means";
  if (state == "unknown")
    return "no answer came, though the message may have arrived: look into the group, then at the "
           "line or the proxy";
  if (state == "replaced")
    return fmt::format("it went out with another message: foghorn outbox show {}",
                       at(row, "told_by"));
  if (at(answer, "circuit") == "open")
    return "the channel is down and is probed from time to time: docs/channels.md says what its "
           "code means, the daemon's log why the line failed";
  if (at(row, "tries") == "0")
    return "its quota is used up, its mute hours are on, or others are before it: foghorn outbox "
           "list --state pending";
  return "the daemon's log says why; it was tried again in vain for 30 s";
}

}  // namespace

int outbox_list(const ControlDesk& desk, const OutboxWords& words) {
  json::array rows;
  json::object answer{{"more", true}};
  while (is_true(answer, "more") && rows.size() < words.limit) {
    json::object request{{"command", "outbox list"}};
    set(request, "id", words.id);
    set(request, "channel", words.channel);
    if (words.dead) request["dead"] = true;
    if (!words.states.empty()) request["states"] = json::value_from(words.states);
    request["limit"] = std::min(page, words.limit - rows.size());
    if (!rows.empty()) set(request, "before", at(rows.front().as_object(), "id"));
    int code = 0;
    auto got = ask(desk, request, code);
    if (!got) return code;
    answer = *std::move(got);
    const auto& older = list_at(answer, "rows");
    if (older.empty()) break;
    rows.insert(rows.begin(), older.begin(), older.end());
  }
  answer["rows"] = rows;
  if (desk.json) return show_document(desk, answer);
  const Reader reader{answer};
  if (!rows.empty()) desk.out << rows_text(rows, reader, desk.places);
  desk.out << fmt::format("{}{}\n", counted(rows.size(), "row"),
                          rows.empty() ? "" : ", times in " + reader.zone());
  if (is_true(answer, "more")) desk.out << "there are older ones: --limit N shows more\n";
  return 0;
}

int outbox_show(const ControlDesk& desk, const OutboxWords& words) {
  json::object request{{"command", "outbox show"}};
  set(request, "id", words.id);
  set(request, "channel", words.channel);
  int code = 0;
  const auto answer = ask(desk, request, code);
  if (!answer) return code;
  if (desk.json) return show_document(desk, *answer);
  const Reader reader{*answer};
  for (const auto& row : list_at(*answer, "rows")) write_row(desk.out, row.as_object(), reader);
  desk.out << "times in " << reader.zone() << '\n';
  return 0;
}

int outbox_retry(const ControlDesk& desk, const OutboxWords& words) {
  json::object request{{"command", "outbox retry"}};
  set(request, "id", words.id);
  set(request, "channel", words.channel);
  if (words.dead) request["dead"] = true;
  int code = 0;
  const auto answer = ask(desk, request, code);
  return answer ? show_changed(desk, *answer, "to be tried again") : code;
}

int outbox_drop(const ControlDesk& desk, const OutboxWords& words) {
  json::object request{{"command", "outbox drop"}};
  set(request, "id", words.id);
  set(request, "channel", words.channel);
  int code = 0;
  const auto answer = ask(desk, request, code);
  return answer ? show_changed(desk, *answer, "dropped") : code;
}

int silence_add(const ControlDesk& desk, const SilenceWords& words) {
  json::object request{{"command", "silence add"}};
  set(request, "rule", words.rule);
  set(request, "instrument", words.instrument);
  if (words.all) request["all"] = true;
  set(request, "for", words.span);
  set(request, "until", words.until);
  set(request, "author", words.author);
  set(request, "reason", words.reason);
  int code = 0;
  const auto answer = ask(desk, request, code);
  return answer ? show_silence(desk, *answer, "is in force") : code;
}

int silence_expire(const ControlDesk& desk, const SilenceWords& words) {
  json::object request{{"command", "silence expire"}};
  set(request, "id", words.id);
  int code = 0;
  const auto answer = ask(desk, request, code);
  return answer ? show_silence(desk, *answer, "is over") : code;
}

int silence_list(const ControlDesk& desk) {
  int code = 0;
  const auto answer = ask(desk, {{"command", "silence list"}}, code);
  if (!answer) return code;
  if (desk.json) return show_document(desk, *answer);
  const Reader reader{*answer};
  const auto& silences = list_at(*answer, "silences");
  Table table{{"ID", "COVERS", "UNTIL", "SINCE", "AUTHOR", "REASON"}};
  for (const auto& value : silences) {
    const auto& one = value.as_object();
    table.add({at(one, "id"), covered(one), reader.time(at(one, "until")),
               reader.time(at(one, "made")), at(one, "author"), at(one, "reason")});
  }
  if (!silences.empty()) desk.out << table.text(desk.places);
  desk.out << fmt::format("{}{}\n", counted(silences.size(), "silence"),
                          silences.empty() ? "" : ", times in " + reader.zone());
  return 0;
}

int send_test(const ControlDesk& desk, const SendTestWords& words) {
  json::object request{{"command", "send-test"}};
  set(request, "channel", words.channel);
  set(request, "rule", words.rule);
  set(request, "tier", words.tier);
  int code = 0;
  const auto answer = ask(desk, request, code);
  if (!answer) return code;
  const auto row = object_at(*answer, "row");
  const auto state = at(row, "state");
  const bool delivered = state == "delivered";
  if (desk.json) {
    show_document(desk, *answer);
  } else if (delivered) {
    desk.out << fmt::format(
        "delivered: {} has {} ({})\n", words.channel, at(row, "id"),
        at(row, "tries") == "1" ? "at the first try" : "tries: " + at(row, "tries"));
  }
  if (delivered) return 0;
  const auto error = at(row, "last_error");
  desk.log << fmt::format("foghorn: not delivered: {} is {}{}; {}\n", at(row, "id"), state,
                          error.empty() ? "" : ", " + error, advice(*answer));
  return 1;
}

}  // namespace foghorn
