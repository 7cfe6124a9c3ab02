#include "daemon/check_diff.hpp"

#include <boost/json.hpp>

#include "daemon/config/files.hpp"
#include "daemon/config/judging.hpp"
#include "daemon/control_client.hpp"
#include "daemon/mistake_lines.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

json::string quoted(const std::string& text) {
  return json::string{text.data(), text.size()};
}

std::string_view view_of(const json::value& value) {
  const auto* text = value.if_string();
  return text ? std::string_view{text->data(), text->size()} : std::string_view{};
}

/// Whether there are any.
bool write_lines(const json::object& answer, const char* key, std::ostream& log) {
  const auto* lines = answer.if_contains(key);
  if (!lines || !lines->is_array()) return false;
  for (const auto& line : lines->get_array()) log << view_of(line) << '\n';
  return !lines->get_array().empty();
}

}  // namespace

int run_check_diff(const CheckDiffWords& words, bool carets, std::ostream& out, std::ostream& log) {
  const auto environment = process_environment();
  const auto whole = load_config(words.file, environment);
  const auto* own = std::get_if<std::vector<Mistake>>(&whole);
  const auto forgiven = load_for_judging(words.file, environment);
  const auto* judged = std::get_if<Config>(&forgiven);
  if (own && !judged) {
    write_mistakes(*own, carets, log);
    return 2;
  }
  const auto text = read_file(words.file).text;
  const auto name = words.file.string();
  const auto socket = words.control.empty() && judged ? judged->daemon.control : words.control;
  const auto answer = ask_daemon(
      socket, {{"command", "config diff"}, {"text", quoted(text)}, {"name", quoted(name)}});
  if (!answer.trouble.empty()) {
    if (own) write_mistakes(*own, carets, log);
    log << "foghorn: " << answer.trouble << '\n';
    return own ? 2 : 1;
  }
  if (write_lines(answer.object, "mistakes", log)) return 2;
  write_lines(answer.object, "warnings", log);
  if (words.json) {
    out << json::serialize(answer.object) << '\n';
  } else if (const auto* difference = answer.object.if_contains("text")) {
    out << view_of(*difference);
  }
  return 0;
}

}  // namespace foghorn
