#include "model/time.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace foghorn {
namespace {

using namespace std::chrono;

struct Civil {
  year_month_day day;
  hh_mm_ss<Duration> clock;
};

Civil civil(Timestamp t) {
  const auto day = floor<days>(t);
  return {year_month_day{day}, hh_mm_ss<Duration>{t - day}};
}

/// Reads exactly `count` digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<sys_days> take_date(std::string_view& text) {
  const auto y = take_digits(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_digits(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return sys_days{date};
}

/// The fraction after a decimal point; digits past the microsecond are truncated.
std::optional<Duration> take_fraction(std::string_view& text) {
  Duration::rep micros = 0;
  Duration::rep scale = 100'000;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    micros += scale * (text.front() - '0');
    scale /= 10;
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  return Duration{micros};
}

std::optional<Duration> take_clock(std::string_view& text) {
  const auto h = take_digits(text, 2);
  if (!h || !take(text, ':')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || !take(text, ':')) return std::nullopt;
  const auto s = take_digits(text, 2);
  if (!s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
  Duration clock = hours{*h} + minutes{*m} + seconds{*s};
  if (take(text, '.')) {
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    clock += *fraction;
  }
  return clock;
}

std::optional<Duration> take_zone(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return Duration{};
  const bool east = !text.empty() && text.front() == '+';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto h = take_digits(text, 2);
  if (!h || !take(text, ':')) return std::nullopt;
  const auto m = take_digits(text, 2);
  if (!m || *h > 23 || *m > 59) return std::nullopt;
  const Duration offset = hours{*h} + minutes{*m};
  return east ? offset : -offset;
}

std::optional<Timestamp> within_range(Timestamp t) {
  return from_unix_ms(to_unix_ms(t)) ? std::optional{t} : std::nullopt;
}

struct Unit {
  std::string_view name;
  Duration size;
};
constexpr std::array<Unit, 6> units{{{"w", weeks{1}},
                                     {"d", days{1}},
                                     {"h", hours{1}},
                                     {"m", minutes{1}},
                                     {"s", seconds{1}},
                                     {"ms", milliseconds{1}}}};

}  // namespace

std::string format_utc(Timestamp t) {
  const auto [date, clock] = civil(t);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count() / 1000));
  return text.data();
}

std::string format_local(Timestamp t, Duration offset_from_utc) {
  const auto [date, clock] = civil(t + offset_from_utc);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::optional<Timestamp> parse_time(std::string_view text) {
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t ms{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error != std::errc{}) return std::nullopt;
    return from_unix_ms(ms);
  }
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  if (text.empty()) return within_range(*date);
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  return within_range(*date + *clock - *zone);
}

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr Duration longest = days{36'525};
  Duration total{};
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t count{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || text.front() == '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto letters = std::min(text.find_first_of("0123456789"), text.size());
    const auto name = text.substr(0, letters);
    const Unit* unit = nullptr;
    for (const auto& candidate : units)
      if (candidate.name == name) unit = &candidate;
    if (!unit || count > longest / unit->size) return std::nullopt;
    total += count * unit->size;
    if (total > longest) return std::nullopt;
    text.remove_prefix(letters);
  }
  return total;
}

std::string format_duration(Duration d) {
  std::string text;
  for (const auto& unit : units) {
    if (unit.name == "w" && d % unit.size != Duration{}) continue;  // 8d, not 1w1d
    const auto count = d / unit.size;
    if (count == 0) continue;
    text += std::to_string(count);
    text += unit.name;
    d -= count * unit.size;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace foghorn
