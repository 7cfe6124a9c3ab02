#include "daemon/control_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

constexpr std::size_t between_columns = 2;

struct Block {
  char32_t first;
  char32_t last;
};

// Unicode's East Asian Width W and F, in whole blocks: https://www.unicode.org/reports/tr11/
constexpr std::array<Block, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0x303E},
                                     {0x3041, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F},
                                     {0xFF00, 0xFF60},
                                     {0xFFE0, 0xFFE6},
                                     {0x1F300, 0x3FFFD}}};
constexpr std::array<Block, 5> no_place{
    {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}}};

bool is_in(std::span<const Block> blocks, char32_t c) {
  return std::ranges::any_of(blocks, [c](Block b) { return c >= b.first && c <= b.last; });
}

struct Character {
  std::size_t bytes{};
  std::size_t places{};
};

/// The first character of a text that is not empty.
Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  char32_t value = size == 1 ? lead : lead & (0x7FU >> size);
  const auto bytes = std::min(size, text.size());
  for (std::size_t i = 1; i < bytes; ++i)
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {bytes, is_in(no_place, value) ? 0U : is_in(wide, value) ? 2U : 1U};
}

}  // namespace

std::size_t shown_width(std::string_view text) {
  std::size_t places = 0;
  while (!text.empty()) {
    const auto next = first_of(text);
    places += next.places;
    text.remove_prefix(next.bytes);
  }
  return places;
}

std::string cut_to_width(std::string_view text, std::size_t places) {
  if (shown_width(text) <= places) return std::string{text};
  if (places == 0) return {};
  std::size_t bytes = 0;
  for (std::size_t used = 1;;) {  // the "…"
    const auto next = first_of(text.substr(bytes));
    used += next.places;
    if (used > places) break;
    bytes += next.bytes;
  }
  return std::string{text.substr(0, bytes)} + "…";
}

Table::Table(std::vector<std::string> headings) : rows_{std::move(headings)} {}

void Table::add(const std::vector<std::string>& cells) {
  assert(cells.size() == rows_.front().size());
  auto& row = rows_.emplace_back();
  for (const auto& cell : cells) row.push_back(one_line(cell));
}

std::string Table::text(std::size_t places) const {
  const auto columns = rows_.front().size();
  std::vector<std::size_t> widths(columns);
  std::vector<bool> used(columns);
  for (std::size_t r = 0; r < rows_.size(); ++r)
    for (std::size_t c = 0; c < columns; ++c) {
      widths[c] = std::max(widths[c], shown_width(rows_[r][c]));
      if (r > 0 && !rows_[r][c].empty()) used[c] = true;
    }
  std::string all;
  for (const auto& row : rows_) {
    std::string line;
    std::size_t owed = 0;  // spaces, once something follows
    for (std::size_t c = 0; c < columns; ++c) {
      if (!used[c]) continue;
      if (!row[c].empty()) {
        line.append(owed, ' ');
        owed = 0;
        line += row[c];
      }
      owed += widths[c] - shown_width(row[c]) + between_columns;
    }
    all += (places > 0 ? cut_to_width(line, places) : line) + "\n";
  }
  return all;
}

}  // namespace foghorn
