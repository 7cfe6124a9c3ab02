#pragma once
// The daemon: two threads, joined by what is rare, and one for what takes long.

#include "daemon/config/config.hpp"

namespace foghorn {

/// Runs until SIGTERM or SIGINT, then drains and returns 0; 1 where it cannot start (the port is
/// taken, data_dir is not writable), after one line on stderr.
int run_daemon(const Config& config);

}  // namespace foghorn
