// What a price function can come to while the price stays where it is and the windows slide on a
// little.
#include <algorithm>
#include <limits>

#include "rules/price_track_parts.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr double infinity = std::numeric_limits<double>::infinity();

// The second that is filling may yet be kept as other samples.
constexpr Duration settled = 2s;

// So old a sample may pass on to a coarser level of the series within the outlook (see series.cpp),
// and what stands for it then is as much earlier as that level's buckets are wide.
Duration coarseness(Duration age) {
  if (age < 24h + 9min) return {};
  return age < 30 * 24h - 1h ? Duration{1min} : Duration{24h};
}

Band numbers(double from, double to) {
  return {Unknown::none, from, to, from, to};
}

Band bound_below(Band numbers, bool certain) {
  if (!certain) numbers.hi_from = numbers.hi_to = infinity;
  return numbers;
}

Band bound_above(Band numbers, bool certain) {
  if (!certain) numbers.lo_from = numbers.lo_to = -infinity;
  return numbers;
}

}  // namespace

// All that the left edge of the window, or what is averaged around it, can be: nothing known where
// it is none for all the time; nullopt where it comes or goes.
std::optional<std::optional<PriceRange>> PriceTrack::edges(Duration span, Duration around,
                                                           Timestamp t, Timestamp until) const {
  const auto first = t - span, last = until - span;
  if (last + around > series_.last().time - settled) return std::nullopt;
  const auto sample = series_.as_of(first);
  if (!sample) {
    if (series_.began() <= last || series_.as_of(last)) return std::nullopt;
    return std::optional<PriceRange>{};
  }
  if (last - sample->time > oldest_edge(span)) return std::nullopt;
  const auto from = std::min(sample->time, first - around);
  return series_.range(from - coarseness(t - from), last + around);
}

std::optional<Band> PriceTrack::reach(const PriceQuery& query, Outlook& outlook, Timestamp t) {
  if (!current(t) || outlook.until - series_.last().time > options_.max_staleness || query.bridge)
    return std::nullopt;
  const auto [low, high, until] = outlook;
  if (const double now = series_.last().value; now < low || now > high) return std::nullopt;
  if (query.function == Function::last) return numbers(low, high);
  if (query.window == Duration{} || needs_days(query.window, t)) return std::nullopt;
  if (query.function != Function::change) return extreme_reach(query, outlook, t);

  const auto around = averages(query) ? *options_.ref_window / 2 + 1s : Duration{};
  const auto edge = edges(query.window, around, t, until);
  if (!edge) return std::nullopt;
  if (!*edge) return band_of(unknown(Unknown::warming));
  if ((*edge)->low <= 0) return std::nullopt;
  return numbers(low / (*edge)->high - 1, high / (*edge)->low - 1);
}

std::optional<Band> PriceTrack::extreme_reach(const PriceQuery& query, Outlook& outlook,
                                              Timestamp t) {
  const auto& w = at(query.window, t);
  const auto edge = edges(query.window, {}, t, outlook.until);
  const bool certain = 1.0 - w.seen < tolerated_gap;
  if (!w.extremes || !edge || certain != (1.0 - seen(query.window, outlook.until) < tolerated_gap))
    return std::nullopt;

  // The extremes stay at least as far out as what will still be in the window, and go no farther
  // than all that is in it now or may come.
  auto lasting_high = w.extremes->lasting_high(outlook.until);
  auto lasting_low = w.extremes->lasting_low(outlook.until);
  if (w.filled) {
    lasting_high = std::max(lasting_high, w.filled->lasting_high(outlook.until));
    lasting_low = std::min(lasting_low, w.filled->lasting_low(outlook.until));
  }
  if (*edge) {
    lasting_high = std::max(lasting_high, (*edge)->low);
    lasting_low = std::min(lasting_low, (*edge)->high);
  }
  if (query.function == Function::new_high || query.function == Function::new_low) {
    // Nothing new while the price stays on this side of what was there before it. It may not: then
    // the outlook ends there.
    const bool up = query.function == Function::new_high;
    const double now = series_.last().value;
    if (up ? now > lasting_high : now < lasting_low) return std::nullopt;
    outlook.high = up ? std::min(outlook.high, lasting_high) : outlook.high;
    outlook.low = up ? outlook.low : std::max(outlook.low, lasting_low);
    return band_of(truth(false));
  }

  const auto [low, high, until] = outlook;
  const auto highest_now = highest(query, t);
  const auto lowest_now = lowest(query, t);
  if (!highest_now || !lowest_now) return std::nullopt;
  PriceRange highs{std::max(lasting_high, low), std::max(highest_now->value, high)};
  PriceRange lows{std::min(lowest_now->value, low), std::min(lasting_low, high)};
  if (*edge) {
    highs.high = std::max(highs.high, (*edge)->high);
    lows.low = std::min(lows.low, (*edge)->low);
  }
  const PriceRange ranges{std::max(0.0, highs.low - lows.high), highs.high - lows.low};
  switch (query.function) {
    case Function::high: return bound_below(numbers(highs.low, highs.high), certain);
    case Function::low: return bound_above(numbers(lows.low, lows.high), certain);
    case Function::range: return bound_below(numbers(ranges.low, ranges.high), certain);
    case Function::rise:
      if (lows.low <= 0) return std::nullopt;
      return bound_below(numbers(std::max(0.0, low / lows.high - 1), high / lows.low - 1), certain);
    case Function::fall:
      if (highs.low <= 0) return std::nullopt;
      return bound_above(numbers(low / highs.high - 1, std::min(0.0, high / highs.low - 1)),
                         certain);
    case Function::range_pct:
      if (!*edge) return band_of(unknown(Unknown::warming));
      if ((*edge)->low <= 0) return std::nullopt;
      return bound_below(numbers(ranges.low / (*edge)->high, ranges.high / (*edge)->low), certain);
    default: return std::nullopt;
  }
}

}  // namespace foghorn
