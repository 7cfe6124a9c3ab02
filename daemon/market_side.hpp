#pragma once
// What lives on the market thread: feeds, intake, engine. Frames are decoded and judged where they
// arrive; what leaves this thread is rare: decisions, state to be stored, minute bars, and a
// snapshot when somebody asks.

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "daemon/backfill_plan.hpp"
#include "daemon/config/config.hpp"
#include "daemon/engine_input.hpp"
#include "daemon/page_snapshot.hpp"
#include "daemon/snapshot.hpp"
#include "feeds/capture/capture.hpp"
#include "feeds/feed.hpp"
#include "net/clock.hpp"
#include "net/task_group.hpp"
#include "rules/engine.hpp"
#include "rules/liquidation_minutes.hpp"
#include "store/rows.hpp"

namespace foghorn {

/// What the engine decided and what must survive it: one commit.
struct Decisions {
  std::vector<AlertEvent> events;
  std::vector<StoredRule> states;
  std::vector<StoredBar> bars;
  std::vector<StoredDay> days;
  std::vector<HeldBack> held_back;
  std::vector<LiquidationMinute> liquidations;
  std::vector<StreamStretch> streams;

  bool empty() const {
    return events.empty() && states.empty() && bars.empty() && days.empty() && held_back.empty() &&
           liquidations.empty() && streams.empty();
  }
};

/// What the store has of an instrument.
struct StoredPast {
  std::string instrument;
  std::vector<StoredDay> days;     ///< in any order; of an instrument that is new
  std::vector<StoredBar> minutes;  ///< ascending, all over
};

/// Another config for a market side that runs, with what takes long already done.
struct MarketChange {
  std::shared_ptr<const Config> config;
  std::vector<CompiledRule> rules;
  std::vector<StoredPast> past;
  std::string capture_setup{};  ///< empty where nothing is captured
};

/// On any thread. `past`: of the instruments that wanting_past() names; of others it is passed
/// over.
MarketChange make_market_change(std::shared_ptr<const Config> config, std::vector<StoredPast> past);

/// The instruments of `next` whose stored minutes a market side that runs `now` wants: those that
/// are new, those whose rules look further back than it has kept, and those whose past is read
/// otherwise, by other hours or another max_staleness. Not of event series.
std::vector<std::string> wanting_past(const Config& now, const Config& next);

class MarketSide {
 public:
  /// Called on the market thread, whenever there is something to hand over.
  using Outlet = std::function<void(Decisions)>;

  MarketSide(asio::io_context& io, std::shared_ptr<const Config> config, Outlet outlet);

  // Before start(): what an earlier life left.
  void restore(const std::vector<StoredRule>& states, Timestamp now);
  void know_days(const std::string& instrument, const std::vector<StoredDay>& days);
  void warm(const std::string& instrument, const std::vector<StoredBar>& bars);

  void start();
  /// Cancels every connection; join() waits until they have unwound.
  void stop();
  asio::awaitable<std::size_t> join(std::chrono::steady_clock::duration grace);

  /// Goes on with another config, on the market thread, after start(): what is the same in both
  /// goes on as if nothing had happened, windows, rules' states, connections and counts included. A
  /// feed that changed connects anew; one that is gone is closed. What this decides (a rule that
  /// changed or is gone ends its episode) has gone through the outlet when it returns. Nothing here
  /// fails for what load_config() lets pass. `[engine] clock` must be as it was.
  void reload(MarketChange change);

  Snapshot snapshot();
  ExplainAnswer explain(const std::string& rule);
  /// What the status page shows, but for what takes longer: its rules and pasts, which are asked
  /// for a few at a time, lest a tick wait for all of them.
  PageSnapshot page_snapshot();
  /// One for each of these ids; an empty one where there is no such rule any more.
  std::vector<PageRule> page_rules(std::span<const std::string> rules);
  std::vector<PagePast> page_pasts(std::span<const std::string> instruments);

 private:
  /// The engine's input, with what the live daemon adds: hand-over, liquidation totals, latency.
  class LiveInput final : public IntakeSink {
   public:
    explicit LiveInput(MarketSide& side) : side_{side} {}
    void price(SourceId source, double price, Timestamp engine_time, Timestamp event_time) override;
    void liquidation(const Liquidation& liquidation, Timestamp engine_time) override;
    void late(SourceId, double, Timestamp) override {}  // see EngineInput::late()

   private:
    void decided(Timestamp engine_time);
    MarketSide& side_;
  };

  /// A feed as it runs.
  struct LiveFeed {
    LiveFeed(const Venue& venue, FeedOptions options, FeedEnvironment environment,
             asio::any_io_executor executor);
    const std::string& name() const { return feed.name(); }
    /// Its own, and those of the ones that it replaced.
    FeedCounters counters() const;
    Feed feed;
    FeedCounters before{};
    TaskGroup tasks;
  };

  /// A capture that was replaced, while it writes what is left: its disk may be slow.
  struct CaptureEnd {
    explicit CaptureEnd(std::unique_ptr<Capture> capture);
    std::shared_ptr<std::atomic<bool>> over{std::make_shared<std::atomic<bool>>()};
    std::jthread thread;
  };

  std::unique_ptr<LiveFeed> make_feed(const Config& config, const FeedSpec& spec);
  std::vector<LiveFeed*> replace_feeds(const Config& before, const Config& next);
  void replace_capture(const CaptureSpec& before, std::string setup);
  void take_past(const StoredPast& past, Engine& engine);
  void keep_minutes(const std::string& instrument, std::span<const StoredBar> bars);
  void forget_old_minutes();
  void take_bars(Decisions& decisions);
  void let_go(std::unique_ptr<LiveFeed> live);
  void forget_ended_feeds();
  std::unique_ptr<Capture> make_capture(std::string setup);
  CaptureState capture_state();
  asio::awaitable<void> run_heartbeat();
  void take_candles(SourceId source, std::span<const Candle> minutes, Timestamp engine_time);
  void ask_for_missing();
  Feed* find_feed(std::string_view name);
  Feed* feed_of(SourceId source);
  bool known(const std::string& key) const;
  void hand_over(bool with_timers);
  InstrumentSnapshot instrument_snapshot(std::size_t i) const;
  std::vector<LiquidationSnapshot> liquidation_snapshots();

  asio::any_io_executor executor_;
  std::shared_ptr<const Config> config_;
  Outlet outlet_;
  ArrivalClock clock_;
  EngineTime time_;
  SourceTable sources_;
  std::unique_ptr<Engine> engine_;
  LiveInput input_;
  std::vector<std::optional<TermId>>
      day_changes_;                   // by instrument: change(S, 24h), for status and metrics
  std::unique_ptr<Capture> capture_;  // null: none
  std::string capture_setup_;         // its
  std::vector<CaptureEnd> capture_ends_;
  std::vector<CaptureState::Minute> minutes_;  // what a next file of it, or of one to come, has
  Timestamp minutes_trimmed_{};                // when those that are old were last forgotten
  Timestamp restored_{no_time};
  std::vector<std::unique_ptr<LiveFeed>> feeds_;    // in the config's order
  std::vector<std::unique_ptr<LiveFeed>> leaving_;  // stopped, until their tasks have ended
  std::vector<SourceCounts> past_counts_;           // by SourceId: of feeds that were let go
  bool past_data_{};                                // a feed that was let go had brought data
  std::vector<LiquidationSnapshot> liquidations_;   // by venue that is asked for them
  std::vector<std::size_t>
      liquidation_venue_;  // by SourceId: 1 + index into liquidations_; 0 not looked up yet
  LiquidationMinutes liquidation_minutes_;
  LatencyCounts tick_to_decision_;
  std::map<std::string, std::string> contracts_;  // what venues last said of theirs, by feed
  std::map<std::string, std::string> stored_;     // the last text handed over, by key
  std::vector<std::string> gone_;                 // keys in the store that the config has no more
  BackfillPlan backfill_plan_;
  Timestamp asked_{};           // when ask_for_missing() last did
  Timestamp stepped_{no_time};  // when run_heartbeat() last did its round
  TaskGroup tasks_;
};

}  // namespace foghorn
