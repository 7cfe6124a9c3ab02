#include "rules/rarity.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "rules/day_roll_up.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_returns = 60;
constexpr double fewest_returns = 20;
constexpr Duration oldest_return = std::chrono::days{120};
constexpr std::ptrdiff_t worth_the_remark = 20;  // trading days: a month

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

double in_days(Duration d) {
  return seconds(d) / seconds(std::chrono::days{1});
}

/// Days before `day`.
std::span<const DayBar> before(std::span<const DayBar> days, Timestamp day) {
  const auto end = std::ranges::lower_bound(days, day, {}, &DayBar::day);
  return {days.begin(), end};
}

/// Where a move began: that of a window with the window, though its reference may be a little
/// older; that since a date with that day's close.
Timestamp beginning(const Move& move, const TradingHours* hours, Timestamp t) {
  if (move.window > Duration{} && !move.bridged) return t - move.window;
  const bool date = move.window == Duration{} &&
                    std::chrono::floor<std::chrono::days>(move.from_time) == move.from_time;
  if (!date) return move.from_time;
  const auto close = bounds_of(hours, move.from_time).to;
  return close < t ? close : move.from_time;
}

}  // namespace

std::optional<double> daily_volatility(const DailyHistory& history, Timestamp today) {
  const auto days = before(history.days(), today);
  double count = 0, mean = 0, squares = 0;  // by Welford's updates
  for (auto i = days.size(); i-- > 1 && days.size() - i <= most_returns;) {
    const auto& from = days[i - 1];
    const auto& to = days[i];
    if (from.day < today - oldest_return) break;
    if (from.close <= 0 || to.close <= 0) return std::nullopt;
    if (!has_close(from) || !has_close(to) || history.missing_before(to.day) > 0) continue;
    const double log_return = std::log(to.close / from.close);
    const double off = log_return - mean;
    mean += off / ++count;
    squares += off * (log_return - mean);
  }
  if (count < fewest_returns || squares <= 0) return std::nullopt;
  return std::sqrt(squares / (count - 1));
}

double trading_days(const TradingHours* hours, Timestamp from, Timestamp to) {
  if (to <= from) return 0;
  if (!hours) return in_days(to - from);
  const auto day = bounds_of(hours, trading_day(hours, to));
  const auto length = traded(hours, day.from, day.to);
  if (length <= Duration{}) return 0;
  const auto open = traded(hours, from, to);
  const double opened = seconds(open) / seconds(length);
  if (open == to - from) return opened;
  return std::min(in_days(to - from), std::max(1.0, std::ceil(opened)));
}

std::optional<double> sigma_of(const Move& move, const TradingHours* hours,
                               const InstrumentDays& days, Timestamp t) {
  if (move.from <= 0 || move.to <= 0) return std::nullopt;
  const auto length = trading_days(hours, beginning(move, hours, t), t);
  const auto volatility = daily_volatility(days.history(), days.last_day());
  if (length <= 0 || !volatility) return std::nullopt;
  return std::log(move.to / move.from) / (*volatility * std::sqrt(length));
}

std::optional<Extreme> extreme_of(double price, const std::optional<Move>& move,
                                  const InstrumentDays& days, Timestamp t) {
  const auto& history = days.history();
  const auto known = before(history.days(), days.last_day());
  if (known.empty()) return std::nullopt;
  const double from = move ? move->from : known.back().close;
  const double to = move ? move->to : price;
  if (to == from) return std::nullopt;
  const auto which = to > from ? RangeEnd::high : RangeEnd::low;

  // Earlier in its own day it was further out.
  const auto* today = days.last_known();
  if (today && (which == RangeEnd::high ? today->high > price : today->low < price))
    return std::nullopt;

  const auto since = history.since(which, price, true, {.day = days.last_day(), .now = t});
  if (!since.known()) return std::nullopt;
  // The latest day that was, or may have been, as far out.
  const auto later = std::ranges::upper_bound(
      known, since.hi, {}, [](const DayBar& bar) { return seconds(bar.day.time_since_epoch()); });
  const bool doubtful = since.hi > since.lo && later != known.begin() + 1;
  const bool none = !std::isfinite(since.lo);
  const auto first = none && !doubtful ? known.begin() : later;
  // Of days in a row, today's is one more.
  const auto passed = known.end() - first + (none || doubtful ? 0 : 1);
  if (passed < worth_the_remark) return std::nullopt;
  Extreme extreme{.high = which == RangeEnd::high, .last_beyond = {}, .known_since = known[0].day};
  if (doubtful) {
    extreme.known_since = first->day;
    extreme.at_least = true;
  } else if (!none) {
    extreme.last_beyond = std::prev(first)->day;
  }
  extreme.closes_only =
      std::any_of(first, known.end(), [](const DayBar& bar) { return bar.closes_only; });
  return extreme;
}

}  // namespace foghorn
