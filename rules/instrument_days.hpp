#pragma once
// All that an instrument knows of days: those that are over, the one that goes on, and what rules
// ask of both.

#include <array>
#include <optional>
#include <span>

#include "model/specs.hpp"
#include "rules/daily_history.hpp"
#include "rules/day_roll_up.hpp"
#include "rules/last_beyond.hpp"
#include "rules/series.hpp"

namespace foghorn {

class InstrumentDays {
 public:
  /// By the hours of its session; whether a day is missing is judged by those, or by its
  /// underlying's.
  explicit InstrumentDays(const InstrumentSpec& spec);

  const DailyHistory& history() const { return history_; }

  /// The day of the last price, as DayRollUp::last_day().
  Timestamp last_day() const { return roll_up_.last_day(); }
  /// That day, so far or to its end; null where no price came.
  const DayBar* last_known() const { return roll_up_.last_known(); }

  /// since() will be asked for this. Before the first price.
  void prepare_since(RangeEnd which);

  /// Days of an earlier life. Before the first price.
  void know(std::span<const DayBar> days) { history_.load(days); }

  /// Goes on where `earlier` is, of the same hours. `prices` are the kept ones: today's answer what
  /// since() is newly asked; null where none came. After prepare_since(), before the first price.
  void succeed(InstrumentDays& earlier, const PriceSeries* prices);

  /// A confirmed price at engine time `t`.
  void price(Timestamp t, Timestamp event_time, double price);
  /// Minutes told afterwards; see DayRollUp::fill().
  void fill(std::span<const Candle> minutes);
  /// Engine time has come to `t`.
  void advance(Timestamp t);
  /// The earliest time at which advance() ends a day; nullopt: none goes on.
  std::optional<Timestamp> next_end() const { return roll_up_.next_end(); }

  /// Calls `ended(bar)` for each day that has ended, or is better known, since the last call. From
  /// then on the history has it. `recalled`: all prices so far were of an earlier life.
  template <class Ended>
  void collect(Ended ended, bool recalled = false) {
    if (roll_up_.ended().empty()) return;
    for (const auto& bar : roll_up_.ended())
      if (history_.add(bar, recalled)) ended(bar);
    roll_up_.clear_ended();
  }

  /// The latest earlier time at which the price was at least as high (low) as `price`, its last, in
  /// Unix seconds: the time itself within the day that goes on, else as DailyHistory::since().
  /// After prepare_since().
  Value since(RangeEnd which, double price, Timestamp t) const;

 private:
  // Minutes of the day that goes on that were told afterwards: when in them is not known.
  struct Told {
    Gap when;
    double high{}, low{};
  };

  DailyHistory history_;
  DayRollUp roll_up_;
  std::array<std::optional<LastBeyond>, 2> beyond_;  // by RangeEnd
  std::optional<Told> told_;
  bool outside_{};  // the last price came while the market was closed
};

}  // namespace foghorn
