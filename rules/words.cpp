// The words of the rule language as messages show them.

#include <array>
#include <string>
#include <string_view>

#include "rules/expression.hpp"

namespace foghorn {

std::string to_text(const Type& type) {
  switch (type.kind) {
    case Type::Kind::ratio: return "a ratio (such as 10%)";
    case Type::Kind::number: return "a number";
    case Type::Kind::quantity: return "a quantity in " + type.unit;
    case Type::Kind::duration: return "a duration (such as 30s)";
    case Type::Kind::time: return "a time (such as @2025-10-01)";
    case Type::Kind::boolean: return "true or false";
  }
  return {};
}

std::string_view to_text(Function function) {
  constexpr auto names = std::to_array<std::string_view>(
      {"last",          "change",        "gap",       "rise",      "fall",
       "high",          "low",           "range",     "range_pct", "mean",
       "sigma",         "vol",           "zscore",    "jump",      "new_high",
       "new_low",       "since_high",    "since_low", "streak",    "sum",
       "count",         "age",           "sources",   "spread",    "is_open",
       "crosses_above", "crosses_below", "held",      "within",    "times",
       "abs",           "min",           "max"});
  static_assert(names.size() == static_cast<std::size_t>(Function::max) + 1);
  return names[static_cast<std::size_t>(function)];
}

std::string to_text(const Selector& selector) {
  std::string text = selector.instrument;
  if (!selector.base.empty()) text += "." + selector.base;
  if (selector.position) text += *selector.position == Position::long_side ? ".long" : ".short";
  if (!selector.venue.empty()) text += "@" + selector.venue;
  return text;
}

}  // namespace foghorn
