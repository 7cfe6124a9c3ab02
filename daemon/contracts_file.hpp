#pragma once
// How large contracts are, as a person wrote it down for `foghorn decode --contracts`:
// {"BTC-USDT-SWAP":{"multiplier":0.01,"inverse":false},"BTC-USD-SWAP":{"multiplier":100,"inverse":true}}

#include <optional>
#include <string>

#include "feeds/venues/venue.hpp"
#include "model/result.hpp"

namespace foghorn {

/// Fills `contracts` from the file at `path`; the first mistake in it where there is one.
std::optional<Mistake> read_contracts_file(const std::string& path, Contracts& contracts);

}  // namespace foghorn
