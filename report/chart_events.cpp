// Alert events on a chart: each a number in a shape above its moment, and a row below that says
// what it was. A tier is told by shape and by colour; what is over, by an empty shape.
#include <algorithm>

#include "report/chart_parts.hpp"
#include "report/phrases.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_marked = 12;
constexpr std::size_t longest_title = 46;
constexpr double radius = 9;
constexpr double apart = 2 * radius + 5;
constexpr double lane_height = 30;

/// When its reader's clock showed it.
Timestamp shown_time(const AlertEvent& event) {
  return event.event_time > Timestamp{} ? event.event_time : event.time;
}

bool is_over(AlertKind kind) {
  return kind == AlertKind::resolve || kind == AlertKind::data_back || kind == AlertKind::confirmed;
}

bool is_told(AlertKind kind) {
  return kind != AlertKind::digest && kind != AlertKind::notice;
}

std::string kind_words(AlertKind kind, Language language) {
  switch (kind) {
    case AlertKind::fire: return say(language, "触发", "fired");
    case AlertKind::escalate: return say(language, "升级", "escalated");
    case AlertKind::resolve: return say(language, "恢复", "resolved");
    case AlertKind::no_data: return say(language, "无数据", "no data");
    case AlertKind::data_back: return say(language, "数据恢复", "data back");
    case AlertKind::unconfirmed: return say(language, "来源不一致", "sources disagree");
    case AlertKind::confirmed: return say(language, "来源恢复一致", "sources agree");
    case AlertKind::digest:
    case AlertKind::notice: break;
  }
  return {};
}

/// The higher, the sooner it is marked.
int importance(const AlertEvent& event) {
  const int tier = event.tier ? 1 + static_cast<int>(*event.tier) : 0;
  return 2 * tier + (is_over(event.kind) ? 0 : 1);
}

std::string_view tier_style(const AlertEvent& event) {
  return event.tier ? to_text(*event.tier) : std::string_view{"none"};
}

/// Notice a circle, major a diamond, critical a square; what has no tier a low bar.
std::string shape_path(const AlertEvent& event, double x, double y) {
  const auto at = [&](double dx, double dy) {
    return length_text(x + dx) + " " + length_text(y + dy);
  };
  if (!event.tier) {
    return fmt::format("M{}H{}V{}H{}Z", at(-radius, -6), length_text(x + radius),
                       length_text(y + 6), length_text(x - radius));
  }
  switch (*event.tier) {
    case Tier::notice: {
      const auto r = length_text(radius);
      return fmt::format("M{1}A{0} {0} 0 1 1 {2}A{0} {0} 0 1 1 {1}Z", r, at(-radius, 0),
                         at(radius, 0));
    }
    case Tier::major:
      return fmt::format("M{}L{}L{}L{}Z", at(-radius - 1.5, 0), at(0, -radius - 1.5),
                         at(radius + 1.5, 0), at(0, radius + 1.5));
    case Tier::critical: break;
  }
  return fmt::format("M{}H{}V{}H{}Z", at(-radius, -radius), length_text(x + radius),
                     length_text(y + radius), length_text(x - radius));
}

std::string mark(const AlertEvent& event, std::size_t number, double x, double y) {
  return fmt::format("<path class=\"mark {}{}\" d=\"{}\"/>\n", tier_style(event),
                     is_over(event.kind) ? " over" : "", shape_path(event, x, y)) +
         text_element(
             x, y + 4,
             fmt::format("number {}{}", tier_style(event), is_over(event.kind) ? " over" : ""),
             std::to_string(number), " text-anchor=\"middle\"");
}

/// As near to where they belong as they can stand side by side.
std::vector<double> spread(std::vector<double> wanted) {
  double least = plot_left + radius + 2;
  for (auto& x : wanted) {
    x = std::max(x, least);
    least = x + apart;
  }
  double most = plot_right - radius - 2;
  for (auto x = wanted.rbegin(); x != wanted.rend(); ++x) {
    *x = std::min(*x, most);
    most = *x - apart;
  }
  return wanted;
}

}  // namespace

ChartEvents chart_events(std::span<const AlertEvent> events, std::string_view instrument,
                         Timestamp from, Timestamp to) {
  ChartEvents chosen;
  for (const auto& event : events) {
    const auto t = shown_time(event);
    if (event.instrument == instrument && is_told(event.kind) && t >= from && t < to)
      chosen.marked.push_back(&event);
  }
  if (chosen.marked.size() > most_marked) {
    chosen.left_out = chosen.marked.size() - most_marked;
    // Of equal ones the first: how it began.
    std::ranges::sort(chosen.marked, [](const AlertEvent* a, const AlertEvent* b) {
      return std::pair{-importance(*a), a} < std::pair{-importance(*b), b};
    });
    chosen.marked.resize(most_marked);
  }
  std::ranges::sort(chosen.marked, [](const AlertEvent* a, const AlertEvent* b) {
    return std::pair{shown_time(*a), a} < std::pair{shown_time(*b), b};
  });
  return chosen;
}

std::string event_marks(const ChartEvents& events, const Plot& plot) {
  std::vector<double> xs;
  for (const auto* event : events.marked) xs.push_back(plot.x(shown_time(*event)));
  const auto places = spread(xs);
  const double y = plot.top() - lane_height + radius;
  std::string out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto& event = *events.marked[i];
    out += fmt::format("<path class=\"lead {}\" d=\"M{} {}L{} {}V{}\"/>\n", tier_style(event),
                       length_text(places[i]), length_text(y + radius), length_text(xs[i]),
                       length_text(plot.top()), length_text(plot.bottom()));
  }
  for (std::size_t i = 0; i < places.size(); ++i)
    out += mark(*events.marked[i], i + 1, places[i], y);
  return out;
}

std::size_t legend_rows(const ChartEvents& events) {
  return events.marked.size() + (events.left_out > 0 ? 1 : 0);
}

std::string event_legend(const ChartEvents& events, const ChartWords& words, double y) {
  std::string out;
  const auto language = words.language();
  for (std::size_t i = 0; i < events.marked.size(); ++i, y += legend_row) {
    const auto& event = *events.marked[i];
    const auto kind = kind_words(event.kind, language);
    out += mark(event, i + 1, plot_left + radius + 2, y);
    out += text_element(48, y + 4, "quiet", words.time(shown_time(event)));
    out += text_element(
        176, y + 4, "text",
        event.tier ? say(language, "{}{}", "{} {}", tier_words(*event.tier, language), kind)
                   : kind);
    out += text_element(304, y + 4, "text", fitted(event.title.in(language), longest_title));
  }
  if (events.left_out > 0) {
    out += text_element(
        48, y + 4, "quiet",
        words.say("另有{}条告警未标出。", "{} more alert events are not marked.", events.left_out));
  }
  return out;
}

}  // namespace foghorn
