#include "report/words.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace foghorn {
namespace {

using namespace std::chrono;

constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string without_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Rounding rounding_of(Bound bound) {
  switch (bound) {
    case Bound::at_least: return Rounding::down;
    case Bound::at_most: return Rounding::up;
    case Bound::exact: break;
  }
  return Rounding::nearest;
}

year_month_day date_of(Timestamp t) {
  return year_month_day{floor<days>(t)};
}

std::string date_words(year_month_day date, bool with_year, Language language) {
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  const auto year = static_cast<int>(date.year());
  if (language == Language::zh) {
    return with_year ? fmt::format("{}年{}月{}日", year, month, day)
                     : fmt::format("{}月{}日", month, day);
  }
  return with_year ? fmt::format("{} {} {}", day, months[month - 1], year)
                   : fmt::format("{} {}", day, months[month - 1]);
}

/// Asia/Shanghai has had no daylight saving since 1991.
Timestamp beijing(Timestamp t) {
  return t + hours{8};
}

bool is_ascii_word(char c) {
  return static_cast<unsigned char>(c) < 0x80 && c != ' ';
}

}  // namespace

std::string price_words(double price, Bound bound) {
  return price_number(price, rounding_of(bound));
}

std::string level_words(double level) {
  return without_zeros(grouped(level, 6));
}

std::string with_unit(std::string_view number, std::string_view unit, Language language) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> zh{
      {{"USD", "美元"},
       {"USD/bbl", "美元/桶"},
       {"USD/oz", "美元/盎司"},
       {"USD/share", "美元/股"},
       {"USD/BTC", "美元"},
       {"CNY", "元"},
       {"points", "点"}}};
  if (language == Language::zh) {
    for (const auto& [known, text] : zh)
      if (known == unit) return fmt::format("{}{}", number, text);
    return fmt::format("{}{}", number, unit);
  }
  if (unit.starts_with("USD") && (unit.size() == 3 || unit[3] == '/')) {
    const auto per = unit == "USD/BTC" ? std::string_view{} : unit.substr(3);
    return number.starts_with('-') ? fmt::format("-${}{}", number.substr(1), per)
                                   : fmt::format("${}{}", number, per);
  }
  return unit.empty() ? std::string{number} : fmt::format("{} {}", number, unit);
}

std::string percent_words(double ratio) {
  return percent_number(ratio) + "%";
}

std::string range_words(const Figure& ratio) {
  return percent_number(ratio.value, rounding_of(ratio.bound)) + "%";
}

std::string over_words(double ratio, Language language) {
  const double percent = std::abs(ratio) * 100;
  const int decimals = percent >= 5 * (1 - 1e-12) ? 0 : 1;
  const double passed = cut(percent, decimals);
  if (passed == 0) return percent_words(ratio);
  const bool exactly = percent - passed < 1e-9 * percent;
  const auto text = without_zeros(grouped(passed, decimals)) + "%";
  if (language == Language::en) return exactly ? text : "more than " + text;
  return (exactly ? "达" : "超") + text;
}

std::string amount_words(double amount, Language language) {
  const double size = std::abs(amount);
  if (language == Language::zh) {
    if (size >= 1e8) return grouped(cut(size / 1e8, 2), 2) + "亿";
    if (size >= 1e4) return grouped(cut(size / 1e4, 1), 1) + "万";
  } else {
    if (size >= 1e9) return grouped(cut(size / 1e9, 2), 2) + " billion";
    if (size >= 1e6) return grouped(cut(size / 1e6, 2), 2) + " million";
  }
  return grouped(cut(size, 0), 0);
}

std::string count_words(std::int64_t count) {
  return grouped(static_cast<double>(count), 0);
}

std::string time_words(Timestamp t, const Speech& speech) {
  const auto here = beijing(t);
  const hh_mm_ss clock{floor<minutes>(here - floor<days>(here))};
  const auto text = fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
  const auto date = date_of(here);
  const bool other_year = date.year() != date_of(beijing(speech.today)).year();
  const auto day = date_words(date, other_year, speech.language);
  return speech.language == Language::zh ? day + text : day + " " + text;
}

std::string day_words(Timestamp day, const Speech& speech) {
  const auto date = date_of(day);
  return date_words(date, date.year() != date_of(beijing(speech.today)).year(), speech.language);
}

std::string month_words(Timestamp day, Language language) {
  const auto date = date_of(day);
  const auto month = static_cast<unsigned>(date.month());
  return language == Language::zh
             ? fmt::format("{}年{}月", static_cast<int>(date.year()), month)
             : fmt::format("{} {}", months[month - 1], static_cast<int>(date.year()));
}

std::string span_words(Duration span, Language language) {
  const auto all = floor<minutes>(span);
  const auto d = floor<days>(all).count();
  const auto h = floor<hours>(all - floor<days>(all)).count();
  const auto m = (all - floor<hours>(all)).count();
  if (d > 0) {
    return h > 0 ? say(language, "{}天{}小时", "{} d {} h", d, h)
                 : say(language, "{}天", "{} d", d);
  }
  if (h > 0) {
    return m > 0 ? say(language, "{}小时{}分", "{} h {} min", h, m)
                 : say(language, "{}小时", "{} h", h);
  }
  return say(language, "{}分钟", "{} min", m);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string aside_of(std::string_view name) {
  for (const auto& [opening, closing] :
       {std::pair<std::string_view, std::string_view>{"（", "）"},
        std::pair<std::string_view, std::string_view>{" (", ")"}}) {
    if (!name.ends_with(closing)) continue;
    const auto at = name.rfind(opening);
    if (at == name.npos || at == 0) continue;
    const auto said = name.substr(at + opening.size());
    if (said.starts_with("重构") || said.starts_with("reconstructed"))
      return std::string{name.substr(at)};
  }
  return {};
}

std::string tight(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool between = name[i] == ' ' && i > 0 && i + 1 < name.size();
    if (between && is_ascii_word(name[i - 1]) != is_ascii_word(name[i + 1])) continue;
    text += name[i];
  }
  return text;
}

}  // namespace foghorn
