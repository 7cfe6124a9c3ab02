#include "rules/characters.hpp"

#include <fmt/format.h>

namespace foghorn {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

std::size_t size_from_lead(unsigned lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

bool encodes_a_character(char32_t code, std::size_t size) {
  if (size == 3 && code < 0x800) return false;
  if (size == 4 && (code < 0x10000 || code > 0x10FFFF)) return false;
  return code < 0xD800 || code > 0xDFFF;
}

/// Control characters, and the marks that reorder or hide text around them.
bool shows_nothing(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const unsigned lead = byte_at(text, at);
  const std::size_t size = size_from_lead(lead);
  if (size == 1) return {lead, 1, true};
  if (size == 0 || text.size() - at < size) return {lead, 1, false};
  char32_t code = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const unsigned next = byte_at(text, at + i);
    if ((next & 0xC0u) != 0x80u) return {lead, 1, false};
    code = (code << 6) | (next & 0x3Fu);
  }
  if (!encodes_a_character(code, size)) return {lead, 1, false};
  return {code, size, true};
}

std::string quote(std::string_view text) {
  constexpr std::size_t longest = 160;  // characters; a message stays readable on one line
  std::string shown{'"'};
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (++length > longest) {
      shown += "…";
      break;
    }
    const Character c = character_at(text, at);
    const bool space = c.code == ' ' || c.code == '\t' || c.code == '\n' || c.code == '\r';
    if (!c.valid) {
      shown += fmt::format("\\x{:02X}", static_cast<unsigned>(c.code));
    } else if (space) {
      if (shown.back() != ' ') shown += ' ';
    } else if (shows_nothing(c.code)) {
      shown += fmt::format("U+{:04X}", static_cast<unsigned>(c.code));
    } else {
      shown += text.substr(at, c.size);
    }
    at += c.size;
  }
  return shown += '"';
}

}  // namespace foghorn
