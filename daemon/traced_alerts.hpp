#pragma once
// The last alert events with what became of them, read from the store.

#include <vector>

#include "daemon/status_json.hpp"
#include "model/result.hpp"
#include "store/store.hpp"

namespace foghorn {

/// Those since `from`, newest first, at most `most` of the newest.
Result<std::vector<TracedAlert>> traced_alerts(Store& store, Timestamp from, std::size_t most);

}  // namespace foghorn
