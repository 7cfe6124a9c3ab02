#pragma once
// A config for those who judge with it and neither listen nor send: `foghorn test`, `replay`,
// `explain` and `history import` are run by people whose shell lacks the daemon's secrets.

#include <filesystem>
#include <vector>

#include "daemon/config/config.hpp"

namespace foghorn {

/// As load_config(), but for the mistakes that only a daemon that runs would be kept from its work
/// by; and without warnings, which `check` and `run` tell.
ConfigOrMistakes load_for_judging(const std::filesystem::path& file,
                                  const Environment& environment);

/// Removes the mistakes of channels, and of feeds' keys, proxies and CA files.
void forgive_what_judging_lacks(std::vector<Mistake>& mistakes);

}  // namespace foghorn
