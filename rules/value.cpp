#include "rules/value.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace foghorn {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The first reason of two operands, or none.
Unknown reason_of(const Value& a, const Value& b) {
  return a.known() ? b.reason : a.reason;
}

/// A bound may be infinite, and zero times any number of anything is zero.
double times(double a, double b) {
  return a == 0 || b == 0 ? 0 : a * b;
}

/// `a` is at most `b`, forgiving the last bits of arithmetic.
bool at_most_about(double a, double b) {
  if (a <= b) return true;
  if (std::isinf(a) || std::isinf(b)) return false;
  return a - b <= 1e-12 * std::max(std::abs(a), std::abs(b));
}

}  // namespace

std::string_view to_text(Unknown reason) {
  switch (reason) {
    case Unknown::none: return "known";
    case Unknown::warming: return "warming";
    case Unknown::incomplete: return "incomplete";
    case Unknown::stale: return "stale";
    case Unknown::unconfirmed: return "unconfirmed";
    case Unknown::undefined: return "undefined";
  }
  return "undefined";
}

Value at_least(double v) {
  return {v, infinity, Unknown::none};
}
Value at_most(double v) {
  return {-infinity, v, Unknown::none};
}

Value negate(Value a) {
  return a.known() ? Value{-a.hi, -a.lo, Unknown::none} : a;
}

Value absolute(Value a) {
  if (!a.known()) return a;
  if (a.lo >= 0) return a;
  if (a.hi <= 0) return negate(a);
  return {0, std::max(-a.lo, a.hi), Unknown::none};
}

Value add(Value a, Value b) {
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return {a.lo + b.lo, a.hi + b.hi, Unknown::none};
}

Value subtract(Value a, Value b) {
  return add(a, negate(b));
}

Value multiply(Value a, Value b) {
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  const double p = times(a.lo, b.lo), q = times(a.lo, b.hi), r = times(a.hi, b.lo),
               s = times(a.hi, b.hi);
  return {std::min({p, q, r, s}), std::max({p, q, r, s}), Unknown::none};
}

Value divide(Value a, Value b) {
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  if (b.lo <= 0 && b.hi >= 0) return unknown(Unknown::undefined);
  return multiply(a, {1 / b.hi, 1 / b.lo, Unknown::none});
}

Value smaller(Value a, Value b) {
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return {std::min(a.lo, b.lo), std::min(a.hi, b.hi), Unknown::none};
}

Value larger(Value a, Value b) {
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return {std::max(a.lo, b.lo), std::max(a.hi, b.hi), Unknown::none};
}

Value is_less(Value a, Value b) {
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  if (!at_most_about(b.lo, a.hi)) return truth(true);
  if (at_most_about(b.hi, a.lo)) return truth(false);
  return unknown(Unknown::incomplete);
}

Value is_less_equal(Value a, Value b) {
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  if (at_most_about(a.hi, b.lo)) return truth(true);
  if (!at_most_about(a.lo, b.hi)) return truth(false);
  return unknown(Unknown::incomplete);
}

Value logical_not(Value a) {
  return a.known() ? truth(a.is_false()) : a;
}

Value logical_and(Value a, Value b) {
  if (a.is_false() || b.is_false()) return truth(false);
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return truth(true);
}

Value logical_or(Value a, Value b) {
  if (a.is_true() || b.is_true()) return truth(true);
  if (const auto reason = reason_of(a, b); reason != Unknown::none) return unknown(reason);
  return truth(false);
}

}  // namespace foghorn
