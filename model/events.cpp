#include "model/events.hpp"

#include <array>

namespace foghorn {
namespace {

constexpr std::array<std::string_view, 3> coverages{"complete", "one_per_second", "unknown"};

}  // namespace

std::string_view to_text(LiquidationCoverage coverage) {
  return coverages[static_cast<std::size_t>(coverage)];
}

std::optional<LiquidationCoverage> parse_liquidation_coverage(std::string_view text) {
  for (std::size_t i = 0; i < coverages.size(); ++i)
    if (coverages[i] == text) return static_cast<LiquidationCoverage>(i);
  return std::nullopt;
}

}  // namespace foghorn
