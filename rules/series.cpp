#include "rules/series.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <ranges>

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration day = 24h;
constexpr Duration month = 30 * day;

// Seconds are kept a little longer than windows are, so that what surrounds the left edge of the
// longest of them (median_around) is seen as finely as the edge.
constexpr Duration around_an_edge = 10min;

constexpr std::size_t most_gaps = 1'024;

// Buckets for `reach`, plus the one it begins in and the one that is filling.
std::size_t buckets_for(Duration reach, Duration width) {
  return static_cast<std::size_t>(reach / width) + 2;
}

Timestamp whole_second(Timestamp t) {
  return std::chrono::floor<std::chrono::seconds>(t);
}

// The price below which half of the time lies; between the two middle ones where it falls between
// them. Halves the range that holds it until one is left. Requires weights, reorders them.
double weighted_median(std::vector<PriceWeight>& weights) {
  const auto cheaper = [](const PriceWeight& a, const PriceWeight& b) { return a.value < b.value; };
  const auto held = [](auto from, auto to) {
    return std::accumulate(from, to, Duration{},
                           [](Duration sum, const PriceWeight& w) { return sum + w.held; });
  };
  const auto total = held(weights.begin(), weights.end());
  Duration below{};
  auto low = weights.begin();
  auto high = weights.end();
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    std::nth_element(low, middle, high, cheaper);
    const auto half = below + held(low, middle);
    if (2 * half == total)
      return (std::max_element(low, middle, cheaper)->value + middle->value) / 2;
    if (2 * half > total) {
      high = middle;
    } else {
      below = half;
      low = middle;
    }
  }
  return low->value;
}

}  // namespace

PriceSeries::PriceSeries(Duration reach, const TradingHours* hours)
    : reach_{reach},
      hours_{hours},
      seconds_{1s, buckets_for(std::min(reach, day) + around_an_edge, 1s)} {
  if (reach > day) coarser_.emplace_back(1min, buckets_for(std::min(reach, month), 1min));
  if (reach > month) coarser_.emplace_back(day, buckets_for(reach, day));
  gaps_.reserve(most_gaps + 1);
}

bool PriceSeries::empty() const {
  return !last_;
}

Sample PriceSeries::last() const {
  return *last_;
}

Timestamp PriceSeries::began() const {
  return began_;
}

void PriceSeries::restart() {
  restart_ = true;
}

void PriceSeries::add(Timestamp t, double value) {
  assert(!last_ || t >= last_->time);
  if (restart_ || !last_) {
    seconds_.clear();
    for (auto& level : coarser_) level.clear();
    filled_.clear();
    medians_.fill({});
    began_ = t;
    restarted_ = restart_;
    restart_ = false;
  }
  const Sample sample{t, value};
  last_ = sample;

  // A level that is full hands its oldest bucket down to the next, which keeps it more coarsely.
  auto handed_down = seconds_.add({sample, sample, sample, sample});
  for (auto& level : coarser_) {
    if (!handed_down) break;
    handed_down = level.add(*handed_down);
  }
}

std::optional<Sample> PriceSeries::as_of(Timestamp u) const {
  if (last_ && last_->time <= u) return last_;
  std::optional<Sample> seen;
  if (seconds_.reaches(u)) {
    seen = seconds_.as_of(u);
  } else {
    const auto level = std::ranges::find_if(coarser_, [u](const auto& l) { return l.reaches(u); });
    if (level != coarser_.end()) seen = level->as_of(u);
  }
  if (filled_.empty()) return seen;
  const auto told = filled_.as_of(u);
  return told && (!seen || told->time > seen->time) ? told : seen;
}

std::optional<Timestamp> PriceSeries::next_change(Timestamp u) const {
  std::optional<Timestamp> next;
  const auto look_into = [&](const auto& level) {
    if (!next && !level.empty() && level.last().time > u) next = level.next_after(u);
  };
  for (const auto& level : std::views::reverse(coarser_)) look_into(level);
  look_into(seconds_);
  const auto told = filled_.after(u);
  if (!told.empty() && (!next || told.front().time < *next)) next = told.front().time;
  return next;
}

std::optional<PriceRange> PriceSeries::range(Timestamp from, Timestamp to) const {
  std::optional<PriceRange> range;
  const auto take = [&range](const Sample& sample) {
    if (!range) range = PriceRange{sample.value, sample.value};
    range->low = std::min(range->low, sample.value);
    range->high = std::max(range->high, sample.value);
  };
  if (const auto first = as_of(from)) take(*first);
  seconds_.for_each(from, to, take);
  for (const auto& level : coarser_) level.for_each(from, to, take);
  for (const auto& told : filled_.after(from)) {
    if (told.time > to) break;
    take(told);
  }
  return range;
}

std::optional<double> PriceSeries::median_around(Timestamp u, Duration half) const {
  if (!last_) return std::nullopt;
  const auto middle = whole_second(u);
  auto from = std::max(middle - half, began_);
  auto to = std::min(middle + half, whole_second(last_->time));
  if (middle + half < began_) return std::nullopt;
  if (const auto* session = hours_ ? hours_->at(u) : nullptr) {
    from = std::max(from, session->open);
    to = std::min(to, session->close);
  }
  if (to <= from) {
    const auto sample = as_of(from);
    return sample ? std::optional{sample->value} : std::nullopt;
  }
  for (const auto& known : medians_)
    if (known.from == from && known.to == to) return known.value;
  auto& median = medians_[next_median_];
  next_median_ = (next_median_ + 1) % medians_.size();
  median = {.from = from, .to = to, .value = median_between(from, to)};
  return median.value;
}

std::optional<double> PriceSeries::median_between(Timestamp from, Timestamp to) const {
  weights_.clear();
  weights_.reserve(4 * buckets_for(to - from, seconds_.width()));
  std::optional<Sample> held = as_of(from);
  auto since = from;
  const auto until = [&](Timestamp t) {
    if (held && t > since) weights_.push_back({held->value, t - since});
    since = t;
  };
  const auto take = [&](const Sample& sample) {
    until(sample.time);
    held = sample;
  };
  for_each_sample(from, to, take);
  until(to);
  if (weights_.empty()) return std::nullopt;  // all of it is forgotten

  return weighted_median(weights_);
}

void PriceSeries::add_gap(Timestamp from, Timestamp to) {
  if (from >= to) return;
  const auto after = std::upper_bound(gaps_.begin(), gaps_.end(), from,
                                      [](Timestamp t, const Missed& m) { return t < m.gap.from; });
  gaps_.insert(after, {.gap = {from, to}});

  // One pass joins what overlaps; another, where there are too many, the two that lie nearest to
  // each other: so much seen counts as unseen, which is the safe side.
  std::size_t kept = 0;
  for (std::size_t i = 1; i < gaps_.size(); ++i) {
    if (gaps_[i].gap.from <= gaps_[kept].gap.to) {
      gaps_[kept].gap.to = std::max(gaps_[kept].gap.to, gaps_[i].gap.to);
    } else {
      gaps_[++kept] = gaps_[i];
    }
  }
  gaps_.resize(kept + 1);
  std::erase_if(gaps_, [oldest = gaps_.back().gap.to - reach_](const Missed& m) {
    return m.gap.to < oldest;
  });
  if (gaps_.size() > most_gaps) {
    std::size_t nearest = 1;
    const auto seen_before = [this](std::size_t i) {
      return gaps_[i].gap.from - gaps_[i - 1].gap.to;
    };
    for (std::size_t i = 2; i < gaps_.size(); ++i)
      if (seen_before(i) < seen_before(nearest)) nearest = i;
    gaps_[nearest - 1].gap.to = gaps_[nearest].gap.to;
    gaps_.erase(gaps_.begin() + static_cast<std::ptrdiff_t>(nearest));
  }

  count_missed();
}

void PriceSeries::count_missed() {
  Duration before{};
  for (auto& missed : gaps_) {
    missed.before = before;
    before += traded(hours_, missed.gap.from, missed.gap.to);
  }
}

void PriceSeries::fill(std::span<const Candle> minutes, Duration stands) {
  if (!last_ || minutes.empty()) return;
  const auto oldest = last_->time - reach_ - around_an_edge;
  filled_.forget(oldest);
  const auto unseen = unseen_stretches(oldest, last_->time);
  const auto told = filled_.fill(minutes, unseen, stands);
  if (told.empty()) return;
  began_ = std::min(began_, told.front().from);
  gaps_.clear();
  for (const auto& gap : without(unseen, told))
    if (gap.to > began_) add_gap(gap.from, gap.to);
  medians_.fill({});
}

std::vector<Gap> PriceSeries::unseen_stretches(Timestamp from, Timestamp to) const {
  std::vector<Gap> gaps;
  if (!last_ || (!restarted_ && began_ > from)) gaps.push_back({from, last_ ? began_ : to});
  for (const auto& missed : gaps_)
    if (!restarted_ || missed.gap.to > began_) gaps.push_back(missed.gap);
  if (restarted_) from = std::max(from, began_);
  if (from >= to) return {};
  return common(joined(std::move(gaps)), open_stretches(hours_, from, to));
}

// How much was missed before `t`, in the gaps that are kept.
Duration PriceSeries::missed_until(Timestamp t) const {
  const auto after = std::lower_bound(gaps_.begin(), gaps_.end(), t,
                                      [](const Missed& m, Timestamp u) { return m.gap.from < u; });
  if (after == gaps_.begin()) return {};
  const auto& missed = *std::prev(after);
  return missed.before + traded(hours_, missed.gap.from, std::min(missed.gap.to, t));
}

Duration PriceSeries::unseen(Timestamp from, Timestamp to) const {
  if (to <= from) return {};
  if (!last_) return to - from;
  const auto begun = std::clamp(began_, from, to);
  return traded(hours_, from, begun) + missed_until(to) - missed_until(begun);
}

}  // namespace foghorn
