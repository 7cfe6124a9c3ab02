#pragma once
// What the daemon says of itself when nothing happens: that it watches, and over what.

#include <cstddef>
#include <optional>

#include "alerts/dispatcher.hpp"
#include "daemon/snapshot.hpp"

namespace foghorn {

/// Beside what the snapshots hold.
struct HeartbeatFacts {
  Timestamp beat{};                     ///< when it was due
  Timestamp next{};                     ///< when the next one is
  std::optional<std::size_t> alerts{};  ///< events of rules since the last one; nullopt: not known
};

/// A notice in both languages. Its id follows from the beat, so that a beat is told once whatever
/// restarts: "heartbeat-2026-11-23T08:00", by the clock of `zone`.
AlertEvent heartbeat_event(const HeartbeatFacts& facts, const Snapshot& market,
                           const DispatcherSnapshot& delivery, const Zone& zone);

}  // namespace foghorn
