// The types of calls, and the nodes that they make.
#include <fmt/format.h>

#include "rules/call_check.hpp"
#include "rules/characters.hpp"
#include "rules/functions.hpp"
#include "rules/type_check_parts.hpp"
#include "rules/type_complaints.hpp"

namespace foghorn {

std::optional<Type> TypeCheck::call(int i) {
  const Term& term = syntax_[i];
  const auto function = find_function(term.name);
  if (!function) {
    complain_of_unknown_function(term, universe_, complaints_);
    return std::nullopt;
  }
  using Takes = Signature::Takes;
  switch (signature_of(*function).takes) {
    case Takes::value:
    case Takes::values: return call_on_values(i, *function);
    case Takes::condition_window: return call_on_conditions(i, *function, 1);
    case Takes::two_conditions_window: return call_on_conditions(i, *function, 2);
    case Takes::price_level: return call_on_level(i, *function);
    default: return call_on_series(i, *function);
  }
}

std::optional<Type> TypeCheck::call_on_series(int i, Function function) {
  const Term& term = syntax_[i];
  const auto use = check_series_call(syntax_, term, function, universe_, complaints_);
  for (const int child : term.children) drop(child);  // the series and the window are no values
  const auto type = result_type(function, use.instrument);
  if (!type) return std::nullopt;
  Node& made = node(i, Op::call, *type);
  made.children.clear();
  made.function = function;
  made.series = use.series;
  made.window = use.lengths.window;
  made.bar = use.lengths.bar;
  made.since = use.lengths.since;
  made.settle = use.lengths.settle;
  return type;
}

std::optional<Type> TypeCheck::call_on_level(int i, Function function) {
  const Term& term = syntax_[i];
  const auto use = check_series_call(syntax_, term, function, universe_, complaints_);
  if (term.children.size() != 2) {
    if (!term.children.empty())
      complain(
          term.at, fmt::format("{} takes an instrument and a level", to_text(function)),
          "write " + quote(example_call(function, syntax_.text_of(syntax_[term.children[0]]))));
    return boolean_type;
  }
  const int series = term.children[0];
  const int level = term.children[1];
  const bool priced = use.instrument && !use.instrument->event_series;
  const auto type = syntax_[series].kind == Term::Kind::name ? value(level) : std::nullopt;
  if (!priced || !type || !comparable(level, *type)) return boolean_type;
  const auto price = amount_in(use.instrument->unit);
  Node& last = node(series, Op::call, price);
  last.children.clear();
  last.function = Function::last;
  last.series = use.series;
  if (*type != price) complain_of_unlike(syntax_, {series, price}, {level, *type}, complaints_);
  node(i, Op::call, boolean_type).function = function;
  return boolean_type;
}

std::optional<Type> TypeCheck::call_on_conditions(int i, Function function,
                                                  std::size_t conditions) {
  const Term& term = syntax_[i];
  const auto type = result_type(function, nullptr);
  const auto example = "write " + quote(example_call(function));
  if (term.children.size() != conditions + 1) {
    complain(term.at,
             fmt::format("{} takes {} and a duration", to_text(function),
                         conditions == 1 ? "a condition" : "two conditions"),
             example);
    return type;
  }
  if (constant_in(syntax_, term.children.front())) {
    complain(syntax_[term.children.front()].begin,
             conditions == 1 ? "the condition comes before the duration"
                             : "the conditions come before the duration",
             example);
    return type;
  }
  for (std::size_t n = 0; n < conditions; ++n) {
    const int child = term.children[n];
    if (const auto given = value(child); given && *given != boolean_type)
      complain_of_no_truth(syntax_, {child, *given}, complaints_);
  }
  const int last = term.children.back();
  const auto length = check_length(syntax_, last, "duration", example, complaints_);
  drop(last);
  Node& made = node(i, Op::call, *type);
  made.children.pop_back();
  made.function = function;
  made.window = length.value_or(Duration{});
  return type;
}

void TypeCheck::drop(int i) {
  nodes_[index(i)].reset();
  for (const int child : syntax_[i].children) drop(child);
}

std::optional<Type> TypeCheck::result_type(Function function,
                                           const Universe::Instrument* instrument) {
  using Gives = Signature::Gives;
  const auto signature = signature_of(function);
  switch (signature.gives) {
    case Gives::ratio: return Type{Type::Kind::ratio, {}};
    case Gives::number: return Type{Type::Kind::number, {}};
    case Gives::duration: return Type{Type::Kind::duration, {}};
    case Gives::time: return Type{Type::Kind::time, {}};
    case Gives::boolean: return boolean_type;
    case Gives::unit_of_series: {
      const bool wants_events = signature.takes == Signature::Takes::event_window;
      if (!instrument || instrument->event_series != wants_events) return std::nullopt;
      return amount_in(instrument->unit);
    }
    case Gives::like_argument: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Type> TypeCheck::call_on_values(int i, Function function) {
  const Term& term = syntax_[i];
  const bool one = signature_of(function).takes == Signature::Takes::value;
  if (one ? term.children.size() != 1 : term.children.size() < 2) {
    complain(
        term.at,
        fmt::format("{} takes {}", to_text(function), one ? "one value" : "two values or more"),
        "write " + quote(example_call(function)));
    return std::nullopt;
  }
  std::optional<Typed> first;
  std::optional<Type> refused;  // a type that was complained about, or none
  bool good = true;
  for (const int child : term.children) {
    const auto type = value(child);
    const bool told = type && refused == type;
    if (!type || told || !calculable(child, *type)) {
      refused = type;
      good = false;
    } else if (!first) {
      first.emplace(Typed{child, *types_[index(child)]});
    } else if (*type != first->type) {
      complain_of_unlike(syntax_, *first, {child, *type}, complaints_);
      good = false;
    }
  }
  if (!good || !first) return std::nullopt;
  node(i, Op::call, first->type).function = function;
  return first->type;
}

}  // namespace foghorn
