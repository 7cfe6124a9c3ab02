#pragma once
// A scenario of one day and four venues, for tests.

#include <string>

#include "tests/sim/scenario.hpp"

namespace foghorn::test {

inline constexpr const char* small_scenario_text = R"(
start = 2026-04-17T00:00:00Z
end   = "10m"
every = "1m"
seed  = 7

[instrument.WTI]
decimals   = 2
noise      = "0.1%"
trade_size = 5
path = [["0s", 90.0], ["5m", 80.0], ["10m", 85.0]]
sources = [
  { name = "bybit:CLUSDT" },
  { name = "okx:CL-USDT-SWAP", basis = "1%", contract = 0.5 },
  { name = "hyperliquid:xyz:CL" },
  { name = "binance-futures:CLUSDT" },
]

[instrument.BTC]
decimals   = 1
trade_size = 0.5
path = [["0s", 78000.0]]
sources = [
  { name = "bybit:BTCUSDT" },
  { name = "okx:BTC-USDT-SWAP", contract = 0.01 },
  { name = "hyperliquid:BTC" },
  { name = "binance-futures:BTCUSDT" },
]

[[wave]]
instrument = "BTC"
from       = "2m"
to         = "4m"
orders     = 300
median_usd = 100000
spread     = 0.8
long_share = "25%"
venues     = { bybit = 2, okx = 1, binance-futures = 1 }
)";

inline sim::Scenario small_scenario(const std::string& more = {}) {
  return sim::parse_scenario(small_scenario_text + more, "small.toml");
}

}  // namespace foghorn::test
