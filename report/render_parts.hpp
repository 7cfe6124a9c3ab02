#pragma once
// What the renderers share; nobody else includes it.

#include <array>
#include <string>
#include <string_view>

#include "report/section.hpp"

namespace foghorn {

inline constexpr std::array price_columns{&PriceRow::name,  &PriceRow::open, &PriceRow::high,
                                          &PriceRow::low,   &PriceRow::last, &PriceRow::change,
                                          &PriceRow::range, &PriceRow::seen, &PriceRow::as_of};

/// What is not known is a dash.
inline const std::string& cell_text(const std::string& text) {
  static const std::string dash{"—"};
  return text.empty() ? dash : text;
}

/// UTF-8 as text or attribute of HTML and XML. What XML has no way to say is left out.
inline std::string markup_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') safe += c;
    }
  }
  return safe;
}

}  // namespace foghorn
