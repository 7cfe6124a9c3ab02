#pragma once
// Events without an id or a time, told by two connections at once: which of them are the same.

#include <cstdint>
#include <unordered_map>

namespace foghorn {

/// While two connections of one link overlap, each tells everything. Nothing in such an event says
/// which it is, but an event of one has its echo on the other: as many as the one that told more
/// are distinct.
class Echoes {
 public:
  /// Far more than lie between the two at any time. Beyond, events are taken for new.
  static constexpr std::size_t most = 65'536;

  /// Notes one more `key` of the newer or the older connection, and says whether the other had told
  /// it.
  bool again(std::uint64_t key, bool newer) {
    const auto known = ahead_.find(key);
    if (known == ahead_.end()) {
      if (ahead_.size() < most) ahead_.emplace(key, newer ? 1 : -1);
      return false;
    }
    const bool echo = newer ? known->second < 0 : known->second > 0;
    known->second += newer ? 1 : -1;
    if (known->second == 0) ahead_.erase(known);
    return echo;
  }

  /// The newer begins to tell: what the older told until now has no echo.
  void begin() {
    std::erase_if(ahead_, [](const auto& entry) { return entry.second < 0; });
  }

  /// The newer becomes the older: another is to come.
  void swap_roles() {
    for (auto& [key, ahead] : ahead_) ahead = -ahead;
  }

 private:
  std::unordered_map<std::uint64_t, std::int64_t>
      ahead_;  // how often the newer told it, less the older
};

}  // namespace foghorn
