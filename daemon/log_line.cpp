#include "daemon/log_line.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr double at_once = 10;
constexpr Duration one_more_after = 10min;
constexpr std::size_t most_known = 1000;  // feeds, channels and errors are from closed lists
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

/// What is the same in all repeats of a line; nullopt: it has none.
std::optional<std::string> what_repeats(const LogWords& words) {
  constexpr std::array<std::string_view, 4> marks{"feed", "channel", "error", "trouble"};
  constexpr std::array<std::string_view, 2> apart{"rule", "instrument"};
  auto same = words.event;
  bool repeats = false;
  for (const auto& field : words.fields) {
    const bool marked = std::ranges::find(marks, field.name) != marks.end();
    if (!marked && std::ranges::find(apart, field.name) == apart.end()) continue;
    repeats = repeats || marked;
    same += ' ' + field.name + '=' + field.value;
  }
  if (!repeats) return std::nullopt;
  return same;
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

std::optional<std::uint64_t> Repeats::admit(const LogWords& words, Duration now) {
  auto same = what_repeats(words);
  if (!same) return 0;
  if (known_.size() >= most_known) known_.clear();
  auto [place, is_new] = known_.try_emplace(*std::move(same), Known{at_once, now, 0});
  auto& known = place->second;
  const auto earned = static_cast<double>((now - known.at).count()) /
                      static_cast<double>(Duration{one_more_after}.count());
  known.left = std::min(at_once, known.left + earned);
  known.at = now;
  if (known.left < 1) {
    ++known.left_out;
    return std::nullopt;
  }
  known.left -= 1;
  return std::exchange(known.left_out, 0);
}

}  // namespace foghorn
