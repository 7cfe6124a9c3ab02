#pragma once
// What the renderers share; nobody else includes it.

#include <array>
#include <string>

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

}  // namespace foghorn
