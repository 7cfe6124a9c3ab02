#include "alerts/channels/fit.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <optional>

#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

/// A detail is a remark, not an essay.
constexpr std::size_t longest_detail = 800;

bool is_detail(const ToldLine& line) {
  return line.kind == ToldLine::Kind::detail;
}

/// The line that `write` makes, as long as it fits: else without what stands beside the name, else
/// with as much of the title as does.
template <class Write>
ToldLine as_it_fits(const Write& write, const Room& room, std::size_t left) {
  const auto most = std::min(left, room.longest_line == 0 ? left : room.longest_line);
  const auto fits = [&](const ToldLine& line) { return room.size(line) <= most; };
  auto line = write(Brevity{});
  if (fits(line)) return line;
  line = write(Brevity{.only_names = true});
  if (fits(line)) return line;
  std::size_t longest = 0;
  for (std::size_t step = std::bit_ceil(line.text.size()); step > 0; step /= 2) {
    auto longer = write(Brevity{.longest_title = longest + step, .only_names = true});
    if (!fits(longer)) continue;
    longest += step;
    line = std::move(longer);
  }
  if (longest == 0) line = write(Brevity{.longest_title = 0, .only_names = true});
  // Nobody's ids are that long.
  for (auto size = line.text.size(); size > 0 && !fits(line); size /= 2)
    line.text = shortened(line.text, size);
  return line;
}

Fitted fitted_digest(std::span<const AlertEvent> events, const RenderOptions& options,
                     const Room& room) {
  // No part of a digest has a longer total than the whole.
  const auto total = room.size(total_line(events, options));
  auto left = room.limit > total ? room.limit - total : 0;
  const auto most = room.longest_line == 0 ? room.limit : room.longest_line;
  std::vector<ToldLine> lines(1);
  lines.push_back(as_it_fits(
      [&](const Brevity& brevity) { return listed_line(events.front(), options, brevity); }, room,
      left));
  left -= std::min(left, room.size(lines.back()));
  for (const auto& event : events.subspan(1)) {
    auto line = listed_line(event, options);
    const auto size = room.size(line);
    if (size > left || size > most) break;
    left -= size;
    lines.push_back(std::move(line));
  }
  const auto told = lines.size() - 1;
  lines.front() = total_line(events.first(told), options);
  return {std::move(lines), told};
}

/// What the lines that name events take; nothing for one line that is too long by itself.
std::optional<std::size_t> named_size(const std::vector<ToldLine>& lines, const Room& room) {
  std::size_t total = 0;
  for (const auto& line : lines) {
    if (is_detail(line)) continue;
    const auto size = room.size(line);
    if (room.longest_line > 0 && size > room.longest_line) return std::nullopt;
    total += size;
  }
  return total;
}

/// Keeps the details that there is room for.
void fit_details(std::vector<ToldLine>& lines, const Room& room, std::size_t left) {
  std::erase_if(lines, [&](ToldLine& line) {
    if (!is_detail(line)) return false;
    line.text = shortened(line.text, longest_detail);
    const auto size = room.size(line);
    const bool fits =
        room.details && size <= left && (room.longest_line == 0 || size <= room.longest_line);
    if (fits) left -= size;
    return !fits;
  });
}

Fitted fitted_alert(std::span<const AlertEvent> events, const RenderOptions& options,
                    const Room& room) {
  Fitted out;
  auto left = room.limit;
  while (out.told < events.size()) {
    const auto rest = events.subspan(out.told);
    // Of the first episode its beginning alone, if need be.
    auto together = told_together(rest);
    auto lines = tell(rest.first(together), options);
    auto size = named_size(lines, room);
    while ((!size || *size > left) && out.told == 0 && together > 1) {
      lines = tell(rest.first(--together), options);
      size = named_size(lines, room);
    }
    if (!size || *size > left) {
      if (out.told > 0) break;
      lines.front() = as_it_fits(
          [&](const Brevity& brevity) { return headline(rest.first(1), options, brevity); }, room,
          left);
      size = room.size(lines.front());
    }
    left -= std::min(left, *size);
    out.told += together;
    std::ranges::move(lines, std::back_inserter(out.lines));
  }
  fit_details(out.lines, room, left);
  return out;
}

}  // namespace

Fitted fitted(std::span<const AlertEvent> events, const RenderOptions& options, const Room& room) {
  return options.form == Form::digest ? fitted_digest(events, options, room)
                                      : fitted_alert(events, options, room);
}

std::string headline_within(std::span<const AlertEvent> events, const RenderOptions& options,
                            std::size_t bytes) {
  const Room room{.limit = bytes, .size = [](const ToldLine& line) { return line.text.size(); }};
  const auto write = [&](const Brevity& brevity) {
    return headline(events.first(told_together(events)), options, brevity);
  };
  return as_it_fits(write, room, bytes).text;
}

std::string joined_from(std::size_t first, std::span<const ToldLine> lines) {
  std::string text;
  for (const auto& line : lines.subspan(std::min(first, lines.size())))
    text.append(text.empty() ? "" : "\n").append(line.text);
  return text;
}

}  // namespace foghorn
