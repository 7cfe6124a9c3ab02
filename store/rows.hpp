#pragma once
// What the store holds, as its users see it: values without a database behind them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert_event.hpp"
#include "model/day_bar.hpp"
#include "model/held_back.hpp"
#include "model/liquidation_minute.hpp"
#include "model/time.hpp"

namespace foghorn {

/// A rule's state, which is the engine's business: `state` is opaque here. An empty `state` stands
/// for none: committing it forgets the rule.
struct StoredRule {
  std::string rule{};
  std::string hash{};   ///< of the rule's condition
  std::string state{};  ///< JSON

  friend bool operator==(const StoredRule&, const StoredRule&) = default;
};

enum class OutboxState : std::uint8_t {
  pending,     ///< waits for its turn
  sending,     ///< a request may be on the line
  delivered,   ///< the platform said that it has it
  refused,     ///< the platform will not have it
  unknown,     ///< tried twice without an answer: the reader may have it
  replaced,    ///< told by a later message of its episode, `told_by`
  dropped,     ///< gave way at the outbox's bound
  for_digest,  ///< told with the next digest, and calls for none itself
  silenced,    ///< a silence covers it: recorded, not told
  quiet,       ///< its rule's quiet_while spoke for it: recorded, not told
};

std::string_view to_text(OutboxState state);
std::optional<OutboxState> parse_outbox_state(std::string_view text);

/// Whether the reader may still get a message of this row's own.
constexpr bool open(OutboxState state) {
  return state == OutboxState::pending || state == OutboxState::sending ||
         state == OutboxState::for_digest;
}

/// Given up: a dead letter, until somebody has it tried again.
constexpr bool dead(OutboxState state) {
  return state == OutboxState::refused || state == OutboxState::unknown ||
         state == OutboxState::dropped;
}

/// Recorded and not told, for as long as the cause lasts.
constexpr bool hushed(OutboxState state) {
  return state == OutboxState::silenced || state == OutboxState::quiet;
}

/// One alert event on its way to one channel.
struct OutboxRow {
  std::string id{};     ///< event + "/" + channel
  std::string event{};  ///< the alert event's id
  std::string channel{};
  std::string episode{};  ///< empty where there is none
  std::optional<Tier> tier{};
  OutboxState state{};
  int tries{};        ///< attempts that ended
  int unknowns{};     ///< of these, without an answer
  bool uncertain{};   ///< the reader may have it already: what is sent says so
  bool unanswered{};  ///< an attempt died with the daemon: tried until it is answered
  Timestamp next_try{};
  std::string last_error{};  ///< from the closed list of channel reasons; never a URL
  std::string told_by{};     ///< the row whose message tells this one; empty: its own
  Timestamp created{};
  Timestamp settled{no_time};  ///< when it was no longer open; no_time before

  friend bool operator==(const OutboxRow&, const OutboxRow&) = default;
};

std::string outbox_id(std::string_view event, std::string_view channel);

/// A message that went out, or may have: quotas count it, across restarts.
struct StoredSend {
  std::string channel{};
  Timestamp time{};
  std::string attempt{};  ///< unique within the channel and time

  friend bool operator==(const StoredSend&, const StoredSend&) = default;
};

/// A channel's platform asked for silence until a time, which holds across restarts.
struct ChannelHold {
  std::string channel{};
  Timestamp until{};

  friend bool operator==(const ChannelHold&, const ChannelHold&) = default;
};

/// Somebody's order not to be told, until a time.
struct Silence {
  std::string id{};
  std::string rule{};        ///< what it covers: this rule; empty: any
  std::string instrument{};  ///< and this instrument; empty: any
  std::string author{};
  std::string reason{};
  Timestamp made{};
  Timestamp until{};
  Timestamp ended{no_time};  ///< taken back before `until`; no_time: not

  friend bool operator==(const Silence&, const Silence&) = default;
};

/// An instrument's minute.
struct StoredBar {
  std::string instrument{};
  Timestamp minute{};  ///< its first instant
  double open{}, high{}, low{}, close{};
  bool told_later{};  ///< nobody saw it: venues told it afterwards

  friend bool operator==(const StoredBar&, const StoredBar&) = default;
};

/// A digest of the config, and since when it stands there. A `since` of no_time: committing it
/// forgets the digest.
struct StoredDigest {
  std::string digest{};
  Timestamp since{};

  friend bool operator==(const StoredDigest&, const StoredDigest&) = default;
};

/// An instrument's trading day. Of one day the fuller word stands: one that came live and was seen
/// whole (1 % may lack) before an imported one, an imported one before one that was seen in part.
struct StoredDay {
  std::string instrument{};
  DayBar bar{};
  bool imported{};

  friend bool operator==(const StoredDay&, const StoredDay&) = default;
};

/// All of it becomes durable, or none. Committing the same again changes nothing.
struct Commit {
  std::vector<AlertEvent> events{};   ///< one whose id is known is passed over
  std::vector<OutboxRow> new_rows{};  ///< likewise
  std::vector<OutboxRow> changed_rows{};
  std::vector<StoredRule> rules{};  ///< the last word on each
  std::vector<StoredSend> sends{};
  std::vector<StoredBar> bars{};  ///< the last word on each minute; before one that was seen none
                                  ///< that was told later
  std::vector<StoredDay> days{};
  std::vector<HeldBack> held_back{};              ///< one that is known is passed over
  std::vector<Silence> silences{};                ///< the last word on each
  std::vector<LiquidationMinute> liquidations{};  ///< one that is known is passed over
  std::vector<StreamStretch> streams{};           ///< the last word on each (venue, since)
  std::vector<ChannelHold> holds{};               ///< the last word on each channel
  std::vector<StoredDigest> digests{};            ///< the last word on each

  bool empty() const {
    return events.empty() && new_rows.empty() && changed_rows.empty() && rules.empty() &&
           sends.empty() && bars.empty() && days.empty() && held_back.empty() && silences.empty() &&
           liquidations.empty() && streams.empty() && holds.empty() && digests.empty();
  }
};

/// An outbox row with the event that it carries.
struct StoredMessage {
  OutboxRow row{};
  AlertEvent event{};
};

/// Which outbox rows are asked for.
struct OutboxQuery {
  std::string id{};                   ///< of a row or its event; empty: any
  std::string channel{};              ///< empty: any
  std::vector<OutboxState> states{};  ///< empty: any
  std::string told_by{};              ///< told by this row's message; empty: any
  std::string before{};               ///< older than this row; empty: any
  std::size_t most{100};              ///< the newest of them
};

}  // namespace foghorn
