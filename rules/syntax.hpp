#pragma once
// What a text says before anyone asks whether it makes sense: terms, children before parents, the
// root last.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/complaints.hpp"
#include "rules/expression.hpp"

namespace foghorn {

struct Term {
  enum class Kind : std::uint8_t {
    literal,
    tier,
    name,   // an instrument, perhaps narrowed; or a word that nobody knows
    call,   // children: the arguments
    named,  // an argument by name, as in since=@2025-10-01; one child
    negate,
    logical_not,  // one child
    binary,       // `op`, two children
    mistaken,     // already complained about; may have children
  };

  Kind kind{};
  Op op{};                      ///< of a binary
  Literal literal{};            ///< of a literal
  std::string_view name{};      ///< of a name, a call (the function) or a named argument
  std::vector<int> children{};  ///< indices of earlier terms
  int begin{}, end{};           ///< bytes, parentheses included: [begin, end)
  int at{};                     ///< where the name, the operator or the bare literal stands
  int number_end{};             ///< of a literal: past its digits and multiplier
  int unit_begin{};             ///< of a quantity
  bool enclosed{};              ///< stands in parentheses of its own
};

struct Syntax {
  std::string_view text;
  std::vector<Term> terms;  ///< never empty

  const Term& operator[](int term) const { return terms[static_cast<std::size_t>(term)]; }
  int root() const { return static_cast<int>(terms.size()) - 1; }
  std::string_view text_of(const Term& term) const {
    return text.substr(static_cast<std::size_t>(term.begin),
                       static_cast<std::size_t>(term.end - term.begin));
  }
};

/// A literal, or one behind minus signs.
struct Constant {
  const Term* literal{};
  double value{};  ///< with its sign
};
std::optional<Constant> constant_in(const Syntax& syntax, int term);

inline constexpr std::size_t longest_expression = 4096;  // bytes
inline constexpr int deepest_nesting = 64;  // parentheses, calls and signs inside each other
inline constexpr int most_calls = 64;

/// Reads all of `text`, over mistakes where it can: what it cannot read becomes a mistaken term.
/// Beyond a limit it stops.
Syntax parse_syntax(std::string_view text, Complaints& complaints);

}  // namespace foghorn
