#include "alerts/channels/utf8.hpp"

#include <algorithm>

namespace foghorn {
namespace {

struct CodePoint {
  char32_t value{};
  std::size_t size{};  ///< 0: not UTF-8 here
};

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// The code point that begins at the front of a text that is not empty.
CodePoint first(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  char32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80) return {};
    value = (value << 6U) | (byte_at(text, i) & 0x3FU);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, size};
}

constexpr char32_t joiner = 0x200D;

/// Belongs to the character before it: combining marks, variation selectors, skin tones, tags.
bool extends(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0483 && c <= 0x0489) ||
         (c >= 0x0591 && c <= 0x05BD) || (c >= 0x064B && c <= 0x065F) || c == 0x0E31 ||
         (c >= 0x0E34 && c <= 0x0E3A) || (c >= 0x0E47 && c <= 0x0E4E) ||
         (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) || c == joiner ||
         (c >= 0x20D0 && c <= 0x20FF) || c == 0x3099 || c == 0x309A ||
         (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFE20 && c <= 0xFE2F) ||
         (c >= 0x1F3FB && c <= 0x1F3FF) || (c >= 0xE0020 && c <= 0xE007F) ||
         (c >= 0xE0100 && c <= 0xE01EF);
}

bool is_regional(char32_t c) {
  return c >= 0x1F1E6 && c <= 0x1F1FF;
}  // two of them make a flag

}  // namespace

std::string_view cut_to_bytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t between_points = 0;      // last place between two code points that fits
  std::size_t between_characters = 0;  // last such place that also parts no character
  char32_t before = 0;
  std::size_t regionals = 0;  // in a row before `at`
  for (std::size_t at = 0; at <= bytes;) {
    const auto next = first(text.substr(at));
    const bool second_half_of_flag = is_regional(next.value) && regionals % 2 == 1;
    between_points = at;
    if (!extends(next.value) && before != joiner && !second_half_of_flag) between_characters = at;
    regionals = is_regional(next.value) ? regionals + 1 : 0;
    before = next.value;
    at += std::max<std::size_t>(next.size, 1);
  }
  return text.substr(0, between_characters > 0 ? between_characters : between_points);
}

std::string shortened(std::string_view text, std::size_t bytes) {
  constexpr std::string_view ellipsis = "…";
  if (text.size() <= bytes) return std::string{text};
  if (bytes < ellipsis.size()) return {};
  return std::string{cut_to_bytes(text, bytes - ellipsis.size())} += ellipsis;
}

std::size_t utf16_size(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) {
    const auto next = std::max<std::size_t>(first(text).size, 1);
    units += next == 4 ? 2 : 1;
    text.remove_prefix(next);
  }
  return units;
}

std::string shortened_to_utf16(std::string_view text, std::size_t units) {
  if (utf16_size(text) <= units) return std::string{text};
  if (units == 0) return {};
  // The bytes of as many code points as leave a unit for the "…".
  std::size_t bytes = 0;
  std::size_t used = 1;
  for (auto rest = text; !rest.empty();) {
    const auto next = std::max<std::size_t>(first(rest).size, 1);
    used += next == 4 ? 2 : 1;
    if (used > units) break;
    bytes += next;
    rest.remove_prefix(next);
  }
  return std::string{cut_to_bytes(text, bytes)} += "…";
}

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto next = first(text);
    if (next.size == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const bool control = next.value < 0x20 || (next.value >= 0x7F && next.value < 0xA0);
    if (control) {
      out += ' ';
    } else {
      out += text.substr(0, next.size);
    }
    text.remove_prefix(next.size);
  }
  return out;
}

std::string without_angles(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "＜";
    } else if (c == '>') {
      out += "＞";
    } else {
      out += c;
    }
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto next = first(text);
    if (next.size == 0) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

}  // namespace foghorn
