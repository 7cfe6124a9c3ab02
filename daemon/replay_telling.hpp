#pragma once
// What a replay says of itself: how far it is, on a terminal, and what came of it.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "model/alert_event.hpp"
#include "model/time.hpp"

namespace foghorn {

/// One line of a terminal, written anew twice a second: "42 %  2026-04-17T08:00:00.000Z  2100000
/// events/s".
class ReplayProgress {
 public:
  /// `shown` false: says nothing.
  ReplayProgress(std::ostream& log, bool shown) : log_{log}, shown_{shown} {}

  /// Whether show() would say something now. Cheap enough to ask after every event.
  bool due();

  /// `done`: of all, 0–1; nullopt where that is not known. `at`: engine time. `count` of `what`:
  /// since the beginning.
  void show(std::optional<double> done, Timestamp at, std::uint64_t count, std::string_view what);

  /// Leaves an empty line for what comes.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::ostream& log_;
  bool shown_;
  std::uint32_t asked_{};
  const Clock::time_point began_{Clock::now()};
  Clock::time_point last_{};
};

/// Alert events, by kind.
class AlertTally {
 public:
  void count(AlertKind kind) { ++counts_[static_cast<std::size_t>(kind)]; }
  std::uint64_t all() const;
  /// "3 alert events (1 fire, 2 no_data)"; of none "0 alert events".
  std::string text() const;

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(AlertKind::notice) + 1> counts_{};
};

/// " from … to …"; empty where nothing came.
std::string span_text(Timestamp from, Timestamp to);

}  // namespace foghorn
