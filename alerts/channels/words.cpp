#include "alerts/channels/words.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "alerts/channels/numbers.hpp"

namespace foghorn {
namespace {

struct Words {
  std::string_view zh;
  std::string_view en;

  std::string in(Language language) const {
    return std::string{language == Language::zh ? zh : en};
  }
};

Words words_of(AlertKind kind) {
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

constexpr std::string_view held_back = "held back";

// What the engine and the dispatcher give as reasons.
constexpr std::array<std::pair<std::string_view, Words>, 5> reasons{
    {{"rule changed", {"规则已修改", "rule changed"}},
     {"rule removed", {"规则已删除", "rule removed"}},
     {"restarted", {"服务已重启", "restarted"}},
     {"escalated", {"已升级", "escalated"}},
     {held_back,
      {"冷却期内发生且已结束，未单独通知",
       "it began and ended within the cooldown, and had no message of its own"}}}};

std::string listed(const std::vector<SourcePrice>& sources, bool agreeing, bool zh) {
  std::string text;
  for (const auto& source : sources) {
    if (source.agrees != agreeing) continue;
    if (!text.empty()) text += zh ? "、" : ", ";
    text += source.source + " " + price_text(source.price);
  }
  return text;
}

}  // namespace

std::string tier_text(Tier tier, Language language) {
  switch (tier) {
    case Tier::notice: return Words{"提示", "NOTICE"}.in(language);
    case Tier::major: return Words{"重大", "MAJOR"}.in(language);
    case Tier::critical: break;
  }
  return Words{"紧急", "CRITICAL"}.in(language);
}

std::string kind_text(const AlertEvent& event, AlertKind first, Language language) {
  if (event.kind == AlertKind::notice && event.reason == held_back)
    return Words{"冷却期内未通知", "HELD BACK"}.in(language);
  const auto end = words_of(event.kind);
  if (first == event.kind) return end.in(language);
  const auto begin = words_of(first);
  if (language == Language::en) return fmt::format("{} AND {}", begin.en, end.en);
  return fmt::format("{}{}{}", begin.zh, event.kind == AlertKind::resolve ? "并已" : "并", end.zh);
}

std::string reason_text(const std::string& reason, Language language) {
  for (const auto& [known, words] : reasons)
    if (known == reason) return words.in(language);
  return reason;
}

std::string sources_text(const AlertEvent& event, Language language) {
  const bool zh = language == Language::zh;
  const auto agreeing = listed(event.sources, true, zh);
  const auto others = listed(event.sources, false, zh);
  if (agreeing.empty() && others.empty()) return {};
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

std::string extreme_text(const AlertEvent& event, Language language) {
  if (!event.extreme) return {};
  const auto& extreme = *event.extreme;
  const bool zh = language == Language::zh;
  const auto since = extreme.last_beyond ? day_text(*extreme.last_beyond, language)
                     : extreme.at_least  ? day_text(extreme.known_since, language)
                                         : month_text(extreme.known_since, language);
  if (extreme.closes_only) {
    const auto* what = zh ? (extreme.high ? "突破" : "跌破") : (extreme.high ? "Above" : "Below");
    const auto* which = extreme.high ? "最高" : "最低";
    if (extreme.last_beyond)
      return zh ? fmt::format("{} {}以来{}收盘价", what, since, which)
                : fmt::format("{} every close since {}", what, since);
    if (extreme.at_least)
      return zh ? fmt::format("至少{} {}以来{}收盘价", what, since, which)
                : fmt::format("{} every close since at least {}", what, since);
    return zh ? fmt::format("{}有记录以来{}收盘价（记录自 {}起）", what, which, since)
              : fmt::format("{} every close on record, which begins in {}", what, since);
  }
  const auto* what = zh ? (extreme.high ? "新高" : "新低") : (extreme.high ? "Highest" : "Lowest");
  if (extreme.last_beyond)
    return zh ? fmt::format("创 {}以来{}", since, what) : fmt::format("{} since {}", what, since);
  if (extreme.at_least)
    return zh ? fmt::format("至少为 {}以来{}", since, extreme.high ? "最高" : "最低")
              : fmt::format("{} since at least {}", what, since);
  return zh ? fmt::format("创有记录以来{}（记录自 {}起）", what, since)
            : fmt::format("{} on record, which begins in {}", what, since);
}

std::string sigma_text(const AlertEvent& event) {
  const double size = std::abs(event.sigma.value_or(0));
  return size >= 1 ? fmt::format("{:.1f}", size) : std::string{};
}

std::string marks_text(const RenderOptions& options) {
  std::string text;
  if (options.maybe_repeated)
    text += Words{"（可能重复）", " (may be a repeat)"}.in(options.language);
  if (options.unsaved)
    text += Words{"（未存盘，重启后可能重复）", " (not saved: a restart may repeat it)"}.in(
        options.language);
  return text;
}

std::string late_text(Language language) {
  return Words{"未及时送达", "not delivered in time"}.in(language);
}

std::string late_mark(Language language) {
  return language == Language::zh ? "（" + late_text(language) + "）"
                                  : " (" + late_text(language) + ")";
}

}  // namespace foghorn
