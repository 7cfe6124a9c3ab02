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
  // A backslash at the end of a line drops it and all white space that follows.
  const auto after_backslash = rest.find_first_not_of(" \t", 1);
  if (!basic || !rest.starts_with('\\') || after_backslash == rest.npos ||
      newline(rest.substr(after_backslash)) == 0)
    return place;
  ++place.column;
  for (const char c : rest.substr(1)) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') break;
    place = c == '\n' ? TextPlace{place.line + 1, 1} : TextPlace{place.line, place.column + 1};
  }
  return place;
}

}  // namespace foghorn
