// The picture as a whole: what stands where, and in which colours.
#include "report/chart.hpp"

#include <algorithm>
#include <cmath>

#include "report/chart_parts.hpp"
#include "report/phrases.hpp"
#include "report/render_parts.hpp"

namespace foghorn {
namespace {

constexpr double lane_room = 34;  // for the events' shapes, above the plot
constexpr std::size_t longest_name = 40;

// Every selector begins with the class: an SVG's style is the whole page's where it stands in HTML.
// Quiet text has a contrast of 5.9 and more with its ground.
constexpr std::string_view style = R"(<style>
.foghorn-chart { font-family: system-ui, -apple-system, "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "DejaVu Sans", sans-serif; }
.foghorn-chart .ground { fill: #ffffff; }
.foghorn-chart text { font-size: 13px; fill: #1d2126; }
.foghorn-chart text.title { font-size: 20px; font-weight: 600; }
.foghorn-chart text.quiet { font-size: 12px; fill: #5a6270; }
.foghorn-chart text.nothing { font-size: 16px; fill: #5a6270; }
.foghorn-chart .grid { stroke: #e4e7ec; fill: none; }
.foghorn-chart .frame { stroke: #b9c0ca; fill: none; }
.foghorn-chart .gap { fill: #f4e9c8; }
.foghorn-chart .stripe { stroke: #aab2bf; fill: none; }
.foghorn-chart .envelope { fill: #17569b; fill-opacity: 0.3; }
.foghorn-chart .price { stroke: #17569b; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; fill: none; }
.foghorn-chart .level { stroke: #17569b; stroke-dasharray: 2 4; fill: none; }
.foghorn-chart .tag { fill: #17569b; }
.foghorn-chart text.tag-text { font-weight: 600; fill: #ffffff; }
.foghorn-chart .lead { fill: none; stroke-dasharray: 4 3; stroke: #6b7280; }
.foghorn-chart .mark { stroke-width: 1.8; fill: #6b7280; stroke: #6b7280; }
.foghorn-chart text.number { font-size: 11px; font-weight: 700; fill: #ffffff; }
.foghorn-chart .mark.notice { fill: #2563c4; stroke: #2563c4; }
.foghorn-chart .lead.notice { stroke: #2563c4; }
.foghorn-chart .mark.major { fill: #f2a900; stroke: #94620a; }
.foghorn-chart .lead.major { stroke: #94620a; }
.foghorn-chart text.number.major { fill: #1d2126; }
.foghorn-chart .mark.critical { fill: #c62828; stroke: #c62828; }
.foghorn-chart .lead.critical { stroke: #c62828; }
.foghorn-chart .mark.over { fill: #ffffff; }
.foghorn-chart text.number.over { fill: #1d2126; }
@media (prefers-color-scheme: dark) {
.foghorn-chart .ground { fill: #14171c; }
.foghorn-chart text { fill: #e6e9ee; }
.foghorn-chart text.quiet, .foghorn-chart text.nothing { fill: #a2acb9; }
.foghorn-chart .grid { stroke: #2a2f38; }
.foghorn-chart .frame { stroke: #4a5260; }
.foghorn-chart .gap { fill: #3a3215; }
.foghorn-chart .stripe { stroke: #4d5666; }
.foghorn-chart .envelope { fill: #74b3f5; }
.foghorn-chart .price, .foghorn-chart .level { stroke: #74b3f5; }
.foghorn-chart .tag { fill: #74b3f5; }
.foghorn-chart text.tag-text { fill: #14171c; }
.foghorn-chart .lead { stroke: #9aa4b2; }
.foghorn-chart .lead.notice, .foghorn-chart .mark.notice { stroke: #6d9eeb; }
.foghorn-chart .lead.major, .foghorn-chart .mark.major { stroke: #f2a900; }
.foghorn-chart .lead.critical, .foghorn-chart .mark.critical { stroke: #f0706a; }
.foghorn-chart .mark.over { fill: #14171c; }
.foghorn-chart text.number.over { fill: #e6e9ee; }
}
</style>
)";

/// What the instrument's market, or the one that it follows, was closed of the window.
std::vector<Gap> closures(const InstrumentSpec& spec, Timestamp from, Timestamp to) {
  const auto* hours = spec.hours ? spec.hours.get() : spec.underlying_hours.get();
  if (!hours) return {};
  const std::vector<Gap> all{{from, to}};
  return without(all, open_stretches(hours, from, to));
}

/// A name for url(#…), of its own for each instrument: several charts may stand in one page.
std::string pattern_name(const std::string& instrument) {
  std::string name{"foghorn-closed-"};
  for (const char c : instrument.substr(0, 64)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    name += plain ? std::string{c} : fmt::format("_{:02x}", static_cast<unsigned char>(c));
  }
  return name;
}

std::string pattern(const std::string& name) {
  return fmt::format(
      "<defs><pattern id=\"{}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
      "<path class=\"stripe\" d=\"M-2 2L2 -2M0 8L8 0M6 10L10 6\"/></pattern></defs>\n",
      name);
}

std::string bounded(const Figure& figure, const ChartWords& words) {
  const auto* mark = figure.bound == Bound::at_least  ? "≥"
                     : figure.bound == Bound::at_most ? "≤"
                                                      : "";
  return mark + words.price(figure.value);
}

/// "最新85.91美元/桶，较24小时前跌10.94%；最高96.46，最低85.91"
std::string numbers(const FactSheet& sheet, const ChartWords& words) {
  const auto& facts = words.facts();
  if (!facts.last) return words.say("该时段无分钟数据", "No minutes in this window");
  auto text = words.say("最新{}", "Last {}", words.price_with_unit(facts.last->value));
  // What is not of the window's end says of when it is.
  if (sheet.to - facts.last->at > std::chrono::minutes{10})
    text += words.say("（{}）", " ({})", words.time(facts.last->at));
  if (facts.change_ratio && !facts.probability) {
    const auto hours = window_words(sheet, words.language());
    const double ratio = facts.change_ratio->value;
    if (std::abs(ratio) < 0.00005) {
      text += words.say("，与{}前持平", ", level with {} before", hours);
    } else {
      text += words.say("，较{0}前{1}{3}", ", {2} {3} in {0}", hours, ratio < 0 ? "跌" : "涨",
                        ratio < 0 ? "down" : "up", percent_words(ratio));
    }
  }
  if (facts.high && facts.low)
    text += words.say("；最高{}，最低{}", "; high {}, low {}", bounded(*facts.high, words),
                      bounded(*facts.low, words));
  return text;
}

/// "4月19日08:00至4月20日08:00（北京时间），数据完整度83.2%"
std::string as_of(const FactSheet& sheet, const ChartWords& words) {
  // Down to a tenth: 99.96 % is not all.
  const auto seen = grouped(std::floor(words.facts().seen * 1000 + 1e-9) / 10, 1);
  auto text = words.say("截至{1}（{2}），始于{0}；数据完整度{3}%",
                        "As of {1} ({2}), from {0} on; {3}% seen", words.time(sheet.from),
                        words.time(sheet.to), words.zone(), seen);
  if (!sheet.settled)
    text += words.say("；时段末的数据可能尚未入库", "; the last minutes may not be stored yet");
  return text;
}

std::string last_tag(double y, const ChartWords& words, double price) {
  const auto text = words.price(price);
  // Bold digits are some 8.5 wide; the margin holds all that ChartWords writes.
  const double width =
      std::min(8.5 * static_cast<double>(text.size()) + 12, chart_width - 4 - (plot_right + 6));
  return fmt::format(
             "<path class=\"level\" d=\"M{0} {1}H{2}\"/>\n"
             "<path class=\"tag\" d=\"M{2} {1}L{3} {4}H{5}V{6}H{3}Z\"/>\n",
             length_text(plot_left), length_text(y), length_text(plot_right),
             length_text(plot_right + 6), length_text(y - 10), length_text(plot_right + 6 + width),
             length_text(y + 10)) +
         text_element(plot_right + 10, y + 4.5, "tag-text", text);
}

/// What the two kinds of bands mean, where there are any.
std::string band_key(double y, const std::string& gaps, const std::string& closed,
                     const std::string& pattern, const ChartWords& words) {
  std::string out;
  double x = plot_left;
  const auto add = [&](std::string_view fill, const std::string& text, double room) {
    out += fmt::format("<path {} d=\"M{} {}h28v14h-28Z\"/>\n", fill, length_text(x),
                       length_text(y - 7));
    out += text_element(x + 36, y + 4, "quiet", text);
    x += room;
  };
  if (!gaps.empty()) add("class=\"gap\"", words.say("无数据", "not seen"), 140);
  if (!closed.empty()) {
    const auto& market = words.facts().market;
    const auto of = market.follows ? market_words(market.calendar, words.language()) : "";
    add(fmt::format("fill=\"url(#{})\"", pattern),
        of.empty() ? words.say("休市", "closed") : words.say("{}休市", "{} closed", of), 0);
  }
  return out;
}

}  // namespace

std::string chart_svg(const SheetInput& input, const FactSheet& sheet, std::size_t index,
                      const ChartChoice& choice) {
  const auto& instrument = input.instruments[index];
  const auto& facts = sheet.instruments[index];
  const ChartWords words{facts, sheet, choice};
  const auto events = chart_events(input.events, facts.id, sheet.from, sheet.to);
  const double top = events.marked.empty() ? 72 : 72 + lane_room;

  // Which columns there are is a matter of time alone; the prices' scale comes of them.
  const Plot times{sheet.from, sheet.to, {0, 1}, top};
  const auto columns = columns_of(instrument.minutes, times);
  const Plot plot{sheet.from, sheet.to, scale_of(columns), top};
  const auto gaps = bands(facts.gaps, plot);
  const auto closed = bands(closures(instrument.spec, sheet.from, sheet.to), plot);
  const auto hatching = pattern_name(facts.id);
  const double last_y = columns.empty() ? -1 : plot.y(columns.back().close);

  const auto title = words.say("{}，过去{}", "{}, the last {}",
                               fitted(name_words(facts, choice.language), longest_name),
                               window_words(sheet, choice.language));
  const auto summary = numbers(sheet, words);
  const auto stand = as_of(sheet, words);
  const bool keyed = !gaps.empty() || !closed.empty();
  const double legend = plot.bottom() + (keyed ? 84 : 62);
  const double foot = legend + static_cast<double>(legend_rows(events)) * legend_row +
                      (events.marked.empty() ? 0 : 6);
  const double height = foot + 18;

  auto out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"foghorn-chart\" viewBox=\"0 0 {} {}\" "
      "role=\"img\" lang=\"{}\">\n<title>{}</title>\n<desc>{}</desc>\n",
      length_text(chart_width), length_text(height),
      choice.language == Language::zh ? "zh-CN" : "en", markup_text(title),
      markup_text(summary + words.say("。{}。标有{}条告警。", ". {}. {} alert events are marked.",
                                      stand, events.marked.size())));
  out += style;
  if (!closed.empty()) out += pattern(hatching);
  out += fmt::format("<path class=\"ground\" d=\"M0 0H{}V{}H0Z\"/>\n", length_text(chart_width),
                     length_text(height));
  out += text_element(plot_left, 32, "title", title);
  out += text_element(plot_left, 55, "text", summary);
  if (!gaps.empty()) out += fmt::format("<path class=\"gap\" d=\"{}\"/>\n", gaps);
  if (!closed.empty()) out += fmt::format("<path fill=\"url(#{})\" d=\"{}\"/>\n", hatching, closed);
  out += price_axis(plot, words, last_y, !columns.empty());
  out += time_axis(plot, words);
  out +=
      fmt::format("<path class=\"frame\" d=\"M{0} {2}H{1}V{3}H{0}Z\"/>\n", length_text(plot_left),
                  length_text(plot_right), length_text(plot.top()), length_text(plot.bottom()));
  if (columns.empty()) {
    out += text_element((plot_left + plot_right) / 2, (plot.top() + plot.bottom()) / 2, "nothing",
                        words.say("该时段无分钟数据", "No minutes in this window"),
                        " text-anchor=\"middle\"");
  } else {
    out += price_lines(columns, plot, instrument.spec.max_staleness);
    out += last_tag(last_y, words, columns.back().close);
  }
  out += event_marks(events, plot);
  if (keyed) out += band_key(plot.bottom() + 56, gaps, closed, hatching, words);
  out += event_legend(events, words, legend);
  out += text_element(plot_left, foot, "quiet", stand);
  return out + "</svg>\n";
}

}  // namespace foghorn
