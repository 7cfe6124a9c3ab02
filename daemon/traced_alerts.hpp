#pragma once
// The last alert events with what became of them, read from the store.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "daemon/status_json.hpp"
#include "model/result.hpp"
#include "store/store.hpp"

namespace foghorn {

/// Those since `from`, newest first, at most `most` of the newest.
Result<std::vector<TracedAlert>> traced_alerts(Store& store, Timestamp from, std::size_t most);

/// The newest, for who asks every second: read again only where the store was written to since.
class LatestAlerts {
 public:
  LatestAlerts(Store& store, std::size_t most) : store_{store}, most_{most} {}

  /// Newest first; none where the store cannot be read. Valid until the next call.
  std::span<const TracedAlert> read();

 private:
  Store& store_;
  std::size_t most_;
  std::optional<std::uint64_t> read_at_;  // the store's changes() by then; nullopt: not yet
  std::vector<TracedAlert> alerts_;
};

}  // namespace foghorn
