#include "daemon/config/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

#include "model/nearest.hpp"
#include "model/time.hpp"

namespace foghorn {
namespace {

constexpr std::size_t longest_echo = 60;

/// Where a character begins at or before `at`.
std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

}  // namespace

std::string echoed(std::string_view text) {
  std::string shown;
  if (const auto scheme = text.find("://"); scheme != text.npos) {
    // What stands before an @ is a user and a password.
    const auto authority =
        text.substr(scheme + 3, text.find_first_of("/?#", scheme + 3) - scheme - 3);
    const auto host = authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0
    shown = fmt::format("{}://{}/…", text.substr(0, scheme), host);
  } else {
    shown = text;
  }
  if (shown.size() > longest_echo) {
    shown.resize(character_start(shown, longest_echo));
    shown += "…";
  }
  std::ranges::replace_if(
      shown, [](unsigned char c) { return c < ' ' || c == 0x7F; }, ' ');
  return '"' + shown + '"';
}

std::string one_of(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += echoed(words[i]);
  }
  return text;
}

std::string_view meant(std::string_view word, std::span<const std::string_view> known) {
  if (const auto near = nearest(word, known); !near.empty()) return near;
  constexpr std::size_t shortest_part = 3;
  for (const auto name : known)  // "binance" for "binance-futures", "warning" for "warn"
    if (std::min(word.size(), name.size()) >= shortest_part &&
        (name.find(word) != name.npos || word.find(name) != word.npos))
      return name;
  return {};
}

std::string instead_of(std::string_view word, std::span<const std::string_view> known,
                       std::string_view without_any) {
  if (known.empty()) return std::string{without_any};
  if (const auto near = meant(word, known); !near.empty())
    return fmt::format("did you mean {}?", echoed(near));
  return "write " + one_of(known);
}

std::vector<std::string_view> views_of(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

std::string meant_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> spelled{{
      {"", "s"},        {"s", "s"}, {"sec", "s"}, {"secs", "s"}, {"second", "s"},
      {"seconds", "s"}, {"m", "m"}, {"min", "m"}, {"mins", "m"}, {"minute", "m"},
      {"minutes", "m"}, {"h", "h"}, {"hr", "h"},  {"hrs", "h"},  {"hour", "h"},
      {"hours", "h"},   {"d", "d"}, {"day", "d"}, {"days", "d"}, {"ms", "ms"},
  }};
  std::string plain;
  for (const char c : text)
    if (c != ' ') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto digits = std::min(plain.find_first_not_of("0123456789"), plain.size());
  for (const auto& [word, unit] : spelled) {
    if (digits == 0 || std::string_view{plain}.substr(digits) != word) continue;
    const auto guess = plain.substr(0, digits).append(unit);
    if (parse_duration(guess)) return guess;
  }
  return {};
}

}  // namespace foghorn
