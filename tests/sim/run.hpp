#pragma once
// One run of the simulator: sets everybody up in a folder, starts a daemon where it is asked to,
// plays the scenario, checks.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace foghorn::sim {

struct RunOptions {
  std::filesystem::path scenario;
  std::filesystem::path run_dir;      ///< empty: a new folder among the temporary ones
  std::filesystem::path daemon;       ///< the foghorn to start; empty: none
  std::filesystem::path config;       ///< its config, with @PLACES@ for what only this run knows
  std::optional<std::string> status;  ///< http://127.0.0.1:PORT of a daemon that runs already
  bool keep{};                        ///< stay until a signal comes
};

/// The exit code: 0 all as expected, 1 with a sentence on stderr. Throws std::runtime_error for
/// what a person must mend.
int run(const RunOptions& options);

/// `text` with every @NAME@ of `values` replaced. Throws std::runtime_error for a name that has no
/// value.
std::string filled(std::string text,
                   const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace foghorn::sim
