#pragma once
// What a forced close was worth, where the venue counts in contracts.

#include <optional>
#include <string>

#include "feeds/venues/venue.hpp"

namespace foghorn::wire {

/// The dollars behind `count` contracts of `symbol` at `price`; nullopt where no one told how large
/// a contract is. An inverse contract is itself a sum of dollars: the price has no part in it.
inline std::optional<UsdMicros> contract_notional(const Contracts& contracts,
                                                  const std::string& symbol, double count,
                                                  double price) {
  const auto found = contracts.find(symbol);
  if (found == contracts.end()) return std::nullopt;
  const double units = count * found->second.multiplier;
  return usd(found->second.inverse ? units : units * price);
}

}  // namespace foghorn::wire
