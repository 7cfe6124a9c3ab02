#include "daemon/config/source_text.hpp"

#include <algorithm>

namespace foghorn {
namespace {

bool inside_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Length of the newline that `rest` begins with; 0 where it does not.
std::size_t newline(std::string_view rest) {
  if (rest.starts_with("\r\n")) return 2;
  return rest.starts_with('\n') ? 1 : 0;
}

/// How long the character is that `text` begins with, in bytes.
std::size_t character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && inside_character(text[size])) ++size;
  return size;
}

/// Length of the escape that `rest` begins with: \n is 2, \u00e9 is 6.
std::size_t escape(std::string_view rest) {
  switch (rest.size() > 1 ? rest[1] : '\0') {
    case 'x': return 4;
    case 'u': return 6;
    case 'U': return 10;
    default: return 2;
  }
}

/// A backslash that ends its line drops it, and all white space that follows. Length of what
/// `rest`, which begins with it, has of that; 0 for another backslash.
std::size_t line_ending(std::string_view rest) {
  const auto after = rest.find_first_not_of(" \t", 1);
  if (after == rest.npos || newline(rest.substr(after)) == 0) return 0;
  return std::min(rest.find_first_not_of(" \t\r\n", 1), rest.size());
}

/// Where one stands after `passed`.
TextPlace beyond(TextPlace place, std::string_view passed) {
  for (const char c : passed) {
    if (c == '\n')
      place = {place.line + 1, 1};
    else if (!inside_character(c))
      ++place.column;
  }
  return place;
}

}  // namespace

SourceText::SourceText(std::string_view text) : text_{text} {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  lines_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') lines_.push_back(i + 1);
}

std::string_view SourceText::from(TextPlace place) const {
  if (place.line < 1 || static_cast<std::size_t>(place.line) > lines_.size()) return {};
  auto rest = text_.substr(lines_[static_cast<std::size_t>(place.line) - 1]);
  for (int column = 1; column < place.column && !rest.empty(); ++column) {
    rest.remove_prefix(1);
    while (!rest.empty() && inside_character(rest.front())) rest.remove_prefix(1);
  }
  return rest;
}

TextPlace SourceText::first_character(TextPlace quote) const {
  auto rest = from(quote);
  const bool basic = rest.starts_with(R"(""")");
  if (!basic && !rest.starts_with("'''")) {
    const bool quoted = rest.starts_with('"') || rest.starts_with('\'');
    return {quote.line, quote.column + (quoted ? 1 : 0)};
  }
  rest.remove_prefix(3);
  TextPlace place{quote.line, quote.column + 3};
  if (const auto length = newline(rest); length > 0) {
    rest.remove_prefix(length);
    place = {place.line + 1, 1};
  }
  if (basic && rest.starts_with('\\'))
    if (const auto dropped = line_ending(rest)) place = beyond(place, rest.substr(0, dropped));
  return place;
}

std::vector<Located::Jump> SourceText::jumps(TextPlace quote, std::string_view content) const {
  std::vector<Located::Jump> found;
  if (!from(quote).starts_with('"')) return found;  // nothing else has escapes
  auto place = first_character(quote);
  auto rest = from(place);
  for (std::size_t at = 0; at < content.size() && !rest.empty();) {
    const bool escaped = rest.front() == '\\';
    const auto dropped = escaped ? line_ending(rest) : 0;
    // A line may end in \r\n and its value in \n.
    const bool shorter = rest.starts_with("\r\n") && content[at] == '\n';
    auto spelt = dropped > 0 ? dropped : escaped ? escape(rest) : character(rest);
    if (shorter) spelt = 2;
    if (dropped == 0) at += character(content.substr(at));
    spelt = std::min(spelt, rest.size());
    place = beyond(place, rest.substr(0, spelt));
    rest.remove_prefix(spelt);
    if (escaped) found.push_back({at, place.line, place.column});
  }
  return found;
}

}  // namespace foghorn
