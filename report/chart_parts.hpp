#pragma once
// The pieces of chart_svg(), one file each; nobody else includes this. Lengths are the viewBox's
// units, y grows downwards.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/events.hpp"
#include "model/honest_number.hpp"
#include "report/chart.hpp"
#include "report/words.hpp"
#include "rules/gaps.hpp"

namespace foghorn {

inline constexpr double chart_width = 960;
inline constexpr double plot_left = 16;
inline constexpr double plot_right = 846;  // beyond it stand the prices
inline constexpr double plot_height = 260;

/// What is drawn of one stretch of time: a pixel's width of it where there is as much.
struct Column {
  std::size_t at{};
  Timestamp first{}, last{};  ///< minutes
  double low{}, high{}, close{};
};

/// Prices from `low` to `high` fill the plot's height. Requires low < high.
struct PriceScale {
  double low{}, high{};
};

/// Where times and prices lie. Both are clamped: nothing lies outside the plot.
class Plot {
 public:
  Plot(Timestamp from, Timestamp to, PriceScale prices, double top);

  double top() const { return top_; }
  double bottom() const { return top_ + plot_height; }
  Timestamp from() const { return from_; }
  Timestamp to() const { return to_; }
  PriceScale prices() const { return prices_; }

  double x(Timestamp t) const;
  double y(double price) const;

  /// One for each minute, or one for each unit of width where there are more minutes.
  std::size_t columns() const { return columns_; }
  std::size_t column(Timestamp t) const;
  double column_left(std::size_t column) const;
  double column_middle(std::size_t column) const;
  Duration column_span() const { return (to_ - from_) / static_cast<std::int64_t>(columns_); }

 private:
  Timestamp from_, to_;
  PriceScale prices_;
  double top_;
  std::size_t columns_;
};

/// What the chart says of times, in the reader's zone, and of prices.
class ChartWords {
 public:
  ChartWords(const InstrumentFacts& facts, const FactSheet& sheet, const ChartChoice& choice);

  Language language() const { return language_; }
  Timestamp local(Timestamp t) const;
  std::string time(Timestamp t) const;  ///< "4月17日22:15"
  std::string date(Timestamp t) const;  ///< "4月17日"
  std::string zone() const;             ///< "北京时间"
  std::string price(double value) const;
  std::string price_with_unit(double value) const;
  const InstrumentFacts& facts() const { return facts_; }

  template <class... Args>
  std::string say(fmt::format_string<const Args&...> zh, fmt::format_string<const Args&...> en,
                  const Args&... args) const {
    return foghorn::say(language_, zh, en, args...);
  }

 private:
  const InstrumentFacts& facts_;
  Language language_;
  const ChartClock& clock_;
  Timestamp today_;
};

/// A length with at most one decimal: "12.5", "12".
std::string length_text(double length);
/// At most `most` code points, the last of them an ellipsis where there were more.
std::string fitted(std::string_view utf8, std::size_t most);
/// <text>, escaped. `attributes` stands as it is: " text-anchor=…".
std::string text_element(double x, double y, std::string_view style, std::string_view text,
                         std::string_view attributes = {});

/// All prices, and some air; what has no extent is given some.
PriceScale scale_of(std::span<const Column> columns);

std::string price_axis(const Plot& plot, const ChartWords& words, double last_y, bool any);
std::string time_axis(const Plot& plot, const ChartWords& words);

/// Those of [plot.from, plot.to) that are prices, in columns.
std::vector<Column> columns_of(std::span<const Candle> minutes, const Plot& plot);
/// The price's line within its envelope, broken where no price stood for longer than `stands`.
std::string price_lines(std::span<const Column> columns, const Plot& plot, Duration stands);
/// The path of the columns of which half or more lies in `stretches`, over the plot's whole height;
/// empty where there are none.
std::string bands(std::span<const Gap> stretches, const Plot& plot);

/// The alert events of the instrument that are marked, in order of time, and how many are not.
struct ChartEvents {
  std::vector<const AlertEvent*> marked;
  std::size_t left_out{};
};
ChartEvents chart_events(std::span<const AlertEvent> events, std::string_view instrument,
                         Timestamp from, Timestamp to);
std::string event_marks(const ChartEvents& events, const Plot& plot);
/// A row for each; the first has its middle at `y`.
std::string event_legend(const ChartEvents& events, const ChartWords& words, double y);
inline constexpr double legend_row = 22;
std::size_t legend_rows(const ChartEvents& events);

}  // namespace foghorn
