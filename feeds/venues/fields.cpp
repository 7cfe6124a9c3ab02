#include "feeds/venues/fields.hpp"

namespace foghorn::wire {

std::optional<Token> unescaped(od::value value, std::string_view raw) {
  // simdjson unescapes into a buffer that is as large as the frame's strings: reading a long one
  // twice would not fit. Longer than this are only messages for people, which may as well keep
  // their backslashes.
  constexpr std::size_t longest = 4096;
  if (raw.size() > longest) return Token{raw, true};
  std::string_view text;
  if (value.get_string().get(text)) return std::nullopt;
  return Token{text, true};
}

}  // namespace foghorn::wire
