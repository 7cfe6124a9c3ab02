#include "rules/type_check.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "rules/call_check.hpp"
#include "rules/characters.hpp"
#include "rules/foregone.hpp"
#include "rules/functions.hpp"
#include "rules/operators.hpp"
#include "rules/type_complaints.hpp"
#include "rules/unit_check.hpp"

namespace foghorn {
namespace {

using Kind = Type::Kind;

const Type boolean{Kind::boolean, {}};

class TypeCheck {
 public:
  TypeCheck(const Syntax& syntax, const Universe& universe, const std::optional<Type>& tier,
            Complaints& complaints)
      : syntax_{syntax},
        universe_{universe},
        tier_{tier},
        complaints_{complaints},
        types_(syntax.terms.size()),
        nodes_(syntax.terms.size()) {}

  /// Goes through the terms in order: children come first.
  void check(const Type& wanted) {
    for (int i = 0; i <= syntax_.root(); ++i) types_[index(i)] = type_of(i);
    check_root(wanted);
  }

  Expression take() {
    Expression expression{.text = std::string{syntax_.text}, .nodes = {}};
    std::vector<int> placed(syntax_.terms.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      auto& made = nodes_[i];
      if (!made) continue;
      for (int& child : made->children) child = placed[index(child)];
      placed[i] = static_cast<int>(expression.nodes.size());
      expression.nodes.push_back(std::move(*made));
    }
    return expression;
  }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  std::optional<Type> type_of(int i) {
    const Term& term = syntax_[i];
    switch (term.kind) {
      case Term::Kind::literal: return literal(i);
      case Term::Kind::tier: return tier(i);
      case Term::Kind::call: return call(i);
      case Term::Kind::negate: return negate(i);
      case Term::Kind::logical_not: return logical(i, Op::logical_not);
      case Term::Kind::binary: return binary(i);
      case Term::Kind::name:
      case Term::Kind::named:
      case Term::Kind::mistaken: return std::nullopt;
    }
    return std::nullopt;
  }

  /// The node of term `i`, with its children as they stand in the syntax.
  Node& node(int i, Op op, const Type& type) {
    const Term& term = syntax_[i];
    return nodes_[index(i)].emplace(Node{.op = op,
                                         .type = type,
                                         .function = {},
                                         .series = {},
                                         .children = term.children,
                                         .begin = term.begin,
                                         .end = term.end});
  }

  /// The type of a term that must be a value; nullopt where it is mistaken.
  std::optional<Type> value(int i) {
    const Term& term = syntax_[i];
    if (term.kind == Term::Kind::name) complain_of_name(term, universe_, complaints_);
    if (term.kind == Term::Kind::named) {
      complain(term.begin, fmt::format("no argument is named {} here", quote(term.name)),
               "write the value alone");
    }
    return types_[index(i)];
  }

  std::optional<Type> literal(int i) {
    const Term& term = syntax_[i];
    node(i, Op::literal, term.literal.type).value = term.literal.value;
    if (!check_unit(syntax_, term, universe_, complaints_)) return std::nullopt;
    return term.literal.type;
  }

  std::optional<Type> tier(int i) {
    if (!tier_) {
      complain(syntax_[i].at, "\"tier\" stands for the rule's tiers, and it has none",
               "add tiers = { notice = \"5%\" } or write a value");
      return std::nullopt;
    }
    node(i, Op::tier, *tier_);
    return tier_;
  }

  std::optional<Type> negate(int i) {
    const int child = syntax_[i].children.front();
    const auto type = value(child);
    if (!type || !calculable(child, *type)) return std::nullopt;
    node(i, Op::negate, *type);
    return type;
  }

  std::optional<Type> binary(int i) {
    const Op op = syntax_[i].op;
    switch (binding_of(op)) {
      case Binding::disjunction:
      case Binding::conjunction: return logical(i, op);
      case Binding::comparison: return comparison(i);
      default: return arithmetic(i);
    }
  }

  /// Truths in, truth out: what a mistaken side would have been does not matter to those around.
  std::optional<Type> logical(int i, Op op) {
    for (const int child : syntax_[i].children)
      if (const auto type = value(child); type && *type != boolean)
        complain_of_no_truth(syntax_, {child, *type}, complaints_);
    node(i, op, boolean);
    return boolean;
  }

  std::optional<Type> comparison(int i) {
    const Term& term = syntax_[i];
    const int left = term.children[0];
    const int right = term.children[1];
    const auto first = value(left);
    const auto second = value(right);
    node(i, term.op, boolean);
    const bool left_fits = first && comparable(left, *first);
    const bool right_fits = second && comparable(right, *second);
    if (!left_fits || !right_fits) return boolean;
    if (*first != *second) {
      complain_of_unlike(syntax_, {left, *first}, {right, *second}, complaints_);
    } else {
      complain_of_foregone(syntax_, term, complaints_);
    }
    return boolean;
  }

  bool comparable(int i, const Type& type) {
    if (type != boolean) return true;
    complain(syntax_[i].begin,
             quote(syntax_.text_of(syntax_[i])) + " is true or false and cannot be compared",
             "join conditions with and, or, not");
    return false;
  }

  bool calculable(int i, const Type& type) {
    if (can_be_calculated_with(type)) return true;
    complain(syntax_[i].begin,
             fmt::format("{} is {} and cannot be calculated with",
                         quote(syntax_.text_of(syntax_[i])), to_text(type)),
             type == boolean ? "join conditions with and, or, not"
                             : "compare it with a day, as in since_high(WTI) < @2025-10-01");
    return false;
  }

  std::optional<Type> arithmetic(int i) {
    const Term& term = syntax_[i];
    const int left = term.children[0];
    const int right = term.children[1];
    const auto first = value(left);
    const auto second = value(right);
    const bool left_fits = first && calculable(left, *first);
    const bool told = first && !left_fits && first == second;
    const bool right_fits = second && !told && calculable(right, *second);
    if (!left_fits || !right_fits) return std::nullopt;
    const auto type = arithmetic_type(term.op, *first, *second);
    if (!type) {
      complain_of_arithmetic(term, {left, *first}, {right, *second});
      return std::nullopt;
    }
    if (const auto divisor = constant_in(syntax_, right);
        term.op == Op::divide && divisor && divisor->value == 0) {
      complain(syntax_[right].begin, "a division by zero is never defined",
               "write another divisor");
    }
    node(i, term.op, *type);
    return type;
  }

  void complain_of_arithmetic(const Term& term, const Typed& left, const Typed& right) {
    if (term.op == Op::add || term.op == Op::subtract) {
      complain_of_unlike(syntax_, left, right, complaints_);
      return;
    }
    const bool divides = term.op == Op::divide;
    complain(term.at,
             fmt::format("{} is {}, {} is {}: they cannot be {}",
                         quote(syntax_.text_of(syntax_[left.term])), to_text(left.type),
                         quote(syntax_.text_of(syntax_[right.term])), to_text(right.type),
                         divides ? "divided" : "multiplied"),
             divides ? "divide by a number, or by its like"
                     : "multiply by a number, or a quantity by a ratio");
  }

  std::optional<Type> call(int i) {
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

  std::optional<Type> call_on_series(int i, Function function) {
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

  /// crosses_above(S, x): its children are last(S) and x.
  std::optional<Type> call_on_level(int i, Function function) {
    const Term& term = syntax_[i];
    const auto use = check_series_call(syntax_, term, function, universe_, complaints_);
    if (term.children.size() != 2) {
      if (!term.children.empty())
        complain(
            term.at, fmt::format("{} takes an instrument and a level", to_text(function)),
            "write " + quote(example_call(function, syntax_.text_of(syntax_[term.children[0]]))));
      return boolean;
    }
    const int series = term.children[0];
    const int level = term.children[1];
    const bool priced = use.instrument && !use.instrument->event_series;
    const auto type = syntax_[series].kind == Term::Kind::name ? value(level) : std::nullopt;
    if (!priced || !type || !comparable(level, *type)) return boolean;
    const auto price = amount_in(use.instrument->unit);
    Node& last = node(series, Op::call, price);
    last.children.clear();
    last.function = Function::last;
    last.series = use.series;
    if (*type != price) complain_of_unlike(syntax_, {series, price}, {level, *type}, complaints_);
    node(i, Op::call, boolean).function = function;
    return boolean;
  }

  /// held(c, D), within(a, b, D), times(c, W): so many conditions, then a duration.
  std::optional<Type> call_on_conditions(int i, Function function, std::size_t conditions) {
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
      if (const auto given = value(child); given && *given != boolean)
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

  /// What is part of the call and no value of its own, its sign or its name included.
  void drop(int i) {
    nodes_[index(i)].reset();
    for (const int child : syntax_[i].children) drop(child);
  }

  static std::optional<Type> result_type(Function function,
                                         const Universe::Instrument* instrument) {
    using Gives = Signature::Gives;
    const auto signature = signature_of(function);
    switch (signature.gives) {
      case Gives::ratio: return Type{Kind::ratio, {}};
      case Gives::number: return Type{Kind::number, {}};
      case Gives::duration: return Type{Kind::duration, {}};
      case Gives::time: return Type{Kind::time, {}};
      case Gives::boolean: return boolean;
      case Gives::unit_of_series: {
        const bool wants_events = signature.takes == Signature::Takes::event_window;
        if (!instrument || instrument->event_series != wants_events) return std::nullopt;
        return amount_in(instrument->unit);
      }
      case Gives::like_argument: return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<Type> call_on_values(int i, Function function) {
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

  void check_root(const Type& wanted) {
    const int root = syntax_.root();
    const auto type = value(root);
    if (!type || *type == wanted) return;
    if (wanted == boolean) {
      complain_of_no_truth(syntax_, {root, *type}, complaints_);
    } else {
      complain(syntax_[root].begin,
               fmt::format("{} is {}, not {}", quote(syntax_.text_of(syntax_[root])),
                           to_text(*type), to_text(wanted)),
               "write what is like " + quote(example_of(wanted)));
    }
  }

  void complain(int at, std::string what, std::string remedy) {
    complaints_.add(index(at), std::move(what), std::move(remedy));
  }

  const Syntax& syntax_;
  const Universe& universe_;
  const std::optional<Type>& tier_;
  Complaints& complaints_;
  std::vector<std::optional<Type>> types_;
  std::vector<std::optional<Node>> nodes_;
};

}  // namespace

std::optional<Expression> check_types(const Syntax& syntax, const Universe& universe,
                                      const std::optional<Type>& tier, const Type& wanted,
                                      Complaints& complaints) {
  TypeCheck checker{syntax, universe, tier, complaints};
  checker.check(wanted);
  if (!complaints.empty()) return std::nullopt;
  return checker.take();
}

}  // namespace foghorn
