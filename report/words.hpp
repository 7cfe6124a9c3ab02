#pragma once
// Numbers, dates and spans of time as the bulletin prints them. No rounding changes a fact: what
// did not reach a round number is not printed as one, and a lower bound is cut, never rounded up.

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "model/honest_number.hpp"
#include "model/text.hpp"
#include "model/time.hpp"
#include "report/facts.hpp"

namespace foghorn {

/// How the sheet is spoken of. Times are Beijing's, in either language.
struct Speech {
  Language language{Language::zh};
  Timestamp today{};  ///< dates of its year are told without the year
};

/// The one of two texts that the language wants; both are checked when this is compiled.
template <class... Args>
std::string say(Language language, fmt::format_string<const Args&...> zh,
                fmt::format_string<const Args&...> en, const Args&... args) {
  return fmt::format(language == Language::zh ? zh : en, args...);
}

/// As price_number() of model/honest_number.hpp; a bound is cut to its own side.
std::string price_words(double price, Bound bound = Bound::exact);

/// A round number or the bound of a range, without decimals that say nothing: "78,000", "0.5".
std::string level_words(double level);

/// "85.91美元/桶", "$85.91/bbl".
std::string with_unit(std::string_view number, std::string_view unit, Language language);

/// "10.94%", without a sign; 0.09996 is "9.996%".
std::string percent_words(double ratio);

/// The same of a range, cut where it is a lower bound.
std::string range_words(const Figure& ratio);

/// "超10%", "达10%", "more than 10%", "10%": the largest whole per cent (from 5 % on) or tenth that
/// was passed or reached. Under 0.1 %: percent_words().
std::string over_words(double ratio, Language language);

/// "3.21亿", "1,234.5万", "9,500", cut: "321 million" is at most what there is.
std::string amount_words(double amount, Language language);

std::string count_words(std::int64_t count);

/// "4月17日22:15", "17 Apr 22:15".
std::string time_words(Timestamp t, const Speech& speech);

/// A trading day, midnight UTC: "4月17日", "2025年10月6日", "17 Apr", "6 Oct 2025".
std::string day_words(Timestamp day, const Speech& speech);

/// "1986年1月", "Jan 1986".
std::string month_words(Timestamp day, Language language);

/// "3小时20分", "45分钟", "3 h 20 min"; the two largest units.
std::string span_words(Duration span, Language language);

/// "Oil up" of "oil up": an English sentence begins with a capital.
std::string capitalised(std::string text);

/// That a name says of its data that they are reconstructed, in parentheses at its end and with
/// what sets it off: "（重构数据）" of "WTI 原油（重构数据）", " (reconstructed)" of "WTI crude
/// (reconstructed)". Other parentheses are part of the name, as in "Nasdaq 100 (QQQ)": nothing.
std::string aside_of(std::string_view name);

/// A name without the spaces that Chinese does not set: "WTI 原油" is "WTI原油".
std::string tight(std::string_view name);

}  // namespace foghorn
