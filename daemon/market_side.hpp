#pragma once
// What lives on the market thread: feeds, intake, engine. Frames are decoded and judged where they
// arrive; what leaves this thread is rare: decisions, state to be stored, minute bars, and a
// snapshot when somebody asks.

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/backfill_plan.hpp"
#include "daemon/config/config.hpp"
#include "daemon/engine_input.hpp"
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

class MarketSide {
 public:
  /// Called on the market thread, whenever there is something to hand over.
  using Outlet = std::function<void(Decisions)>;

  MarketSide(asio::io_context& io, const Config& config, Outlet outlet);

  // Before start(): what an earlier life left.
  void restore(const std::vector<StoredRule>& states, Timestamp now);
  void know_days(const std::string& instrument, const std::vector<StoredDay>& days);
  void warm(const std::string& instrument, const std::vector<StoredBar>& bars);

  void start();
  /// Cancels every connection; join() waits until they have unwound.
  void stop();
  asio::awaitable<std::size_t> join(std::chrono::steady_clock::duration grace) {
    return tasks_.join(grace);
  }

  Snapshot snapshot();
  ExplainAnswer explain(const std::string& rule);

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

  std::unique_ptr<Capture> make_capture();
  CaptureState capture_state();
  asio::awaitable<void> run_heartbeat();
  void take_candles(SourceId source, std::span<const Candle> minutes, Timestamp engine_time);
  void ask_for_missing();
  Feed* feed_of(SourceId source);
  bool known(const std::string& key) const;
  void hand_over(bool with_timers);
  InstrumentSnapshot instrument_snapshot(std::size_t i) const;

  const Config& config_;
  Outlet outlet_;
  ArrivalClock clock_;
  EngineTime time_;
  SourceTable sources_;
  Engine engine_;
  LiveInput input_;
  std::vector<std::optional<TermId>>
      day_changes_;                   // by instrument: change(S, 24h), for status and metrics
  std::unique_ptr<Capture> capture_;  // null: none
  std::vector<CaptureState::Minute> minutes_;  // what its next file begins with
  Timestamp restored_{no_time};
  std::deque<Feed> feeds_;
  std::vector<LiquidationSnapshot> liquidations_;  // by venue that is asked for them
  std::vector<std::size_t>
      liquidation_venue_;  // by SourceId: 1 + index into liquidations_; 0 not looked up yet
  LiquidationMinutes liquidation_minutes_;
  LatencyCounts tick_to_decision_;
  std::map<std::string, std::string> stored_;  // the last text handed over, by key
  std::vector<std::string> gone_;              // keys in the store that the config has no more
  BackfillPlan backfill_plan_;
  Timestamp asked_{};           // when ask_for_missing() last did
  Timestamp stepped_{no_time};  // when run_heartbeat() last did its round
  TaskGroup tasks_;
};

}  // namespace foghorn
