#pragma once
// How far a value may wander before a comparison of it could come out differently.

#include <optional>
#include <span>

#include "rules/value.hpp"

namespace foghorn {

/// The values that every comparison with the same numbers judges alike: known ones whose bounds
/// each lie in one stretch between these numbers, or ones that are unknown for one reason.
struct Band {
  Unknown reason{Unknown::none};
  double lo_from{}, lo_to{};  ///< inclusive, as are hi's
  double hi_from{}, hi_to{};

  bool holds(const Value& v) const {
    return v.reason == reason && v.lo >= lo_from && v.lo <= lo_to && v.hi >= hi_from &&
           v.hi <= hi_to;
  }

  /// Whether each value that `other` holds is held.
  bool contains(const Band& other) const {
    return other.reason == reason && other.lo_from >= lo_from && other.lo_to <= lo_to &&
           other.hi_from >= hi_from && other.hi_to <= hi_to;
  }
};

/// The band of `value` between `numbers`; nullopt where it is so close to one of them that what
/// comparisons forgive may matter.
std::optional<Band> band_around(const Value& value, std::span<const double> numbers);

/// The band of this value alone.
inline Band band_of(const Value& value) {
  return {value.reason, value.lo, value.lo, value.hi, value.hi};
}

}  // namespace foghorn
