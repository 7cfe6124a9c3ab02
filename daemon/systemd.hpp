#pragma once
// What systemd wants to hear from a Type=notify service; silence where there is no systemd.

#include <optional>
#include <string>

#include "model/time.hpp"

namespace foghorn::systemd {

void ready();
void stopping();
/// ready() says that it is over, whatever came of it.
void reloading();
void status(const std::string& text);

/// The process is alive: call from the loop whose hang must be noticed, at least twice per
/// watchdog_interval().
void alive();

/// WATCHDOG_USEC of this process; nullopt where no watchdog is set.
std::optional<Duration> watchdog_interval();

}  // namespace foghorn::systemd
