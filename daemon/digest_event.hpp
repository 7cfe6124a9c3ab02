#pragma once
// A scheduled digest: the section of a window as an alert event.

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/digest_schedule.hpp"
#include "model/alert_event.hpp"
#include "report/facts.hpp"
#include "store/store.hpp"

namespace foghorn {

struct DigestOrder {
  DigestSpec spec{};
  DigestSchedule schedule{};
  DigestDue due{};
  bool late{};      ///< it could not be sent when it was due
  Timestamp now{};  ///< by the wall clock
};

struct MadeDigest {
  std::optional<AlertEvent> event{};  ///< nullopt without trouble: a late one with nothing to tell
  std::string trouble{};              ///< in a sentence; empty: none
};

/// "07:30", "07:30@America/New_York", "07:30 mon,fri": no two digests of a config have the same.
std::string digest_name(const DigestSpec& spec);

/// It follows from the schedule and the day, so that a digest is told once whatever restarts:
/// "digest-2026-11-23T07:30", and the zone where it is the digest's own.
std::string digest_id(const DigestSpec& spec, const DigestDue& due);

/// Of a kind of its own, for the channels of `order.spec`, in both languages.
AlertEvent digest_event(const DigestOrder& order, const FactSheet& sheet);

/// Until when the last digest told that was due before `before` and that all of `channels` got, or
/// may get; of no channels: any that somebody got. nullopt: there is none.
Result<std::optional<Timestamp>> told_until(Store& store, Timestamp before,
                                            const std::vector<std::string>& channels);

/// Reads the store in the config's data_dir beside whoever has it open, and takes as long as the
/// window is long. Its window ends with the minutes that were complete when it was due.
MadeDigest make_digest(const Config& config, const DigestOrder& order);

}  // namespace foghorn
