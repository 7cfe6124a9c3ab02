#pragma once
// `foghorn test FILE…`: plays rule tests and says of each whether it passed.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"

namespace foghorn {

/// One line a test on `out`, below a failed one what should have come beside what came; a summary
/// at the end. Only tests whose name holds `filter`. 0: all passed; 1: one failed; 2: a file is
/// wrong, which is said on `log` as write_mistakes() does, and nothing was played.
int run_rule_tests(const std::vector<std::filesystem::path>& files, const std::string& filter,
                   const Environment& environment, std::ostream& out, std::ostream& log,
                   bool carets = false);

}  // namespace foghorn
