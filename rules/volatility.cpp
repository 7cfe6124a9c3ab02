#include "rules/volatility.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration minute = 1min;
constexpr std::uint64_t minutes_a_day = 1'440;
constexpr double trading_days_a_year = 252;
constexpr double normal_mad = 1.4826;

// A median of fewer says nothing.
constexpr std::uint64_t fewest_returns = 3;

std::uint64_t bars_in(Duration window, Duration bar) {
  return static_cast<std::uint64_t>(window / bar);
}

/// The last boundary of a bar at or before `t`.
Timestamp boundary_at(Timestamp t, Duration bar) {
  return t - t.time_since_epoch() % bar;
}

/// Of values that are few beside those expected.
Value too_few(const BarReturns& returns, Timestamp since) {
  return unknown(returns.began() == no_time || returns.began() > since ? Unknown::warming
                                                                       : Unknown::incomplete);
}

/// When the oldest return did that is kept.
Timestamp began(const BarReturns& returns) {
  return returns.end() > returns.first() ? returns[returns.first()].begin : Timestamp::max();
}

/// The number of the first return that ended after `t`.
std::uint64_t first_after(const BarReturns& returns, Timestamp t) {
  auto low = returns.first(), high = returns.end();
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    (returns[middle].end > t ? high : low) = returns[middle].end > t ? middle : middle + 1;
  }
  return low;
}

/// Reorders them; not empty.
double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 != 0) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}  // namespace

void BipowerSum::add(const BarReturns& returns, std::uint64_t i) {
  if (!returns.follows(i)) return;
  sum_ += std::abs(returns[i].value) * std::abs(returns[i - 1].value);
  ++pairs_;
}

void BipowerSum::slide(const BarReturns& returns, std::uint64_t from, std::uint64_t to) {
  to = std::max(from, to);
  // Anew where nothing of it is left, where what would go is forgotten, and now and then, because
  // what is added and taken away again leaves a little behind.
  if (from_ < returns.first() || from < from_ || to < to_ || from >= to_ || slid_ > to - from) {
    from_ = to_ = from;
    sum_ = 0;
    pairs_ = 0;
    slid_ = 0;
  }
  for (; to_ < to; ++to_, ++slid_)
    if (to_ > from_) add(returns, to_);
  for (; from_ < from; ++from_, ++slid_) {
    if (from_ + 1 >= to_ || !returns.follows(from_ + 1)) continue;
    sum_ -= std::abs(returns[from_ + 1].value) * std::abs(returns[from_].value);
    --pairs_;
  }
}

double BipowerSum::volatility() const {
  if (pairs_ == 0) return 0;
  return std::sqrt(std::numbers::pi / 2 * std::max(sum_, 0.0) / static_cast<double>(pairs_));
}

std::uint64_t lee_mykland_window(double bars) {
  return static_cast<std::uint64_t>(std::ceil(std::sqrt(trading_days_a_year * bars)));
}

/// Of the longest session there is: 23 h of an energy future's day.
double Volatility::bars_a_day(Duration bar) const {
  Duration longest = 24h;
  if (hours_ && !hours_->sessions().empty()) {
    longest = {};
    for (const auto& session : hours_->sessions())
      longest = std::max(longest, session.close - session.open);
  }
  return std::max(1.0, std::chrono::duration<double>(longest) / std::chrono::duration<double>(bar));
}

void Volatility::prepare(Function function, Duration window, Duration bar) {
  std::uint64_t needed = 0;
  if (function == Function::sigma) {
    bar = minute;
    needed = bars_in(window, bar) + minutes_a_day + 1;
  } else if (function == Function::jump) {
    needed = lee_mykland_window(bars_a_day(bar));
  } else {
    needed = bars_in(window, bar);
  }
  // One more, whose going makes the sums slide.
  const auto capacity = static_cast<std::size_t>(needed) + 2;
  const auto known =
      std::ranges::find_if(bars_, [&](const auto& made) { return made->bar() == bar; });
  if (known == bars_.end()) {
    bars_.push_back(std::make_unique<BarReturns>(bar, hours_, stands_, capacity));
  } else if ((*known)->capacity() < capacity) {
    *known = std::make_unique<BarReturns>(bar, hours_, stands_, capacity);
  }
  measures_.push_back(
      {.function = function, .window = window, .bar = bar, .bipower = {}, .last = {}});
  scratch_.reserve(std::max(scratch_.capacity(), capacity));
}

void Volatility::add(Timestamp t, double price) {
  for (auto& returns : bars_) returns->add(t, price);
}

void Volatility::settle(Timestamp t) {
  for (auto& returns : bars_) returns->settle(t);
}

void Volatility::restart() {
  for (auto& returns : bars_) returns->restart();
}

void Volatility::refill(const PriceSeries& series) {
  for (auto& returns : bars_) returns->refill(series);
}

void Volatility::succeed(Volatility& earlier, const PriceSeries& series) {
  for (auto& returns : bars_) {
    const auto bar = returns->bar();
    const auto known =
        std::ranges::find_if(earlier.bars_, [&](const auto& made) { return made->bar() == bar; });
    if (known == earlier.bars_.end() || (*known)->capacity() < returns->capacity())
      returns->refill(series);
    if (known == earlier.bars_.end() || began(*returns) < began(**known)) continue;
    returns->succeed(**known);
    // What was summed up is of these returns, by their numbers.
    for (auto& measure : measures_)
      for (auto& was : earlier.measures_)
        if (measure.bar == bar && was.bar == bar && measure.function == was.function &&
            measure.window == was.window)
          measure = was;
  }
}

BarReturns& Volatility::returns(Duration bar) const {
  const auto found =
      std::ranges::find_if(bars_, [&](const auto& made) { return made->bar() == bar; });
  assert(found != bars_.end() && "prepare() was called for this query");
  return **found;
}

Volatility::Measure& Volatility::measure(Function function, Duration window, Duration bar) {
  const auto found = std::ranges::find_if(measures_, [&](const Measure& m) {
    return m.function == function && m.window == window && m.bar == bar;
  });
  assert(found != measures_.end() && "prepare() was called for this query");
  return *found;
}

std::optional<Timestamp> Volatility::next_close(Duration bar) const {
  return returns(bar == Duration{} ? minute : bar).next_close();
}

Value Volatility::value(Function function, Duration window, Duration bar, Timestamp t) {
  auto& m = measure(function, window, bar);
  auto& bars = returns(bar);
  const auto boundary = boundary_at(t, bar);
  // The bar that ends now is closed by a later price or heartbeat.
  const auto closed =
      bars.next_close() && *bars.next_close() <= boundary ? boundary - bar : boundary;
  if (m.boundary != closed || m.of != bars.end()) {
    m.boundary = closed;
    m.of = bars.end();
    m.last = work_out(m, bars, closed);
  }
  return m.last;
}

Value Volatility::work_out(Measure& m, const BarReturns& returns, Timestamp boundary) {
  if (m.function == Function::vol) {
    const auto since = boundary - m.window;
    m.bipower.slide(returns, first_after(returns, since), returns.end());
    return volatility(m, returns, bars_in(m.window, m.bar), since);
  }
  const bool any = returns.end() > returns.first();
  const auto since = boundary - (m.function == Function::jump ? m.bar : m.window);
  if (!any || returns[returns.end() - 1].end != boundary) return too_few(returns, since);
  return m.function == Function::jump ? jump(m, returns) : zscore(m, returns, since);
}

Value Volatility::volatility(const Measure& m, const BarReturns& returns, std::uint64_t expected,
                             Timestamp since) const {
  const auto pairs = m.bipower.pairs();
  if (pairs == 0 || 2 * pairs + 1 < expected) return too_few(returns, since);
  return exactly(m.bipower.volatility());
}

Value Volatility::zscore(const Measure& m, const BarReturns& returns, Timestamp since) {
  const auto& last = returns[returns.end() - 1];
  scratch_.clear();
  for (auto i = first_after(returns, since); i < returns.end(); ++i)
    scratch_.push_back(returns[i].value);
  if (scratch_.size() < fewest_returns || 2 * scratch_.size() < bars_in(m.window, m.bar))
    return too_few(returns, since);
  const double middle = median(scratch_);
  for (auto& value : scratch_) value = std::abs(value - middle);
  const double deviation = median(scratch_);
  return deviation > 0 ? exactly((last.value - middle) / (normal_mad * deviation))
                       : unknown(Unknown::undefined);
}

Value Volatility::jump(Measure& m, const BarReturns& returns) {
  const auto last = returns.end() - 1;
  const auto window = lee_mykland_window(bars_a_day(m.bar));
  const auto from = last - returns.first() >= window - 1 ? last - (window - 1) : returns.first();
  m.bipower.slide(returns, from, last);
  const auto since = returns[last].end - m.bar * static_cast<std::int64_t>(window);
  if (last - from < window - 1) return too_few(returns, since);
  const auto sigma = volatility(m, returns, window - 1, since);
  if (!sigma.known()) return sigma;
  return sigma.lo > 0 ? exactly(returns[last].value / sigma.lo) : unknown(Unknown::undefined);
}

Value Volatility::minute_volatility(Duration window, Timestamp t) {
  auto& m = measure(Function::sigma, window, minute);
  const auto& bars = returns(minute);
  const auto to = first_after(bars, t - window);
  const auto from = to - bars.first() >= minutes_a_day ? to - minutes_a_day : bars.first();
  m.bipower.slide(bars, from, to);
  return volatility(m, bars, minutes_a_day, t - window - std::chrono::days{1});
}

}  // namespace foghorn
