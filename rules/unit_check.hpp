#pragma once
// Units of quantities: those of the instruments, and no others.

#include "rules/complaints.hpp"
#include "rules/syntax.hpp"

namespace foghorn {

/// Whether the literal has a unit that an instrument has, or none; complains where not.
bool check_unit(const Syntax& syntax, const Term& literal, const Universe& universe,
                Complaints& complaints);

}  // namespace foghorn
