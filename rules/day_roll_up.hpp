#pragma once
// The trading days of a price, rolled up as they pass: by event time, each over at the close of its
// own session. A day that was seen in part says so.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/day_bar.hpp"
#include "model/events.hpp"
#include "model/trading_hours.hpp"
#include "rules/gaps.hpp"

namespace foghorn {

/// When the trading day `day` (midnight UTC of its date) is: its sessions, from the first opening
/// to the last close. Where `hours` are null or know no such day, the day of UTC.
Gap bounds_of(const TradingHours* hours, Timestamp day);

class DayRollUp {
 public:
  /// `hours` null: trades always, by the days of UTC. A price stands for `stands` (max_staleness);
  /// where none stands, the day was not seen.
  DayRollUp(std::shared_ptr<const TradingHours> hours, Duration stands);

  /// A confirmed price, by event time. One while closed is of no day; one of a day that is over
  /// comes too late for it. `late`: how long after it happened it came. Allocates nothing but where
  /// a day begins or was not seen.
  void add(Timestamp at, double price, Duration late = {});

  /// Minutes told afterwards (ascending, each once): they enter where nothing was seen, also of
  /// days that are over: those then stand in ended() once more.
  void fill(std::span<const Candle> minutes);

  /// Engine time has come to `t`: a day is over a minute after its last close, and as much later as
  /// its prices came late, so that what the line still holds of it counts; or with the first price
  /// of a later one.
  void advance(Timestamp t);

  /// Goes on where `earlier` is, of the same hours. Prices stand as here from the next on.
  void succeed(DayRollUp&& earlier);

  /// The earliest time at which advance() ends a day; nullopt: none goes on.
  std::optional<Timestamp> next_end() const;

  /// Whether a day goes on that prices have come of. Where none does, the last price is the close
  /// of the last day.
  bool in_a_day() const { return !days_.empty() && !days_.back().over; }

  /// The day of the last price; no day at all where none came.
  Timestamp last_day() const { return days_.empty() ? Timestamp::max() : days_.back().bar.day; }

  /// The last price's day, so far or to its end; null where none came.
  const DayBar* last_known() const { return days_.empty() ? nullptr : &days_.back().bar; }

  /// The day that goes on, so far. Requires in_a_day().
  const DayBar& today() const { return days_.back().bar; }
  const Gap& today_is() const { return days_.back().bounds; }
  /// How much of [from, t) was not seen of it.
  Duration unseen_today(Timestamp from, Timestamp t) const;

  /// Days that are over, or that fill() changed, since the last clear_ended().
  const std::vector<DayBar>& ended() const { return ended_; }
  void clear_ended() { ended_.clear(); }

 private:
  struct Day {
    Gap bounds;
    DayBar bar;
    Timestamp first{no_time}, last{no_time};  // of the prices behind open and close; no_time: none
    std::vector<Gap> unseen;                  // as joined() gives them
    bool over{};
  };

  Day& begin(std::vector<Day>::iterator before, Timestamp day, const Gap& bounds);
  void take(Day& day, Timestamp at, double price);
  void fill(Day& day, std::span<const Candle> minutes);
  void tell(Day& day);
  double seen(const Day& day) const;

  std::shared_ptr<const TradingHours> hours_;
  Duration stands_;
  std::vector<Day> days_;            // in order; the last may go on
  Timestamp stands_until_{no_time};  // of the last price
  Duration late_{};                  // the most that a price of the last day came late
  std::vector<DayBar> ended_;
};

}  // namespace foghorn
