#pragma once
// How a number with its unit is spelt: 10%, 50bp, 1h30m, 4800 USD/oz, 1.5B USD, 20亿 USD,
// @2025-10-01.

#include <cstddef>
#include <string_view>

#include "rules/complaints.hpp"
#include "rules/lexer.hpp"

namespace foghorn {

/// The literal that starts at byte `at` of `text`, with a digit or with a point before a digit.
/// What is misspelt is complained about and comes back as a mistaken token, or as the literal it
/// can only mean.
Token read_number(std::string_view text, std::size_t at, Complaints& complaints);

/// The day that starts with the @ at byte `at`.
Token read_day(std::string_view text, std::size_t at, Complaints& complaints);

}  // namespace foghorn
