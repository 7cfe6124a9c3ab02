#include "net/http_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace foghorn {
namespace {

constexpr Duration longest_wait = std::chrono::days{1};

std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::optional<unsigned> take_month(std::string_view& text) {
  constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (unsigned i = 0; i < names.size(); ++i)
    if (take(text, names[i])) return i + 1;
  return std::nullopt;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT": RFC 9110 §5.6.7. Its two obsolete forms have not been sent for
/// decades.
std::optional<Timestamp> parse_http_date(std::string_view text) {
  using namespace std::chrono;
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  text.remove_prefix(comma + 2);

  const auto d = take_number(text, 2);
  if (!d || !take(text, " ")) return std::nullopt;
  const auto m = take_month(text);
  if (!m || !take(text, " ")) return std::nullopt;
  const auto y = take_number(text, 4);
  if (!y || !take(text, " ")) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || text != " GMT") return std::nullopt;

  const year_month_day date{year{*y}, month{*m}, day{static_cast<unsigned>(*d)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return Timestamp{sys_days{date}} + hours{*hour} + minutes{*minute} + seconds{*second};
}

}  // namespace

Duration parse_retry_after(std::string_view value, Timestamp now) {
  if (!value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t seconds{};
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    const auto day = std::chrono::floor<std::chrono::seconds>(longest_wait);
    if (error != std::errc{} || seconds > day.count()) return longest_wait;
    return std::chrono::seconds{seconds};
  }
  const auto date = parse_http_date(value);
  if (!date) return Duration{};
  return std::clamp(*date - now, Duration{}, longest_wait);
}

}  // namespace foghorn
