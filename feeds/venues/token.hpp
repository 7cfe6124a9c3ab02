#pragma once
// One value of a frame as it stands on the wire, and what it says: text, or a number in a string or
// bare. Inlined by force where a trade passes: a call for each field costs as much as the field.

#include <simdjson.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include "feeds/venues/decimal.hpp"

namespace foghorn::wire {

namespace od = simdjson::ondemand;

/// A frame beyond this is refused before it is read; simdjson counts bytes in 32 bits.
inline constexpr std::size_t longest_frame = 1u << 30;

inline constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// A value's own letters: without quotes where it has them, escapes as they came. `form` tells "5"
/// from 5.
struct Token {
  enum class Form : std::uint8_t { none, bare, quoted };  ///< none: an object or a list
  std::string_view text{};
  Form form{Form::none};

  bool quoted() const { return form == Form::quoted; }
  bool is_null() const { return form == Form::bare && text == "null"; }
};

simdjson_inline Token token(od::value value) {
  std::string_view raw = value.raw_json_token();
  // Behind the last token of a frame that was cut off, simdjson's index of tokens ends with a zero:
  // the length wraps.
  if (raw.empty() || raw.size() > longest_frame) return {};
  while (static_cast<unsigned char>(raw.back()) <= ' ') {
    raw.remove_suffix(1);
    if (raw.empty()) return {};
  }
  const char first = raw.front();
  if (first == '"' && raw.size() > 1 && raw.back() == '"') {
    return {raw.substr(1, raw.size() - 2), Token::Form::quoted};
  }
  if (first == '"' || first == '{' || first == '[') return {};
  return {raw, Token::Form::bare};
}

/// Whether `text`, a part of a frame, holds a backslash. Reads past its end, where Frame::padding
/// lies at least.
simdjson_inline bool has_escapes(std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101u;
  for (std::size_t i = 0; i < text.size(); i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + i, 8);
    const std::uint64_t zero_where_found = eight ^ (ones * '\\');
    std::uint64_t found = (zero_where_found - ones) & ~zero_where_found & (ones * 0x80);
    // The lowest mark is exact; bytes behind the text are not its own.
    if (found != 0 && i + static_cast<std::size_t>(__builtin_ctzll(found)) / 8 < text.size()) {
      return true;
    }
  }
  return false;
}

/// The letters of `text`, which is `value`'s, with escapes undone; nullopt where they are none.
std::optional<std::string_view> unescaped(od::value value, std::string_view text);

/// A string's letters; nullopt for any other value.
simdjson_inline std::optional<std::string_view> text_of(od::value value) {
  const auto letters = token(value);
  if (!letters.quoted()) return std::nullopt;
  if (has_escapes(letters.text)) return unescaped(value, letters.text);
  return letters.text;
}

/// nullopt unless finite.
simdjson_inline std::optional<double> number_of(od::value value) {
  const auto letters = token(value);
  if (letters.quoted()) return parse_decimal(letters.text);
  double bare = 0;
  if (value.get_double().get(bare)) return std::nullopt;
  return bare;
}

/// The same, and no_number for what venues write where there is none: "" and null.
simdjson_inline std::optional<double> number_or_none(od::value value) {
  const auto letters = token(value);
  if (letters.is_null() || (letters.quoted() && letters.text.empty())) return no_number;
  return number_of(value);
}

}  // namespace foghorn::wire
