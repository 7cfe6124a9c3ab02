#pragma once
// Names of times, in UTC and in microseconds: the finest unit our venues send. Reads no clock.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace foghorn {

using Duration = std::chrono::microseconds;
using Timestamp = std::chrono::sys_time<Duration>;

/// Stands for "the venue gave no time". Earlier than every real time.
inline constexpr Timestamp no_time = Timestamp::min();

/// The time `ms` milliseconds after the epoch; nullopt before 1970 or after 2100, which no honest
/// venue sends and which would overflow further on.
constexpr std::optional<Timestamp> from_unix_ms(std::int64_t ms) {
  constexpr std::int64_t year_2100 = 4'102'444'800'000;
  if (ms < 0 || ms > year_2100) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{ms}};
}

/// Milliseconds since the epoch, truncated.
constexpr std::int64_t to_unix_ms(Timestamp t) {
  return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

/// "2026-04-17T00:00:00.000Z": RFC 3339 in UTC with milliseconds, truncated.
std::string format_utc(Timestamp t);

/// "08:05:09" style pieces are made by who needs them; this is the local wall time of a fixed
/// offset, "2026-04-18 03:00:05", used for Asia/Shanghai (+8 h, no daylight saving since 1991).
std::string format_local(Timestamp t, Duration offset_from_utc);

/// Reads RFC 3339 ("2026-04-17T08:00:00.5+08:00", "...Z"), a date ("2026-04-17", midnight UTC) or
/// Unix milliseconds ("1776384000000"). nullopt for anything else, or outside 1970–2100.
std::optional<Timestamp> parse_time(std::string_view text);

/// Reads "15s", "1h30m", "500ms", "2w": whole numbers with a unit (ms s m h d w), largest first or
/// not, added up. nullopt for a missing unit, an unknown one, a sign, or more than 100 years.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest text parse_duration reads back: "1h30m", "15s", "0s".
std::string format_duration(Duration d);

}  // namespace foghorn
