#include "report/section.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/phrases.hpp"

namespace foghorn {
namespace {

constexpr std::size_t longest_summary = 60;  // characters
constexpr std::size_t longest_headline = 40;
constexpr std::size_t most_briefs = 5;

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The briefs of the weightiest sentences, one of each paragraph, as many as fit.
std::string briefs(const std::vector<Paragraph>& paragraphs, std::size_t most, std::size_t longest,
                   Language language) {
  std::string text;
  std::size_t told = 0;
  for (const auto& paragraph : paragraphs) {
    const auto first = std::ranges::find_if(paragraph.sentences,
                                            [](const Sentence& s) { return !s.brief.empty(); });
    if (first == paragraph.sentences.end()) continue;
    const auto longer =
        text.empty() ? first->brief : text + say(language, "；", "; ") + first->brief;
    if (told == most) break;
    // English takes some three letters where Chinese takes one.
    if (!text.empty() && characters(longer) > longest * (language == Language::zh ? 1 : 3))
      continue;
    text = longer;
    ++told;
  }
  return text;
}

/// The weightiest first; of equal weight in the order in which they came. (std::stable_sort takes
/// its memory by a function that C++17 deprecated; there are few.)
template <class T, class Weight>
void sort_by_weight(std::vector<T>& all, Weight weight) {
  for (std::size_t i = 1; i < all.size(); ++i)
    for (auto k = i; k > 0 && weight(all[k]) > weight(all[k - 1]); --k)
      std::swap(all[k], all[k - 1]);
}

void add_paragraph(Section& section, std::string subject, std::string title,
                   std::vector<Sentence> sentences) {
  if (sentences.empty()) return;
  sort_by_weight(sentences, [](const Sentence& s) { return s.weight; });
  section.paragraphs.push_back({.subject = std::move(subject),
                                .title = std::move(title),
                                .sentences = std::move(sentences)});
}

std::string mark(const Figure& figure) {
  switch (figure.bound) {
    case Bound::at_least: return "≥";
    case Bound::at_most: return "≤";
    case Bound::exact: break;
  }
  return {};
}

std::string cell(const std::optional<Figure>& figure) {
  if (!figure) return {};
  return mark(*figure) + price_words(figure->value, figure->bound);
}

std::string signed_percent(const std::optional<Figure>& figure) {
  if (!figure) return {};
  if (std::abs(figure->value) < 0.00005) return "0.00%";
  return (figure->value < 0 ? "−" : "+") + percent_words(figure->value);
}

/// Down to a tenth: 99.96 % is not all.
std::string share(double seen) {
  return level_words(std::floor(seen * 1000 + 1e-9) / 10) + "%";
}

PriceRow row_of(const InstrumentFacts& facts, const Speech& speech) {
  PriceRow row{.name = name_words(facts, speech.language),
               .open = cell(facts.open),
               .high = cell(facts.high),
               .low = cell(facts.low),
               .last = cell(facts.last),
               .change = signed_percent(facts.change_ratio),
               .range = facts.range_ratio
                            ? mark(*facts.range_ratio) + range_words(*facts.range_ratio)
                            : std::string{},
               .seen = share(facts.seen),
               .as_of = facts.last ? time_words(facts.last->at, speech) : std::string{}};
  return row;
}

std::vector<std::string> remarks_of(const FactSheet& sheet, Language language) {
  std::vector<std::string> remarks;
  if (sheet.liquidations) {
    remarks.push_back(say(language, "爆仓数据为各交易所公开的爆仓订单（可见部分），实际不低于此。",
                          "Liquidations are the orders that exchanges publish (the visible part); "
                          "there were at least as many."));
  }
  remarks.push_back(say(language, "以上数字由行情数据计算得出，不推断涨跌原因。",
                        "All numbers are computed from market data; no cause is inferred."));
  if (!sheet.settled) {
    remarks.push_back(say(language, "时段末的数据可能尚未入库，稍后重算为准。",
                          "The window's last minutes may not have been stored yet."));
  }
  return remarks;
}

}  // namespace

std::string window_words(const FactSheet& sheet, Language language) {
  const auto hours = std::chrono::floor<std::chrono::hours>(sheet.to - sheet.from).count();
  const auto minutes =
      std::chrono::floor<std::chrono::minutes>(sheet.to - sheet.from).count() - hours * 60;
  if (hours == 0) return say(language, "{}分钟", "{} min", minutes);
  if (minutes == 0) return say(language, "{}小时", "{} h", hours);
  return say(language, "{}小时{}分钟", "{} h {} min", hours, minutes);
}

std::string name_words(const InstrumentFacts& facts, Language language) {
  const auto& name = facts.name.in(language);
  return language == Language::zh ? tight(name) : name;
}

std::string market_words(const std::string& calendar, Language language) {
  if (calendar == "nymex-energy") return "NYMEX";
  if (calendar == "comex-metals") return "COMEX";
  if (calendar == "us-equity") return say(language, "美股", "US equities");
  return calendar;
}

Section make_section(const FactSheet& sheet, const Speech& speech, std::vector<std::string> notes) {
  const auto language = speech.language;
  const auto hours = window_words(sheet, language);
  Section section{.language = language,
                  .title = say(language, "全球财经：过去{}", "Global finance: the last {}", hours),
                  .window = say(language, "{}至{}（北京时间）", "{} to {}, Beijing time",
                                time_words(sheet.from, speech), time_words(sheet.to, speech)),
                  .headline = {},
                  .summary = {},
                  .paragraphs = {},
                  .columns = language == Language::zh
                                 ? PriceRow{"品种", "开", "高", "低", "最新", "涨跌", "振幅",
                                            "数据完整度", "截至"}
                                 : PriceRow{"Instrument", "Open", "High", "Low", "Last", "Change",
                                            "Range", "Seen", "As of"},
                  .prices = {},
                  .notes_title = say(language, "编者按", "Editor's notes"),
                  .notes = std::move(notes),
                  .remarks = remarks_of(sheet, language)};
  for (const auto& facts : sheet.instruments) {
    auto sentences = window_sentences(facts, sheet, speech);
    for (auto& sentence : history_sentences(facts, sheet, speech))
      sentences.push_back(std::move(sentence));
    add_paragraph(section, facts.id, name_words(facts, language), std::move(sentences));
    if (facts.open || !facts.sources.empty()) section.prices.push_back(row_of(facts, speech));
  }
  if (sheet.liquidations) {
    add_paragraph(section, "liquidations", say(language, "爆仓", "Liquidations"),
                  liquidation_sentences(*sheet.liquidations, sheet, speech));
  }
  if (sheet.cross_asset) {
    add_paragraph(section, "cross-asset", say(language, "跨资产", "Across assets"),
                  cross_asset_sentences(*sheet.cross_asset, speech));
  }
  sort_by_weight(section.paragraphs, [](const Paragraph& p) { return p.weight(); });
  section.headline = briefs(section.paragraphs, 2, longest_headline, language);
  section.summary = briefs(section.paragraphs, most_briefs, longest_summary, language);
  if (language == Language::en)
    for (auto* text : {&section.headline, &section.summary}) *text = capitalised(std::move(*text));
  if (!section.summary.empty()) section.summary += say(language, "。", ".");
  add_paragraph(section, "alerts", say(language, "告警", "Alerts"), alert_sentences(sheet, speech));
  return section;
}

}  // namespace foghorn
