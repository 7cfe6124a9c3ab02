#pragma once
// What should have come beside what came.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/rule_test/test_file.hpp"

namespace foghorn {

/// A line of the comparison: both, or one of the two.
struct Compared {
  const ExpectedEvent* expected{};
  const AlertEvent* actual{};

  bool same() const { return expected && actual; }
};

/// In the order of time. Of one time, the order of the expectations means nothing. The events are
/// those of the arguments.
std::vector<Compared> compare(const RuleTest& test, std::span<const AlertEvent> actual);

/// A table, a line each: "- " what did not come, "+ " what came beyond it. `why`: what there is to
/// say of each line; empty texts, or fewer, where there is nothing.
std::string diff_text(const RuleTest& test, std::span<const Compared> lines,
                      std::span<const std::string> why);

}  // namespace foghorn
