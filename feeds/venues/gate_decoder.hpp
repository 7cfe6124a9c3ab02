#pragma once
// Reads Gate's frames. Not in gate.cpp, because it is as long as all the rest.

#include <memory>
#include <string_view>

#include "feeds/venues/venue.hpp"

namespace foghorn::wire {

/// `size_is_order`: a liquidation's size has the sign of the order that closed the position, not of
/// the position itself. The other arguments are as make_decoder() has them.
std::unique_ptr<Decoder> make_gate_decoder(std::string_view venue, SourceTable& sources,
                                           const Contracts& contracts, bool size_is_order);

}  // namespace foghorn::wire
