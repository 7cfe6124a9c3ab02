#include "rules/sum_window.hpp"

#include <cassert>
#include <limits>

#include "rules/bucket_end.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

Duration width_of(Duration span) {
  return span > 24h ? Duration{1min} : Duration{1s};
}

}  // namespace

SumWindow::SumWindow(Duration span)
    : span_{span}, width_{width_of(span)}, slices_{static_cast<std::size_t>(span / width_) + 2} {
  assert(span > Duration{});
}

void SumWindow::add(Timestamp t, std::optional<UsdMicros> amount) {
  advance(t);
  const auto end = bucket_end(t, width_);
  if (end + span_ <= now_) return;  // its slice has left

  const bool fits =
      amount && amount->value <= std::numeric_limits<std::int64_t>::max() - sum_.value;
  auto& slice = slice_ending(end);
  ++slice.count;
  ++count_;
  if (fits) {
    slice.sum = slice.sum + *amount;
    sum_ = sum_ + *amount;
  } else {
    ++slice.unsummed;
    ++unsummed_;
  }
}

// Nearly always the newest slice; a late event finds or makes its own among the others.
SumWindow::Slice& SumWindow::slice_ending(Timestamp end) {
  auto i = slices_.size();
  while (i > 0 && slices_[i - 1].end > end) --i;
  if (i > 0 && slices_[i - 1].end == end) return slices_[i - 1];
  slices_.insert(i, {.end = end});
  return slices_[i];
}

void SumWindow::advance(Timestamp t) {
  if (t <= now_) return;
  now_ = t;
  while (!slices_.empty() && slices_.front().end + span_ <= now_) {
    const auto& slice = slices_.front();
    sum_ = sum_ - slice.sum;
    count_ -= slice.count;
    unsummed_ -= slice.unsummed;
    slices_.pop_front();
  }
}

void SumWindow::succeed(const SumWindow& earlier) {
  now_ = earlier.now_;
  for (std::size_t i = 0; i < earlier.slices_.size(); ++i) {
    const auto& known = earlier.slices_[i];
    const auto end = bucket_end(known.end, width_);
    if (end + span_ <= now_) continue;
    auto& slice = slice_ending(end);
    slice.sum = slice.sum + known.sum;
    slice.count += known.count;
    slice.unsummed += known.unsummed;
    sum_ = sum_ + known.sum;
    count_ += known.count;
    unsummed_ += known.unsummed;
  }
}

std::optional<Timestamp> SumWindow::next_change() const {
  return slices_.empty() ? std::nullopt : std::optional{slices_.front().end + span_};
}

}  // namespace foghorn
