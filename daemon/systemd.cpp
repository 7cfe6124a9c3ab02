#include "daemon/systemd.hpp"

#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdint>

namespace foghorn::systemd {

// sd_notify's result says whether there was somebody to tell; the daemon runs the same either way.
void ready() {
  static_cast<void>(sd_notify(0, "READY=1"));
}
void reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const auto usec = static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
  const auto text = "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec);
  static_cast<void>(sd_notify(0, text.c_str()));
}
void stopping() {
  static_cast<void>(sd_notify(0, "STOPPING=1"));
}
void status(const std::string& text) {
  static_cast<void>(sd_notify(0, ("STATUS=" + text).c_str()));
}
void alive() {
  static_cast<void>(sd_notify(0, "WATCHDOG=1"));
}

std::optional<Duration> watchdog_interval() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) <= 0) return std::nullopt;
  return Duration{static_cast<Duration::rep>(usec)};
}

}  // namespace foghorn::systemd
