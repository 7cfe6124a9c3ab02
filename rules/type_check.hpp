#pragma once
// From what a text says to what it means: every term gets its type, every mistake of meaning its
// complaint.

#include <optional>

#include "rules/complaints.hpp"
#include "rules/syntax.hpp"

namespace foghorn {

/// The expression's nodes, where neither the syntax nor its meaning is mistaken. A term that is
/// mistaken causes no complaint about those around it.
std::optional<Expression> check_types(const Syntax& syntax, const Universe& universe,
                                      const std::optional<Type>& tier, const Type& wanted,
                                      Complaints& complaints);

}  // namespace foghorn
