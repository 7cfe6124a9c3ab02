// How a price's past goes on in an engine of another config. Windows that both ask for are moved;
// those that nobody had asked for are made of what was kept.
#include <algorithm>
#include <cassert>
#include <utility>

#include "rules/price_track_parts.hpp"

namespace foghorn {

/// Before this the series may have had more than it still knows; nullopt: it has forgotten nothing.
std::optional<Timestamp> PriceSeries::forgotten_until() const {
  if (!last_) return std::nullopt;
  std::optional<Timestamp> oldest_kept = seconds_.empty() ? last_->time : seconds_.first();
  bool full = seconds_.full();
  for (const auto& level : coarser_) {
    full = level.full();
    if (!level.empty()) oldest_kept = level.first();
  }
  // Gaps and what fill() made are kept for as long as the series looks back.
  const auto horizon = last_->time - reach_;
  if (full) return std::max(horizon, *oldest_kept);
  return began_ < horizon ? std::optional{horizon} : std::nullopt;
}

void PriceSeries::succeed(PriceSeries& earlier) {
  const auto forgotten = earlier.forgotten_until();
  seconds_.succeed(earlier.seconds_);
  assert(coarser_.size() >= earlier.coarser_.size());
  const auto levels = std::min(coarser_.size(), earlier.coarser_.size());
  for (std::size_t level = 0; level < levels; ++level)
    coarser_[level].succeed(earlier.coarser_[level]);
  filled_ = std::move(earlier.filled_);
  earlier.filled_.clear();
  gaps_ = std::exchange(earlier.gaps_, {});
  gaps_.reserve(earlier.gaps_.capacity());
  count_missed();  // by hours that may be others
  last_ = std::exchange(earlier.last_, std::nullopt);
  began_ = earlier.began_;
  restart_ = earlier.restart_;
  restarted_ = earlier.restarted_;
  if (reach_ <= earlier.reach_ || !forgotten || *forgotten <= began_) return;
  began_ = *forgotten;
  filled_.forget(began_);
}

void PriceTrack::succeed(PriceTrack& earlier) {
  const bool same_hours = options_.hours == earlier.options_.hours &&
                          options_.underlying == earlier.options_.underlying;
  series_.succeed(earlier.series_);
  seen_live_ = earlier.seen_live_;
  restarted_ = earlier.restarted_;
  if (same_hours) {
    volatility_.succeed(earlier.volatility_, series_);
  } else if (!empty()) {
    series_.for_each_kept(first_compared(Duration::max()), [this](const Sample& sample) {
      sessions_.add(sample.time, sample.value);
    });
    volatility_.refill(series_);
  }
  sessions_.succeed(earlier.sessions_);
  for (auto& w : windows_) {
    const auto was = std::ranges::find(earlier.windows_, w.span, &Window::span);
    const bool known = was != earlier.windows_.end();
    succeed(w, known ? &*was : nullptr, same_hours);
  }
}

/// Samples later than this, of the last `span`, are compared with what comes.
Timestamp PriceTrack::first_compared(Duration span) const {
  const auto began = series_.restarted() ? series_.began() - Duration{1} : Timestamp::min();
  return span == Duration::max() ? began : std::max(began, last().time - span);
}

void PriceTrack::succeed(Window& w, Window* earlier, bool same_hours) {
  const bool has_extremes = earlier && earlier->extremes;
  const bool has_mean = earlier && earlier->mean && same_hours;
  const bool has_records = has_extremes && earlier->records;
  if (has_extremes && w.extremes) {
    w.extremes = std::move(earlier->extremes);
    w.filled = std::move(earlier->filled);
  }
  if (has_mean && w.mean) w.mean = std::move(earlier->mean);
  if (has_records) w.before_last = earlier->before_last;
  if (empty()) return;
  if (w.extremes && !has_extremes) {
    series_.for_each_kept(first_compared(w.span), [&w](const Sample& sample) {
      w.extremes->add(sample.time, sample.value);
    });
    refill(w);
  }
  if (w.mean && !has_mean) refill_mean(w);
  if (w.records && !has_records) {
    w.before_last.high = w.extremes->high_before_last();
    w.before_last.low = w.extremes->low_before_last();
    note_record(w);
    w.moment = no_time;
  }
}

}  // namespace foghorn
