#include "daemon/control_request.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>

#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;

std::string_view view_of(const json::string& text) {
  return {text.data(), text.size()};
}

}  // namespace

ControlRequest::ControlRequest(std::string_view line) {
  boost::system::error_code error;
  auto request = json::parse({line.data(), line.size()}, error);
  if (error || !request.is_object()) {
    refuse("a request is one JSON object on one line");
    return;
  }
  keys_ = std::move(request.get_object());
  command_ = text("command");
  if (command_.empty()) refuse(R"(a request has a "command", such as "outbox list")");
}

const json::value* ControlRequest::take(std::string_view key) {
  taken_.push_back(key);
  return keys_.if_contains({key.data(), key.size()});
}

std::string ControlRequest::text(std::string_view key) {
  const auto* value = take(key);
  if (!value) return {};
  if (value->is_string() && !value->get_string().empty())
    return std::string{view_of(value->get_string())};
  refuse(fmt::format("\"{}\" is a text, and not an empty one", key));
  return {};
}

bool ControlRequest::flag(std::string_view key) {
  const auto* value = take(key);
  if (!value) return false;
  if (value->is_bool()) return value->get_bool();
  refuse(fmt::format("\"{}\" is true or false", key));
  return false;
}

std::optional<std::size_t> ControlRequest::count(std::string_view key, std::size_t least,
                                                 std::size_t most) {
  const auto* value = take(key);
  if (!value) return std::nullopt;
  if (value->is_int64() && value->get_int64() >= 0) {
    const auto number = static_cast<std::size_t>(value->get_int64());
    if (number >= least && number <= most) return number;
  }
  refuse(fmt::format("\"{}\" is a whole number from {} to {}", key, least, most));
  return std::nullopt;
}

std::vector<std::string> ControlRequest::words(std::string_view key) {
  std::vector<std::string> words;
  const auto* value = take(key);
  if (!value) return words;
  const bool texts =
      value->is_array() && std::ranges::all_of(value->get_array(), [](const json::value& element) {
        return element.is_string();
      });
  if (!texts) {
    refuse(fmt::format("\"{}\" is a list of texts", key));
    return words;
  }
  for (const auto& element : value->get_array()) words.emplace_back(view_of(element.get_string()));
  return words;
}

void ControlRequest::refuse(std::string sentence) {
  if (mistake_.empty()) mistake_ = std::move(sentence);
}

const std::string& ControlRequest::mistake() {
  for (const auto& [key, value] : keys_) {
    const std::string_view name{key.data(), key.size()};
    if (std::ranges::find(taken_, name) == taken_.end())
      refuse(fmt::format("{} has no key {}; {}", echoed(command_), echoed(name),
                         instead_of(name, taken_, "leave it out")));
  }
  return mistake_;
}

}  // namespace foghorn
