#include "alerts/channels/fit.hpp"

#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

constexpr std::size_t few = 16;  // less of a line than this says nothing

std::size_t bytes_in(std::string_view text) {
  return text.size();
}

}  // namespace

Room room_for_bytes(std::size_t limit, std::size_t around) {
  return {.limit = limit, .around = around, .size = bytes_in, .shortened = shortened};
}

Room room_for_utf16(std::size_t limit, std::size_t around) {
  return {.limit = limit, .around = around, .size = utf16_size, .shortened = shortened_to_utf16};
}

std::vector<ToldLine> fitted(std::vector<ToldLine> lines, const Room& room, bool details) {
  std::size_t total = 0;
  for (const auto& line : lines) total += room.size(line.text) + room.around;
  if (details && total <= room.limit) return lines;

  std::erase_if(lines, [](const ToldLine& line) { return line.kind == ToldLine::Kind::detail; });
  std::size_t used = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    used += room.around;
    const std::size_t left = room.limit > used ? room.limit - used : 0;
    const auto size = room.size(lines[i].text);
    if (size > left) {
      lines.resize(left < few && i > 0 ? i : i + 1);
      if (lines.size() > i) lines[i].text = room.shortened(lines[i].text, left);
      break;
    }
    used += size;
  }
  return lines;
}

}  // namespace foghorn
