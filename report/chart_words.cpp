// What a chart says, and how SVG spells it.
#include <cmath>

#include "report/chart_parts.hpp"
#include "report/render_parts.hpp"

namespace foghorn {
namespace {

// Longer numbers would run out of the margin.
constexpr std::size_t longest_price = 13;

}  // namespace

ChartWords::ChartWords(const InstrumentFacts& facts, const FactSheet& sheet,
                       const ChartChoice& choice)
    : facts_{facts}, language_{choice.language}, clock_{choice.clock}, today_{sheet.to} {}

Timestamp ChartWords::local(Timestamp t) const {
  return t + clock_.offset(t);
}

std::string ChartWords::time(Timestamp t) const {
  // The words speak by Beijing's clock: they are told when that shows what the reader's does.
  constexpr Duration beijing = std::chrono::hours{8};
  return time_words(local(t) - beijing, {.language = language_, .today = local(today_) - beijing});
}

std::string ChartWords::date(Timestamp t) const {
  return day_words(local(t), {.language = language_, .today = local(today_)});
}

std::string ChartWords::zone() const {
  if (clock_.name == "Asia/Shanghai") return say("北京时间", "Beijing time");
  return clock_.name;
}

std::string ChartWords::price(double value) const {
  // A probability is cut to a tenth, as in the section: what was not reached is not claimed.
  if (facts_.probability) return grouped(std::floor(value * 1000 + 1e-9) / 10, 1) + "%";
  auto text = price_words(value);
  return text.size() > longest_price ? fmt::format("{:.4g}", value) : text;
}

std::string ChartWords::price_with_unit(double value) const {
  return facts_.probability ? price(value) : with_unit(price(value), facts_.unit, language_);
}

std::string length_text(double length) {
  auto text = fmt::format("{:.1f}", length);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string fitted(std::string_view utf8, std::size_t most) {
  std::size_t count = 0, keep = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if ((static_cast<unsigned char>(utf8[i]) & 0xC0) == 0x80) continue;
    if (count + 1 == most) keep = i;
    if (++count > most) return std::string{utf8.substr(0, keep)} + "…";
  }
  return std::string{utf8};
}

std::string text_element(double x, double y, std::string_view style, std::string_view text,
                         std::string_view attributes) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\"{}>{}</text>\n", style, length_text(x),
                     length_text(y), attributes, markup_text(text));
}

}  // namespace foghorn
