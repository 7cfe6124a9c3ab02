#include "daemon/mistake_lines.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <vector>

namespace foghorn {
namespace {

constexpr std::size_t before = 72, after = 40;  // characters of a long line that are shown

bool shows_no_secret(const Mistake& mistake) {
  static constexpr std::array<std::string_view, 4> harmless{"[[", "[instrument", "[engine]",
                                                            "[capture]"};
  return std::ranges::any_of(
      harmless, [&](std::string_view place) { return mistake.place.starts_with(place); });
}

/// Line number `number` of `file`, from 1; empty where there is none.
std::string line_of(const std::string& file, int number) {
  std::ifstream in{file, std::ios::binary};
  std::string line;
  for (int i = 0; i < number; ++i)
    if (!std::getline(in, line)) return {};
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (number == 1 && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
  return line;
}

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  for (const char c : text) {
    const bool inside = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!inside || characters.empty()) characters.emplace_back();
    characters.back() += c;
  }
  return characters;
}

/// Chinese, Japanese, Korean and full-width forms: U+1100 and U+2E80 to U+FFE6, and beyond the
/// first plane. Close enough for a caret.
bool wide(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  if (lead >= 0xF0) return true;
  return lead >= 0xE0 && character >= "\xE2\xBA\x80" && character < "\xEF\xBF\xA7";
}

}  // namespace

std::string caret_lines(std::string line, int column) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
  std::ranges::replace(line, '\t', ' ');
  const auto characters = characters_of(line);
  const auto place = std::min(static_cast<std::size_t>(std::max(column, 1)) - 1, characters.size());
  const auto first = place > before ? place - before : 0;
  const auto last = std::min(characters.size(), place + after);
  std::string shown = first > 0 ? "…" : "", caret = first > 0 ? " " : "";
  for (auto i = first; i < last; ++i) {
    shown += characters[i];
    if (i < place) caret += wide(characters[i]) ? "  " : " ";
  }
  if (last < characters.size()) shown += "…";
  return "  " + shown + "\n  " + caret + "^\n";
}

void write_mistakes(std::span<const Mistake> mistakes, bool carets, std::ostream& out) {
  for (const auto& mistake : mistakes) {
    out << to_line(mistake) << '\n';
    if (!carets || mistake.line == 0 || !shows_no_secret(mistake)) continue;
    if (const auto line = line_of(mistake.file, mistake.line); !line.empty())
      out << caret_lines(line, mistake.column);
  }
}

}  // namespace foghorn
