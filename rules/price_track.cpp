#include "rules/price_track.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <iterator>

#include "rules/backfill.hpp"

namespace foghorn {
namespace {

// A window of which this much or more was not seen gives bounds instead of a number (design §5.8).
constexpr double tolerated_gap = 0.01;

// A reference is averaged over ref_window only for windows that dwarf it (design §6, change()).
constexpr Duration shortest_averaged = std::chrono::minutes{20};

// What a shorter window did not see has left it before a venue's word on it can come.
constexpr Duration shortest_filled = std::chrono::minutes{5};

// The one that is `beyond` the other, of equal ones the later.
template <class Beyond>
std::optional<Sample> farther(const std::optional<Sample>& a, const std::optional<Sample>& b,
                              Beyond beyond) {
  if (!a || !b) return a ? a : b;
  if (a->value == b->value) return a->time > b->time ? a : b;
  return beyond(a->value, b->value) ? a : b;
}

bool needs_extremes(Function f) {
  switch (f) {
    case Function::rise:
    case Function::fall:
    case Function::high:
    case Function::low:
    case Function::range:
    case Function::range_pct:
    case Function::new_high:
    case Function::new_low: return true;
    default: return false;
  }
}

}  // namespace

PriceTrack::PriceTrack(PriceTrackOptions options)
    : options_{options}, series_{options.reach + options.ref_window.value_or(Duration{})} {}

void PriceTrack::prepare(const PriceQuery& query) {
  if (query.window == Duration{}) return;
  auto known = std::find_if(windows_.begin(), windows_.end(),
                            [&](const Window& w) { return w.span == query.window; });
  if (known == windows_.end()) {
    windows_.emplace_back().span = query.window;
    known = std::prev(windows_.end());
  }
  if (needs_extremes(query.function) && !known->extremes) {
    known->extremes = std::make_unique<ExtremeWindow>(query.window);
  }
}

PriceTrack::Window& PriceTrack::window(Duration span) {
  const auto found = std::find_if(windows_.begin(), windows_.end(),
                                  [&](const Window& w) { return w.span == span; });
  assert(found != windows_.end() && "prepare() was called for this query");
  return *found;
}

const PriceTrack::Window& PriceTrack::at(Duration span, Timestamp t) {
  auto& w = window(span);
  if (w.moment != t) {
    w.moment = t;
    if (t >= w.edge_until) find_edge(w, t);
    w.seen = seen(span, t);
    if (w.extremes) w.extremes->advance(t);
    if (w.filled) w.filled->advance(t);
  }
  return w;
}

// The left edge slides from sample to sample, and between two it need not be looked up. But samples
// of the second that is filling may yet give way to others, and so may those that leave the series'
// finest level, which holds a day and ten minutes.
void PriceTrack::find_edge(Window& w, Timestamp t) const {
  w.edge = edge(w.span, t);
  w.edge_until = no_time;
  if (!w.edge || w.span > std::chrono::hours{24}) return;
  const auto next = series_.next_change(t - w.span);
  if (!next || series_.last().time - *next < std::chrono::seconds{1} ||
      *next - w.edge->time > std::chrono::minutes{10}) {
    return;
  }
  w.edge_until = w.span + std::min(*next, w.edge->time + oldest_edge(w.span) + Duration{1});
}

void PriceTrack::add(Timestamp t, double price, bool new_series) {
  if (new_series) {
    series_.restart();
    for (auto& w : windows_) {
      if (w.extremes) w.extremes->restart();
      w.filled.reset();
      w.edge_until = no_time;
    }
  } else if (stale(t)) {
    series_.add_gap(series_.last().time + options_.max_staleness, t);
  }
  series_.add(t, price);
  seen_live_ = true;
  for (auto& w : windows_) {
    if (w.extremes) w.extremes->add(t, price);
    w.moment = no_time;
  }
}

void PriceTrack::recall(Timestamp t, double price) {
  add(t, price, false);
  seen_live_ = false;
}

void PriceTrack::fill(std::span<const Candle> minutes) {
  if (empty()) return;
  series_.fill(minutes, options_.max_staleness);
  for (auto& w : windows_) {
    if (w.extremes) refill(w);
    w.moment = no_time;
    w.edge_until = no_time;
  }
}

void PriceTrack::refill(Window& w) const {
  w.filled.reset();
  const auto filled = series_.filled();
  const auto first = std::ranges::upper_bound(filled, last().time - w.span, {}, &Sample::time);
  if (first == filled.end()) return;
  w.filled = std::make_unique<ExtremeWindow>(w.span);
  std::for_each(first, filled.end(),
                [&w](const Sample& sample) { w.filled->add(sample.time, sample.value); });
}

std::vector<Gap> PriceTrack::missing(Timestamp t) const {
  Duration longest{};
  for (const auto& w : windows_) {
    const auto span = std::min(w.span, longest_backfill);
    if (span >= shortest_filled && 1.0 - seen(span, t) >= tolerated_gap)
      longest = std::max(longest, span);
  }
  if (longest == Duration{}) return {};
  // The left edge needs a price as of it, or a median around it.
  const auto from =
      t - longest - options_.ref_window.value_or(Duration{}) / 2 - std::chrono::minutes{1};
  auto gaps = series_.unseen_stretches(from, t);
  if (stale(t)) gaps.push_back({std::max(from, series_.last().time + options_.max_staleness), t});
  return joined(std::move(gaps));
}

bool PriceTrack::averages(const PriceQuery& query) const {
  return query.function == Function::change && options_.ref_window &&
         query.window >= shortest_averaged;
}

std::optional<Sample> PriceTrack::edge(Duration window, Timestamp t) const {
  const auto sample = series_.as_of(t - window);
  if (!sample) return std::nullopt;
  return t - window - sample->time <= oldest_edge(window) ? sample : std::nullopt;
}

std::optional<Sample> PriceTrack::reference(const PriceQuery& query, Timestamp t) {
  const auto& edge = at(query.window, t).edge;
  if (!edge || !averages(query)) return edge;
  const auto median = series_.median_around(t - query.window, *options_.ref_window / 2);
  return median ? Sample{edge->time, *median} : edge;
}

std::optional<Sample> PriceTrack::highest(Duration span, Timestamp t) {
  const auto& w = at(span, t);
  auto high = w.extremes->high();
  if (w.filled) high = farther(high, w.filled->high(), std::greater{});
  return farther(high, w.edge, std::greater{});
}

std::optional<Sample> PriceTrack::lowest(Duration span, Timestamp t) {
  const auto& w = at(span, t);
  auto low = w.extremes->low();
  if (w.filled) low = farther(low, w.filled->low(), std::less{});
  return farther(low, w.edge, std::less{});
}

double PriceTrack::seen(Duration span, Timestamp t) const {
  if (span <= Duration{} || empty()) return empty() ? 0.0 : 1.0;
  auto unseen = series_.unseen(t - span, t);
  if (stale(t)) {
    unseen += t - std::max(series_.last().time + options_.max_staleness, t - span);
  }
  return 1.0 -
         std::min(1.0, static_cast<double>(unseen.count()) / static_cast<double>(span.count()));
}

Value PriceTrack::ratio_to(const std::optional<Sample>& base, Duration span, Timestamp t) const {
  if (!base) return unknown(series_.began() > t - span ? Unknown::warming : Unknown::undefined);
  if (base->value <= 0) return unknown(Unknown::undefined);
  return exactly(series_.last().value / base->value - 1);
}

Value PriceTrack::value(const PriceQuery& query, Timestamp t) {
  if (empty()) return unknown(Unknown::warming);
  if (!current(t)) return unknown(Unknown::stale);
  switch (query.function) {
    case Function::last: return exactly(series_.last().value);
    case Function::change: return ratio_to(reference(query, t), query.window, t);
    case Function::new_high:
    case Function::new_low: return new_extreme(query, t);
    default: return extreme_value(query, t);
  }
}

Value PriceTrack::extreme_value(const PriceQuery& query, Timestamp t) {
  const auto span = query.window;
  const bool certain = 1.0 - at(span, t).seen < tolerated_gap;
  const auto seen_at_least = [certain](Value v) {
    return certain || !v.known() ? v : at_least(v.lo);
  };
  const auto seen_at_most = [certain](Value v) {
    return certain || !v.known() ? v : at_most(v.hi);
  };

  // The series is not empty, so a window without a sample has one at its left edge, or that sample
  // is too old for it.
  switch (query.function) {
    case Function::high: {
      const auto high = highest(span, t);
      return high ? seen_at_least(exactly(high->value)) : unknown(Unknown::warming);
    }
    case Function::low: {
      const auto low = lowest(span, t);
      return low ? seen_at_most(exactly(low->value)) : unknown(Unknown::warming);
    }
    case Function::rise: return seen_at_least(ratio_to(lowest(span, t), span, t));
    case Function::fall: return seen_at_most(ratio_to(highest(span, t), span, t));
    default: break;
  }
  const auto high = highest(span, t);
  const auto low = lowest(span, t);
  if (!high || !low) return unknown(Unknown::warming);
  const double range = high->value - low->value;
  if (query.function == Function::range) return seen_at_least(exactly(range));
  const auto& base = at(span, t).edge;
  if (!base) return unknown(series_.began() > t - span ? Unknown::warming : Unknown::undefined);
  if (base->value <= 0) return unknown(Unknown::undefined);
  return seen_at_least(exactly(range / base->value));
}

Value PriceTrack::new_extreme(const PriceQuery& query, Timestamp t) {
  const auto& w = at(query.window, t);
  const bool up = query.function == Function::new_high;
  auto before = up ? w.extremes->high_before_last() : w.extremes->low_before_last();
  const auto consider = [&](const std::optional<Sample>& earlier) {
    before = up ? farther(before, earlier, std::greater{}) : farther(before, earlier, std::less{});
  };
  if (w.filled) consider(up ? w.filled->high() : w.filled->low());
  if (w.edge && w.edge->time < series_.last().time) consider(w.edge);
  if (!before) return unknown(Unknown::warming);
  const double now = series_.last().value;
  const bool beyond = up ? now > before->value : now < before->value;
  if (!beyond) return truth(false);
  return 1.0 - w.seen < tolerated_gap ? truth(true) : unknown(Unknown::incomplete);
}

std::optional<Timestamp> PriceTrack::next_change(const PriceQuery& query, Timestamp t) const {
  if (empty()) return std::nullopt;
  std::optional<Timestamp> next;
  const auto consider = [&](std::optional<Timestamp> at) {
    if (at && *at > t && (!next || *at < *next)) next = at;
  };
  const auto soon = Duration{1};  // a boundary that is crossed strictly after its time

  consider(series_.last().time + options_.max_staleness + soon);
  if (query.function == Function::last) return next;

  const auto left = t - query.window;
  if (const auto change = series_.next_change(left)) consider(*change + query.window);
  if (const auto sample = series_.as_of(left)) {
    consider(sample->time + std::max(options_.max_staleness, query.window / 10) + query.window +
             soon);
  }
  if (query.function == Function::change) {
    if (averages(query)) consider(t + soon);  // the median slides with every moment
    return next;
  }
  for (const auto& w : windows_) {
    if (w.span != query.window) continue;
    if (w.extremes) consider(w.extremes->next_change());
    if (w.filled) consider(w.filled->next_change());
  }
  if (seen(query.window, t) < 1.0) consider(t + soon);  // what was not seen slides out
  return next;
}

std::optional<Move> PriceTrack::move(const PriceQuery& query, Timestamp t) {
  if (empty()) return std::nullopt;
  std::optional<Sample> from;
  switch (query.function) {
    case Function::change: from = reference(query, t); break;
    case Function::rise: from = lowest(query.window, t); break;
    case Function::fall: from = highest(query.window, t); break;
    default: break;
  }
  if (!from) return std::nullopt;
  return Move{from->value, from->time, series_.last().value, query.window};
}

}  // namespace foghorn
