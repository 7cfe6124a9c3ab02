#include "alerts/channels/terms.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "alerts/channels/numbers.hpp"
#include "model/honest_number.hpp"

namespace foghorn {
namespace {

/// "sum(LIQ.BTC.long@okx, 1h)" taken apart.
struct Term {
  std::string_view function;
  std::string_view series;
  std::optional<Duration> window;  ///< of jump its bar
  std::optional<Duration> bar;
  bool settle{};
  bool size_only{};  ///< it stood in abs(): which way is not known
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Takes off the first argument.
std::string_view next_argument(std::string_view& arguments) {
  const auto comma = arguments.find(',');
  const auto first = trimmed(arguments.substr(0, comma));
  arguments.remove_prefix(comma == std::string_view::npos ? arguments.size() : comma + 1);
  return first;
}

std::optional<Term> parse_term(std::string_view text) {
  text = trimmed(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos || text.back() != ')') return std::nullopt;
  const auto function = trimmed(text.substr(0, open));
  auto inside = text.substr(open + 1, text.size() - open - 2);
  if (function == "abs") {
    auto term = parse_term(inside);
    if (term) term->size_only = true;
    return term;
  }
  if (inside.find_first_of("()=+*/") != std::string_view::npos) return std::nullopt;

  Term term{.function = function, .series = next_argument(inside), .window = {}, .bar = {}};
  for (auto* length : {&term.window, &term.bar}) {
    if (inside.empty()) return term;
    const auto argument = next_argument(inside);
    *length = parse_duration(argument);
    if (*length) continue;
    term.settle = argument == "settle";
    return term.settle && inside.empty() ? std::optional{term} : std::nullopt;
  }
  return inside.empty() ? std::optional{term} : std::nullopt;
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
                                        {"gap", "开盘跳空", "opening gap"}}};

// Of an instrument that is a share, such as a probability, and has no price.
constexpr std::array<Label, 7> labels_of_shares{{{"last", "概率", "probability"},
                                                 {"rise", "自低点上升", "rise from its low"},
                                                 {"fall", "自高点下降", "fall from its high"},
                                                 {"high", "最高", "high"},
                                                 {"low", "最低", "low"},
                                                 {"mean", "均值", "mean"},
                                                 {"range", "高低差", "high less low"}}};

const Label* label_of(std::string_view function, bool share) {
  if (share)
    for (const auto& label : labels_of_shares)
      if (label.function == function) return &label;
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

/// 3.21 亿美元, 1.2 万笔: a unit joins the 亿; after a digit it stands apart.
std::string attached(const std::string& number, const std::string& unit) {
  const bool joins = static_cast<unsigned char>(number.back()) >= 0x80;
  return joins ? number + unit : number + " " + unit;
}

std::string quantity(double value, const std::string& unit, bool total, Language language) {
  if (unit == "%") return percent_text(value);
  const auto number = total ? amount_text(value, language) : price_text(value);
  const auto words = unit_text(unit, language);
  if (words.empty()) return number;
  return language == Language::zh ? attached(number, words) : number + " " + words;
}

std::string points_text(double share, Language language) {
  return percent_number(share) + (language == Language::zh ? " 个百分点" : " percentage points");
}

/// The instrument whose value decided: the event is of the first that its rule names, and another
/// one's fall may have been the last that was wanted.
std::string_view asked_of(const AlertEvent& event, const std::optional<Term>& term) {
  return term ? term->series.substr(0, term->series.find_first_of(".@")) : event.instrument;
}

/// The unit of that instrument, as far as the event knows it: its own, and another's where the
/// value is in it.
std::string unit_asked(const AlertEvent& event, const std::optional<Term>& term) {
  if (asked_of(event, term) == event.instrument) return event.unit;
  return event.value_kind == ValueKind::quantity ? event.value_unit : std::string{};
}

std::string number_of(const AlertEvent& event, const std::optional<Term>& term, Language language) {
  const double value = event.value.value_or(0);
  if (term && term->function == "range" && unit_asked(event, term) == "%")
    return points_text(value, language);
  const bool total = term && term->function == "sum";
  switch (event.value_kind) {
    case ValueKind::ratio: return (value < 0 ? "-" : "") + percent_text(value);
    case ValueKind::quantity: return quantity(value, event.value_unit, total, language);
    case ValueKind::number: break;
  }
  if (!term || term->function != "count") return fmt::format("{:g}", value);
  const auto count = amount_text(value, language);
  return language == Language::zh ? attached(count, "笔") : count;
}

std::string seen_text(const AlertEvent& event, Language language) {
  const double percent = std::floor(event.seen * 1000) / 10;  // never rounded up to all of it
  return language == Language::zh ? fmt::format("（覆盖 {:g}% 的时段）", percent)
                                  : fmt::format(" ({:g}% of the window seen)", percent);
}

/// Of another instrument than the event's the id is all that is known.
std::string name_of(const AlertEvent& event, const std::optional<Term>& term, Language language) {
  if (const auto asked = asked_of(event, term); asked != event.instrument)
    return std::string{asked};
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

/// "2025-10-01"
std::string date_text(Timestamp t) {
  return format_utc(t).substr(0, 10);
}

/// A price falls, a share goes down.
const char* way_text(bool down, bool share) {
  if (share) return down ? "下降" : "上升";
  return down ? "下跌" : "上涨";
}

std::string streak_text(double closes, bool size_only, bool zh) {
  const double count = std::abs(closes);
  if (size_only)
    return zh ? fmt::format("连涨或连跌 {:.0f} 个交易日", count)
              : fmt::format(": {:.0f} closes in a row, all one way", count);
  return zh ? fmt::format("{} {:.0f} 个交易日", closes < 0 ? "连跌" : "连涨", count)
            : fmt::format(": {:.0f} {} closes in a row", count, closes < 0 ? "falling" : "rising");
}

/// What is said of a term that no label can say alone, after the name; in English with its comma.
std::optional<std::string> phrase(const AlertEvent& event, const Term& term, Language language) {
  const bool zh = language == Language::zh;
  const double value = event.value.value_or(0);
  const auto& f = term.function;
  if (f == "streak") return streak_text(value, term.size_only, zh);
  if (f == "since_high" || f == "since_low") {
    const auto day = date_text(Timestamp{Duration{std::llround(value * 1e6)}});
    const bool high = f == "since_high";
    return zh ? fmt::format("为 {} 以来最{}", day, high ? "高" : "低")
              : fmt::format(": {} since {}", high ? "highest" : "lowest", day);
  }
  if (f == "change" && term.settle) {
    const auto ratio = percent_text(value);
    const auto* word = zh ? "涨跌" : "change";
    if (!term.size_only)
      word = zh ? way_text(value < 0, unit_asked(event, term) == "%") : value < 0 ? "fall" : "rise";
    return zh ? fmt::format("较上一交易时段收盘{} {}", word, ratio)
              : fmt::format(", {} from the last session's close: {}", word, ratio);
  }
  if (!term.window) return std::nullopt;
  const auto window = window_text(*term.window, language);
  if (f == "sigma")
    return zh ? fmt::format("近 {}涨跌幅 {:.1f} σ", window, value)
              : fmt::format(", move over {}: {:.1f} σ", window, value);
  if (f == "jump")
    return zh ? fmt::format("最近一根 {} K 线跳变 {:.1f} σ", window, value)
              : fmt::format(", jump of the last bar of {}: {:.1f} σ", window, value);
  if (!term.bar) return std::nullopt;
  const auto bar = window_text(*term.bar, language);
  if (f == "zscore")
    return zh ? fmt::format("最近一根 {} K 线涨跌幅 {:.1f} σ（对比近 {}）", bar, value, window)
              : fmt::format(", last bar of {} against those of {}: {:.1f} σ", bar, window, value);
  if (f == "vol")
    return zh ? fmt::format("近 {}波动率 {}（每 {}）", window, percent_text(value), bar)
              : fmt::format(", volatility over {}: {} per {}", window, percent_text(value), bar);
  return std::nullopt;
}

std::string valued(const AlertEvent& event, Language language) {
  const bool zh = language == Language::zh;
  const auto term = parse_term(event.value_term);
  const auto* label = term ? label_of(term->function, unit_asked(event, term) == "%") : nullptr;
  std::string text;
  if (const auto words = term ? phrase(event, *term, language) : std::nullopt) {
    const auto subject = name_of(event, term, language) + narrowing(term->series, language);
    text = zh ? joined(subject, *words) : subject + *words;
  } else if (!label) {
    text = fmt::format("{} = {}", event.value_term, number_of(event, term, language));
  } else if (zh) {
    auto subject = name_of(event, term, language) + narrowing(term->series, language);
    if (term->window) subject = joined(subject, "近 " + window_text(*term->window, language));
    text = fmt::format("{} {}{}", joined(subject, label->zh), is_lower_bound(*term) ? "≥ " : "",
                       number_of(event, term, language));
  } else {
    const auto window =
        term->window ? " over " + window_text(*term->window, language) : std::string{};
    text = fmt::format("{}{}, {}{}: {}{}", name_of(event, term, language),
                       narrowing(term->series, language), label->en, window,
                       is_lower_bound(*term) ? "≥ " : "", number_of(event, term, language));
  }
  if (event.seen < 1) text += seen_text(event, language);
  return text;
}

/// `in_full`: with the price it came from, and what there is to say of it.
std::string moved(const AlertEvent& event, Language language, bool in_full) {
  const auto& move = *event.move;
  const bool windowed = move.window > Duration{};  // else since a day
  const auto window = windowed ? window_text(move.window, language) : date_text(move.from_time);
  const auto term = parse_term(event.value_term);
  const auto name = name_of(event, term, language);
  const auto unit = unit_asked(event, term);
  const bool settle = term && term->settle;
  const auto now = quantity(move.to, unit, false, language);
  const auto prices =
      fmt::format("{} → {}", unit == "%" ? percent_text(move.from) : price_text(move.from), now);
  const bool has_ratio = move.from > 0;  // from zero or below no percentage means anything
  const double ratio = has_ratio ? move.to / move.from - 1 : 0;
  const auto size = unit == "%" ? points_text(move.to - move.from, language) : percent_text(ratio);
  std::string text;
  if (language == Language::zh) {
    text = joined(name, settle     ? "较上一交易时段收盘"
                        : windowed ? window + "内"
                                   : "自 " + window + " 以来");
    if (has_ratio) text += fmt::format("{} {}", way_text(ratio < 0, unit == "%"), size);
    text += in_full || !has_ratio ? "：" + prices : fmt::format("，至 {}", now);
  } else {
    text = name;
    if (has_ratio) text += fmt::format(" {} {}", ratio < 0 ? "fell" : "rose", size);
    text += settle ? " from the last session's close"
                   : fmt::format(" {} {}", windowed ? "in" : "since", window);
    text += in_full || !has_ratio ? ": " + prices : fmt::format(" to {}", now);
  }
  if (!in_full) return text;
  if (move.bridged)
    text += language == Language::zh ? "（基准为休市前最后价）"
                                     : " (from the last price before the close)";
  if (event.seen < 1) text += seen_text(event, language);
  return text;
}

}  // namespace

std::string value_text(const AlertEvent& event, Language language) {
  if (event.move) return moved(event, language, true);
  if (event.value && !event.value_term.empty()) return valued(event, language);
  return {};
}

std::string brief_text(const AlertEvent& event, Language language) {
  if (event.move) return moved(event, language, false);
  if (event.value && !event.value_term.empty()) return valued(event, language);
  return {};
}

bool tells_of_another(const AlertEvent& event) {
  if (event.value_term.empty() || !(event.move || event.value)) return false;
  return asked_of(event, parse_term(event.value_term)) != event.instrument;
}

std::string priced_text(double price, const AlertEvent& event, Language language) {
  return quantity(price, event.unit, false, language);
}

}  // namespace foghorn
