#pragma once
// When a digest is due: at a time of the day by its readers' clock, on some days of the week. Each
// day has one such moment, whatever the clocks do: an hour that the zone leaves out is an hour
// later, of one that comes twice one is taken.

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "daemon/heartbeat_schedule.hpp"

namespace foghorn {

struct DigestSchedule {
  Duration at{};  ///< since midnight, below 24 h
  std::array<bool, 7> days{true, true, true, true, true, true, true};  ///< Sunday is 0; not none
  Zone zone{};
};

struct DigestDue {
  std::chrono::sys_days day{};  ///< by the zone's calendar
  Timestamp time{};

  friend bool operator==(const DigestDue&, const DigestDue&) = default;
};

inline DigestDue due_on(const DigestSchedule& schedule, std::chrono::sys_days day) {
  const Timestamp local = Timestamp{day} + schedule.at;  // as if it were UTC
  // The offset that holds then is not known before then is: guessed, then corrected. Where the two
  // do not agree the clock jumped over that time.
  const auto guess = local - offset_at(schedule.zone, local);
  const auto then = local - offset_at(schedule.zone, guess);
  const bool agreed = local - offset_at(schedule.zone, then) == then;
  return {day, agreed ? then : std::max(guess, then)};
}

/// The last one due at `now` or before; nullopt for a schedule without a day.
inline std::optional<DigestDue> last_due(const DigestSchedule& schedule, Timestamp now) {
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(now + offset_at(schedule.zone, now));
  for (auto day = today + days{1}; day >= today - days{8}; day -= days{1}) {
    if (!schedule.days[std::chrono::weekday{day}.c_encoding()]) continue;
    if (const auto due = due_on(schedule, day); due.time <= now) return due;
  }
  return std::nullopt;
}

/// The first one due after `now`; likewise.
inline std::optional<DigestDue> next_due(const DigestSchedule& schedule, Timestamp now) {
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(now + offset_at(schedule.zone, now));
  for (auto day = today - days{1}; day <= today + days{8}; day += days{1}) {
    if (!schedule.days[std::chrono::weekday{day}.c_encoding()]) continue;
    if (const auto due = due_on(schedule, day); due.time > now) return due;
  }
  return std::nullopt;
}

}  // namespace foghorn
