#pragma once
// Times as venues write them in text: RFC 3339, "2026-04-17T08:00:00.123456789Z". In line and
// without allocation, because every trade of such a venue passes here; what a person writes,
// model/time.hpp reads.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "model/time.hpp"

namespace foghorn::wire {

/// Takes digits and marks from the front of a text. What is not there as asked makes it bad for
/// good, so that a reader asks for all it needs and checks once.
class TimeText {
 public:
  explicit TimeText(std::string_view text) : next_{text.data()}, end_{next_ + text.size()} {}

  bool bad() const { return bad_; }
  bool at_end() const { return next_ == end_; }
  bool is_next(char c) const { return next_ != end_ && *next_ == c; }

  /// A number of exactly `count` digits.
  int digits(int count) {
    if (end_ - next_ < count) return refuse();
    int value = 0;
    for (const char* const stop = next_ + count; next_ != stop; ++next_) {
      const auto digit = static_cast<unsigned>(*next_ - '0');
      if (digit > 9) return refuse();
      value = value * 10 + static_cast<int>(digit);
    }
    return value;
  }

  void mark(char c) {
    if (!is_next(c)) return void(refuse());
    ++next_;
  }

  /// What stands behind a decimal point, one digit at least; those past the microsecond are cut
  /// off.
  Duration fraction() {
    const char* const first = next_;
    Duration::rep micros = 0;
    for (Duration::rep worth = 100'000; next_ != end_; ++next_, worth /= 10) {
      const auto digit = static_cast<unsigned>(*next_ - '0');
      if (digit > 9) break;
      micros += worth * static_cast<Duration::rep>(digit);
    }
    if (next_ == first) refuse();
    return Duration{micros};
  }

 private:
  int refuse() {
    bad_ = true;
    next_ = end_;
    return 0;
  }

  const char* next_;
  const char* end_;
  bool bad_{};
};

/// Date, "T", time, and "Z" or "+hh:mm"; of a fraction of a second the microseconds. A 60th second
/// is the next minute's first. nullopt for anything else, and outside 1970-2100.
inline std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  TimeText wire{text};
  const int y = wire.digits(4);
  wire.mark('-');
  const int mo = wire.digits(2);
  wire.mark('-');
  const int d = wire.digits(2);
  wire.mark('T');
  const int h = wire.digits(2);
  wire.mark(':');
  const int mi = wire.digits(2);
  wire.mark(':');
  const int s = wire.digits(2);
  Duration fraction{};
  if (wire.is_next('.')) {
    wire.mark('.');
    fraction = wire.fraction();
  }
  Duration east{};
  if (wire.is_next('Z')) {
    wire.mark('Z');
  } else {
    const int sign = wire.is_next('-') ? -1 : 1;
    wire.mark(sign < 0 ? '-' : '+');
    const int off_h = wire.digits(2);
    wire.mark(':');
    const int off_m = wire.digits(2);
    if (off_h > 23 || off_m > 59) return std::nullopt;
    east = sign * (hours{off_h} + minutes{off_m});
  }
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                            day{static_cast<unsigned>(d)}};
  if (wire.bad() || !wire.at_end() || !date.ok()) return std::nullopt;
  if (h > 23 || mi > 59 || s > 60) return std::nullopt;

  const Timestamp time = sys_days{date} + hours{h} + minutes{mi} + seconds{s} + fraction - east;
  return from_unix_ms(to_unix_ms(time)) ? std::optional{time} : std::nullopt;
}

}  // namespace foghorn::wire
