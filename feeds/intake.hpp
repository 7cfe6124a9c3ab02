#pragma once
// What must not be judged ends here (design §3.3, §5.1, §5.2, §5.4): from decoded events and their
// arrival to prices and liquidations in engine time. One intake per feed. It has no clock, no
// socket and no log: it is only told.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "feeds/counters.hpp"
#include "feeds/echoes.hpp"
#include "feeds/seen.hpp"
#include "feeds/trade_numbers.hpp"
#include "feeds/venues/venue.hpp"
#include "model/events.hpp"
#include "model/specs.hpp"

namespace foghorn {

struct IntakePolicy {
  EngineClock clock{EngineClock::arrival};
  Duration max_skew{std::chrono::seconds{5}};
  Duration max_lag{std::chrono::seconds{60}};
};

/// Engine time, shared by all feeds. It never goes back.
class EngineTime {
 public:
  Timestamp now() const { return now_; }  ///< no_time before the first event
  Timestamp advance(Timestamp t) { return now_ = t > now_ ? t : now_; }

 private:
  Timestamp now_{no_time};
};

/// Takes what is fit to be judged, in the order of arrival. Called on the market thread; must not
/// throw.
class IntakeSink {
 public:
  virtual ~IntakeSink() = default;

  /// The source's price is `price` as of `engine_time`, be it new, or the same price shown to be
  /// alive.
  virtual void price(SourceId source, double price, Timestamp engine_time,
                     Timestamp event_time) = 0;

  virtual void liquidation(const Liquidation& liquidation, Timestamp engine_time) = 0;

  /// A price that came too late to be judged: it enters the bars at its own time.
  virtual void late(SourceId source, double price, Timestamp event_time) = 0;
};

/// What one feed is asked for.
struct IntakeRequest {
  struct Price {
    SourceId source{};
    PriceKind kind{};  ///< trade, mark or mid
  };
  std::vector<Price> prices;
  std::vector<SourceId> liquidations;
  bool all_liquidations{};     ///< every symbol's
  bool delayed{};              ///< the feed is late by nature: it has no max_lag
  bool positive_prices{true};  ///< the venue knows no price of zero or less
  bool numbers_trades{};       ///< see Venue
};

/// Which of two connections of one link a frame came on, while they overlap, and shortly after.
struct Overlap {
  Echoes* echoes{};  ///< of both; null: there is, and was lately, one connection only
  bool newer{};
  bool both{};  ///< both are still there
};

/// Trades of `source` that never came, between those that arrived at `from` and at `to`.
struct TradeHole {
  SourceId source{};
  std::uint64_t missed{};
  Timestamp from{no_time};
  Timestamp to{no_time};
};

class Intake {
 public:
  /// `engine` and `sink` outlive the intake.
  Intake(IntakePolicy policy, const IntakeRequest& request, EngineTime& engine, IntakeSink& sink);

  /// Counts one frame and judges its events, each alone and at once. Allocates nothing, but for an
  /// overlap's own memory.
  void take(FrameClass frame, std::span<const Event> events, Timestamp arrival,
            Overlap overlap = {});

  /// What the last frame showed to be missing while the connection held. Valid until the next.
  std::span<const TradeHole> holes() const { return holes_; }

  /// A liquidation stream was subscribed, or its subscription acknowledged, at `arrival`: what
  /// happened before is history. On the events' clock: before engine time as it is now; nothing is,
  /// where none has come.
  void liquidations_since(SourceId source, Timestamp arrival);
  void all_liquidations_since(Timestamp arrival);

  /// The streams of `source` were subscribed anew: what its price was before is no price of now,
  /// and nothing but a price can revive it.
  void forget(SourceId source);

  /// Nothing was connected that brings the trades of `source`: those that went by were not lost on
  /// the way.
  void interrupted(SourceId source);

  /// Engine time for something that is not an event and arrived at `arrival`; no_time where the
  /// engine's clock is the events' and none has come.
  Timestamp engine_time(Timestamp arrival) const;
  EngineClock clock() const { return policy_.clock; }

  const IntakeCounts& counts() const { return counts_; }

  /// Null for a source whose price this feed was not asked for.
  const SourceCounts* source_counts(SourceId source) const;

 private:
  struct PriceSource {
    PriceKind kind{};
    double price;                     // NaN: none known
    Timestamp priced{no_time};        // the event time of what said so
    std::array<Timestamp, 4> newest;  // judged, by PriceKind
    std::uint64_t shown_in{};         // the last frame in which the sink was given its price
    SourceCounts counts;
    Seen trades;
  };
  struct OwnTime {
    Timestamp time{no_time};  // no_time: nothing can stand in
    bool given{};
  };

  /// The trades of one source, where the venue numbers them.
  struct Numbered {
    TradeNumbers numbers;
    Timestamp last{no_time};  // arrival
    bool offline{};           // since then
  };

  void count(FrameClass frame);
  void number(const Tick& tick, Timestamp arrival);
  void judge(const Tick& tick, Timestamp arrival);
  void judge(Liquidation liquidation, Timestamp arrival);
  void judge(const Alive& alive, Timestamp arrival);

  void show_alive(PriceSource& source, SourceId id, Timestamp engine_time, Timestamp event_time);
  void reject(PriceSource& source, RejectReason reason);
  void count_late(PriceSource& source, const Tick& tick, Timestamp time, LateReason reason);
  bool plausible(double price) const;
  bool too_old(Timestamp event_time, Timestamp arrival) const;
  bool lags(Timestamp event_time, Timestamp arrival) const;
  bool out_of_order(const PriceSource& source, PriceKind kind, Timestamp time) const;
  bool sets_price(const PriceSource& source, PriceKind kind, Timestamp time) const;
  OwnTime own_time(Timestamp event_time, Timestamp arrival);
  void observe(OwnTime time, Timestamp arrival);
  Timestamp advance(Timestamp event_time, Timestamp arrival);
  PriceSource* price_source(SourceId source);
  std::uint32_t liquidation_slot(SourceId source) const;
  bool repeated(const Liquidation& liquidation);

  IntakePolicy policy_;
  bool delayed_;
  bool positive_prices_;
  bool all_liquidations_;
  EngineTime& engine_;
  IntakeSink& sink_;

  std::vector<std::uint32_t> price_slots_;  // by SourceId: 1 + index into prices_, 0 none
  std::vector<PriceSource> prices_;
  std::vector<std::uint32_t> liquidation_slots_;  // by SourceId: 1 + index into since_, 0 none
  std::vector<Timestamp> since_;
  Timestamp all_since_{no_time};
  Seen liquidations_;

  std::vector<std::uint32_t> numbered_slots_;  // by SourceId: 1 + index into numbered_, 0 none
  std::vector<Numbered> numbered_;
  std::vector<TradeHole> holes_;  // of the last frame

  std::uint64_t frame_{};
  Overlap overlap_;  // of the frame that is judged
  IntakeCounts counts_;
};

}  // namespace foghorn
