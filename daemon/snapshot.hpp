#pragma once
// The market thread's state at one moment, as plain values that cross to the service thread: what
// /api/v1/status and /metrics show. Taken when asked for, never kept up to date.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feeds/capture/capture.hpp"
#include "feeds/counters.hpp"
#include "feeds/feed.hpp"
#include "model/alert_event.hpp"
#include "rules/engine.hpp"

namespace foghorn {

struct InstrumentSnapshot {
  std::string id;
  std::string unit;
  bool event_series{};
  PriceState state{};
  std::optional<double> price;   ///< nullopt when stale or never known
  std::optional<double> change;  ///< over 24 h, a ratio; nullopt where not known
  Timestamp price_time{no_time};
  std::vector<SourcePrice> sources;  ///< alive
  std::size_t configured_sources{};  ///< of the config; none of one that is computed from others
  std::size_t min_sources{};         ///< that must agree
  SourceCounts counts;               ///< of its sources together
};

struct RuleSnapshot {
  std::string id;
  Phase phase{};
  std::optional<Tier> tier;
  std::optional<double> value;
  Unknown unknown{};
  std::uint64_t evaluations{};
  std::array<std::uint64_t, 3> transitions{};  ///< fire, escalate, resolve
};

struct FeedSnapshot {
  FeedStatus status;
  FeedCounters counters;
};

/// Live liquidations judged, per venue that is asked for them; [0] long, [1] short.
struct LiquidationSnapshot {
  std::string venue;
  std::array<std::uint64_t, 2> orders{};
  std::array<std::uint64_t, 2> unsummed{};  ///< of these, those whose notional is not known
  std::array<UsdMicros, 2> usd{};
  VenueCoverage stream{};  ///< of the last 24 h
};

struct Snapshot {
  Timestamp engine_time{no_time};
  Timestamp stepped{no_time};          ///< when the engine's timers last were, by the arrival clock
  std::uint64_t clock_realignments{};  ///< see ArrivalClock::realign()
  bool any_data{};                     ///< a feed has brought data since the start
  std::vector<FeedSnapshot> feeds;
  std::vector<InstrumentSnapshot> instruments;
  std::vector<RuleSnapshot> rules;
  std::vector<LiquidationSnapshot> liquidations;
  LatencyCounts tick_to_decision;
  std::optional<CaptureCounts> capture{};  ///< nullopt: switched off
};

/// What /api/v1/explain tells of a rule.
struct ExplainAnswer {
  std::optional<Explanation> explanation;  ///< nullopt: there is no such rule
  std::string meant;                       ///< then the nearest id; may be empty
};

}  // namespace foghorn
