#pragma once
// The functions of the language: their names, what they take and what they give.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/expression.hpp"

namespace foghorn {

struct Signature {
  enum class Takes : std::uint8_t {
    price,             // an instrument with a price
    price_window,      // and a window
    price_reference,   // and a window, since=@date or settle
    price_window_bar,  // and a window and the length of a bar
    price_bar,         // and the length of a bar
    price_level,       // and a value in its unit
    event_window,      // an event series and a window
    condition_window,  // a condition and a duration
    two_conditions_window,
    value,   // one value
    values,  // two or more like values
  };
  enum class Gives : std::uint8_t {
    ratio,
    number,
    duration,
    time,
    boolean,
    unit_of_series,  // a quantity in the instrument's unit; a number where it has none
    like_argument,
  };

  Function function{};
  Takes takes{};
  Gives gives{};
};

Signature signature_of(Function function);

std::optional<Function> find_function(std::string_view name);

/// The known function that `name` most likely means; empty when none is close.
std::string_view nearest_function(std::string_view name);

/// "last, change, …, min and max".
std::string list_of_functions();

/// A correct call: "change(WTI, 1h)", "abs(change(WTI, 1h))". Empty arguments become WTI, LIQ and
/// 1h.
std::string example_call(Function function, std::string_view series = {},
                         std::string_view window = {});

}  // namespace foghorn
