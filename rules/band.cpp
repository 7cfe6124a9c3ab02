#include "rules/band.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace foghorn {
namespace {

struct Stretch {
  double from{-std::numeric_limits<double>::infinity()};
  double to{std::numeric_limits<double>::infinity()};
};

// A thousand times what a comparison forgives, and more than nothing next to zero.
double margin_of(double number) {
  return std::max(1e-9 * std::abs(number), std::numeric_limits<double>::min());
}

std::optional<Stretch> stretch_of(double bound, std::span<const double> numbers) {
  Stretch stretch;
  for (const auto number : numbers) {
    const auto margin = margin_of(number);
    if (bound >= number + margin) {
      stretch.from = std::max(stretch.from, number + margin);
    } else if (bound <= number - margin) {
      stretch.to = std::min(stretch.to, number - margin);
    } else {
      return std::nullopt;
    }
  }
  return stretch;
}

}  // namespace

std::optional<Band> band_around(const Value& value, std::span<const double> numbers) {
  if (!value.known()) return band_of(value);
  const auto lo = stretch_of(value.lo, numbers);
  const auto hi = stretch_of(value.hi, numbers);
  if (!lo || !hi) return std::nullopt;
  return Band{Unknown::none, lo->from, lo->to, hi->from, hi->to};
}

}  // namespace foghorn
