#pragma once
// The rule engine: judges each event at once, in the order it arrives, and steps timers at
// heartbeats (design §5.2, §5.3, §6). The live daemon, replay and rule tests run this same class;
// only where events come from differs.
//
// Single-threaded, pure: time comes in with the events. The same calls give the same alert events,
// byte for byte.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/alert_event.hpp"
#include "model/day_bar.hpp"
#include "model/events.hpp"
#include "model/held_back.hpp"
#include "rules/compiled_rule.hpp"
#include "rules/episode.hpp"
#include "rules/explain.hpp"
#include "rules/market.hpp"
#include "rules/program.hpp"

namespace foghorn {

struct EngineOptions {
  Duration heartbeat{std::chrono::seconds{1}};
  /// The live daemon expects data from its start and says when an instrument never had any; a
  /// replay says nothing of instruments that its data do not mention.
  bool expects_data{};
  /// Steps every heartbeat and judges every rule each time, even where that can change nothing.
  /// What is said is the same: for tests of that.
  bool skips_nothing{};
};

/// What is stored between lives: of each rule, and of each instrument that was complained about.
struct RuleMemory {
  std::string rule;
  std::string hash;
  std::string instrument;
  std::string episode;  ///< id of the open episode, or of the last
  EpisodeState state;
  std::vector<RecollectionState> when{};  ///< Program::memory() of each condition
  std::vector<RecollectionState> clear{};

  friend bool operator==(const RuleMemory&, const RuleMemory&) = default;
};
struct InstrumentMemory {
  std::string instrument;
  bool no_data{};                     ///< no_data was sent and not yet taken back
  bool unconfirmed{};                 ///< likewise
  Timestamp complained{no_time};      ///< the last `unconfirmed`
  Timestamp series_began{no_time};    ///< what was before is not compared with what came then
  std::vector<std::string> agreed{};  ///< sources whose group made the price last: "bybit:CLUSDT"

  friend bool operator==(const InstrumentMemory&, const InstrumentMemory&) = default;
};

/// What a rule is doing, for status and metrics.
struct RuleStatus {
  std::string_view rule;
  Phase phase{};
  std::optional<Tier> tier;  ///< of the open episode
  std::optional<double> value;
  Unknown unknown{Unknown::none};  ///< why the condition is not known at its lowest rung
  std::uint64_t evaluations{};
  std::array<std::uint64_t, 3> transitions{};  ///< fire, escalate, resolve
};

/// One minute of an instrument's confirmed price, by event time.
struct MinuteBar {
  std::size_t instrument{};
  Timestamp minute{};  ///< its start
  double open{}, high{}, low{}, close{};
};

/// A trading day of an instrument that is over.
struct FinishedDay {
  std::size_t instrument{};
  DayBar bar{};
};

class Engine {
 public:
  /// `event_venues`: venues that bring liquidations, and how many of theirs. `sources` outlives the
  /// engine.
  Engine(EngineOptions options, std::vector<InstrumentSpec> instruments,
         std::vector<EventVenue> event_venues, std::vector<CompiledRule> rules,
         SourceTable& sources);
  ~Engine();

  /// Engine time begins at `t` although nothing has happened yet: the live daemon's does, a
  /// replay's begins with its first event.
  void start(Timestamp t) { begin(t); }

  /// Days of an earlier life, or imported. Before the first event, and before Market::warm().
  void know_days(std::string_view instrument, std::span<const DayBar> days);

  // What happened. `t` is engine time and never goes back; heartbeats before it are stepped first.
  void price(SourceId source, double price, Timestamp t, Timestamp event_time);
  void liquidation(const Liquidation& liquidation, Timestamp t);

  /// A venue's liquidation stream came up, or was last heard, at `t`, which may lie before now();
  /// no_time: now.
  void event_stream(std::string_view venue, bool up, Timestamp t);

  /// A source's venue told of past minutes (ascending, each once). Nothing is judged by it: rules
  /// see fuller windows at the next event or heartbeat. See Market::candles().
  void candles(SourceId source, std::span<const Candle> minutes, Timestamp t);

  /// Steps every heartbeat earlier than `t`; with `inclusive`, the one at `t` too (no event of that
  /// time is to come).
  void advance(Timestamp t, bool inclusive = false);

  /// Engine time: of the last event or heartbeat; no_time before the first.
  Timestamp now() const { return now_; }

  /// What was decided since the last clear, in order. Cheap to ask after every event.
  const std::vector<AlertEvent>& alerts() const { return alerts_; }
  void clear_alerts() { alerts_.clear(); }
  const std::vector<MinuteBar>& bars() const { return bars_; }
  /// And what venues told afterwards: Market::told_minutes().
  void clear_bars() {
    bars_.clear();
    market_.clear_told_minutes();
  }
  /// Trading days that are over, or better known than before; the history has them.
  const std::vector<FinishedDay>& days() const { return days_; }
  void clear_days() { days_.clear(); }
  /// Episodes that a cooldown held back and that were over before it.
  const std::vector<HeldBack>& held_back() const { return held_back_; }
  void clear_held_back() { held_back_.clear(); }
  /// Ends the minutes that are still open, before a stop; a later life may go on with them.
  void end_bars();

  /// Something that must survive a restart changed since the last call of clear_dirty().
  bool dirty() const { return dirty_; }
  void clear_dirty() { dirty_ = false; }
  std::vector<RuleMemory> rule_memories() const;
  std::vector<InstrumentMemory> instrument_memories() const;

  /// Goes on from an earlier life, before the first event. A rule whose condition changed, or that
  /// is gone, ends its open episode, and what was said of an instrument that no rule reads any more
  /// is taken back: those events are in alerts(), at time `t`.
  void restore(std::span<const RuleMemory> rules, std::span<const InstrumentMemory> instruments,
               Timestamp t);

  /// Takes over at `t` from the engine of an earlier config that runs, in place of start(),
  /// restore() and the first event: what is the same in both goes on as if nothing had happened.
  /// A rule whose condition changed, or that is gone, ends as in restore(); one that is new judges
  /// by the past that is there. Both have the same source table. Days and past of instruments that
  /// are new are told before. `earlier` has come to `t`, and what it had decided was taken from it;
  /// afterwards its bars() are the open minutes of the instruments that are gone, and it may only
  /// be destroyed.
  void succeed(Engine& earlier, Timestamp t);

  Market& market() { return market_; }
  const Market& market() const { return market_; }
  std::vector<RuleStatus> status();
  /// Why a rule is where it is, as of now(); nullopt where there is none of that id.
  std::optional<Explanation> explain(std::string_view rule);

 private:
  struct Rule;
  struct InstrumentWatch;

  void abandon(const Rule* rule, const std::string& id, const std::string& instrument,
               const std::string& episode, const EpisodeState& state, Timestamp t);
  void succeed(std::size_t instrument, InstrumentWatch& earlier);
  void succeed(Rule& was, const Engine& earlier, Timestamp t);
  void begin(Timestamp t);
  void heartbeat(Timestamp t);
  Timestamp next_due(Timestamp after) const;
  void judge(Rule& rule, Timestamp t);
  void look_ahead(std::size_t instrument);
  void announce(Rule& rule, const Transition& transition, Timestamp t);
  void watch(std::size_t instrument, Timestamp t);
  void complain(std::size_t instrument, AlertKind kind, Timestamp t);
  void take_back(std::size_t instrument, Timestamp t);
  void take_back(const InstrumentMemory& stored, Timestamp t);
  void note_price(std::size_t instrument, Timestamp t);
  void end_bar(std::size_t instrument);
  void collect_days(std::size_t instrument, bool recalled = false);

  EngineOptions options_;
  Market market_;
  std::vector<std::unique_ptr<Rule>> rules_;
  std::vector<std::vector<Rule*>> readers_;        // by instrument
  std::vector<std::vector<Rule*>> wide_readers_;   // of these, those that read others too
  std::vector<std::optional<std::size_t>> alone_;  // by rule: Rule::alone
  std::vector<InstrumentWatch> watches_;           // by instrument
  std::vector<AlertEvent> alerts_;
  std::vector<MinuteBar> bars_;
  std::vector<FinishedDay> days_;
  std::vector<HeldBack> held_back_;
  Timestamp now_{no_time};
  Timestamp started_{no_time};
  Timestamp next_heartbeat_{no_time};
  Timestamp event_time_{no_time};  // of the event being judged; no_time at a heartbeat
  bool dirty_{};
};

}  // namespace foghorn
