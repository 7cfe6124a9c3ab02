#include "alerts/channels/numbers.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "model/honest_number.hpp"

namespace foghorn {
namespace {

using namespace std::chrono;

struct SpanUnit {
  Duration size;
  const char* zh;
  const char* en;
};
constexpr std::array<SpanUnit, 4> span_units{{{days{1}, "天", "d"},
                                              {hours{1}, "小时", "h"},
                                              {minutes{1}, "分", "min"},
                                              {seconds{1}, "秒", "s"}}};

std::string span_text(std::int64_t count, const SpanUnit& unit, Language language) {
  return fmt::format("{} {}", count, language == Language::zh ? unit.zh : unit.en);
}

constexpr std::string_view beijing = "Asia/Shanghai";

/// What its readers' clocks add to UTC.
Duration clock_of(Timestamp t, Language language, const Zone* zone) {
  if (zone) return zone->offset(t);
  // Asia/Shanghai has had no daylight saving since 1991.
  return language == Language::zh ? Duration{hours{8}} : Duration{};
}

/// "UTC", "UTC+8", "UTC-3:30".
std::string offset_text(Duration offset) {
  if (offset == Duration{}) return "UTC";
  const hh_mm_ss parts{floor<minutes>(abs(offset))};
  const auto sign = offset < Duration{} ? '-' : '+';
  const auto hours_text = fmt::format("UTC{}{}", sign, parts.hours().count());
  return parts.minutes() == minutes{}
             ? hours_text
             : fmt::format("{}:{:02}", hours_text, parts.minutes().count());
}

}  // namespace

std::string price_text(double price) {
  return price_number(price);
}

std::string amount_text(double amount, Language language) {
  const double size = std::abs(amount);
  const auto cut_at = [](double number, int decimals) {
    return grouped(cut(number, decimals), decimals);
  };
  if (language == Language::zh) {
    if (size >= 1e8) return cut_at(amount / 1e8, 2) + " 亿";
    if (size >= 1e4) return cut_at(amount / 1e4, 1) + " 万";
  } else {
    if (size >= 1e9) return cut_at(amount / 1e9, 2) + " billion";
    if (size >= 1e6) return cut_at(amount / 1e6, 2) + " million";
  }
  return cut_at(amount, 0);
}

std::string percent_text(double ratio) {
  return percent_number(ratio) + "%";
}

std::string unit_text(std::string_view unit, Language language) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> zh{
      {{"USD", "美元"},
       {"USD/bbl", "美元/桶"},
       {"USD/oz", "美元/盎司"},
       {"USD/share", "美元/股"},
       {"USD/BTC", "美元"},
       {"USDT", "USDT"},
       {"CNY", "元"},
       {"points", "点"},
       {"contracts", "张"}}};
  if (language == Language::zh)
    for (const auto& [known, text] : zh)
      if (known == unit) return std::string{text};
  return std::string{unit};
}

std::string window_text(Duration window, Language language) {
  for (const auto& unit : span_units) {
    if (window < unit.size || window % unit.size != Duration{}) continue;
    if (unit.size == days{1} && window == days{1})
      continue;  // a day's window is 24 hours to everybody
    const auto text = span_text(window / unit.size, unit, language);
    return language == Language::zh && unit.size == minutes{1} ? text + "钟" : text;
  }
  return format_duration(window);
}

std::string elapsed_text(Duration elapsed, Language language) {
  elapsed = floor<seconds>(elapsed);
  for (std::size_t i = 0; i < span_units.size(); ++i) {
    const auto& unit = span_units[i];
    if (elapsed < unit.size) continue;
    auto text = span_text(elapsed / unit.size, unit, language);
    if (i + 1 == span_units.size()) return text;
    const auto& smaller = span_units[i + 1];
    const auto rest = (elapsed % unit.size) / smaller.size;
    if (rest > 0) return text + " " + span_text(rest, smaller, language);
    return language == Language::zh && unit.size == minutes{1} ? text + "钟" : text;
  }
  return span_text(0, span_units.back(), language);
}

std::string clock_text(Timestamp t, Language language, const Zone* zone) {
  const bool in_beijing = zone ? zone->name == beijing : true;
  if (language == Language::zh && in_beijing) return "北京时间";
  return offset_text(clock_of(t, language, zone));
}

std::string moment_text(Timestamp t, Language language, const Zone* zone) {
  const auto text = format_local(t, clock_of(t, language, zone));
  const auto clock = clock_text(t, language, zone);
  return language == Language::zh ? fmt::format("{}（{}）", text, clock)
                                  : fmt::format("{} {}", text, clock);
}

std::string day_text(Timestamp day, Language language) {
  const year_month_day date{floor<days>(day)};
  const auto in_month = static_cast<unsigned>(date.day());
  const auto month = month_text(day, language);
  return language == Language::zh ? fmt::format("{} {} 日", month, in_month)
                                  : fmt::format("{} {}", in_month, month);
}

std::string month_text(Timestamp day, Language language) {
  constexpr std::array<std::string_view, 12> names{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
  const year_month_day date{floor<days>(day)};
  const auto month = static_cast<unsigned>(date.month());
  const auto year = static_cast<int>(date.year());
  return language == Language::zh ? fmt::format("{} 年 {} 月", year, month)
                                  : fmt::format("{} {}", names[month - 1], year);
}

std::string minute_text(Timestamp t, Language language, const Zone* zone) {
  return format_local(t, clock_of(t, language, zone)).substr(5, 11);  // of 2026-04-17 03:12:05
}

std::string since_text(Timestamp t, Timestamp now, Language language, const Zone* zone) {
  const auto text = format_local(t, clock_of(t, language, zone));  // 2026-04-17 03:12:05
  const auto today = format_local(now, clock_of(now, language, zone));
  const bool same_day = text.substr(0, 10) == today.substr(0, 10);
  return same_day ? text.substr(11, 5) : text.substr(5, 11);
}

}  // namespace foghorn
