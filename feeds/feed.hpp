#pragma once
// One configured feed: its venue, what is asked of it, its connections, and what it has to show for
// them.

#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "feeds/contracts.hpp"
#include "feeds/session.hpp"
#include "net/task_group.hpp"

namespace foghorn {

struct FeedOptions {
  std::string name;  ///< the config's: a metric label
  FeedRequest request;
  std::string ca_file;  ///< for the WebSocket and for REST; empty: the system's roots
  /// Replaces the venue's REST base; "": no REST; nullopt: the venue's own.
  std::optional<std::string> rest_url;
  bool delayed{};
  bool positive_prices{true};  ///< the venue knows no price of zero or less
};

/// Told when all liquidation streams of a feed are seen, and when one of them is not any more: what
/// lies between is a gap. Nothing is expected of those that the venue refused, be it a symbol that
/// is no longer listed; where it refused them all, nothing is seen. `at` is engine time: of the
/// acknowledgement; of what was last heard before the loss, which may be earlier than engine time
/// is by now; no_time where the engine's clock is the events' and none has come.
using OnCoverage = std::function<void(std::string_view venue, bool seen, Timestamp at)>;

/// What all feeds share. References outlive the feeds.
struct FeedEnvironment {
  SourceTable& sources;
  EngineTime& engine;
  ArrivalClock& clock;
  IntakeSink& sink;
  IntakePolicy intake;
  WsConnector connect;
  HttpFetch fetch;
  OnCoverage coverage;  ///< may be empty
};

struct FeedPolicy {
  SessionPolicy session;
  StreamPolicy streams;
  ContractsPolicy contracts;
  /// About three connects a second: the strictest limit we know (OKX).
  Duration connect_spacing{std::chrono::milliseconds{350}};
};

struct FeedStatus {
  std::string name;
  StreamState state{};  ///< live if any stream is; else mute, quiet, dead, the first that any is
  std::vector<StreamStatus> streams;
};

/// Lives on the market thread; every call, and every task, runs there.
class Feed {
 public:
  /// Plans the connections. Throws std::invalid_argument, with a sentence, for a URL that is none.
  Feed(const Venue& venue, FeedOptions options, FeedEnvironment environment,
       FeedPolicy policy = {});

  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Spawns one task per connection, and one for the contracts where the venue counts in them. The
  /// feed outlives them.
  void start(TaskGroup& tasks);

  const std::string& name() const { return options_.name; }
  FeedStatus status() const;
  FeedCounters counters() const { return {intake_.counts(), links_}; }

  /// Ticks of a source that were not judged; null where the feed was not asked for its price.
  const SourceCounts* source_counts(SourceId source) const { return intake_.source_counts(source); }

  bool had_data() const { return intake_.counts().last_data != no_time; }

 private:
  struct Link {
    Connection connection;
    Url url;
    StreamTable streams;
    SessionJournal journal;
  };

  void add_link(Connection connection, std::size_t number, std::size_t of);
  IntakeRequest intake_request() const;
  std::string contracts_url() const;
  void liquidations_seen(bool seen, Timestamp at);
  void liquidations_refused(bool refused, Timestamp at);
  bool covered() const;
  void tell_coverage(bool before, Timestamp at);
  double random();

  const Venue& venue_;
  FeedOptions options_;
  FeedEnvironment environment_;
  FeedPolicy policy_;
  Contracts contracts_;
  Intake intake_;
  LinkCounts links_;
  ConnectPacer pacer_;
  std::deque<Link> open_;
  std::size_t liquidation_streams_{};  // expected: all but the refused
  std::size_t liquidation_streams_seen_{};
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace foghorn
