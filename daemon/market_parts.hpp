#pragma once
// What the sources of MarketSide share: market_side.cpp runs it, market_feeds.cpp holds its feeds,
// market_reload.cpp gives it another config, market_snapshot.cpp shows it.

#include <string>
#include <vector>

#include "daemon/market_side.hpp"

namespace foghorn {

// Rules and instruments share the store's table of states; an instrument's key begins with a
// character no rule id has.
inline constexpr char instrument_mark = '@';
// So do what venues last said of their contracts, by feed.
inline constexpr char contracts_mark = '#';

/// A feed or timer that is gone would be missed by nobody until it mattered: ends the process, so
/// that systemd starts us anew.
void report_failed_task(const std::string& task, std::exception_ptr failure);

/// Adds counts up, reason by reason.
void add(SourceCounts& sum, const SourceCounts& counts);

void add(FeedCounters& sum, const FeedCounters& counts);

std::vector<std::string> names_of(const std::vector<EventVenue>& venues);

}  // namespace foghorn
