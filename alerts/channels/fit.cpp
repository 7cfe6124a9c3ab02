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

bool is_body(const ToldLine& line) {
  return line.kind == ToldLine::Kind::body;
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
    if (is_detail(line) || is_body(line)) continue;
    const auto size = room.size(line);
    if (room.longest_line > 0 && size > room.longest_line) return std::nullopt;
    total += size;
  }
  return total;
}

using Lines = std::vector<ToldLine>;

/// Of a body, from its first line on, what there is room for beside the line that says how much was
/// left out.
void fit_body(std::span<const ToldLine> body, const Room& room, Language language,
              std::size_t& left, Lines& out) {
  const auto note = left_out_line(body.size(), language);
  Lines lines;
  std::size_t kept = 0;       // of them with a note below
  std::size_t size_kept = 0;  // of these
  std::size_t size = 0;
  for (auto line : body) {
    line.text = shortened(line.text, longest_detail);
    const auto more = room.size(line);
    if (size + more > left || (room.longest_line > 0 && more > room.longest_line)) break;
    size += more;
    lines.push_back(std::move(line));
    if (size + room.size(note) > left) continue;
    kept = lines.size();
    size_kept = size;
  }
  const bool all = lines.size() == body.size();
  if (!all) {
    lines.resize(kept);
    size = size_kept;
    if (size + room.size(note) <= left) {
      lines.push_back(left_out_line(body.size() - kept, language));
      size += room.size(note);
    }
  }
  left -= size;
  std::ranges::move(lines, std::back_inserter(out));
}

/// Keeps the details that there is room for, and of a body as much as there is.
void fit_details(Lines& lines, const RenderOptions& options, const Room& room, std::size_t left) {
  Lines out;
  for (auto line = lines.begin(); line != lines.end();) {
    if (is_body(*line)) {
      const auto end = std::find_if_not(line, lines.end(), is_body);
      fit_body({line, end}, room, options.language, left, out);
      line = end;
      continue;
    }
    auto kept = std::move(*line++);
    if (is_detail(kept)) {
      kept.text = shortened(kept.text, longest_detail);
      const auto size = room.size(kept);
      if (!room.details || size > left || (room.longest_line > 0 && size > room.longest_line))
        continue;
      left -= size;
    }
    out.push_back(std::move(kept));
  }
  lines = std::move(out);
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
  fit_details(out.lines, options, room, left);
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
