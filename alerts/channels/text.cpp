#include "alerts/channels/text.hpp"

#include <fmt/format.h>

#include <array>

#include "alerts/channels/coverage.hpp"
#include "alerts/channels/numbers.hpp"
#include "alerts/channels/terms.hpp"
#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

struct KindWords {
  std::string_view zh;
  std::string_view en;
};

KindWords words_of(AlertKind kind) {
  switch (kind) {
    case AlertKind::fire: return {"触发", "FIRED"};
    case AlertKind::escalate: return {"升级", "ESCALATED"};
    case AlertKind::resolve: return {"恢复", "RESOLVED"};
    case AlertKind::no_data: return {"行情中断", "NO DATA"};
    case AlertKind::data_back: return {"行情恢复", "DATA BACK"};
    case AlertKind::unconfirmed: return {"报价分歧", "UNCONFIRMED"};
    case AlertKind::confirmed: return {"分歧消除", "CONFIRMED"};
    case AlertKind::digest: return {"汇总", "DIGEST"};
    case AlertKind::notice: break;
  }
  return {"通知", "NOTICE"};
}

KindWords words_of(Tier tier) {
  switch (tier) {
    case Tier::notice: return {"【提示】", "[NOTICE] "};
    case Tier::major: return {"【重大】", "[MAJOR] "};
    case Tier::critical: break;
  }
  return {"【紧急】", "[CRITICAL] "};
}

/// What an episode did between its first event told here and its last: "触发并已恢复".
std::string kind_text(AlertKind first, AlertKind last, bool zh) {
  const auto end = words_of(last);
  if (first == last) return std::string{zh ? end.zh : end.en};
  const auto begin = words_of(first);
  if (!zh) return fmt::format("{} AND {}", begin.en, end.en);
  return fmt::format("{}{}{}", begin.zh, last == AlertKind::resolve ? "并已" : "并", end.zh);
}

std::string title_of(const AlertEvent& event, Language language) {
  if (!event.title.in(language).empty()) return event.title.in(language);
  return event.rule.empty() ? event.instrument : event.rule;
}

std::string headline(const AlertEvent& event, AlertKind first, Language language) {
  const bool zh = language == Language::zh;
  const auto tier = event.tier ? words_of(*event.tier) : KindWords{};
  const auto kind = kind_text(first, event.kind, zh);
  return zh ? fmt::format("{}{}：{}（编号 {}）", tier.zh, title_of(event, language), kind, event.id)
            : fmt::format("{}{}: {} (id {})", tier.en, title_of(event, language), kind, event.id);
}

std::string marks(const RenderOptions& options) {
  const bool zh = options.language == Language::zh;
  std::string text;
  if (options.maybe_repeated) text += zh ? "（可能重复）" : " (may be a repeat)";
  if (options.unsaved)
    text += zh ? "（未存盘，重启后可能重复）" : " (not saved: a restart may repeat it)";
  return text;
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

std::string listed(const std::vector<SourcePrice>& sources, bool agreeing, bool zh) {
  std::string text;
  for (const auto& source : sources) {
    if (source.agrees != agreeing) continue;
    if (!text.empty()) text += zh ? "、" : ", ";
    text += source.source + " " + price_text(source.price);
  }
  return text;
}

std::string sources_text(const AlertEvent& event, bool zh) {
  const auto agreeing = listed(event.sources, true, zh);
  const auto others = listed(event.sources, false, zh);
  if (event.kind == AlertKind::unconfirmed || event.kind == AlertKind::no_data) {
    const auto* join = agreeing.empty() || others.empty() ? "" : zh ? "、" : ", ";
    const auto* label = event.kind == AlertKind::unconfirmed
                            ? (zh ? "各来源报价不一致：" : "Sources disagree: ")
                            : (zh ? "各来源最近报价：" : "Last prices: ");
    return label + agreeing + join + others;
  }
  if (agreeing.empty()) return zh ? "未采用来源：" + others : "Not used: " + others;
  auto text = (zh ? "一致来源：" : "Sources agreeing: ") + agreeing;
  if (!others.empty()) text += (zh ? "；未采用：" : "; not used: ") + others;
  return text;
}

std::string price_line(const AlertEvent& event, Language language) {
  const bool zh = language == Language::zh;
  const bool last = event.kind == AlertKind::no_data || event.kind == AlertKind::unconfirmed;
  const auto* label = zh ? (last ? "此前价格" : "现价") : (last ? "Price before" : "Price now");
  if (event.unit == "%") {  // a probability
    label = zh ? (last ? "此前概率" : "概率") : (last ? "Probability before" : "Probability");
    return fmt::format("{}{}{}", label, zh ? "：" : ": ", percent_text(*event.price));
  }
  const auto unit = unit_text(event.unit, language);
  return fmt::format("{}{}{}{}{}", label, zh ? "：" : ": ", price_text(*event.price),
                     unit.empty() ? "" : " ", unit);
}

std::string time_line(const AlertEvent& event, const RenderOptions& options) {
  const auto language = options.language;
  const bool zh = language == Language::zh;
  const auto now = moment_text(event.event_time, language, options.zone);
  const bool goes_on = event.kind == AlertKind::escalate || event.kind == AlertKind::resolve;
  if (!goes_on || event.began == Timestamp{} || event.began > event.time)
    return (zh ? "时间：" : "Time: ") + now;
  const auto elapsed = elapsed_text(event.time - event.began, language);
  return zh ? fmt::format("时间：{}，距开始 {}", now, elapsed)
            : fmt::format("Time: {}, {} after it began", now, elapsed);
}

std::string reason_text(const std::string& reason, bool zh) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> known{
      {{"rule changed", "规则已修改"},
       {"rule removed", "规则已删除"},
       {"restarted", "服务已重启"}}};
  if (!zh) return "Reason: " + reason;
  for (const auto& [en, text] : known)
    if (en == reason) return fmt::format("原因：{}", text);
  return "原因：" + reason;
}

std::vector<std::string> details(const AlertEvent& event, const RenderOptions& options) {
  const auto language = options.language;
  const bool zh = language == Language::zh;
  std::vector<std::string> lines;
  if (auto value = value_text(event, language); !value.empty()) lines.push_back(std::move(value));
  if (event.underlying_closed)
    lines.emplace_back(zh ? "标的交易所休市中，仅永续合约成交"
                          : "The underlying exchange is closed: only perpetuals trade");
  if (auto coverage = coverage_text(event, options); !coverage.empty())
    lines.push_back(std::move(coverage));
  if (event.price && !event.move) lines.push_back(price_line(event, language));
  if (!event.sources.empty()) lines.push_back(sources_text(event, zh));
  if (!event.reason.empty()) lines.push_back(reason_text(event.reason, zh));
  lines.push_back(time_line(event, options));
  return lines;
}

/// One episode's events, or one event of none: the last is the news.
void tell_one(std::span<const AlertEvent> events, const RenderOptions& options,
              std::vector<ToldLine>& out) {
  const auto& news = events.back();
  const auto add = [&out](ToldLine::Kind kind, Mood mood, const std::string& text) {
    out.push_back({.kind = kind, .mood = mood, .text = one_line(text)});
  };
  add(ToldLine::Kind::headline, mood_of(news),
      headline(news, events.front().kind, options.language) + marks(options));
  for (const auto& line : details(news, options)) add(ToldLine::Kind::detail, Mood::calm, line);
  for (const auto& event : events.first(events.size() - 1)) {
    const auto what = headline(event, event.kind, options.language);
    const auto when = moment_text(event.event_time, options.language, options.zone);
    add(ToldLine::Kind::earlier, Mood::calm,
        options.language == Language::zh ? fmt::format("此前：{}，{}", what, when)
                                         : fmt::format("Earlier: {}, {}", what, when));
  }
}

}  // namespace

std::vector<ToldLine> tell(std::span<const AlertEvent> events, const RenderOptions& options) {
  std::vector<ToldLine> lines;
  while (!events.empty()) {
    std::size_t together = 1;
    while (together < events.size() && !events.front().episode.empty() &&
           events[together].episode == events.front().episode) {
      ++together;
    }
    tell_one(events.first(together), options, lines);
    events = events.subspan(together);
  }
  return lines;
}

}  // namespace foghorn
