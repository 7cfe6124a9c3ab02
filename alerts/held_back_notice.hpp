#pragma once
// What the next digest says of an episode that a cooldown held back.

#include "model/held_back.hpp"

namespace foghorn {

/// A `notice` of the rule, at the tier that would have been told; its id is the rule's and the
/// episode's first instant.
AlertEvent held_back_notice(const HeldBack& episode);

}  // namespace foghorn
