#pragma once
// What people write for what the language spells otherwise: 美元, hours, bps, ≥, &&.

#include <optional>
#include <string_view>

#include "rules/lexer.hpp"

namespace foghorn {

/// The unit or multiplier that `word` after a number means; empty where it is no known misspelling.
std::string_view meant_unit(std::string_view word);

/// An operator spelt in another way than ours.
struct ForeignOperator {
  std::string_view written;
  Token::Kind meant{};
  std::string_view write;  ///< what to write instead
};

/// The one that `text` begins with, or null.
const ForeignOperator* foreign_operator(std::string_view text);

}  // namespace foghorn
