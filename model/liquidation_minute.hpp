#pragma once
// Liquidations as they are kept: added up by the minute, and when their streams were there to see.

#include <cstdint>
#include <string>

#include "model/events.hpp"
#include "model/money.hpp"
#include "model/time.hpp"

namespace foghorn {

/// What a venue told of a minute (by event time), an asset and a position. An order that came after
/// its minute was written is in a further row of the same minute, with another `part`: rows are
/// added up, and writing one twice changes nothing.
struct LiquidationMinute {
  Timestamp minute{};  ///< its first instant
  std::string venue{};
  std::string asset{};  ///< the base asset: "BTC"
  Position position{};
  Timestamp part{};          ///< engine time at which the row was made
  std::int64_t orders{};     ///< all of them
  std::int64_t unsummed{};   ///< of these, those whose notional is not known: not in `usd`
  UsdMicros usd{};           ///< of the others
  UsdMicros largest{};       ///< of these, the largest single order
  Timestamp largest_time{};  ///< its event time

  friend bool operator==(const LiquidationMinute&, const LiquidationMinute&) = default;
};

/// A stretch [since, until) in which a venue's liquidation stream was asked for, and was there or
/// was not. What no stretch covers was not watched: the daemon was down, or had no such feed.
struct StreamStretch {
  std::string venue{};
  Timestamp since{};
  Timestamp until{};
  bool seen{};

  friend bool operator==(const StreamStretch&, const StreamStretch&) = default;
};

}  // namespace foghorn
