#pragma once
// What an expression is worth at a time: a number known exactly, a number known to lie between two
// bounds, or unknown for a reason. Truth is the same with 0 and 1, under Kleene's logic: unknown is
// not false.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace foghorn {

/// Why something is not known. Each but `none` holds a rule where it is: it neither fires nor
/// clears.
enum class Unknown : std::uint8_t {
  none,
  warming,      ///< the series is younger than the window
  incomplete,   ///< too little of the window was seen to be certain
  stale,        ///< the last price is older than max_staleness
  unconfirmed,  ///< the sources disagree
  undefined,    ///< no number: a zero or negative base, no reference, a division by zero
};

std::string_view to_text(Unknown reason);

struct Value {
  double lo{};
  double hi{};  ///< equal to lo where the number is exact; infinite where only one bound is known
  Unknown reason{Unknown::none};

  bool known() const { return reason == Unknown::none; }
  bool exact() const { return known() && lo == hi; }
  /// As truth.
  bool is_true() const { return known() && lo == 1.0; }
  bool is_false() const { return known() && hi == 0.0; }

  friend bool operator==(const Value&, const Value&) = default;
};

constexpr Value exactly(double v) {
  return {v, v, Unknown::none};
}
constexpr Value unknown(Unknown reason) {
  return {0, 0, reason};
}
constexpr Value truth(bool b) {
  return exactly(b ? 1.0 : 0.0);
}
namespace detail {

/// The first reason of two operands, or none.
inline Unknown reason_of(const Value& a, const Value& b) {
  return a.known() ? b.reason : a.reason;
}

/// A bound may be infinite, and zero times any number of anything is zero.
inline double times(double a, double b) {
  return a == 0 || b == 0 ? 0 : a * b;
}

/// `a` is at most `b`, forgiving the last bits of arithmetic.
inline bool at_most_about(double a, double b) {
  if (a <= b) return true;
  // An infinite side makes the left side infinite too, and infinity is not below itself.
  return a - b < 1e-12 * std::max(std::abs(a), std::abs(b));
}

}  // namespace detail

/// [v, ∞)
inline Value at_least(double v) {
  return {v, std::numeric_limits<double>::infinity(), Unknown::none};
}
/// (−∞, v]
inline Value at_most(double v) {
  return {-std::numeric_limits<double>::infinity(), v, Unknown::none};
}

// Interval arithmetic: the result holds every number the operands can make. Unknown in, unknown out
// (the left operand's reason first). A divisor that may be zero makes undefined.

inline Value negate(Value a) {
  return a.known() ? Value{-a.hi, -a.lo, Unknown::none} : a;
}

inline Value absolute(Value a) {
  if (!a.known()) return a;
  if (a.lo >= 0) return a;
  if (a.hi <= 0) return negate(a);
  return {0, std::max(-a.lo, a.hi), Unknown::none};
}

inline Value add(Value a, Value b) {
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return {a.lo + b.lo, a.hi + b.hi, Unknown::none};
}

inline Value subtract(Value a, Value b) {
  return add(a, negate(b));
}

inline Value multiply(Value a, Value b) {
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  if (a.lo == a.hi && b.lo == b.hi) return exactly(a.lo * b.lo);
  const double p = detail::times(a.lo, b.lo), q = detail::times(a.lo, b.hi),
               r = detail::times(a.hi, b.lo), s = detail::times(a.hi, b.hi);
  return {std::min({p, q, r, s}), std::max({p, q, r, s}), Unknown::none};
}

inline Value divide(Value a, Value b) {
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  if (b.lo <= 0 && b.hi >= 0) return unknown(Unknown::undefined);
  if (a.lo == a.hi && b.lo == b.hi) return exactly(a.lo / b.lo);
  return multiply(a, {1 / b.hi, 1 / b.lo, Unknown::none});
}

inline Value smaller(Value a, Value b) {
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return {std::min(a.lo, b.lo), std::min(a.hi, b.hi), Unknown::none};
}

inline Value larger(Value a, Value b) {
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return {std::max(a.lo, b.lo), std::max(a.hi, b.hi), Unknown::none};
}

// Comparisons are certain, or incomplete where the bounds overlap. `>=` and `<=` allow a relative
// 1e-12.

inline Value is_less(Value a, Value b) {
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  if (a.lo == a.hi && b.lo == b.hi) return truth(!detail::at_most_about(b.lo, a.lo));
  if (!detail::at_most_about(b.lo, a.hi)) return truth(true);
  if (detail::at_most_about(b.hi, a.lo)) return truth(false);
  return unknown(Unknown::incomplete);
}

inline Value is_less_equal(Value a, Value b) {
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  if (a.lo == a.hi && b.lo == b.hi) return truth(detail::at_most_about(a.lo, b.lo));
  if (detail::at_most_about(a.hi, b.lo)) return truth(true);
  if (!detail::at_most_about(a.lo, b.hi)) return truth(false);
  return unknown(Unknown::incomplete);
}

inline Value logical_not(Value a) {
  return a.known() ? truth(a.is_false()) : a;
}

inline Value logical_and(Value a, Value b) {
  if (a.is_false() || b.is_false()) return truth(false);
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return truth(true);
}

inline Value logical_or(Value a, Value b) {
  if (a.is_true() || b.is_true()) return truth(true);
  if (const auto reason = detail::reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return truth(false);
}

}  // namespace foghorn
