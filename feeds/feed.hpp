#pragma once
// One configured feed as it runs: its books, its connections, and its questions by REST.

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "feeds/backfill.hpp"
#include "feeds/contracts.hpp"
#include "feeds/feed_books.hpp"
#include "feeds/session.hpp"
#include "feeds/tapped_books.hpp"
#include "net/task_group.hpp"

namespace foghorn {

/// Told of each answer about contracts that was understood: what FeedOptions::known_contracts may
/// hold in the next life.
using OnContracts = std::function<void(std::string_view feed, std::string_view body)>;

/// What all feeds share. References outlive the feeds.
struct FeedEnvironment {
  SourceTable& sources;
  EngineTime& engine;
  ArrivalClock& clock;
  IntakeSink& sink;
  IntakePolicy intake;
  WsConnector connect;
  HttpFetch fetch;
  OnCoverage coverage;               ///< may be empty
  OnCandles candles{};               ///< may be empty
  OnContracts contracts_accepted{};  ///< may be empty
  Tap* tap{};                        ///< listens in; may be null
};

struct FeedPolicy {
  SessionPolicy session;
  StreamPolicy streams;
  ContractsPolicy contracts;
  BackfillPolicy backfill{};
  std::optional<Duration> connect_spacing{};  ///< replaces the venue's
};

/// Lives on the market thread; every call, and every task, runs there.
class Feed {
 public:
  /// Plans the connections. Throws std::invalid_argument, with a sentence, for a URL that is none.
  Feed(const Venue& venue, FeedOptions options, FeedEnvironment environment,
       FeedPolicy policy = {});

  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// Spawns one task per connection, one for the contracts where the venue counts in them, and one
  /// for the past where the venue tells it. The feed outlives them.
  void start(TaskGroup& tasks);

  /// Ends its connections as far as anybody is told: what it was heard to say ends now, and nothing
  /// that its tasks still bring counts. They are then to be cancelled; the feed outlives them.
  void stop();

  /// Another one listens in, in place of FeedEnvironment::tap: it is told first what is open. Null:
  /// nobody does.
  void listen_in(Tap* tap);

  /// What of a past life's contracts_accepted() is known, before start(); see
  /// FeedOptions::known_contracts.
  void know_contracts(std::string body) { known_contracts_ = std::move(body); }

  /// Wants the minutes of `symbol` that begin in [from, to), which are whole minutes: they come by
  /// FeedEnvironment::candles, or never. Nothing where backfills() is false.
  void want_candles(const std::string& symbol, Timestamp from, Timestamp to);
  /// Whether the venue tells of the past, and may be asked.
  bool backfills() const { return backfill_.possible(); }
  /// Some that were wanted are still to come.
  bool backfilling() const { return backfill_.busy(); }

  /// What the venue's REST interface answered about the past of `symbol`, handed on to
  /// FeedEnvironment::candles: how many minutes. Errors: bad_protocol.
  Result<std::size_t> candles(std::string_view symbol, std::string_view body);

  const std::string& name() const { return books_.options().name; }
  const Venue& venue() const { return books_.venue(); }
  const FeedOptions& options() const { return books_.options(); }
  FeedStatus status() const { return books_.status(environment_.clock.now()); }
  FeedCounters counters() const {
    auto counters = books_.counters();
    counters.backfill = backfill_.counts();
    return counters;
  }

  /// Ticks of a source that were not judged; null where the feed was not asked for its price.
  const SourceCounts* source_counts(SourceId source) const { return books_.source_counts(source); }

  bool had_data() const { return books_.had_data(); }

 private:
  Result<std::size_t> accept_contracts(std::string_view body);
  void start_contracts(TaskGroup& tasks);
  HttpOptions http_options() const;
  BackfillContext backfill_context();
  asio::awaitable<HttpAnswer> fetch_spaced(HttpRequest request, HttpOptions options);
  std::function<asio::awaitable<LoggedIn>()> login() const;
  double random();

  FeedEnvironment environment_;
  FeedPolicy policy_;
  FeedBooks books_;
  TappedBooks tapped_;
  ConnectPacer pacer_;
  ConnectPacer rest_pacer_;
  std::optional<std::string> known_contracts_;
  Backfill backfill_;
  std::mt19937_64 random_{std::random_device{}()};
};

}  // namespace foghorn
