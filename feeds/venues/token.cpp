#include "feeds/venues/token.hpp"

namespace foghorn::wire {

std::optional<std::string_view> unescaped(od::value value, std::string_view text) {
  // simdjson unescapes into a buffer that is as large as the frame's strings: reading a long one
  // twice would not fit. Longer than this are only messages for people, which may as well keep
  // their backslashes.
  constexpr std::size_t longest = 4096;
  if (text.size() > longest) return text;
  std::string_view letters;
  if (value.get_string().get(letters)) return std::nullopt;
  return letters;
}

}  // namespace foghorn::wire
