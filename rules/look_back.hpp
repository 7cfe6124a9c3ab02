#pragma once
// How much of a price's past a query needs.

#include "rules/price_track.hpp"

namespace foghorn {

/// How far before now lies the first price that can count for the query: its window, and what
/// statistics need for their yardstick before that and to close their first bar. Where the market
/// closes, statistics count what traded: they may need older prices yet.
Duration look_back(const PriceQuery& query);

}  // namespace foghorn
