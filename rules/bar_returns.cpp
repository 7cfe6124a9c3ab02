#include "rules/bar_returns.hpp"

#include <algorithm>
#include <cmath>

#include "rules/bucket_end.hpp"

namespace foghorn {
namespace {

constexpr Duration day = std::chrono::days{1};

}  // namespace

BarReturns::BarReturns(Duration bar, const TradingHours* hours, Duration stands,
                       std::size_t capacity)
    : bar_{bar}, hours_{hours}, stands_{stands}, returns_{capacity} {}

void BarReturns::add(Timestamp t, double price) {
  close_until(t, false);
  last_ = Sample{t, price};
  if (began_ == no_time) began_ = bucket_end(t, bar_);
  if (next_end_ == no_time) next_end_ = bucket_end(t, bar_);
}

void BarReturns::close_until(Timestamp t, bool inclusive) {
  while (next_end_ != no_time && (next_end_ < t || (inclusive && next_end_ == t))) close(next_end_);
}

void BarReturns::close(Timestamp end) {
  next_end_ = end + bar_;
  const bool long_bar = bar_ >= day;
  if (long_bar && hours_ && traded(end - bar_, end) == Duration{}) return;
  const auto closed = hours_ && !long_bar ? hours_->closed(last_->time, end) : Duration{};
  if (traded(last_->time, end) > stands_) next_end_ = no_time;  // until there is a price again
  if (next_end_ == no_time || closed > Duration{} || last_->value <= 0) return closed_at_.reset();

  const auto before = closed_at_;
  closed_at_ = Sample{end, last_->value};
  if (!before || (!long_bar && hours_ && hours_->closed(before->time, end) > Duration{})) return;
  if (returns_.full()) {
    returns_.pop_front();
    ++first_;
  }
  returns_.push_back({before->time, end, std::log(last_->value / before->value)});
}

void BarReturns::forget_all() {
  first_ = end();
  returns_.clear();
  closed_at_.reset();
  next_end_ = no_time;
  began_ = no_time;
}

void BarReturns::restart() {
  forget_all();
  last_.reset();
}

void BarReturns::refill(const PriceSeries& series) {
  if (series.empty()) return;
  forget_all();
  const auto last = series.last();
  const auto kept = bar_ * static_cast<std::int64_t>(returns_.capacity() + 1);
  began_ = bucket_end(series.began(), bar_);
  for (auto end = std::max(began_, bucket_end(last.time - kept, bar_)); end < last.time;
       end += bar_) {
    const auto as_of = series.as_of(end);
    if (!as_of || series.unseen(end - bar_, end) > Duration{}) closed_at_.reset();
    if (!as_of) continue;
    last_ = as_of;
    close(end);
  }
  last_ = last;
  next_end_ = bucket_end(last.time, bar_);
}

void BarReturns::succeed(const BarReturns& earlier) {
  first_ = earlier.end() - std::min<std::uint64_t>(earlier.returns_.size(), capacity());
  returns_.clear();
  for (auto i = first_; i < earlier.end(); ++i) returns_.push_back(earlier[i]);
  began_ = earlier.began_;
  last_ = earlier.last_;
  closed_at_ = earlier.closed_at_;
  next_end_ = earlier.next_end_;
}

std::optional<Timestamp> BarReturns::next_close() const {
  return next_end_ == no_time ? std::nullopt : std::optional{next_end_};
}

}  // namespace foghorn
