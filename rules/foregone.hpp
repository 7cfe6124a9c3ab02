#pragma once
// Comparisons whose outcome is foregone: fall() is never positive, rise() never negative.

#include "rules/complaints.hpp"
#include "rules/syntax.hpp"

namespace foghorn {

/// Complains where the comparison `term`, of like types, is always or never true.
void complain_of_foregone(const Syntax& syntax, const Term& comparison, Complaints& complaints);

}  // namespace foghorn
