#pragma once
// What a feed knows, apart from how it is connected: its venue's plan, the state of every stream,
// intake, contracts, coverage and counters. It has no socket, no task and no clock; it is told, by
// the verbs of feeds/tap.hpp, and what the engine hears follows from them alone. So a capture is
// replayed by telling it the same again.

#include <cstdint>
#include <deque>
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

/// How a feed's liquidations are seen, for the status.
struct LiquidationState {
  LiquidationCoverage coverage{};
  bool seen{};               ///< all that were asked for and not refused
  Timestamp since{no_time};  ///< engine time; no_time: never otherwise

  friend bool operator==(const LiquidationState&, const LiquidationState&) = default;
};

struct FeedStatus {
  std::string name;
  StreamState state{};  ///< live if any stream is; else mute, quiet, dead, the first that any is
  std::vector<StreamStatus> streams;
  std::optional<LiquidationState> liquidations{};  ///< where any were asked for
};

/// What a frame asks of who holds its connection. Valid until the next frame.
struct FrameAnswer {
  std::string_view reply{};  ///< to be sent at once; empty: nothing
  bool welcome{};            ///< the login was accepted: the subscriptions may follow
  bool leaving{};            ///< the venue is about to cut the connection
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

  /// The subscriptions of a connection are about to be sent (where it logs in, the login). It
  /// replaces without a gap the one that `takes_over` names, where that is open; 0: none. A third
  /// of one link replaces the second.
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
  /// Asked now and then what must happen to an open connection.
  StreamTable::Verdict judge(std::uint32_t link, std::uint32_t serial, Timestamp now);
  bool had_data(std::uint32_t link, std::uint32_t serial) const;

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
    std::unique_ptr<Decoder> decoder;
  };
  struct Link {
    Connection connection;
    Url url;
    SessionJournal journal;
    Line line;
  };

  IntakeRequest intake_request() const;
  void add_link(Connection connection, std::size_t number, std::size_t of);
  Line* find(std::uint32_t link, std::uint32_t serial);
  void control(Link& link, Line& line, const FrameReport& report, Timestamp t);
  void forget_prices(const StreamTable& streams);
  void begin(const Line& line, std::size_t stream, Timestamp t);
  void coverage_changed(bool complete, Timestamp at);

  const Venue& venue_;
  FeedOptions options_;
  BooksEnvironment environment_;
  StreamPolicy policy_;
  Contracts contracts_;
  Intake intake_;
  Coverage coverage_;
  LiquidationState liquidations_;
  LinkCounts counts_;
  std::deque<Link> links_;
  std::vector<Event> events_;  // of one frame; kept for its capacity
};

}  // namespace foghorn
