#pragma once
// Calls on a series: which instrument, narrowed how, over which window.

#include "rules/complaints.hpp"
#include "rules/functions.hpp"
#include "rules/length_check.hpp"
#include "rules/syntax.hpp"

namespace foghorn {

/// What a call reads, as far as it could be understood.
struct SeriesUse {
  const Universe::Instrument* instrument{};  ///< null where it is not known
  Selector series;
  Lengths lengths;
};

/// Complains about everything that is wrong with the call's arguments; what a level (Takes::
/// price_level) is worth is not judged.
SeriesUse check_series_call(const Syntax& syntax, const Term& call, Function function,
                            const Universe& universe, Complaints& complaints);

/// Complains about a call of something that is no function of this version.
void complain_of_unknown_function(const Term& call, const Universe& universe,
                                  Complaints& complaints);

/// Complains about a name that stands where a value should.
void complain_of_name(const Term& name, const Universe& universe, Complaints& complaints);

/// The type of an amount in `unit`.
Type amount_in(const std::string& unit);

}  // namespace foghorn
