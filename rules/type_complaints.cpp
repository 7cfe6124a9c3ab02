#include "rules/type_complaints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "rules/characters.hpp"

namespace foghorn {
namespace {

using Kind = Type::Kind;

/// Literals are the easiest to change, prices the hardest.
int firmness(const Syntax& syntax, int term) {
  if (constant_in(syntax, term)) return 0;
  return syntax[term].kind == Term::Kind::tier ? 1 : 2;
}

std::string bare_as_ratio(double number) {
  const bool fraction = number != 0 && std::abs(number) < 1;
  return plain_number(fraction ? number * 100 : number) + "%";
}

std::string bare_as_duration(double number) {
  if (number < 0 || number > 1e9 || number == std::floor(number)) return plain_number(number) + "s";
  return format_duration(std::chrono::milliseconds{std::llround(number * 1000)});
}

/// The number of a literal as it was written, with its multiplier: "1.5B".
std::string written_number(const Syntax& syntax, const Term& literal) {
  return std::string{syntax.text.substr(static_cast<std::size_t>(literal.at),
                                        static_cast<std::size_t>(literal.number_end - literal.at))};
}

/// What to write for the constant so that it is of type `wanted`.
std::string as(const Type& wanted, const Syntax& syntax, const Constant& constant) {
  const Kind have = constant.literal->literal.type.kind;
  const std::string sign = std::signbit(constant.value) ? "-" : "";
  const bool counted = have == Kind::number || have == Kind::quantity;
  switch (wanted.kind) {
    case Kind::ratio:
      return have == Kind::number ? bare_as_ratio(constant.value) : example_of(wanted);
    case Kind::duration:
      return have == Kind::number ? bare_as_duration(constant.value) : example_of(wanted);
    case Kind::quantity:
      return counted ? fmt::format("{}{} {}", sign, written_number(syntax, *constant.literal),
                                   wanted.unit)
                     : example_of(wanted);
    case Kind::number:
      if (have == Kind::quantity) return sign + written_number(syntax, *constant.literal);
      return plain_number(have == Kind::ratio ? constant.value * 100 : constant.value);
    default: return example_of(wanted);
  }
}

/// The type's name without its example, which would stand beside one already.
std::string name_of(const Type& type) {
  const auto text = to_text(type);
  return text.substr(0, text.find(" (such as"));
}

std::string measured_in(const Type& type) {
  switch (type.kind) {
    case Kind::number: return "count(LIQ, 1h)";
    case Kind::duration: return "age(WTI)";
    case Kind::quantity: return "last(WTI)";
    default: return "change(WTI, 1h)";
  }
}

/// 2025-10-01 without its @, which is a sum to us.
bool is_day(std::string_view text) {
  constexpr std::string_view pattern = "0000-00-00";
  return std::ranges::equal(text, pattern, [](char c, char wanted) {
    return wanted == '-' ? c == '-' : c >= '0' && c <= '9';
  });
}

std::string remedy_for(const Syntax& syntax, const Typed& firm, const Typed& blamed) {
  if (const auto constant = constant_in(syntax, blamed.term))
    return "write " + quote(as(firm.type, syntax, *constant));
  if (firm.type.kind == Kind::time && is_day(syntax.text_of(syntax[blamed.term])))
    return "write " + quote("@" + std::string{syntax.text_of(syntax[blamed.term])});
  if (syntax[blamed.term].kind == Term::Kind::tier)
    return "write the tiers like " + quote(example_of(firm.type));
  if (firm.type.kind == Kind::quantity && blamed.type.kind == Kind::quantity) {
    return "compare prices of one unit, or ratios such as change(…, 24h)";
  }
  return "write what is like " + quote(example_of(firm.type));
}

}  // namespace

void complain_of_unlike(const Syntax& syntax, const Typed& left, const Typed& right,
                        Complaints& complaints) {
  const bool blame_left = firmness(syntax, left.term) < firmness(syntax, right.term);
  const Typed& blamed = blame_left ? left : right;
  const Typed& firm = blame_left ? right : left;
  const Term& term = syntax[blamed.term];
  const auto text = quote(syntax.text_of(term));
  const auto constant = constant_in(syntax, blamed.term);
  const bool bare = constant && blamed.type.kind == Kind::number;
  auto what = bare ? text + " has no unit"
                   : fmt::format("{} is {}, but {} is {}", text, name_of(blamed.type),
                                 quote(syntax.text_of(syntax[firm.term])), name_of(firm.type));
  complaints.add(static_cast<std::size_t>(term.begin), std::move(what),
                 remedy_for(syntax, firm, blamed));
}

void complain_of_no_truth(const Syntax& syntax, const Typed& term, Complaints& complaints) {
  const Term& blamed = syntax[term.term];
  const auto text = syntax.text_of(blamed);
  const bool limit = blamed.kind == Term::Kind::tier || constant_in(syntax, term.term);
  const auto compared = limit ? fmt::format("{} >= {}", measured_in(term.type), text)
                              : fmt::format("{} >= {}", text, example_of(term.type));
  complaints.add(static_cast<std::size_t>(blamed.begin),
                 fmt::format("{} is {}, not true or false", quote(text), name_of(term.type)),
                 "compare it, as in " + quote(compared));
}

std::string example_of(const Type& type) {
  switch (type.kind) {
    case Kind::ratio: return "10%";
    case Kind::number: return "10";
    case Kind::quantity: return "100 " + type.unit;
    case Kind::duration: return "60s";
    case Kind::time: return "@2025-10-01";
    case Kind::boolean: return "change(WTI, 1h) >= 10%";
  }
  return {};
}

std::string plain_number(double value) {
  if (std::abs(value) >= 1e15) return fmt::format("{:.0f}", value);
  auto text = fmt::format("{:.12g}", value);
  if (text.find('e') == std::string::npos) return text;
  text = fmt::format("{:.15f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace foghorn
