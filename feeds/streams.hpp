#pragma once
// The streams of one connection: which are acknowledged, when each last brought data, and whether
// that is as it should be (design §5.7). It has no clock: it is told the time, always the arrival
// clock's.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/venues/venue.hpp"
#include "model/events.hpp"

namespace foghorn {

/// `live` brings data; `quiet` is silent by nature, or only just subscribed; `mute` is acknowledged
/// but brings no data where there should be; `dead` is not connected, not acknowledged or refused.
enum class StreamState : std::uint8_t { live, quiet, mute, dead };

std::string_view to_text(StreamState state);

struct StreamStatus {
  std::string name;
  StreamState state{};
  Timestamp last_data{no_time};  ///< engine time; no_time: none yet

  friend bool operator==(const StreamStatus&, const StreamStatus&) = default;
};

struct StreamPolicy {
  /// No data on a connection where data is due: it is mute. Where it had brought some, as a market
  /// does that is merely thin, twice as long each time in a row, up to five minutes.
  Duration data_limit{std::chrono::seconds{20}};
  /// No frame at all, be it a pong, though the other end was asked whether it is there.
  Duration idle_limit{std::chrono::seconds{25}};
  /// No data on one stream while others live: this, or ten times its median gap.
  Duration mute_limit{std::chrono::seconds{30}};
  /// Two connections go on side by side for at least so long after the newer was acknowledged: what
  /// it came too late for is still on its way to the older.
  Duration overlap{std::chrono::seconds{2}};
};

class StreamTable {
 public:
  /// What must happen to the connection.
  enum class Verdict : std::uint8_t {
    good,
    silent,   ///< no data where it is due, or nothing at all: replace the connection
    refused,  ///< the venue refused every subscription, and brings nothing
  };

  /// Interns the streams' symbols in `sources`.
  StreamTable(std::vector<Stream> streams, std::string_view venue, SourceTable& sources,
              StreamPolicy policy = {});

  /// The same streams for a further connection, which is not yet subscribed: what is known of them
  /// beyond one connection is kept.
  StreamTable for_another() const;

  /// The subscriptions are being sent. Streams without an ack count as acknowledged.
  void subscribed(Timestamp now);

  /// The last of them is out: silence counts from here.
  void sent(Timestamp now) { sent_at_ = now; }

  /// The connection is gone; `silent`: because judge() said so, else because of an error. Streams
  /// keep their last_data.
  void lost(bool silent);

  /// The venue acknowledged (refused) what it calls `subject`; empty: it does not say what. Returns
  /// the streams of which neither had been said on this connection, so that each is returned once
  /// at most. Valid until the next call.
  std::span<const std::size_t> acknowledged(std::string_view subject, Timestamp now);
  std::span<const std::size_t> refused(std::string_view subject);

  /// A frame of any kind came.
  void frame(Timestamp arrival) { last_frame_ = arrival; }

  /// A data frame of `kind` came with `events`. `last_data` becomes `arrival`, or with
  /// `event_clock` the events' own newest time. Allocates nothing.
  void data(StreamKind kind, std::span<const Event> events, Timestamp arrival, bool event_clock);

  /// Asked now and then, after subscribed() and before lost(). A silent verdict over a single
  /// stream is not repeated for twice as long each time, so that a market that is merely thin does
  /// not have its connection replaced for ever.
  Verdict judge(Timestamp now);

  /// Whether this connection serves what `other` does, so that it may take over from it: every
  /// stream is acknowledged, or brings data, where it is on `other`; and data has come, or none
  /// came on `other` either while this one had as long as `patience`.
  bool serves_as_well_as(const StreamTable& other, Duration patience, Timestamp now) const;

  /// `other`, which served the same streams, is gone: the last of them on either counts.
  void inherit(const StreamTable& other);

  std::span<const Stream> streams() const { return streams_; }
  /// Of its symbol; nullopt for "*".
  std::optional<SourceId> source(std::size_t stream) const { return states_[stream].source; }
  bool is_acknowledged(std::size_t stream) const {
    return states_[stream].acknowledged_at != no_time;
  }
  Timestamp acknowledged_at(std::size_t stream) const { return states_[stream].acknowledged_at; }
  bool has_data(std::size_t stream) const { return states_[stream].arrived != no_time; }
  /// On this connection, whatever it brought since.
  bool was_refused(std::size_t stream) const {
    return states_[stream].answered && !is_acknowledged(stream);
  }
  bool any_refused() const { return std::ranges::any_of(states_, &State::refused); }
  bool connected() const { return connected_; }
  Timestamp subscribed_at() const { return subscribed_at_; }
  Timestamp answered_at() const;  ///< the last acknowledgement, or subscribed_at()
  bool has_data() const { return last_data_ != no_time; }  ///< on this connection
  Timestamp last_frame() const { return last_frame_; }     ///< no_time: none yet on this connection

  Timestamp last_data() const { return last_data_; }  ///< the same, of data

  /// Up to when this connection, about to be lost(), brought what there was: its last frame; or
  /// where judge() called it silent for want of data, its last data, since heartbeats go on without
  /// it. At the earliest when its subscriptions were last sent or acknowledged.
  Timestamp heard_until(bool silent) const;

  StreamState state(std::size_t stream, Timestamp now) const;
  void append_status(std::vector<StreamStatus>& out, Timestamp now) const;

 private:
  struct State {
    std::optional<SourceId> source;
    Timestamp acknowledged_at{no_time};
    Timestamp arrived{no_time};    // of its newest data on this connection
    Timestamp last_data{no_time};  // the same, in engine time, over all connections
    Duration gap{};                // about the median between its data
    bool answered{};               // acknowledged or refused on this connection
    bool refused{};                // and nothing has come since
    bool mute{};  // the connection was replaced for its silence, and no data has come since
    Timestamp replaced{no_time};  // when its silence last cost the connection ...
    int replacements{};           // ... how often in a row
  };
  struct Route {
    std::uint64_t key{};  // kind and source
    std::size_t stream{};
  };

  Duration data_limit() const;
  bool due(std::size_t i) const { return !streams_[i].sparse && !states_[i].refused; }
  State* find(StreamKind kind, SourceId source);
  State* only_one(StreamKind kind);
  void mark(State& state, Timestamp arrival, Timestamp time);
  Duration limit(const State& state) const;
  Timestamp asked_at() const { return std::max(subscribed_at_, sent_at_); }
  Timestamp silent_since(const State& state) const;
  bool vouched_for(std::size_t i, Timestamp now) const;
  bool costs_connection(std::size_t i, Timestamp now);

  std::vector<Stream> streams_;
  std::vector<State> states_;
  std::vector<Route> routes_;  // sorted by key
  std::vector<std::size_t> concerned_;
  StreamPolicy policy_;
  bool connected_{};
  Timestamp subscribed_at_{no_time};
  Timestamp sent_at_{no_time};
  Timestamp last_frame_{no_time};
  Timestamp last_data_{no_time};
  int hushes_{};  // how often in a row data came and then stayed away
};

}  // namespace foghorn
