#include "rules/backfill.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "rules/price_groups.hpp"

namespace foghorn {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

bool plausible(const Candle& c) {
  return c.start.time_since_epoch() % minute == Duration{} &&
         std::isfinite(c.open + c.high + c.low + c.close) && c.low <= std::min(c.open, c.close) &&
         c.high >= std::max(c.open, c.close);
}

// The median of the largest group; nullopt where it is too small, or not the only one of its size.
// Reorders `values`.
std::optional<double> median_of_agreeing(std::vector<double>& values,
                                         const ConsensusPolicy& policy) {
  std::ranges::sort(values);
  const auto least = std::max<std::size_t>(policy.min_sources, 1);
  for (auto size = values.size(); size >= least; --size) {
    std::optional<double> median;
    for (std::size_t begin = 0; begin + size <= values.size(); ++begin) {
      const auto run = std::span<const double>{values}.subspan(begin, size);
      if (!agree(run, policy.max_deviation)) continue;
      if (median) return std::nullopt;
      median = median_of(run);
    }
    if (median) return median;
  }
  return std::nullopt;
}

}  // namespace

void Candles::add(std::span<const Candle> minutes) {
  std::vector<Candle> fresh;
  std::ranges::copy_if(minutes, std::back_inserter(fresh), plausible);
  std::vector<Candle> all;
  all.reserve(minutes_.size() + fresh.size());
  std::ranges::merge(minutes_, fresh, std::back_inserter(all), {}, &Candle::start, &Candle::start);
  // Of two words on one minute the later came second.
  std::size_t kept = 0;
  for (const auto& candle : all) {
    if (kept > 0 && all[kept - 1].start == candle.start) --kept;
    all[kept++] = candle;
  }
  all.resize(kept);
  if (!all.empty()) {
    const auto oldest = all.back().start - longest_backfill;
    all.erase(all.begin(), std::ranges::lower_bound(all, oldest, {}, &Candle::start));
  }
  minutes_ = std::move(all);
}

std::span<const Candle> Candles::between(Timestamp from, Timestamp to) const {
  const auto first = std::ranges::lower_bound(minutes_, from, {}, &Candle::start);
  return {first, std::ranges::lower_bound(first, minutes_.end(), to, {}, &Candle::start)};
}

std::vector<Candle> consensus_of(std::span<const std::span<const Candle>> sources,
                                 const ConsensusPolicy& policy) {
  std::vector<Candle> minutes;
  std::vector<std::span<const Candle>> left{sources.begin(), sources.end()};
  std::vector<Candle> told;  // of one minute
  std::vector<double> values;
  const auto median = [&](double Candle::*part) {
    values.clear();
    for (const auto& candle : told) values.push_back(candle.*part);
    return median_of_agreeing(values, policy);
  };
  for (;;) {
    auto start = Timestamp::max();
    for (const auto& candles : left)
      if (!candles.empty()) start = std::min(start, candles.front().start);
    if (start == Timestamp::max()) return minutes;
    told.clear();
    for (auto& candles : left) {
      if (candles.empty() || candles.front().start != start) continue;
      told.push_back(candles.front());
      candles = candles.subspan(1);
    }
    const auto open = median(&Candle::open);
    const auto high = median(&Candle::high);
    const auto low = median(&Candle::low);
    const auto close = median(&Candle::close);
    if (!open || !high || !low || !close) continue;
    // Groups may differ, so that the medians need not be in order.
    minutes.push_back({.start = start,
                       .open = *open,
                       .high = std::max({*open, *high, *low, *close}),
                       .low = std::min({*open, *high, *low, *close}),
                       .close = *close});
  }
}

}  // namespace foghorn
