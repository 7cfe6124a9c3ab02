#include "rules/foregone.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "rules/characters.hpp"
#include "rules/functions.hpp"
#include "rules/operators.hpp"
#include "rules/type_complaints.hpp"

namespace foghorn {
namespace {

std::optional<Function> called(const Term& term) {
  return term.kind == Term::Kind::call ? find_function(term.name) : std::nullopt;
}

/// What `x op limit` is for every x ≤ 0; nullopt where it depends on x.
std::optional<bool> outcome_below_zero(Op op, double limit) {
  switch (op) {
    case Op::greater:
      if (limit >= 0) return false;
      break;
    case Op::greater_equal:
      if (limit > 0) return false;
      break;
    case Op::less:
      if (limit > 0) return true;
      break;
    case Op::less_equal:
      if (limit >= 0) return true;
      break;
    default: break;
  }
  return std::nullopt;
}

/// What was meant is a fall, written with a limit below zero.
std::string remedy(const Syntax& syntax, const Term& call, Op op, double limit, bool falls) {
  if (limit == 0 || call.children.size() != 2)
    return falls ? "write a limit below 0%" : "write a limit above 0%";
  const auto fall = example_call(Function::fall, syntax.text_of(syntax[call.children[0]]),
                                 syntax.text_of(syntax[call.children[1]]));
  const double meant = falls ? -limit : limit;
  return "write " + quote(fmt::format("{} {} {}%", fall, symbol_of(falls ? mirrored(op) : op),
                                      plain_number(meant * 100)));
}

}  // namespace

void complain_of_foregone(const Syntax& syntax, const Term& comparison, Complaints& complaints) {
  const bool swapped = constant_in(syntax, comparison.children[0]).has_value();
  const Term& term = syntax[comparison.children[swapped ? 1 : 0]];
  const auto limit = constant_in(syntax, comparison.children[swapped ? 0 : 1]);
  const auto function = called(term);
  if (!limit || (function != Function::fall && function != Function::rise)) return;

  const Op op = swapped ? mirrored(comparison.op) : comparison.op;
  const bool falls = function == Function::fall;
  // A rise is a fall seen from below.
  const auto outcome = falls ? outcome_below_zero(op, limit->value)
                             : outcome_below_zero(mirrored(op), -limit->value);
  if (!outcome) return;

  complaints.add(static_cast<std::size_t>(comparison.begin),
                 fmt::format("{} is never {}, so this is {} true", to_text(*function),
                             falls ? "positive" : "negative", *outcome ? "always" : "never"),
                 remedy(syntax, term, op, limit->value, falls));
}

}  // namespace foghorn
