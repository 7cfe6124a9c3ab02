#pragma once
// What to say of a term whose type does not fit where it stands, and what to write instead.

#include <string>

#include "rules/complaints.hpp"
#include "rules/syntax.hpp"

namespace foghorn {

/// A term and its type.
struct Typed {
  int term{};
  const Type& type;
};

/// Complains that the types differ: about a literal rather than about `tier`, about `tier` rather
/// than about a price, else about `right`.
void complain_of_unlike(const Syntax& syntax, const Typed& left, const Typed& right,
                        Complaints& complaints);

/// Complains that a term is neither true nor false.
void complain_of_no_truth(const Syntax& syntax, const Typed& term, Complaints& complaints);

/// A literal of that type: "10%", "100 USD/bbl".
std::string example_of(const Type& type);

/// A number as a person would write it, without an exponent.
std::string plain_number(double value);

}  // namespace foghorn
