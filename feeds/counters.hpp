#pragma once
// What a feed counts: plain numbers on the market thread, made into metrics by who exports them.
// The books balance: every frame is in one of the frames_*, every decoded event in one of judged …
// unwanted.

#include <array>
#include <cstdint>
#include <string_view>

#include "model/time.hpp"

namespace foghorn {

/// Why a tick was not judged. `order` older than its source's newest of the same kind, or well
/// older than what its price is known by; `lag` too far behind engine time.
enum class LateReason : std::uint8_t { order, lag };

/// Why an event was not believed.
enum class RejectReason : std::uint8_t { price, size, time };

inline constexpr std::array<std::string_view, 2> late_reasons{"order", "lag"};
inline constexpr std::array<std::string_view, 3> reject_reasons{"price", "size", "time"};

/// The ticks of one source that were not judged, by reason (indexed as the enums).
struct SourceCounts {
  std::array<std::uint64_t, late_reasons.size()> late{};
  std::array<std::uint64_t, reject_reasons.size()> rejected{};

  friend bool operator==(const SourceCounts&, const SourceCounts&) = default;
};

/// Arrival minus event time of what was judged or late, where the venue gave a time that could be
/// believed.
struct LatencyCounts {
  static constexpr std::array<double, 11> bounds{.005, .01, .025, .05, .1, .25,
                                                 .5,   1,   2.5,  5,   10};  // seconds

  /// Each counts its own, not what is below; the last is beyond all bounds.
  std::array<std::uint64_t, bounds.size() + 1> buckets{};
  double sum{};  ///< seconds

  /// A venue's clock ahead of ours makes it negative: counted as none.
  void observe(Duration latency) {
    const auto seconds = latency.count() > 0 ? static_cast<double>(latency.count()) / 1e6 : 0.0;
    std::size_t bucket = 0;
    while (bucket < bounds.size() && seconds > bounds[bucket]) ++bucket;
    ++buckets[bucket];
    sum += seconds;
  }
};

/// Kept by the intake.
struct IntakeCounts {
  std::uint64_t frames_data{};
  std::uint64_t frames_control{};
  std::uint64_t frames_ignored{};
  std::uint64_t frames_malformed{};

  std::uint64_t judged{};
  std::uint64_t late{};
  std::uint64_t duplicate{};
  std::uint64_t history{};
  std::uint64_t rejected{};
  /// Of a symbol nobody asked for: what a market-wide stream brings along.
  std::uint64_t unwanted{};

  /// Events whose time was missing or ahead of arrival; each is among the six above too.
  std::uint64_t time_replaced{};
  LatencyCounts latency;

  /// Where the venue numbers its trades: stretches of them that never came although the connection
  /// held, how many trades those were, and how many went by while there was no connection.
  std::uint64_t trade_holes{};
  std::uint64_t trades_missed{};
  std::uint64_t trades_missed_offline{};

  Timestamp last_message{no_time};  ///< arrival of the last frame of any kind
  Timestamp last_data{no_time};     ///< arrival of the last data frame

  std::uint64_t frames() const {
    return frames_data + frames_control + frames_ignored + frames_malformed;
  }
  std::uint64_t events() const { return judged + late + duplicate + history + rejected + unwanted; }
};

/// Why connections were lost: everything error_label() may say.
inline constexpr std::array<std::string_view, 16> reconnect_reasons{
    "timed_out",    "silent",       "too_large",        "bad_protocol",
    "refused",      "rate_limited", "unavailable_here", "closed_by_peer",
    "proxy_failed", "resolve",      "connect",          "tls",
    "reset",        "eof",          "aborted",          "other"};

/// Kept by the sessions of a feed.
struct LinkCounts {
  std::uint64_t connects{};  ///< attempts
  /// Connections lost that had brought data and had no successor that does.
  std::uint64_t gaps{};
  std::uint64_t takeovers{};      ///< connections replaced, before they were cut, without a gap
  std::uint64_t frame_holes{};    ///< where the venue numbers its frames: stretches that never came
  std::uint64_t frames_missed{};  ///< the frames in them
  std::uint64_t refused_subscriptions{};  ///< errors with which the venue answered a subscription
  std::array<std::uint64_t, reconnect_reasons.size()> reconnects{};  ///< by reason

  void count_reconnect(std::string_view reason) {
    const auto other = reconnect_reasons.size() - 1;
    std::size_t i = 0;
    while (i < other && reconnect_reasons[i] != reason) ++i;
    ++reconnects[i];
  }
};

/// Kept by the backfill.
struct BackfillCounts {
  std::uint64_t requests{};
  std::uint64_t failures{};  ///< of these
  std::uint64_t minutes{};   ///< that venues told
  std::uint64_t given_up{};  ///< wants: after so many failures, or one for good
  std::uint64_t dropped{};   ///< wants: too many waited
};

struct FeedCounters {
  IntakeCounts intake;
  LinkCounts links;
  BackfillCounts backfill{};
};

}  // namespace foghorn
