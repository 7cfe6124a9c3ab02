#include "daemon/log_line.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace foghorn {
namespace {

constexpr std::size_t most_fields = 24;

bool small_letter(char c) {
  return c >= 'a' && c <= 'z';
}

bool of_a_key(char c) {
  return small_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

/// Where the key=value that begins at or after `from` begins, and where its = stands.
struct Key {
  std::size_t begin;
  std::size_t equals;
};

std::optional<Key> next_key(std::string_view line, std::size_t from) {
  for (auto at = from; at < line.size(); ++at) {
    if ((at > 0 && line[at - 1] != ' ') || !small_letter(line[at])) continue;
    auto end = at;
    while (end < line.size() && of_a_key(line[end])) ++end;
    if (end < line.size() && line[end] == '=') return Key{at, end};
  }
  return std::nullopt;
}

/// The end of a quoted value: a quote that a blank or the line's end follows.
std::size_t closing_quote(std::string_view line, std::size_t from) {
  for (auto at = line.find('"', from); at != line.npos; at = line.find('"', at + 1))
    if (at + 1 == line.size() || line[at + 1] == ' ') return at;
  return line.npos;
}

}  // namespace

LogWords words_of(std::string_view line) {
  LogWords words;
  auto key = next_key(line, 0);
  const auto spoken = line.substr(0, key ? key->begin : line.size());
  words.event = spoken.substr(0, spoken.find_last_not_of(' ') + 1);
  while (key && words.fields.size() < most_fields) {
    const auto name = line.substr(key->begin, key->equals - key->begin);
    auto begin = key->equals + 1;
    auto end = std::min(line.find(' ', begin), line.size());
    auto next = end;
    if (begin < line.size() && line[begin] == '"') {
      if (const auto quote = closing_quote(line, begin + 1); quote != line.npos) {
        ++begin;
        end = quote;
        next = quote + 1;
      }
    }
    if (std::ranges::find(words.fields, name, &LogField::name) == words.fields.end())
      words.fields.push_back({std::string{name}, std::string{line.substr(begin, end - begin)}});
    key = next_key(line, next);
  }
  return words;
}

}  // namespace foghorn
