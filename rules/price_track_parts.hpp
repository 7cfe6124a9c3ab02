#pragma once
// What the sources of PriceTrack share: price_track.cpp takes prices in, price_values.cpp answers,
// price_changes.cpp says how long the answers last, price_outlook.cpp within what they stay.

#include "rules/price_track.hpp"

namespace foghorn {

/// A window of which this much or more was not seen gives bounds instead of a number (design §5.8).
inline constexpr double tolerated_gap = 0.01;

/// A move over a closure is a gap, and not a move of less than this (design §5.6).
inline constexpr Duration shortest_bridge = std::chrono::hours{24};

inline bool is_record(Function f) {
  return f == Function::new_high || f == Function::new_low;
}

inline bool is_statistic(Function f) {
  return f >= Function::sigma && f <= Function::jump;
}

}  // namespace foghorn
