#pragma once
// What a feed knows, apart from how it is connected: its venue's plan, the state of every stream,
// intake, contracts, coverage and counters. It has no socket, no task and no clock; it is told, by
// the verbs of feeds/tap.hpp, and what the engine hears follows from them alone. So a capture is
// replayed by telling it the same again.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/coverage.hpp"
#include "feeds/feed_options.hpp"
#include "feeds/intake.hpp"
#include "feeds/session_journal.hpp"
#include "feeds/streams.hpp"
#include "feeds/tap.hpp"
#include "feeds/venues/venue.hpp"
#include "net/url.hpp"

namespace foghorn {

/// Told when all liquidation streams of a feed are seen, and when one of them is not any more: what
/// lies between is a gap. Nothing is expected of those that the venue refused, be it a symbol that
/// is no longer listed; where it refused them all, nothing is seen. `at` is engine time: of the
/// acknowledgement; of what was last heard before the loss, which may be earlier than engine time
/// is by now; no_time where the engine's clock is the events' and none has come.
using OnCoverage = std::function<void(std::string_view venue, bool seen, Timestamp at)>;

/// Told of minutes of a source's past, in ascending order, as its venue's REST interface gave them.
using OnCandles =
    std::function<void(SourceId source, std::span<const Candle> minutes, Timestamp engine_time)>;

/// Where what a feed knows goes. References outlive the books.
struct BooksEnvironment {
  SourceTable& sources;
  EngineTime& engine;
  IntakeSink& sink;
  IntakePolicy intake{};
  OnCoverage coverage{};      ///< may be empty
  OnCandles candles{};        ///< may be empty
  Voice voice{Voice::aloud};  ///< of the log
};

struct FeedStatus {
  std::string name;
  StreamState state{};  ///< live if any stream is; else mute, quiet, dead, the first that any is
  std::vector<StreamStatus> streams;
};

/// What a frame asks of who holds its connection. Valid until the next frame.
struct FrameAnswer {
  std::string_view reply{};  ///< to be sent at once; empty: nothing
  bool welcome{};            ///< the login was accepted: the subscriptions may follow
  bool leaving{};            ///< the venue is about to cut the connection
};

/// What must happen to an open connection.
enum class LineVerdict : std::uint8_t {
  good,
  silent,      ///< no data where it is due, or nothing at all: replace it
  refused,     ///< the venue refused the login, or every subscription, and brings nothing
  unanswered,  ///< the login was not answered
};

class FeedBooks {
 public:
  /// Plans the connections. Throws std::invalid_argument, with a sentence, for a URL that is none.
  FeedBooks(const Venue& venue, FeedOptions options, BooksEnvironment environment,
            StreamPolicy policy = {});

  FeedBooks(const FeedBooks&) = delete;
  FeedBooks& operator=(const FeedBooks&) = delete;

  // The verbs. `link` is below links(); what is told of a connection that is not open is ignored.
  // Times never go back.

  /// The subscriptions of a connection are about to be sent (where it logs in, the login). It is to
  /// take over from the one that `takes_over` names, where that is open, and does so when that
  /// ended; 0: there is none. A third of one link replaces the second.
  void opened(std::uint32_t link, std::uint32_t serial, std::uint32_t takes_over, Timestamp t);
  /// Allocates nothing once its buffers have grown to the venue's frames.
  FrameAnswer frame(std::uint32_t link, std::uint32_t serial, const Frame& frame, Timestamp t);
  void ended(std::uint32_t link, std::uint32_t serial, LinkEnd how, Timestamp t);
  /// How many contracts the answer knows. Errors: bad_protocol; what was known stays.
  Result<std::size_t> contracts(std::string_view body, Timestamp t);
  /// How many minutes it holds. Errors: bad_protocol.
  Result<std::size_t> candles(std::string_view symbol, std::string_view body, Timestamp t);

  // What who holds the connections asks. None of it changes what the engine is told.

  std::uint32_t links() const { return static_cast<std::uint32_t>(links_.size()); }
  const Connection& connection(std::uint32_t link) const { return links_[link].connection; }
  const Url& url(std::uint32_t link) const { return links_[link].url; }
  SessionJournal& journal(std::uint32_t link) { return links_[link].journal; }
  /// The last of the connection's subscriptions is out.
  void sent(std::uint32_t link, std::uint32_t serial, Timestamp now);
  /// Asked now and then what must happen to an open connection.
  LineVerdict judge(std::uint32_t link, std::uint32_t serial, Timestamp now);
  bool had_data(std::uint32_t link, std::uint32_t serial) const;
  /// Whether the carrier's venue refuses any of its subscriptions.
  bool refused_any(std::uint32_t link) const { return links_[link].line.streams.any_refused(); }
  /// Arrival of its last frame; when it was opened, where none has come.
  Timestamp last_frame(std::uint32_t link, std::uint32_t serial) const;
  /// The one that carries the link, and the one that is to take over; 0: there is none.
  std::uint32_t carrier(std::uint32_t link) const { return links_[link].line.serial; }
  std::uint32_t successor(std::uint32_t link) const;
  /// Whether the successor serves as well as the carrier, and has for a while in which that was
  /// itself alive, so that the carrier may go without anything being lost.
  bool may_hand_over(std::uint32_t link, Timestamp now) const;

  const Venue& venue() const { return venue_; }
  const FeedOptions& options() const { return options_; }
  FeedStatus status(Timestamp now) const;
  FeedCounters counters() const { return {intake_.counts(), counts_}; }

  /// Ticks of a source that were not judged; null where the feed was not asked for its price.
  const SourceCounts* source_counts(SourceId source) const { return intake_.source_counts(source); }

  bool had_data() const { return intake_.counts().last_data != no_time; }

 private:
  /// One open connection, or the last.
  struct Line {
    std::uint32_t serial{};  // 0: not open
    StreamTable streams;
    std::unique_ptr<Decoder> decoder{};
    Timestamp opened{no_time};
    Timestamp heard{no_time};  // its last frame
    std::uint64_t sequence{};  // the number of its last frame; 0: none
    bool logging_in{};
    bool login_refused{};
  };
  struct Link {
    Connection connection;
    Url url;
    SessionJournal journal;
    std::vector<std::size_t> coverage;  // by stream: its number in coverage_, of liquidations
    Line line;
    std::optional<Line> successor{};
    // While there are two, and where one is behind the other that is gone, a little longer:
    Echoes echoes{};
    Timestamp echoes_until{no_time};
    bool newer_remains{};
  };

  IntakeRequest intake_request() const;
  void add_link(Connection connection, std::size_t number, std::size_t of);
  void subscribe(Link& link, Line& line, Timestamp t);
  void control(Link& link, Line& line, const FrameReport& report, Timestamp t);
  void acknowledge(Link& link, Line& line, std::size_t stream, Timestamp t);
  void number(Link& link, Line& line, const FrameReport& report, Timestamp t);
  void tell_holes(Link& link, const Line& line);
  void unseen_between(Link& link, std::size_t stream, Timestamp from, Timestamp to);
  void liquidations_since(std::optional<SourceId> source, Timestamp t);
  void lose(Link& link, LinkEnd how);
  void abandon(Link& link, LinkEnd how);
  void promote(Link& link, LinkEnd how);
  void coverage_changed(bool complete, Timestamp at);

  const Venue& venue_;
  FeedOptions options_;
  BooksEnvironment environment_;
  StreamPolicy policy_;
  Contracts contracts_;
  Intake intake_;
  Coverage coverage_;
  LinkCounts counts_;
  std::vector<Link> links_;
  std::vector<Event> events_;  // of one frame; kept for its capacity
};

}  // namespace foghorn
