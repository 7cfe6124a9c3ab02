#pragma once
// The walk that gives each term its type and makes the nodes. For type_check.cpp and
// type_check_calls.cpp alone.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/complaints.hpp"
#include "rules/expression.hpp"
#include "rules/syntax.hpp"
#include "rules/type_complaints.hpp"

namespace foghorn {

inline const Type boolean_type{Type::Kind::boolean, {}};

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
  void check(const Type& wanted);
  /// The nodes, where nothing was complained about; once.
  Expression take();

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  std::optional<Type> type_of(int i);
  /// The node of term `i`, with its children as they stand in the syntax.
  Node& node(int i, Op op, const Type& type);
  /// The type of a term that must be a value; nullopt where it is mistaken.
  std::optional<Type> value(int i);
  std::optional<Type> literal(int i);
  std::optional<Type> tier(int i);
  std::optional<Type> negate(int i);
  std::optional<Type> binary(int i);
  /// Truths in, truth out: what a mistaken side would have been does not matter to those around.
  std::optional<Type> logical(int i, Op op);
  std::optional<Type> comparison(int i);
  bool comparable(int i, const Type& type);
  bool calculable(int i, const Type& type);
  std::optional<Type> arithmetic(int i);
  void complain_of_arithmetic(const Term& term, const Typed& left, const Typed& right);
  void check_root(const Type& wanted);
  void complain(int at, std::string what, std::string remedy);

  // Calls.
  std::optional<Type> call(int i);
  std::optional<Type> call_on_series(int i, Function function);
  /// crosses_above(S, x): its children are last(S) and x.
  std::optional<Type> call_on_level(int i, Function function);
  /// held(c, D), within(a, b, D), times(c, W): so many conditions, then a duration.
  std::optional<Type> call_on_conditions(int i, Function function, std::size_t conditions);
  /// What is part of the call and no value of its own, its sign or its name included.
  void drop(int i);
  static std::optional<Type> result_type(Function function, const Universe::Instrument* instrument);
  std::optional<Type> call_on_values(int i, Function function);

  const Syntax& syntax_;
  const Universe& universe_;
  const std::optional<Type>& tier_;
  Complaints& complaints_;
  std::vector<std::optional<Type>> types_;
  std::vector<std::optional<Node>> nodes_;
};

}  // namespace foghorn
