#pragma once
// Which prices agree: a group is a run of the sorted prices that all lie within `max_deviation` of
// their own median.

#include <cmath>
#include <cstddef>
#include <span>

namespace foghorn {

/// Whether `price` is off `from` by more than `max_deviation` of it. From zero every other price
/// is. Like all comparisons that allow equality it forgives a relative 1e-12, so that 102 is within
/// 2 % of 100.
inline bool deviates(double price, double from, double max_deviation) {
  return std::abs(price - from) > max_deviation * std::abs(from) * (1 + 1e-12);
}

/// The middle price of `sorted`, or the mean of the two middle ones. Requires a price.
inline double median_of(std::span<const double> sorted) {
  const auto middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/// Whether `sorted` is a group: the median lies between its ends, so these are the farthest from
/// it.
inline bool agree(std::span<const double> sorted, double max_deviation) {
  const auto median = median_of(sorted);
  return !deviates(sorted.front(), median, max_deviation) &&
         !deviates(sorted.back(), median, max_deviation);
}

}  // namespace foghorn
