#pragma once
// An instrument's window as a picture: SVG, made from minutes, without a browser, a font or a
// clock.

#include <cstddef>
#include <functional>
#include <string>

#include "report/facts.hpp"
#include "report/sheet.hpp"

namespace foghorn {

/// The clock that the picture's reader goes by.
struct ChartClock {
  std::string name{"Asia/Shanghai"};
  std::function<Duration(Timestamp)> offset{[](Timestamp) { return std::chrono::hours{8}; }};
};

struct ChartChoice {
  Language language{};
  ChartClock clock{};
};

/// The window of `input.instruments[index]`, of which `sheet` is make_sheet(input): its price, what
/// was not seen of it, when its market was closed, and its alert events, numbered, with a legend.
///
/// One <svg> element, in UTF-8 and under 100 KB: a file of its own, or part of an HTML page. It has
/// no script and refers to nothing outside itself; dark where the reader's system is. All text is
/// escaped. The same input gives the same bytes. Texts of `input` are UTF-8.
std::string chart_svg(const SheetInput& input, const FactSheet& sheet, std::size_t index,
                      const ChartChoice& choice);

}  // namespace foghorn
