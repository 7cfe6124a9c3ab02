#include "alerts/channels/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "alerts/channels/coverage.hpp"
#include "alerts/channels/lateness.hpp"
#include "alerts/channels/numbers.hpp"
#include "alerts/channels/templates.hpp"
#include "alerts/channels/terms.hpp"
#include "alerts/channels/utf8.hpp"
#include "alerts/channels/words.hpp"

namespace foghorn {
namespace {

/// Beside its title a line that names an event has room for so many bytes of each thing it says.
constexpr std::size_t longest_beside_title = 240;

/// An event on its way into a template.
struct Subject {
  const AlertEvent& event;
  AlertKind first{};  ///< of what is told with it
  std::string marks{};
};

const Template& template_of(TemplateName name, const RenderOptions& options) {
  const auto& templates = options.templates ? *options.templates : Templates::built_in();
  return templates.of(name, options.language);
}

TemplateName template_for(AlertKind kind) {
  switch (kind) {
    case AlertKind::fire: return TemplateName::fire;
    case AlertKind::escalate: return TemplateName::escalate;
    case AlertKind::resolve: return TemplateName::resolve;
    case AlertKind::no_data: return TemplateName::no_data;
    case AlertKind::data_back: return TemplateName::data_back;
    case AlertKind::unconfirmed: return TemplateName::unconfirmed;
    case AlertKind::confirmed: return TemplateName::confirmed;
    case AlertKind::digest:
    case AlertKind::notice: break;
  }
  return TemplateName::notice;
}

Mood mood_of(const AlertEvent& event) {
  switch (event.kind) {
    case AlertKind::resolve:
    case AlertKind::data_back:
    case AlertKind::confirmed: return Mood::relief;
    case AlertKind::fire:
    case AlertKind::escalate:
      return event.tier.value_or(Tier::notice) == Tier::notice ? Mood::calm : Mood::alarm;
    default: return Mood::calm;
  }
}

std::string title_text(const AlertEvent& event, Language language) {
  if (!event.title.in(language).empty()) return event.title.in(language);
  return event.rule.empty() ? event.instrument : event.rule;
}

/// The price, unless the move tells it or another instrument's value decided.
std::string price_text_of(const AlertEvent& event, bool share, Language language) {
  if (!event.price || event.move || (event.unit == "%") != share) return {};
  if (tells_of_another(event)) return {};
  return priced_text(*event.price, event, language);
}

std::string elapsed_text_of(const AlertEvent& event, Language language) {
  const bool known = event.began != Timestamp{} && event.began <= event.time;
  return known ? elapsed_text(event.time - event.began, language) : std::string{};
}

std::string closed_text(const AlertEvent& event, Language language) {
  if (!event.underlying_closed || tells_of_another(event)) return {};
  return language == Language::zh ? "标的交易所休市中，仅永续合约成交"
                                  : "The underlying exchange is closed: only perpetuals trade";
}

std::string text_of(Placeholder placeholder, const Subject& subject, const RenderOptions& options) {
  const auto& event = subject.event;
  const auto language = options.language;
  switch (placeholder) {
    case Placeholder::tier: return event.tier ? tier_text(*event.tier, language) : std::string{};
    case Placeholder::title: return title_text(event, language);
    case Placeholder::kind: return kind_text(event, subject.first, language);
    case Placeholder::id: return event.id;
    case Placeholder::marks: return subject.marks;
    case Placeholder::value: return value_text(event, language);
    case Placeholder::brief: return brief_text(event, language);
    case Placeholder::sigma: return sigma_text(event);
    case Placeholder::extreme: return extreme_text(event, language);
    case Placeholder::closed: return closed_text(event, language);
    case Placeholder::coverage: return coverage_text(event, options);
    case Placeholder::price: return price_text_of(event, false, language);
    case Placeholder::probability: return price_text_of(event, true, language);
    case Placeholder::sources:
      return tells_of_another(event) ? std::string{} : sources_text(event, language);
    case Placeholder::reason: return reason_text(event.reason, language);
    case Placeholder::time: return moment_text(event.event_time, language, options.zone);
    case Placeholder::when: return minute_text(event.event_time, language, options.zone);
    case Placeholder::elapsed: return elapsed_text_of(event, language);
    case Placeholder::name: return event.name.in(language);
    case Placeholder::instrument: return event.instrument;
    case Placeholder::rule: return event.rule;
    case Placeholder::episode: return event.episode;
    case Placeholder::count:
    case Placeholder::late:
    case Placeholder::zone: break;  // a digest's, not an event's
  }
  return {};
}

/// A line that names its event, whatever has to be left out beside that.
std::string naming_line(TemplateName name, const Subject& subject, const RenderOptions& options,
                        const Brevity& brevity) {
  const auto text = template_of(name, options).line(0, [&](Placeholder placeholder) {
    const bool a_name = required(name, placeholder);
    if (!a_name && brevity.only_names) return std::string{};
    auto filled = text_of(placeholder, subject, options);
    if (placeholder == Placeholder::title) return shortened(filled, brevity.longest_title);
    return a_name ? filled : shortened(filled, longest_beside_title);
  });
  return one_line(text);
}

void tell_body(const AlertEvent& event, Language language, std::vector<ToldLine>& out) {
  const std::string_view text = event.body.in(language);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    if (end > at)
      out.push_back({.kind = ToldLine::Kind::body,
                     .mood = Mood::calm,
                     .text = one_line(text.substr(at, end - at))});
    at = end + 1;
  }
}

/// One episode's events, or one event of none: the last is the news.
void tell_one(std::span<const AlertEvent> events, const RenderOptions& options,
              std::vector<ToldLine>& out) {
  out.push_back(headline(events, options));
  const Subject news{events.back(), events.front().kind, marks_text(options)};
  const auto& lines = template_of(template_for(news.event.kind), options);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto text =
        lines.line(i, [&](Placeholder placeholder) { return text_of(placeholder, news, options); });
    if (!text.empty())
      out.push_back({.kind = ToldLine::Kind::detail, .mood = Mood::calm, .text = one_line(text)});
  }
  tell_body(news.event, options.language, out);
  for (const auto& event : events.first(events.size() - 1))
    out.push_back({.kind = ToldLine::Kind::earlier,
                   .mood = Mood::calm,
                   .text = naming_line(TemplateName::earlier, {event, event.kind}, options, {})});
}

}  // namespace

std::size_t told_together(std::span<const AlertEvent> events) {
  std::size_t together = 1;
  while (together < events.size() && !events.front().episode.empty() &&
         events[together].episode == events.front().episode) {
    ++together;
  }
  return together;
}

ToldLine left_out_line(std::size_t lines, Language language) {
  auto text = language == Language::zh
                  ? fmt::format("（另有 {} 行从略，全文见 foghorn report）", lines)
                  : fmt::format("({} more lines; foghorn report has the whole)", lines);
  return {.kind = ToldLine::Kind::body, .mood = Mood::calm, .text = std::move(text)};
}

ToldLine headline(std::span<const AlertEvent> events, const RenderOptions& options,
                  const Brevity& brevity) {
  const auto& news = events.back();
  const Subject subject{news, events.front().kind, marks_text(options)};
  return {.kind = ToldLine::Kind::headline,
          .mood = mood_of(news),
          .text = naming_line(template_for(news.kind), subject, options, brevity)};
}

ToldLine total_line(std::span<const AlertEvent> events, const RenderOptions& options) {
  const auto late = std::ranges::count_if(
      events, [&](const AlertEvent& event) { return overdue(event, options); });
  const auto name = options.catch_up ? TemplateName::catch_up : TemplateName::total;
  const auto text = template_of(name, options).line(0, [&](Placeholder placeholder) {
    switch (placeholder) {
      case Placeholder::count: return std::to_string(events.size());
      case Placeholder::late: return late > 0 ? std::to_string(late) : std::string{};
      case Placeholder::zone:
        return clock_text(events.front().event_time, options.language, options.zone);
      case Placeholder::marks: return marks_text(options);
      default: return std::string{};
    }
  });
  return {.kind = ToldLine::Kind::total, .mood = Mood::calm, .text = one_line(text)};
}

ToldLine listed_line(const AlertEvent& event, const RenderOptions& options,
                     const Brevity& brevity) {
  const auto language = options.language;
  const auto mark = overdue(event, options) ? late_mark(language) : std::string{};
  const Subject subject{event, event.kind, mark};
  ToldLine line{.kind = ToldLine::Kind::listed,
                .mood = mood_of(event),
                .text = naming_line(TemplateName::listed, subject, options, brevity)};
  const auto cell = [&](std::string text) { line.cells.push_back(one_line(text)); };
  const auto beside = [&](const std::string& text) {
    cell(brevity.only_names ? std::string{} : shortened(text, longest_beside_title));
  };
  beside(minute_text(event.event_time, language, options.zone));
  cell(event.tier ? tier_text(*event.tier, language) : std::string{});
  cell(shortened(title_text(event, language), brevity.longest_title));
  cell(kind_text(event, event.kind, language));
  beside(brief_text(event, language));
  cell(event.id);
  std::vector<std::string> remarks;
  if (!mark.empty()) remarks.push_back(late_text(language));
  if (!event.reason.empty() && !brevity.only_names)
    remarks.push_back(shortened(reason_text(event.reason, language), longest_beside_title));
  cell(fmt::format("{}", fmt::join(remarks, language == Language::zh ? "；" : "; ")));
  return line;
}

std::span<const std::string_view> column_names(Language language) {
  static constexpr std::array<std::string_view, 7> zh{"时间", "级别", "事件", "状态",
                                                      "行情", "编号", "备注"};
  static constexpr std::array<std::string_view, 7> en{"Time",   "Tier", "Event", "State",
                                                      "Market", "Id",   "Remark"};
  return language == Language::zh ? std::span{zh} : std::span{en};
}

std::vector<ToldLine> tell(std::span<const AlertEvent> events, const RenderOptions& options) {
  std::vector<ToldLine> lines;
  if (options.form == Form::digest) {
    lines.push_back(total_line(events, options));
    for (const auto& event : events) lines.push_back(listed_line(event, options));
    return lines;
  }
  while (!events.empty()) {
    const auto together = told_together(events);
    tell_one(events.first(together), options, lines);
    events = events.subspan(together);
  }
  return lines;
}

}  // namespace foghorn
