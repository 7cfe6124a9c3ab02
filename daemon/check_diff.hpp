#pragma once
// `foghorn check --diff`: what a reload would change, asked of the daemon that runs.

#include <filesystem>
#include <ostream>

namespace foghorn {

struct CheckDiffWords {
  std::filesystem::path file;     ///< the config to compare
  std::filesystem::path control;  ///< the daemon's socket; empty: the one that the file names
  bool json{};                    ///< the answer as one JSON document
};

/// The daemon is given the file's text and reads what that names itself, with its own environment
/// and rights, as it would for a reload: what it says counts, also where this user's shell lacks
/// what only the daemon may read. 0, and the difference on `out`; 1 where no daemon answers; 2 for
/// a file with mistakes, each told on `log`, with its place below where `carets`.
int run_check_diff(const CheckDiffWords& words, bool carets, std::ostream& out, std::ostream& log);

}  // namespace foghorn
