#include "alerts/channels/terms.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "alerts/channels/numbers.hpp"

namespace foghorn {
namespace {

/// "sum(LIQ.BTC.long@okx, 1h)" taken apart.
struct Term {
  std::string_view function;
  std::string_view series;
  std::optional<Duration> window;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<Term> parse_term(std::string_view text) {
  text = trimmed(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') return std::nullopt;
  const auto function = text.substr(0, open);
  const auto inside = text.substr(open + 1, text.size() - open - 2);
  if (function == "abs") return parse_term(inside);
  if (inside.find_first_of("()=+*/") != std::string_view::npos) return std::nullopt;

  const auto comma = inside.find(',');
  Term term{
      .function = trimmed(function), .series = trimmed(inside.substr(0, comma)), .window = {}};
  if (comma == std::string_view::npos) return term;
  term.window = parse_duration(trimmed(inside.substr(comma + 1)));
  return term.window ? std::optional{term} : std::nullopt;
}

struct Label {
  std::string_view function;
  std::string_view zh;
  std::string_view en;
};
constexpr std::array<Label, 14> labels{{{"change", "涨跌", "change"},
                                        {"rise", "自低点上涨", "rise from its low"},
                                        {"fall", "自高点下跌", "fall from its high"},
                                        {"last", "现价", "price"},
                                        {"high", "最高价", "high"},
                                        {"low", "最低价", "low"},
                                        {"mean", "均价", "mean"},
                                        {"range", "高低价差", "high less low"},
                                        {"range_pct", "振幅", "range"},
                                        {"sum", "合计", "total"},
                                        {"count", "笔数", "count"},
                                        {"spread", "来源间价差", "spread of its sources"},
                                        {"sources", "有效来源", "live sources"},
                                        {"gap", "跳空", "opening gap"}}};

const Label* label_of(std::string_view function) {
  for (const auto& label : labels)
    if (label.function == function) return &label;
  return nullptr;
}

/// What narrows a series, "（BTC，多单，okx）" for LIQ.BTC.long@okx; empty for all of it.
std::string narrowing(std::string_view series, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> parts;
  const auto at = series.find('@');
  auto names = series.substr(0, at);
  for (auto dot = names.find('.'); dot != std::string_view::npos; dot = names.find('.')) {
    names.remove_prefix(dot + 1);
    const auto part = names.substr(0, names.find('.'));
    if (part == "long") {
      parts.emplace_back(zh ? "多单" : "longs");
    } else if (part == "short") {
      parts.emplace_back(zh ? "空单" : "shorts");
    } else {
      parts.emplace_back(part);
    }
  }
  if (at != std::string_view::npos) parts.emplace_back(series.substr(at + 1));
  if (parts.empty()) return {};
  return zh ? fmt::format("（{}）", fmt::join(parts, "，"))
            : fmt::format(" ({})", fmt::join(parts, ", "));
}

/// Public feeds show some of the liquidations: a total of them is what was seen, never less.
bool is_lower_bound(const Term& term) {
  return term.function == "sum" || term.function == "count";
}

std::string quantity(double value, const std::string& unit, bool total, Language language) {
  if (unit == "%") return percent_text(value);
  const auto number = total ? amount_text(value, language) : price_text(value);
  const auto words = unit_text(unit, language);
  if (words.empty()) return number;
  // 3.21 亿美元, 12.5 万美元: the unit joins the 亿; after a digit it stands apart.
  const bool attached =
      language == Language::zh && static_cast<unsigned char>(number.back()) >= 0x80;
  return attached ? number + words : number + " " + words;
}

std::string number_of(const AlertEvent& event, const std::optional<Term>& term, Language language) {
  const double value = event.value.value_or(0);
  const bool total = term && term->function == "sum";
  switch (event.value_kind) {
    case ValueKind::ratio: return (value < 0 ? "-" : "") + percent_text(value);
    case ValueKind::quantity: return quantity(value, event.value_unit, total, language);
    case ValueKind::number: break;
  }
  if (!term || term->function != "count") return fmt::format("{:g}", value);
  return amount_text(value, language) + (language == Language::zh ? " 笔" : "");
}

std::string seen_text(const AlertEvent& event, Language language) {
  const double percent = std::floor(event.seen * 1000) / 10;  // never rounded up to all of it
  return language == Language::zh ? fmt::format("（所见时段 {:g}%）", percent)
                                  : fmt::format(" ({:g}% of the time seen)", percent);
}

std::string name_of(const AlertEvent& event, Language language) {
  const auto& name = event.name.in(language);
  return name.empty() ? event.instrument : name;
}

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

/// Joins two pieces of Chinese: a space where Latin letters or digits meet a character, none
/// elsewhere.
std::string joined(std::string left, std::string_view right) {
  if (left.empty() || right.empty()) return left.append(right);
  const bool punctuation = left.ends_with("）") || left.ends_with("：");
  // Latin and Chinese stand apart, and so do two Latin words: "WTI 原油", "WTI 1 分钟内".
  const bool words = is_ascii(left.back()) && is_ascii(right.front()) && left.back() != ' ';
  if (words || (is_ascii(left.back()) != is_ascii(right.front()) && !punctuation)) left += ' ';
  return left.append(right);
}

std::string valued(const AlertEvent& event, Language language) {
  const bool zh = language == Language::zh;
  const auto term = parse_term(event.value_term);
  const auto* label = term ? label_of(term->function) : nullptr;
  std::string text;
  if (!label) {
    text = fmt::format("{} = {}", event.value_term, number_of(event, term, language));
  } else if (zh) {
    auto subject = name_of(event, language) + narrowing(term->series, language);
    if (term->window) subject = joined(subject, "近 " + window_text(*term->window, language));
    text = fmt::format("{} {}{}", joined(subject, label->zh), is_lower_bound(*term) ? "≥ " : "",
                       number_of(event, term, language));
  } else {
    const auto window =
        term->window ? " over " + window_text(*term->window, language) : std::string{};
    text = fmt::format("{}{}, {}{}: {}{}", name_of(event, language),
                       narrowing(term->series, language), label->en, window,
                       is_lower_bound(*term) ? "≥ " : "", number_of(event, term, language));
  }
  if (event.seen < 1) text += seen_text(event, language);
  return text;
}

std::string moved(const AlertEvent& event, Language language) {
  const auto& move = *event.move;
  const auto name = name_of(event, language);
  const auto window = window_text(move.window, language);
  const auto prices =
      fmt::format("{} → {}", event.unit == "%" ? percent_text(move.from) : price_text(move.from),
                  quantity(move.to, event.unit, false, language));
  const bool has_ratio = move.from > 0;  // from zero or below no percentage means anything
  const double ratio = has_ratio ? move.to / move.from - 1 : 0;
  std::string text;
  if (language == Language::zh) {
    text = joined(name, window + "内");
    if (has_ratio) text += fmt::format("{} {}", ratio < 0 ? "下跌" : "上涨", percent_text(ratio));
    text += "：" + prices;
  } else {
    text = name;
    if (has_ratio) text += fmt::format(" {} {}", ratio < 0 ? "fell" : "rose", percent_text(ratio));
    text += fmt::format(" in {}: {}", window, prices);
  }
  if (move.bridged)
    text += language == Language::zh ? "（基准为休市前最后价）"
                                     : " (from the last price before the close)";
  if (event.seen < 1) text += seen_text(event, language);
  return text;
}

}  // namespace

std::string value_text(const AlertEvent& event, Language language) {
  if (event.move) return moved(event, language);
  if (event.value && !event.value_term.empty()) return valued(event, language);
  return {};
}

}  // namespace foghorn
