#pragma once
// The forced closes of a scenario: which orders there are, and which of them each venue publishes,
// when.

#include <string>
#include <vector>

#include "model/events.hpp"
#include "tests/sim/scenario.hpp"

namespace foghorn::sim {

struct Order {
  std::string symbol{};
  Position position{};
  double price{};
  double quantity{};  ///< in coins
  Timestamp time{};
};

/// What a venue pushes at once.
struct Push {
  Timestamp time{};
  std::string venue{};
  std::vector<Order> orders{};  ///< in the order of their time; never empty
};

/// Every push of the scenario, in the order of time. Bybit tells all of them every 500 ms; OKX and
/// Binance at most one a contract and second, the largest.
std::vector<Push> pushes_of(const Scenario& scenario);

}  // namespace foghorn::sim
