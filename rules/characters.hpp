#pragma once
// Text as a person sees it: characters, not bytes. Takes any bytes; what is not UTF-8 counts byte
// by byte.

#include <cstddef>
#include <string>
#include <string_view>

namespace foghorn {

struct Character {
  char32_t code{};
  std::size_t size{1};  ///< in bytes
  bool valid{};         ///< false: one byte that is not UTF-8, whose value is in `code`
};

/// The character at byte `at` (< text.size()).
Character character_at(std::string_view text, std::size_t at);

/// The text in quotes and on one line, fit for a message: white space as single spaces, what cannot
/// be shown as its code, what is long cut with "…".
std::string quote(std::string_view text);

}  // namespace foghorn
