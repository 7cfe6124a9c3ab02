#pragma once
// Files of rule tests from texts: what `foghorn test` prints, and the mistakes it names.

#include <fstream>
#include <sstream>
#include <string>

#include "daemon/rule_test/command.hpp"
#include "daemon/rule_test/test_file.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {

/// Crude oil from two venues, liquidations, and a rule for each.
inline const std::string oil_and_liquidations = R"(
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[instrument.LIQ]
class = "event"
unit = "USD"
[[rule]]
id = "oil"
when = "abs(change(WTI, 1h)) >= tier"
tiers = { notice = "5%", major = "10%", critical = "15%" }
for = "15s"
[[rule]]
id = "forced"
when = "sum(LIQ.long, 1h) >= 1M USD"
)";

struct Tested {
  int exit{};
  std::string out;
  std::string log;
};

/// `tests` below the config above.
inline Tested tested(const std::string& tests, const std::string& filter = "",
                     const std::string& config = oil_and_liquidations) {
  TempDir dir;
  const auto file = dir.path() / "t.toml";
  std::ofstream{file} << config << tests;
  std::ostringstream out, log;
  const int exit = run_rule_tests({file}, filter, environment({}), out, log);
  return {exit, out.str(), log.str()};
}

/// The lines that name mistakes.
inline std::vector<std::string> test_mistakes(const std::string& tests,
                                              const std::string& config = oil_and_liquidations) {
  const auto read = read_test_file(config + tests, "t.toml", environment({}));
  const auto* mistakes = std::get_if<std::vector<Mistake>>(&read);
  return mistakes ? lines(*mistakes) : std::vector<std::string>{};
}

}  // namespace foghorn::test
