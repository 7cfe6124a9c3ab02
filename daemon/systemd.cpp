#include "daemon/systemd.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace foghorn::systemd {

// sd_notify's result says whether there was somebody to tell; the daemon runs the same either way.
void ready() {
  static_cast<void>(sd_notify(0, "READY=1"));
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
