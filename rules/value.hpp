#pragma once
// What an expression is worth at a time: a number known exactly, a number known to lie between two
// bounds, or unknown for a reason. Truth is the same with 0 and 1, under Kleene's logic: unknown is
// not false.

#include <cstdint>
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
Value at_least(double v);  ///< [v, ∞)
Value at_most(double v);   ///< (−∞, v]

// Interval arithmetic: the result holds every number the operands can make. Unknown in, unknown out
// (the left operand's reason first). A divisor that may be zero makes undefined.
Value negate(Value a);
Value absolute(Value a);
Value add(Value a, Value b);
Value subtract(Value a, Value b);
Value multiply(Value a, Value b);
Value divide(Value a, Value b);
Value smaller(Value a, Value b);
Value larger(Value a, Value b);

// Comparisons are certain, or incomplete where the bounds overlap. `>=` and `<=` allow a relative
// 1e-12.
Value is_less(Value a, Value b);
Value is_less_equal(Value a, Value b);

Value logical_not(Value a);
Value logical_and(Value a, Value b);
Value logical_or(Value a, Value b);

}  // namespace foghorn
