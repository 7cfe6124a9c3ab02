#pragma once
// `foghorn backup`: a copy of the store, made beside the running daemon or without one.

#include <ostream>
#include <string>

#include "daemon/config/config.hpp"

namespace foghorn {

/// Copies the store of the config's data_dir to `file`. What became of it goes to `out` in a line,
/// what is wrong to `log`. Returns the process's exit code.
int run_backup(const Config& config, const std::string& file, std::ostream& out, std::ostream& log);

}  // namespace foghorn
