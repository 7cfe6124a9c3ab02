#pragma once
// What of a config a capture must remember, so that a replay can say whether it plays the same run:
// which streams were listened to, and how they were judged. No URL, no key.

#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"

namespace foghorn {

/// A JSON object, the same for the same config.
std::string capture_setup_of(const Config& config);

struct SetupDifference {
  /// Why the capture cannot be replayed with the config: its connections would carry other streams
  /// than the recorded ones did. A sentence each.
  std::vector<std::string> impossible;
  /// What makes it another run than the recorded one, which may be what is wanted. A sentence each.
  std::vector<std::string> notes;
};

SetupDifference compare_setup(std::string_view recorded, const Config& config);

}  // namespace foghorn
