#pragma once
// Numbers for analysts, spelt as the rule language spells them: 10.71%, 85.91 USD/bbl, 1.5B USD.

#include <string>
#include <string_view>

#include "model/alert_event.hpp"
#include "rules/expression.hpp"

namespace foghorn {

/// A time to the second: "2026-04-17T03:12:00Z".
std::string second_text(Timestamp t);

/// `value` in base units, rounded to six digits.
std::string natural_text(double value, const Type& type);

/// The same for an alert event's value; empty where it has none.
std::string natural_value(const AlertEvent& event);

/// A ratio as "97%", rounded down: never all of something that is not.
std::string share_text(double share);

}  // namespace foghorn
