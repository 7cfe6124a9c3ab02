#include "rules/daily_history.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "rules/day_roll_up.hpp"

namespace foghorn {
namespace {

constexpr Duration one_day = std::chrono::days{1};

// A window of which this much or more was not seen gives bounds instead of a number (design §5.8).
constexpr double tolerated_gap = 0.01;

// Good Friday to Easter Monday.
constexpr int longest_holiday = 4;

double unix_seconds(Timestamp t) {
  return std::chrono::duration<double>(t.time_since_epoch()).count();
}

bool is_weekend(Timestamp day) {
  const std::chrono::weekday weekday{std::chrono::floor<std::chrono::days>(day)};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

bool whole(const DayBar& bar) {
  return 1.0 - bar.seen < tolerated_gap;
}

}  // namespace

void DailyHistory::load(std::span<const DayBar> more) {
  for (const auto& bar : more) {
    const auto at = std::ranges::lower_bound(days_, bar.day, {}, &DayBar::day);
    if (at != days_.end() && at->day == bar.day) {
      *at = bar;
    } else {
      days_.insert(at, bar);
    }
  }
  rebuild();
}

bool DailyHistory::add(const DayBar& bar, bool recalled) {
  const auto at = std::ranges::lower_bound(days_, bar.day, {}, &DayBar::day);
  if (at == days_.end()) {
    days_.push_back(bar);
    append(days_.size() - 1);
    count_streak();
    ++version_;
    return true;
  }
  if (at->day != bar.day) {
    days_.insert(at, bar);
  } else if (recalled ? bar.seen <= at->seen
                      : *at == bar || !(whole(bar) || bar.seen >= at->seen)) {
    return false;
  } else {
    *at = bar;
  }
  rebuild();
  return true;
}

void DailyHistory::rebuild() {
  missing_.clear();
  dimmed_.clear();
  highs_.clear();
  lows_.clear();
  last_closes_only_.reset();
  last_doubtful_.reset();
  for (std::size_t i = 0; i < days_.size(); ++i) append(i);
  count_streak();
  ++version_;
}

void DailyHistory::append(std::size_t i) {
  const auto& bar = days_[i];
  const auto missing = missing_between(i, bar.day);
  missing_.push_back((i > 0 ? missing_[i - 1] : 0.0) + missing);
  dimmed_.push_back((i > 0 ? dimmed_[i - 1] : 0.0) + (1.0 - bar.seen));
  while (!highs_.empty() && days_[highs_.back()].high <= bar.high) highs_.pop_back();
  while (!lows_.empty() && days_[lows_.back()].low >= bar.low) lows_.pop_back();
  highs_.push_back(i);
  lows_.push_back(i);
  if (bar.closes_only) last_closes_only_ = i;
  if (missing > 0 || bar.seen < 1.0) last_doubtful_ = i;
}

double DailyHistory::missing_before(Timestamp day) const {
  const auto next = std::ranges::lower_bound(days_, day, {}, &DayBar::day);
  return missing_between(static_cast<std::size_t>(next - days_.begin()), day);
}

/// How many trading days lie between `day`, before which day `next` would come, and the one before
/// that, which are not here.
double DailyHistory::missing_between(std::size_t next, Timestamp day) const {
  if (next == 0) return 0;
  const auto before = days_[next - 1].day;
  const auto lacking = (day - before) / one_day - 1;
  if (lacking <= 0) return 0;
  if (hours_ && !hours_->sessions().empty() && hours_->sessions().front().day <= before &&
      hours_->sessions().back().day >= day) {
    const auto& sessions = hours_->sessions();
    double expected = 0;
    auto counted = before;
    for (auto s = std::ranges::upper_bound(sessions, before, {}, &Session::day);
         s != sessions.end() && s->day < day; ++s) {
      if (s->day != counted) ++expected;
      counted = s->day;
    }
    return expected;
  }
  for (auto k = next; k-- > 0 && before - days_[k].day < 7 * one_day;)
    if (is_weekend(days_[k].day)) return static_cast<double>(lacking);
  return lacking <= longest_holiday ? 0.0 : static_cast<double>(lacking);
}

std::vector<DailyHistory::Hole> DailyHistory::holes() const {
  std::vector<Hole> holes;
  for (std::size_t i = 1; i < days_.size(); ++i)
    if (const auto missing = missing_between(i, days_[i].day); missing > 0)
      holes.push_back({days_[i - 1].day, days_[i].day, static_cast<std::int64_t>(missing)});
  return holes;
}

void DailyHistory::count_streak() {
  int count = 0;
  for (auto i = days_.size(); i-- > 1;) {
    const auto& today = days_[i];
    const auto& before = days_[i - 1];
    const bool known = has_close(today) && has_close(before) && missing_between(i, today.day) == 0;
    if (!known) {
      streak_ = count > 0   ? at_least(count)
                : count < 0 ? at_most(count)
                            : unknown(Unknown::incomplete);
      return;
    }
    const int step = today.close > before.close ? 1 : today.close < before.close ? -1 : 0;
    if (step == 0 || (count != 0 && (step > 0) != (count > 0))) {
      streak_ = exactly(count);
      return;
    }
    count += step;
  }
  streak_ = count > 0 ? at_least(count) : count < 0 ? at_most(count) : unknown(Unknown::warming);
}

Value DailyHistory::close_of(Timestamp day) const {
  const auto after = std::ranges::upper_bound(days_, day, {}, &DayBar::day);
  if (after == days_.begin()) return unknown(Unknown::warming);
  const auto& bar = *(after - 1);
  if (bar.day == day) return exactly(bar.close);
  // Closed that day, as far as can be told: what is missing may be this one.
  if (after == days_.end()) {
    const auto* hours = hours_.get();
    const bool trades =
        !hours || !std::ranges::equal_range(hours->sessions(), day, {}, &Session::day).empty();
    return trades ? unknown(Unknown::incomplete) : exactly(bar.close);
  }
  const auto i = static_cast<std::size_t>(after - days_.begin());
  return missing_between(i, after->day) > 0 ? unknown(Unknown::incomplete) : exactly(bar.close);
}

/// Which share of the time after day `i` was not seen.
double DailyHistory::unseen_since(std::size_t i, const Today& today) const {
  const auto missing = missing_.back() - missing_[i];
  const auto expected = static_cast<double>(days_.size() - 1 - i) + missing + today.elapsed;
  const auto unseen = missing + dimmed_.back() - dimmed_[i] + today.unseen;
  return expected > 0 ? unseen / expected : 0.0;
}

/// The latest day with a number below `before` that was at least so high (low).
std::optional<std::size_t> DailyHistory::latest(RangeEnd which, double price,
                                                std::size_t before) const {
  const auto as_far = [&](std::size_t i) {
    return which == RangeEnd::high ? days_[i].high >= price : days_[i].low <= price;
  };
  const auto& outer = which == RangeEnd::high ? highs_ : lows_;
  const auto beyond = std::ranges::partition_point(outer, as_far);
  if (beyond == outer.begin()) return std::nullopt;
  auto i = *(beyond - 1);
  if (i < before) return i;
  // It is the day of the last price itself: while the market is closed, this may take a while.
  for (i = before; i-- > 0;)
    if (as_far(i)) return i;
  return std::nullopt;
}

Value DailyHistory::since(RangeEnd which, double price, bool is_close, Today today) const {
  const auto before = static_cast<std::size_t>(
      std::ranges::lower_bound(days_, today.day, {}, &DayBar::day) - days_.begin());
  if (before == 0) return unknown(Unknown::warming);
  if (before == days_.size() && today.day != Timestamp::max()) {
    const auto missing = missing_between(before, today.day);
    today.unseen += missing;
    today.elapsed += missing;
  }
  const auto found = latest(which, price, before);
  const auto first = unix_seconds(days_[found.value_or(0)].day);
  Value answer{found ? first : -std::numeric_limits<double>::infinity(), first, Unknown::none};
  const auto may_be = [&](std::size_t other) {
    if (!found || other > *found) answer.hi = std::max(answer.hi, unix_seconds(days_[other].day));
  };
  if (!is_close && last_closes_only_) may_be(std::min(*last_closes_only_, before - 1));
  if (unseen_since(found.value_or(0), today) >= tolerated_gap) {
    if (last_doubtful_) may_be(*last_doubtful_);
    if (today.unseen > 0) answer.hi = unix_seconds(today.now);
  }
  return answer;
}

std::size_t DailyHistory::first_after(Timestamp from) const {
  auto i = static_cast<std::size_t>(
      std::ranges::upper_bound(days_, from - longest_holiday * one_day, {}, &DayBar::day) -
      days_.begin());
  while (i < days_.size() && bounds_of(hours_.get(), days_[i].day).to <= from) ++i;
  return i;
}

DailyHistory::Stretch DailyHistory::between(Timestamp from, Timestamp to) const {
  Stretch all;
  double known = 0, seen = 0, missing = 0;
  const auto trading_days = [&](Timestamp a, Timestamp b) {
    if (b <= a) return 0.0;
    const auto open = (b - a) - (hours_ ? hours_->closed(a, b) : Duration{});
    return std::chrono::duration<double>(open) / std::chrono::duration<double>(one_day);
  };
  const auto first = first_after(from);
  auto end = from;
  for (auto i = first; i < days_.size(); ++i) {
    const auto& bar = days_[i];
    const auto bounds = bounds_of(hours_.get(), bar.day);
    if (bounds.from >= to) break;
    if (i == 0) missing += trading_days(from, bounds.from);
    if (i > 0) missing += missing_between(i, bar.day);
    known += 1;
    seen += bar.seen;
    end = bounds.to;
    all.closes_only = all.closes_only || bar.closes_only;
    if (!all.high || bar.high >= all.high->value) all.high = Sample{bounds.from, bar.high};
    if (!all.low || bar.low <= all.low->value) all.low = Sample{bounds.from, bar.low};
  }
  missing += trading_days(end, to);
  const auto expected = known + missing;
  all.seen = expected > 0 ? seen / expected : 0.0;
  return all;
}

std::optional<Sample> DailyHistory::as_of(Timestamp u) const {
  auto i = first_after(u);
  if (i == 0) return std::nullopt;
  return Sample{bounds_of(hours_.get(), days_[i - 1].day).to, days_[i - 1].close};
}

}  // namespace foghorn
