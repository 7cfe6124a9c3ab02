// Where times and prices lie on a chart, and the round ones of them that are written beside it.
#include <algorithm>
#include <array>
#include <cmath>

#include "report/chart_parts.hpp"

namespace foghorn {
namespace {

using namespace std::chrono;

constexpr double plot_width = plot_right - plot_left;
constexpr int price_lines_wanted = 7;
constexpr int times_wanted = 8;
constexpr double tag_height = 9;  // half of it

struct RoundStep {
  double step{};
  int decimals{};
};

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that divides the range into no more parts
/// than wanted.
RoundStep round_step_of(double range) {
  const double least = range / price_lines_wanted;
  const int power = static_cast<int>(std::floor(std::log10(least)));
  for (const int tenths : {10, 20, 25, 50, 100}) {
    const double step = tenths / 10.0 * std::pow(10.0, power);
    if (step < least * (1 - 1e-9)) continue;
    const int decimals = (tenths == 25 ? 1 : tenths == 100 ? -1 : 0) - power;
    return {step, std::max(decimals, 0)};
  }
  return {least, 8};
}

Duration time_step_of(Duration window) {
  constexpr std::array steps{minutes{5},   minutes{10},    minutes{15},        minutes{30},
                             minutes{60},  minutes{120},   minutes{180},       minutes{360},
                             minutes{720}, minutes{1'440}, minutes{2 * 1'440}, minutes{4 * 1'440}};
  for (const auto step : steps)
    if (window / step <= times_wanted) return step;
  return steps.back();
}

}  // namespace

Plot::Plot(Timestamp from, Timestamp to, PriceScale prices, double top)
    : from_{from},
      to_{to},
      prices_{prices},
      top_{top},
      columns_{
          std::clamp(static_cast<std::size_t>(std::max<std::int64_t>((to - from) / minutes{1}, 1)),
                     std::size_t{1}, static_cast<std::size_t>(plot_width))} {}

double Plot::x(Timestamp t) const {
  const auto share = duration<double>(t - from_) / duration<double>(to_ - from_);
  return plot_left + plot_width * std::clamp(share, 0.0, 1.0);
}

double Plot::y(double price) const {
  const double share = (price - prices_.low) / (prices_.high - prices_.low);
  return bottom() - plot_height * std::clamp(share, 0.0, 1.0);
}

std::size_t Plot::column(Timestamp t) const {
  const auto share = duration<double>(t - from_) / duration<double>(to_ - from_);
  const auto column =
      std::floor(std::clamp(share, 0.0, 1.0) * static_cast<double>(columns_) + 1e-9);
  return std::min(static_cast<std::size_t>(column), columns_ - 1);
}

double Plot::column_left(std::size_t column) const {
  return plot_left + plot_width * static_cast<double>(column) / static_cast<double>(columns_);
}

double Plot::column_middle(std::size_t column) const {
  return (column_left(column) + column_left(column + 1)) / 2;
}

PriceScale scale_of(std::span<const Column> columns) {
  if (columns.empty()) return {0, 1};
  const double low = std::ranges::min_element(columns, {}, &Column::low)->low;
  const double high = std::ranges::max_element(columns, {}, &Column::high)->high;
  const double size = std::max(std::abs(low), std::abs(high));
  // A level price is no line along an edge, nor its last digits a mountain range.
  const double least = size > 0 ? size * 0.001 : 1;
  const double air = std::max((high - low) * 0.06, (least - (high - low)) / 2);
  return {low - air, high + air};
}

std::string price_axis(const Plot& plot, const ChartWords& words, double last_y, bool any) {
  std::string out;
  if (!any) return out;
  const double scale = words.facts().probability ? 100 : 1;
  const double low = plot.prices().low * scale;
  const double high = plot.prices().high * scale;
  const auto [step, decimals] = round_step_of(high - low);
  const double first = std::ceil(low / step);
  for (int i = 0; i <= 2 * price_lines_wanted; ++i) {
    const double level = (first + i) * step;
    if (level > high) break;
    const double y = plot.y(level / scale);
    out += fmt::format("<path class=\"grid\" d=\"M{} {}H{}\"/>\n", length_text(plot_left),
                       length_text(y), length_text(plot_right));
    // The last price is written there.
    if (std::abs(y - last_y) < 2 * tag_height) continue;
    auto text = grouped(level, decimals);
    if (text.size() > 13) text = fmt::format("{:.4g}", level);
    out +=
        text_element(plot_right + 8, y + 4, "quiet", words.facts().probability ? text + "%" : text);
  }
  return out;
}

std::string time_axis(const Plot& plot, const ChartWords& words) {
  std::string out;
  const auto step = time_step_of(plot.to() - plot.from());
  const bool of_days = step >= days{1};
  const auto offset = words.local(plot.from()) - plot.from();
  const auto first = words.local(plot.from()).time_since_epoch() / step * step;
  Timestamp dated{no_time};
  double date_end = 0;
  for (int i = 0; i <= 2 * times_wanted; ++i) {
    const Timestamp local{first + i * step};
    // The zone may change its clocks within the window.
    const auto guess = local - offset;
    const auto t = local - (words.local(guess) - guess);
    if (t > plot.to()) break;
    if (t < plot.from()) continue;
    const double x = plot.x(t);
    out += fmt::format("<path class=\"grid\" d=\"M{} {}V{}\"/>\n", length_text(x),
                       length_text(plot.top()), length_text(plot.bottom()));
    const auto today = floor<days>(local);
    if (!of_days) {
      const hh_mm_ss clock{floor<minutes>(local - today)};
      const auto* anchor = x < plot_left + 18 ? "" : " text-anchor=\"middle\"";
      out += text_element(
          x, plot.bottom() + 18, "quiet",
          fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count()), anchor);
    }
    if (dated != no_time && floor<days>(dated) == today) continue;
    dated = local;
    // A date as wide as its own tick is apart from the next does not touch it.
    if (x < date_end) continue;
    date_end = x + 76;
    const auto* anchor = x < plot_left + 26 ? "" : " text-anchor=\"middle\"";
    out += text_element(x, plot.bottom() + (of_days ? 18 : 34), "quiet", words.date(t), anchor);
  }
  return out;
}

}  // namespace foghorn
