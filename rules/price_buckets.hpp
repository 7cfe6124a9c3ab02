#pragma once
// One resolution of a price's past: what of each second (minute, day) is kept, oldest first.

#include <algorithm>
#include <array>
#include <cstddef>

#include "model/time.hpp"
#include "rules/bounded_deque.hpp"
#include "rules/bucket_end.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// What is kept of the samples of one bucket; of equal values the latest.
struct PriceBucket {
  Sample first, high, low, last;

  /// Takes in what came later: a sample (as a bucket of its own) or another bucket.
  void add(const PriceBucket& later) {
    if (later.high.value >= high.value) high = later.high;
    if (later.low.value <= low.value) low = later.low;
    last = later.last;
  }

  /// What is kept, in the order it came; a sample may stand in it more than once.
  std::array<Sample, 4> in_order() const {
    return high.time <= low.time ? std::array{first, high, low, last}
                                 : std::array{first, low, high, last};
  }
};

class PriceBuckets {
 public:
  PriceBuckets(Duration width, std::size_t capacity) : width_{width}, buckets_{capacity} {}

  Duration width() const { return width_; }
  bool empty() const { return buckets_.empty(); }
  bool full() const { return buckets_.full(); }
  const PriceBucket& front() const { return buckets_.front(); }
  const PriceBucket& back() const { return buckets_.back(); }
  void pop_front() { buckets_.pop_front(); }
  void clear() { buckets_.clear(); }

  /// Adds what came later than all that is here. Requires !full(), unless belongs(later).
  void add(const PriceBucket& later) {
    if (belongs(later)) {
      buckets_.back().add(later);
    } else {
      buckets_.push_back(later);
      newest_end_ = bucket_end(later.first.time, width_);
    }
  }

  /// Whether what came later is of the newest bucket.
  bool belongs(const PriceBucket& later) const {
    return !empty() && later.first.time <= newest_end_;
  }

  /// Whether a sample at or before `u` is kept here.
  bool reaches(Timestamp u) const { return !empty() && front().first.time <= u; }

  /// The last kept sample at or before `u`. Requires reaches(u).
  Sample as_of(Timestamp u) const {
    const auto samples = buckets_[find(u)].in_order();
    auto at = samples.size() - 1;
    while (samples[at].time > u) --at;
    return samples[at];
  }

  /// Visits the kept samples in (from, to], oldest first.
  template <class Visit>
  void for_each(Timestamp from, Timestamp to, Visit visit) const {
    for (auto i = reaches(from) ? find(from) : 0; i < buckets_.size(); ++i) {
      if (buckets_[i].first.time > to) return;
      for (const auto& sample : buckets_[i].in_order())
        if (sample.time > from && sample.time <= to) visit(sample);
    }
  }

  /// The time of the first kept sample after `u`. Requires one.
  Timestamp next_after(Timestamp u) const {
    if (!reaches(u)) return front().first.time;
    const auto i = find(u);
    for (const auto& sample : buckets_[i].in_order())
      if (sample.time > u) return sample.time;
    return buckets_[i + 1].first.time;
  }

 private:
  // The last bucket whose first sample is at or before `u`. Requires reaches(u).
  std::size_t find(Timestamp u) const {
    const auto newest = buckets_.size() - 1;
    if (buckets_[newest].first.time <= u) return newest;

    // No more buckets lie between two times than widths fit between them. In a busy market each has
    // its bucket, and this first guess is it or its neighbour; otherwise look upwards in doubling
    // steps.
    const auto later = static_cast<std::size_t>((newest_end_ - bucket_end(u, width_)) / width_) + 1;
    auto low = later < newest ? newest - later : 0;
    std::size_t step = 1;
    while (low + step <= newest && buckets_[low + step].first.time <= u) {
      low += step;
      step *= 2;
    }
    auto high = std::min(low + step, newest);
    while (high - low > 1) {
      const auto middle = low + (high - low) / 2;
      (buckets_[middle].first.time <= u ? low : high) = middle;
    }
    return low;
  }

  Duration width_;
  BoundedDeque<PriceBucket> buckets_;
  Timestamp newest_end_{};
};

}  // namespace foghorn
