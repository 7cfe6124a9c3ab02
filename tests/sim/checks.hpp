#pragma once
// What a run must have come to: what the daemon decided, against the scenario and against what
// readers were shown.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert_event.hpp"
#include "model/result.hpp"
#include "tests/sim/receiver.hpp"
#include "tests/sim/scenario.hpp"

namespace foghorn::sim {

/// An alert event as /api/v1/alerts tells it.
struct DecidedAlert {
  Timestamp time{};
  std::string rule{};
  std::string instrument{};
  AlertKind kind{};
  std::optional<Tier> tier;
  std::string episode{};
  std::string id{};
  std::map<std::string, std::string> deliveries{};  ///< channel → state
};

/// Reads the body of /api/v1/alerts; oldest first. Errors: bad_protocol.
Result<std::vector<DecidedAlert>> parse_alerts(std::string_view body);

/// What one receiver got.
struct Inbox {
  ReceiverSpec spec;
  std::deque<Received> received{};
};

/// What a venue told of liquidations: live, and as history when nothing else had been told yet.
struct ToldLiquidations {
  std::string venue{};
  std::uint64_t live{};
  std::uint64_t before{};
};

/// Each a sentence about what is not as it should be; empty: all is.
std::vector<std::string> check_expectations(const Scenario& scenario,
                                            const std::vector<DecidedAlert>& alerts);
std::vector<std::string> check_bad_prints(const Scenario& scenario,
                                          const std::vector<DecidedAlert>& alerts);
/// A channel is checked against the receiver of the same name. Every event that the daemon calls
/// delivered was shown, and once, unless the message says that it may be a repeat; none was lost;
/// every scripted answer was given.
std::vector<std::string> check_deliveries(const std::vector<DecidedAlert>& alerts,
                                          const std::vector<Inbox>& inboxes);

/// `metrics`: the daemon's, in Prometheus' text format. Each live liquidation was counted once;
/// what a venue tells anew to who comes back was not. (Before its first event a daemon on the
/// events' clock cannot tell history from news.)
std::vector<std::string> check_liquidations(std::string_view metrics,
                                            const std::vector<ToldLiquidations>& told);

/// `section`: as the daemon told it. All that is wanted of it stands in it.
std::vector<std::string> check_section(const SectionWanted& wanted, std::string_view section);

}  // namespace foghorn::sim
