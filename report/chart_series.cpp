// Minutes as lines and areas: never more points than the plot has columns.
#include <algorithm>
#include <cmath>

#include "report/chart_parts.hpp"

namespace foghorn {
namespace {

// Beyond it nothing is a price, and sums of two would lose their cents.
constexpr double highest_price = 1e15;

bool is_price(double value) {
  return std::isfinite(value) && std::abs(value) <= highest_price;
}

struct Point {
  double x{}, y{};
};

double tenth(double length) {
  return std::round(length * 10) / 10;
}

/// "12 34.5L13 34": a level stretch takes two points, however long it is.
void append_line(std::string& path, const std::vector<Point>& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool inner = i > 0 && i + 1 < points.size();
    if (inner && points[i - 1].y == points[i].y && points[i].y == points[i + 1].y) continue;
    path += fmt::format("{}{} {}", i == 0 ? "" : "L", length_text(points[i].x),
                        length_text(points[i].y));
  }
}

/// Adds the line of a stretch without a break, and its envelope.
void add_stretch(std::span<const Column> columns, const Plot& plot, std::string& line,
                 std::string& envelope) {
  const auto x = [&](const Column& c) { return tenth(plot.column_middle(c.at)); };
  const auto y = [&](double price) { return tenth(plot.y(price)); };
  if (columns.size() == 1) {
    // A dot, where it has no height: round caps make it visible.
    const auto& only = columns.front();
    line += fmt::format("M{} {}V{}", length_text(x(only)), length_text(y(only.high)),
                        length_text(y(only.low)));
    return;
  }
  std::vector<Point> closes, around;
  for (const auto& c : columns) {
    closes.push_back({x(c), y(c.close)});
    around.push_back({x(c), y(c.high)});
  }
  for (auto c = columns.rbegin(); c != columns.rend(); ++c) around.push_back({x(*c), y(c->low)});
  line += 'M';
  append_line(line, closes);
  envelope += 'M';
  append_line(envelope, around);
  envelope += 'Z';
}

}  // namespace

std::vector<Column> columns_of(std::span<const Candle> minutes, const Plot& plot) {
  std::vector<Column> columns;
  for (const auto& m : minutes) {
    if (m.start < plot.from() || m.start >= plot.to()) continue;
    if (!is_price(m.low) || !is_price(m.high) || !is_price(m.close)) continue;
    const auto at = plot.column(m.start);
    if (columns.empty() || columns.back().at != at) {
      columns.push_back({at, m.start, m.start, m.low, m.high, m.close});
      continue;
    }
    auto& column = columns.back();
    column.last = m.start;
    column.low = std::min(column.low, m.low);
    column.high = std::max(column.high, m.high);
    column.close = m.close;
  }
  return columns;
}

std::string price_lines(std::span<const Column> columns, const Plot& plot, Duration stands) {
  std::string line, envelope;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= columns.size(); ++i) {
    if (i < columns.size()) {
      const auto silence = columns[i].first - (columns[i - 1].last + std::chrono::minutes{1});
      // What is narrower than a column cannot be shown.
      if (silence <= std::max(stands, plot.column_span())) continue;
    }
    add_stretch(columns.subspan(begin, i - begin), plot, line, envelope);
    begin = i;
  }
  std::string out;
  if (!envelope.empty()) out += fmt::format("<path class=\"envelope\" d=\"{}\"/>\n", envelope);
  if (!line.empty()) out += fmt::format("<path class=\"price\" d=\"{}\"/>\n", line);
  return out;
}

std::string bands(std::span<const Gap> stretches, const Plot& plot) {
  const std::chrono::duration<double> whole = (plot.to() - plot.from());
  std::vector<double> covered(plot.columns());
  for (const auto& gap : stretches) {
    const auto share = [&](Timestamp t) {
      return std::clamp(std::chrono::duration<double>(t - plot.from()) / whole, 0.0, 1.0) *
             static_cast<double>(plot.columns());
    };
    const double from = share(gap.from), to = share(gap.to);
    for (auto i = static_cast<std::size_t>(from); i < plot.columns(); ++i) {
      const auto left = static_cast<double>(i);
      if (left >= to) break;
      covered[i] += std::min(to, left + 1) - std::max(from, left);
    }
  }
  std::string path;
  for (std::size_t i = 0; i < covered.size();) {
    auto end = i;
    while (end < covered.size() && covered[end] >= 0.5 - 1e-9) ++end;
    if (end > i) {
      path += fmt::format("M{0} {2}H{1}V{3}H{0}Z", length_text(plot.column_left(i)),
                          length_text(plot.column_left(end)), length_text(plot.top()),
                          length_text(plot.bottom()));
    }
    i = end + (end > i ? 0 : 1);
  }
  return path;
}

}  // namespace foghorn
