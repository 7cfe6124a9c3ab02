// Liquidations, the market as a whole and what was told of it, in sentences.
#include <algorithm>
#include <cmath>

#include "report/parts.hpp"
#include "report/phrases.hpp"

namespace foghorn {
namespace {

std::string money(double usd, Language language) {
  return with_unit(amount_words(usd, language), "USD", language);
}

std::string role_words(Role role, Language language) {
  switch (role) {
    case Role::oil: return say(language, "原油", "oil");
    case Role::gold: return say(language, "黄金", "gold");
    case Role::equity: return say(language, "美股", "US equities");
    case Role::crypto: return say(language, "加密货币", "crypto");
    case Role::none: break;
  }
  return {};
}

std::string first_aside(const CrossAssetFacts& facts, Language language) {
  for (const auto& part : facts.parts)
    if (auto aside = aside_of(part.name.in(language)); !aside.empty()) return aside;
  return {};
}

std::string coverage_words(LiquidationCoverage coverage, Language language) {
  switch (coverage) {
    case LiquidationCoverage::complete: return say(language, "全部公开", "publishes all");
    case LiquidationCoverage::one_per_second:
      return say(language, "每品种每秒至多公开一笔", "publishes at most one a second and contract");
    case LiquidationCoverage::unknown: break;
  }
  return say(language, "公开程度未知", "publishes an unknown part");
}

/// A sentence with what is to be said of its data before its full stop.
std::string set_aside(std::string text, const std::string& aside, Language language) {
  const std::string_view stop = language == Language::zh ? "。" : ".";
  return text.insert(text.size() - stop.size(), aside);
}

Duration lost(const std::vector<Gap>& gaps) {
  Duration all{};
  for (const auto& gap : gaps) all += gap.to - gap.from;
  return all;
}

}  // namespace

std::string tier_words(Tier tier, Language language) {
  switch (tier) {
    case Tier::notice: return say(language, "提示", "notice");
    case Tier::major: return say(language, "重大", "major");
    case Tier::critical: break;
  }
  return say(language, "紧急", "critical");
}

std::vector<Sentence> liquidation_sentences(const LiquidationFacts& facts, const FactSheet& sheet,
                                            const Speech& speech) {
  const auto language = speech.language;
  std::vector<Sentence> said;
  const auto aside = aside_of(facts.name.in(language));
  const auto add = [&](const std::string& text, double weight, std::string brief = {}) {
    if (!brief.empty()) brief += aside;
    said.push_back(
        {.text = set_aside(text, aside, language), .brief = std::move(brief), .weight = weight});
  };
  const auto window = window_words(sheet, language);
  const bool any = std::ranges::any_of(facts.venues, [](const auto& v) { return !v.repeats; });
  if (!any) {
    add(say(language, "近{}未观测爆仓数据。", "Liquidations were not watched in the last {}.",
            window),
        20);
  } else if (facts.orders() == 0) {
    add(say(language, "近{}未见爆仓订单。", "No liquidation orders were seen in the last {}.",
            window),
        20);
  } else {
    const auto sum = money(facts.usd(), language);
    if (facts.usd() > 0) {
      add(say(language, "近{}可见爆仓订单{}笔，金额不低于{}。",
              "{1} liquidation orders seen in {0}, worth at least {2}.", window,
              count_words(facts.orders()), sum),
          55, say(language, "可见爆仓订单不低于{}", "Liquidations of {} or more seen", sum));
    } else {
      add(say(language, "近{}可见爆仓订单{}笔。", "{1} liquidation orders seen in {0}.", window,
              count_words(facts.orders())),
          50);
    }
    if (facts.usd() > 0) {
      const bool longs = facts.longs.usd >= facts.shorts.usd;
      const double share = (longs ? facts.longs.usd : facts.shorts.usd) / facts.usd();
      add(say(language, "其中多单{}、空单{}，{}占{}。",
              "Longs {}, shorts {}; {} are {} of the sum.", money(facts.longs.usd, language),
              money(facts.shorts.usd, language),
              longs ? say(language, "多单", "longs") : say(language, "空单", "shorts"),
              percent_words(share)),
          54);
    }
    if (facts.largest) {
      const auto& l = *facts.largest;
      add(say(language, "最大单笔为{}的{}{}，{}（{}）。",
              "The largest: a {1} {2} at {0}, {3} ({4}).", l.venue, l.asset,
              l.position == Position::long_side ? say(language, "多单", "long")
                                                : say(language, "空单", "short"),
              money(l.usd, language), time_words(l.at, speech)),
          53);
    }
    if (const auto unsummed = facts.longs.unsummed + facts.shorts.unsummed; unsummed > 0) {
      add(say(language, "其中{}笔金额未知，未计入金额。",
              "The worth of {} of them is not known and not in the sum.", count_words(unsummed)),
          12);
    }
  }
  for (const auto& venue : facts.venues) {
    const auto sum = money(venue.longs.usd + venue.shorts.usd, language);
    const auto orders = count_words(venue.longs.orders + venue.shorts.orders);
    if (venue.repeats) {
      add(say(language, "{}转述：爆仓订单{}笔，{}，未计入合计。",
              "{} repeats {} orders worth {}; not in the sum.", venue.venue, orders, sum),
          9);
    } else {
      add(say(language, "{}：{}笔，{}，{}。", "{}: {} orders, {}, {}.", venue.venue, orders, sum,
              coverage_words(venue.coverage, language)),
          10);
    }
    if (venue.seen >= whole_enough) continue;
    const auto missed =
        span_words(std::max<Duration>(lost(venue.gaps), std::chrono::minutes{1}), language);
    add(venue.gaps.size() == 1
            ? say(language, "{}有{}未观测（{}至{}）。", "{} was not seen for {} ({} to {}).",
                  venue.venue, missed, time_words(venue.gaps[0].from, speech),
                  time_words(venue.gaps[0].to, speech))
            : say(language, "{}有{}未观测（共{}段）。", "{} was not seen for {} (in {} stretches).",
                  venue.venue, missed, venue.gaps.size()),
        11);
  }
  return said;
}

std::vector<Sentence> cross_asset_sentences(const CrossAssetFacts& facts, const Speech& speech) {
  const auto language = speech.language;
  // What the names say of the data stands once where they all say it, else beside each.
  const auto aside = aside_of(facts.parts.front().name.in(language));
  const bool alike = std::ranges::all_of(
      facts.parts, [&](const auto& p) { return aside_of(p.name.in(language)) == aside; });
  std::string parts;
  for (const auto& part : facts.parts) {
    if (!parts.empty()) parts += say(language, "、", ", ");
    auto who = role_words(part.role, language);
    if (!alike) who += aside_of(part.name.in(language));
    const auto* way = part.change_ratio > 0 ? "up" : "down";
    parts += std::abs(part.change_ratio) < 0.00005
                 ? say(language, "{}持平", "{} level", who)
                 : say(language, "{0}{1}{2}", "{0} {3} {2}", who,
                       part.change_ratio > 0 ? "涨" : "跌", percent_words(part.change_ratio), way);
  }
  std::string mood, brief;
  double weight = 0;
  switch (facts.mood) {
    case RiskMood::risk_off:
      mood = say(language, "呈避险格局", "risk-off");
      weight = 58;
      brief = say(language, "市场呈避险格局", "markets risk-off");
      break;
    case RiskMood::risk_on:
      mood = say(language, "风险偏好回升", "risk-on");
      weight = 50;
      brief = say(language, "市场风险偏好回升", "markets risk-on");
      break;
    case RiskMood::mixed:
      mood = say(language, "走势不一", "mixed");
      weight = 25;
      break;
    case RiskMood::calm:
      mood = say(language, "波动不大", "calm");
      weight = 10;
      break;
  }
  if (language == Language::en) parts = capitalised(std::move(parts));
  if (!brief.empty()) brief += alike ? aside : first_aside(facts, language);
  return {{.text = set_aside(say(language, "{}，{}。", "{}: {}.", parts, mood),
                             alike ? aside : std::string{}, language),
           .brief = std::move(brief),
           .weight = weight}};
}

std::vector<Sentence> alert_sentences(const FactSheet& sheet, const Speech& speech) {
  const auto language = speech.language;
  std::vector<Sentence> said;
  for (const auto& e : sheet.episodes) {
    const auto fired = e.fired == no_time
                           ? say(language, "此前触发", "fired before")
                           : say(language, "{}触发", "fired {}", time_words(e.fired, speech));
    const auto ended = e.resolved == no_time
                           ? say(language, "尚未恢复", "not resolved")
                           : say(language, "{}恢复", "resolved {}", time_words(e.resolved, speech));
    said.push_back({.text = say(language, "{}（{}）：{}，{}，编号{}。", "{} ({}): {}, {}, {}.",
                                tight(e.title.in(language)), tier_words(e.tier, language), fired,
                                ended, e.episode),
                    .brief = {},
                    .weight = alert_weight(e.tier)});
  }
  for (const auto& e : sheet.held_back) {
    said.push_back({.text = say(language, "{}（{}）：{}至{}，冷却期内未通知。",
                                "{} ({}): {} to {}, held back by its cooldown.",
                                tight(e.title.in(language)), tier_words(e.tier, language),
                                time_words(e.began, speech), time_words(e.ended, speech)),
                    .brief = {},
                    .weight = -1});
  }
  return said;
}

}  // namespace foghorn
