#pragma once
// From text to tokens. Knows how literals and names are spelt, nothing of what they mean together.

#include <cstdint>
#include <string_view>
#include <vector>

#include "rules/complaints.hpp"
#include "rules/expression.hpp"

namespace foghorn {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    literal,
    name,  // a name is a function, an instrument or a narrowed one: last, WTI, LIQ.BTC.long@okx
    tier,
    logical_and,
    logical_or,
    logical_not,
    plus,
    minus,
    times,
    over,
    less,
    less_equal,
    greater,
    greater_equal,
    open,
    close,
    comma,
    equals,
    mistaken,  // already complained about
  };

  Kind kind{};
  int begin{}, end{};  ///< bytes: [begin, end)
  Literal literal{};   ///< where kind is literal
  int number_end{};    ///< of a literal: past its digits and multiplier
  int unit_begin{};    ///< of a quantity: where its unit stands
};

/// Every token of `text`, the last one `end`. A misspelt operator that can mean only one thing (≥,
/// &&) is complained about and read as what it means.
std::vector<Token> tokenize(std::string_view text, Complaints& complaints);

bool is_digit(char c);
bool is_letter(char c);          ///< ASCII
bool is_name_character(char c);  ///< ASCII letters, digits and _

}  // namespace foghorn
