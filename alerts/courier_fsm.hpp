#pragma once
// What one channel's courier does next: which message, when, and what its answer makes of it. Pure:
// no clock, no network, no store; it says what is to be committed and the courier does it. The time
// it is given never goes back.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/backlog.hpp"
#include "alerts/circuit.hpp"
#include "alerts/composition.hpp"
#include "alerts/latency.hpp"
#include "alerts/mute.hpp"
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

struct CourierSetup {
  std::string channel{};
  Quota quota{};
  Telling telling{};
  std::function<double()> random{};  ///< in [0, 1)
  Fits fits{};
  MutedUntil muted{};
};

/// The outbox of one channel. Of the rows that a message tells, the last that calls for one carries
/// it; the others are told by it, which they are only while it is on the line and once it is
/// delivered. An attempt that fails puts them all back, and the next may compose differently.
///
/// Told together (chat platforms), composition.hpp says what makes a message. Told one by one
/// (programs), each row is one, an episode's in order, whatever their age; what is `for_digest` has
/// no place there. What is firing is one message, whatever waits, and may be told though nothing
/// does.
class CourierFsm {
 public:
  /// `sends`: the channel's last ones, oldest first. `silent_until`: the end of the silence that
  /// its platform asked for, as an earlier life committed it.
  CourierFsm(CourierSetup setup, const std::vector<Timestamp>& sends, Timestamp now,
             Timestamp silent_until = no_time);

  /// A row that an earlier life of the daemon left behind, in the order of their commits. One that
  /// was on the line may have arrived: it is tried until it is answered, and says so. What it
  /// returns is the row as it is now, where that differs: to be durable before the next attempt,
  /// whose message may have other rows.
  [[nodiscard]] std::optional<OutboxRow> restore(StoredMessage message, Timestamp now);

  void add(OutboxRow row, AlertEvent event);

  /// What is firing is to be told once more, though no row is news of it: it waits for its turn as
  /// a row does, and nothing of it is committed but the send.
  void repeat(Timestamp now);

  /// When the next message may go: `now` or later; nullopt while nothing waits or one is on the
  /// line.
  std::optional<Timestamp> next(Timestamp now) const;

  struct Attempt {
    std::vector<AlertEvent> events;  ///< in order
    RenderOptions options;           ///< as far as the FSM decides
    Commit commit;                   ///< to be durable before the request goes out
  };
  /// Takes the next message; none, without events, where next(now) is not `now`. REQUIRES: none is
  /// on the line.
  Attempt begin(Timestamp now);

  /// A row that will never arrive, or may have.
  struct GivenUp {
    std::string row;
    AlertEvent event;
    OutboxState state{};  ///< refused or unknown
  };
  struct Outcome {
    Commit commit;
    std::string_view reason;  ///< the delivery's
    bool circuit_opened{};
    bool circuit_closed{};
    std::vector<GivenUp> given_up;  ///< all of one state
  };
  /// The attempt ended so. `delivery.asked_wait` counts whatever the verdict.
  Outcome end(Timestamp now, const Delivery& delivery);

  /// Gives up the oldest of what is least important and less so than `tier`, what is for digests
  /// first: what was given up, empty if there is nothing.
  std::vector<OutboxRow> drop_below(std::optional<Tier> tier, Timestamp now);

  /// A row that was given up, to be told after all: before what came later of its episode.
  void take_back(OutboxRow row, AlertEvent event);

  /// Gives up an open row by a person's order. nullopt: there is none of that id, or it is on the
  /// line.
  std::optional<OutboxRow> drop(const std::string& id, Timestamp now);

  /// Hours of silence, from the next message on.
  void set_muted(MutedUntil muted) { setup_.muted = std::move(muted); }

  /// The channel is reached otherwise than it was: what waits because it failed is tried at once,
  /// also where the circuit is open. What the platform asked for is waited for all the same.
  void line_changed(Timestamp now);

  /// What has not arrived and calls for a message, in order of age.
  std::vector<AlertEvent> undelivered() const;

  std::size_t rows() const { return backlog_.rows(); }  ///< held
  std::size_t waiting() const;                          ///< of these, calling for a message
  std::optional<Timestamp> oldest_waiting() const;
  /// Whether the channel's mute hours hold back now what is not urgent.
  bool muted(Timestamp at) const { return setup_.muted && setup_.muted(at); }
  bool circuit_open() const { return circuit_.open(); }
  const CourierCounts& counts() const { return counts_; }

 private:
  using Parts = std::vector<Backlog::Place>;  // with so many rows `on_the_line`

  bool may_call(const Bundle& bundle) const;
  Timestamp earliest(const Bundle& bundle, Timestamp now) const;
  std::vector<Backlog::Place> ready(Timestamp now);
  void set_back(const Parts& parts, Duration wait, Timestamp now);
  void tell(const Parts& parts, Timestamp now, Outcome& outcome);
  void refuse(const Parts& parts, Timestamp now);
  void doubt(const Parts& parts, Timestamp now);
  void too_long(const Parts& parts, Timestamp now, const Delivery& delivery, Outcome& outcome);
  void fail(Timestamp now, const Delivery& delivery, Outcome& outcome);

  CourierSetup setup_;
  QuotaWindow quota_;
  Circuit circuit_;
  Timestamp held_until_{no_time};            // after a failure, which may be the channel's own
  Timestamp asked_until_{no_time};           // the platform asked for it: not even a probe before
  Timestamp silent_until_{no_time};          // the same and the quota's silence, as committed
  std::size_t most_events_{most_in_digest};  // less after the platform found a digest too long
  Backlog backlog_;
  Parts on_the_line_;
  CourierCounts counts_;
};

}  // namespace foghorn
