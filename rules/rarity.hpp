#pragma once
// How rare a move is, and since when a price was not seen: what a message adds to the bare numbers.
// Worked out of the daily history when an alert event is made; no rule decides by it.

#include <optional>

#include "model/alert_event.hpp"
#include "model/specs.hpp"
#include "model/time.hpp"
#include "model/trading_hours.hpp"
#include "rules/instrument_days.hpp"

namespace foghorn {

/// The standard deviation (about the mean, n − 1) of the log returns of daily closes: of the last
/// 60 trading days before `today` that are known, at most 120 days back. A return over a missing
/// day, or from or to a day of which a tenth was not seen, is left out. nullopt where fewer than 20
/// remain, where a close was not above zero (leaving that out would leave out the wildest days),
/// and where no close differs from another.
std::optional<double> daily_volatility(const DailyHistory& history, Timestamp today);

/// How many trading days lie in (from, to], in parts: the time the market was open over the length
/// of the trading day of `to`; 24 h where `hours` are null. Where a closure lies between, part of a
/// day's usual move happens in it: it counts as time too, but no weekend or holiday makes more of
/// it than the trading days begun. 0 before the hours' first session.
double trading_days(const TradingHours* hours, Timestamp from, Timestamp to);

/// The move in units of the usual one of its length, signed:
///
///   log(to / from) / (s · sqrt(n))
///
/// s being daily_volatility() of the days before that of the last price, n the trading_days() of
/// its window up to now, `t`; where it is bridged, or has no window, of the time since `from_time`.
/// A number. nullopt where a price is not above zero, or no s is known.
///
/// The scaling by the square root of time is that of a random walk, as RiskMetrics has it (J.P.
/// Morgan and Reuters, RiskMetrics Technical Document, 4th ed., 1996). Prices are none: their tails
/// are heavy, calm and storm come in runs, and a window's `rise` or `fall` is picked as its
/// largest. So it is a yardstick by which moves of oil and gold, of an hour and a day compare, and
/// no probability: ten of it are seen far more often than a bell curve would ever allow. Another
/// measure than sigma(S, W) of the rules, which goes by minutes of the day before.
std::optional<double> sigma_of(const Move& move, const TradingHours* hours,
                               const InstrumentDays& days, Timestamp t);

/// Whether `price`, the last one, is beyond the highs of the days before its own, where it came up
/// (by `move`; where there is none, from the close before), or beyond their lows, where it came
/// down. nullopt where that is not worth the remark: a day that was as far out is less than 20
/// trading days ago, or fewer are known. Days that were not seen (1 % or more of the time since,
/// design §5.8) may have been further out: then only what is known since the last of them counts,
/// from there on, with no day beyond and `at_least`. nullopt, too, where the price was further out
/// earlier in its own day.
std::optional<Extreme> extreme_of(double price, const std::optional<Move>& move,
                                  const InstrumentDays& days, Timestamp t);

}  // namespace foghorn
