#pragma once
// Plays a rule test: what is told, in the order of its arrival, through as many lives of a daemon
// as the test has.

#include <functional>
#include <vector>

#include "daemon/rule_test/test_file.hpp"
#include "rules/engine.hpp"

namespace foghorn {

/// Something to look at while a test runs.
struct Probe {
  Duration at{};  ///< since the test's start; after all that happens then
  std::function<void(Engine&)> look;
};

/// All alert events, in order. At one time come first changes of streams, then prices and
/// liquidations in the order of their tables, then the heartbeat, then a restart or reload, then
/// probes, which are in the order of time.
std::vector<AlertEvent> run_rule_test(const TestFile& file, const RuleTest& test,
                                      const std::vector<Probe>& probes = {});

}  // namespace foghorn
