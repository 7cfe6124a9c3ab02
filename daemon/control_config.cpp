#include "daemon/control_config.hpp"

#include <boost/json.hpp>

#include <utility>

namespace foghorn {
namespace {

namespace json = boost::json;

json::string text(std::string_view t) {
  return json::string{t.data(), t.size()};
}

json::value unless_empty(std::string_view t) {
  return t.empty() ? json::value(nullptr) : json::value(text(t));
}

json::value text_or_null(const std::optional<std::string>& t) {
  return t ? json::value(text(*t)) : json::value(nullptr);
}

const char* word_of(TableChange::How how) {
  switch (how) {
    case TableChange::How::added: return "added";
    case TableChange::How::removed: return "removed";
    case TableChange::How::changed: break;
  }
  return "changed";
}

json::object to_json(const TableChange& table) {
  json::array keys, consequences;
  for (const auto& key : table.keys)
    keys.push_back({{"key", text(key.key)},
                    {"from", text_or_null(key.from)},
                    {"to", text_or_null(key.to)},
                    {"needs_restart", key.needs_restart}});
  for (const auto& what : table.consequences) consequences.push_back(text(what));
  return {{"change", word_of(table.how)},     {"what", text(table.what)},
          {"name", unless_empty(table.name)}, {"brief", unless_empty(table.brief)},
          {"keys", std::move(keys)},          {"consequences", std::move(consequences)}};
}

json::array lines_of(const std::vector<Mistake>& mistakes) {
  json::array lines;
  for (const auto& mistake : mistakes) lines.push_back(text(to_line(mistake)));
  return lines;
}

}  // namespace

std::string control_json(const NextConfig& next) {
  if (!next.mistakes.empty())
    return json::serialize(json::object{{"mistakes", lines_of(next.mistakes)}});
  json::array changes, needs_restart;
  for (const auto& table : next.difference.tables) changes.push_back(to_json(table));
  for (const auto& key : next.difference.needs_restart()) needs_restart.push_back(text(key));
  return json::serialize(json::object{{"changes", std::move(changes)},
                                      {"needs_restart", std::move(needs_restart)},
                                      {"warnings", lines_of(next.config->warnings)},
                                      {"text", text(to_text(next.difference))}});
}

}  // namespace foghorn
