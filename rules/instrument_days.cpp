#include "rules/instrument_days.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace foghorn {
namespace {

// As for windows (design §5.8).
constexpr double tolerated_gap = 0.01;

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

double in_days(Duration d) {
  return seconds(d) / seconds(std::chrono::days{1});
}

double unix_seconds(Timestamp t) {
  return seconds(t.time_since_epoch());
}

}  // namespace

InstrumentDays::InstrumentDays(const InstrumentSpec& spec)
    : history_{spec.hours ? spec.hours : spec.underlying_hours},
      // A restart goes on from minutes, and what it makes of them must not depend on it.
      roll_up_{spec.hours, std::max(spec.max_staleness, recalled_stands)} {}

void InstrumentDays::prepare_since(RangeEnd which) {
  auto& beyond = beyond_[static_cast<std::size_t>(which)];
  if (!beyond) beyond.emplace(which);
}

void InstrumentDays::succeed(InstrumentDays& earlier, const PriceSeries* prices) {
  history_ = std::move(earlier.history_);
  roll_up_.succeed(std::move(earlier.roll_up_));
  told_ = earlier.told_;
  outside_ = earlier.outside_;
  for (std::size_t which = 0; which < beyond_.size(); ++which) {
    auto& beyond = beyond_[which];
    if (!beyond) continue;
    if (earlier.beyond_[which]) {
      beyond = std::move(earlier.beyond_[which]);
    } else if (prices && roll_up_.in_a_day()) {
      const auto opened = roll_up_.today_is().from;
      beyond->forget(opened);
      prices->for_each_kept(opened - Duration{1}, [&beyond](const Sample& sample) {
        beyond->add(sample.time, sample.value);
      });
    }
  }
}

void InstrumentDays::price(Timestamp t, Timestamp event_time, double price) {
  roll_up_.add(event_time, price, t - event_time);
  outside_ = !roll_up_.in_a_day();
  if (outside_) {  // while closed: no day's, but a price to compare with and to be compared
    for (auto& beyond : beyond_)
      if (beyond) beyond->add(t, price);
    return;
  }
  const auto& today = roll_up_.today_is();
  if (told_ && told_->when.to <= today.from) told_.reset();
  for (auto& beyond : beyond_) {
    if (!beyond) continue;
    beyond->forget(today.from);
    beyond->add(t, price);
  }
}

void InstrumentDays::fill(std::span<const Candle> minutes) {
  roll_up_.fill(minutes);
  if (!roll_up_.in_a_day()) return;
  const auto& today = roll_up_.today_is();
  for (const auto& candle : minutes) {
    if (candle.start < today.from || candle.start >= today.to) continue;
    const auto end = candle.start + std::chrono::minutes{1};
    if (!told_) told_ = Told{{candle.start, end}, candle.high, candle.low};
    told_->when = {std::min(told_->when.from, candle.start), std::max(told_->when.to, end)};
    told_->high = std::max(told_->high, candle.high);
    told_->low = std::min(told_->low, candle.low);
  }
}

void InstrumentDays::advance(Timestamp t) {
  roll_up_.advance(t);
}

Value InstrumentDays::since(RangeEnd which, double price, Timestamp t) const {
  const auto found = beyond_[static_cast<std::size_t>(which)]->time();
  const bool in_a_day = roll_up_.in_a_day();
  if (told_ && in_a_day && (!found || told_->when.to > *found) &&
      (which == RangeEnd::high ? told_->high >= price : told_->low <= price)) {
    const auto earliest = found ? std::max(*found, told_->when.from) : told_->when.from;
    return {unix_seconds(earliest), unix_seconds(told_->when.to), Unknown::none};
  }
  if (found) {
    const auto unseen = in_a_day ? roll_up_.unseen_today(*found, t) : Duration{};
    const bool certain = seconds(unseen) < tolerated_gap * seconds(t - *found);
    return {unix_seconds(*found), unix_seconds(certain ? *found : t), Unknown::none};
  }
  DailyHistory::Today today{.day = roll_up_.last_day(), .now = t};
  if (in_a_day) {
    const auto opened = roll_up_.today_is().from;
    today.unseen = in_days(roll_up_.unseen_today(opened, t));
    today.elapsed = in_days(std::max(t - opened, Duration{}));
  }
  return history_.since(which, price, !in_a_day && !outside_, today);
}

}  // namespace foghorn
