#pragma once
// One resolution of a price's past: what of each second (minute, day) is kept, oldest first.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "model/time.hpp"
#include "rules/bounded_deque.hpp"
#include "rules/bucket_end.hpp"
#include "rules/price_bucket.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// `Kept`: as what all buckets but the newest, which fills, are kept: PackedSecond, for which
/// `width` is a second, or PriceBucket.
template <class Kept>
class PriceBuckets {
 public:
  /// Requires capacity > 0. Memory is reserved here, and used as it fills.
  PriceBuckets(Duration width, std::size_t capacity) : width_{width}, older_{capacity - 1} {}

  Duration width() const { return width_; }
  bool empty() const { return !newest_; }
  void clear() {
    older_.clear();
    newest_.reset();
  }

  /// Whether a bucket may have given way.
  bool full() const { return older_.full(); }

  /// Holds what `earlier` held, of the same width, and leaves it empty. The oldest gives way where
  /// this has less room.
  void succeed(PriceBuckets& earlier) {
    if (older_.capacity() == earlier.older_.capacity()) {
      std::swap(older_, earlier.older_);
    } else {
      const auto held = earlier.older_.size();
      older_.clear();
      for (auto i = held - std::min(held, older_.capacity()); i < held; ++i)
        older_.push_back(earlier.older_[i]);
    }
    newest_ = earlier.newest_;
    newest_end_ = earlier.newest_end_;
    earlier.clear();
  }

  /// The latest kept sample. Requires !empty().
  Sample last() const { return newest_->last; }

  /// Adds what came later than all that is here; returns the oldest bucket, if it gave way.
  std::optional<PriceBucket> add(const PriceBucket& later) {
    if (newest_ && later.first.time <= newest_end_) {
      newest_->add(later);
      return std::nullopt;
    }
    auto oldest = newest_ ? retire() : std::nullopt;
    newest_ = later;
    newest_end_ = bucket_end(later.first.time, width_);
    return oldest;
  }

  /// Whether a sample at or before `u` is kept here.
  bool reaches(Timestamp u) const { return !empty() && began(0) <= u; }

  /// The last kept sample at or before `u`. Requires reaches(u).
  Sample as_of(Timestamp u) const {
    const auto samples = bucket(find(u)).in_order();
    auto at = samples.size() - 1;
    while (samples[at].time > u) --at;
    return samples[at];
  }

  /// The time of the first kept sample. Requires !empty().
  Timestamp first() const { return began(0); }

  /// Visits the kept samples in (from, to], oldest first.
  template <class Visit>
  void for_each(Timestamp from, Timestamp to, Visit visit) const {
    for (auto i = reaches(from) ? find(from) : 0; i < size(); ++i) {
      if (began(i) > to) return;
      for (const auto& sample : bucket(i).in_order())
        if (sample.time > from && sample.time <= to) visit(sample);
    }
  }

  /// The time of the first kept sample after `u`. Requires one.
  Timestamp next_after(Timestamp u) const {
    if (!reaches(u)) return began(0);
    const auto i = find(u);
    for (const auto& sample : bucket(i).in_order())
      if (sample.time > u) return sample.time;
    return began(i + 1);
  }

 private:
  std::size_t size() const { return older_.size() + (newest_ ? 1 : 0); }
  // The oldest is number 0.
  Timestamp began(std::size_t i) const {
    return i < older_.size() ? older_[i].began() : newest_->began();
  }
  PriceBucket bucket(std::size_t i) const {
    return i < older_.size() ? older_[i].unpacked() : *newest_;
  }

  // Makes room for a newest bucket; returns the oldest, if it gave way. Requires !empty().
  std::optional<PriceBucket> retire() {
    if (older_.capacity() == 0) return newest_;
    std::optional<PriceBucket> oldest;
    if (older_.full()) {
      oldest = older_.front().unpacked();
      older_.pop_front();
    }
    older_.push_back(Kept{*newest_});
    return oldest;
  }

  // The last bucket whose first sample is at or before `u`. Requires reaches(u).
  std::size_t find(Timestamp u) const {
    const auto newest = size() - 1;
    if (newest_->began() <= u) return newest;

    // No more buckets lie between two times than widths fit between them. In a busy market each has
    // its bucket, and this first guess is it or its neighbour; otherwise look upwards in doubling
    // steps.
    const auto later = static_cast<std::size_t>((newest_end_ - bucket_end(u, width_)) / width_) + 1;
    auto low = later < newest ? newest - later : 0;
    std::size_t step = 1;
    while (low + step <= newest && began(low + step) <= u) {
      low += step;
      step *= 2;
    }
    auto high = std::min(low + step, newest);
    while (high - low > 1) {
      const auto middle = low + (high - low) / 2;
      (began(middle) <= u ? low : high) = middle;
    }
    return low;
  }

  Duration width_;
  BoundedDeque<Kept> older_;
  std::optional<PriceBucket> newest_;
  Timestamp newest_end_{};
};

}  // namespace foghorn
