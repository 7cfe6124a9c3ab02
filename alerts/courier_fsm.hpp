#pragma once
// What one channel's courier does next: which message, when, and what its answer makes of it. Pure:
// no clock, no network, no store; it says what is to be committed and the courier does it. The time
// it is given never goes back.

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "alerts/circuit.hpp"
#include "alerts/latency.hpp"
#include "alerts/quota_window.hpp"
#include "store/rows.hpp"

namespace foghorn {

/// Attempts by how they ended, since the start.
struct CourierCounts {
  std::uint64_t delivered{};
  std::uint64_t retried{};
  std::uint64_t refused{};
  std::uint64_t unknown{};
  std::map<std::string, std::uint64_t, std::less<>> errors{};  ///< by reason
  Latency latency{};  ///< from an event's acceptance by us to the platform's
};

/// The outbox of one channel. What waits is kept in bundles, one per episode, so that a later event
/// never overtakes one of its episode that is on the line. Told together, a bundle is one message,
/// which its last row carries; told one by one, each row is, the first one first.
class CourierFsm {
 public:
  using Random = std::function<double()>;  ///< in [0, 1)

  /// `sends`: the channel's last ones, oldest first.
  CourierFsm(std::string channel, Quota quota, const std::vector<Timestamp>& sends, Timestamp now,
             Random random, Telling telling = Telling::together);

  /// A row that an earlier life of the daemon left behind, in the order of their commits. One that
  /// was being sent may have arrived: it is tried until it is answered, and says so.
  void restore(StoredMessage message, Timestamp now);

  void add(OutboxRow row, AlertEvent event);

  /// When the next message may go: `now` or later; nullopt while nothing waits or one is on the
  /// line.
  std::optional<Timestamp> next(Timestamp now) const;

  struct Attempt {
    std::vector<AlertEvent> events;  ///< in order
    RenderOptions options;
    Commit commit;  ///< to be durable before the request goes out
  };
  /// Takes the next message. REQUIRES: next(now) <= now.
  Attempt begin(Timestamp now);

  struct Outcome {
    Commit commit;
    bool circuit_opened{};
    bool circuit_closed{};
    std::string given_up;  ///< the row that will never arrive, or may have; empty: none
  };
  /// The attempt ended so. `delivery.asked_wait` counts whatever the verdict.
  Outcome end(Timestamp now, const Delivery& delivery);

  /// Gives up the oldest of what is least important and less so than `tier`: what was given up,
  /// empty if there is nothing.
  std::vector<OutboxRow> drop_below(std::optional<Tier> tier, Timestamp now);

  /// What has not arrived, in order of age.
  std::vector<AlertEvent> undelivered() const;

  std::size_t rows() const { return rows_; }  ///< held, told ones included
  std::size_t waiting() const;                ///< open ones
  std::optional<Timestamp> oldest_waiting() const;
  bool circuit_open() const { return circuit_.open(); }
  const CourierCounts& counts() const { return counts_; }

 private:
  struct Waiting {
    OutboxRow row;
    AlertEvent event;
  };
  struct Bundle {
    std::vector<Waiting> rows;  // of one episode, in order
    std::size_t on_the_line{};  // so many from the front are being told now
    int setbacks{};             // failures that may be its own doing
    int odd_answers{};          // in a row, of the sort that is refused after a few
    bool shorter{};

    bool critical() const;
    int rank() const;
  };
  using Bundles = std::list<Bundle>;

  Bundle& bundle_for(const std::string& episode);
  /// So many of its rows, from the front, the bundle's next message tells; the last carries it.
  std::size_t next_told(const Bundle& bundle) const;
  Timestamp earliest(const Bundle& bundle, Timestamp now) const;
  Bundles::iterator most_urgent(Timestamp now);
  void settle(Waiting& carrier, OutboxState state, Timestamp now);
  void put_off(Waiting& carrier, Timestamp now, Duration wait);
  void fail(Timestamp now, const Delivery& delivery, Outcome& outcome);
  void erase_told(Bundles::iterator bundle);

  std::string channel_;
  QuotaWindow quota_;
  Random random_;
  Telling telling_;
  Circuit circuit_;
  Timestamp held_until_{no_time};   // after a failure, which may be the channel's own
  Timestamp asked_until_{no_time};  // the platform asked for it: no probe before
  Bundles bundles_;                 // by age
  std::unordered_map<std::string, Bundles::iterator> by_episode_;
  std::optional<Bundles::iterator> sending_;
  std::size_t rows_{};
  CourierCounts counts_;
};

}  // namespace foghorn
