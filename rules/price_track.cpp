#include "rules/price_track.hpp"

#include <algorithm>
#include <cassert>

namespace foghorn {
namespace {

// A window of which this much or more was not seen gives bounds instead of a number (design §5.8).
constexpr double tolerated_gap = 0.01;

// A reference is averaged over ref_window only for windows that dwarf it (design §6, change()).
constexpr Duration shortest_averaged = std::chrono::minutes{20};

bool needs_window(Function f) {
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
  if (needs_window(query.function) && !window(query.window)) {
    windows_.push_back(std::make_unique<ExtremeWindow>(query.window));
  }
}

ExtremeWindow* PriceTrack::window(Duration span) {
  for (const auto& candidate : windows_)
    if (candidate->span() == span) return candidate.get();
  return nullptr;
}

void PriceTrack::add(Timestamp t, double price, bool new_series) {
  if (new_series) {
    series_.restart();
    for (const auto& w : windows_) w->restart();
  } else if (stale(t)) {
    series_.add_gap(series_.last().time + options_.max_staleness, t);
  }
  series_.add(t, price);
  for (const auto& w : windows_) w->add(t, price);
}

bool PriceTrack::averages(const PriceQuery& query) const {
  return query.function == Function::change && options_.ref_window &&
         query.window >= shortest_averaged;
}

std::optional<Sample> PriceTrack::edge(Duration window, Timestamp t) const {
  const auto sample = series_.as_of(t - window);
  if (!sample) return std::nullopt;
  const auto oldest = std::max(options_.max_staleness, window / 10);
  return t - window - sample->time <= oldest ? sample : std::nullopt;
}

std::optional<Sample> PriceTrack::reference(const PriceQuery& query, Timestamp t) const {
  const auto at_edge = edge(query.window, t);
  if (!at_edge || !averages(query)) return at_edge;
  const auto median = series_.median_around(t - query.window, *options_.ref_window / 2);
  return median ? Sample{at_edge->time, *median} : at_edge;
}

std::optional<Sample> PriceTrack::highest(Duration span, Timestamp t) {
  auto* w = window(span);
  assert(w && "prepare() was called for this query");
  w->advance(t);
  const auto inside = w->high();
  const auto left = edge(span, t);
  if (!inside || (left && left->value > inside->value)) return left;
  return inside;
}

std::optional<Sample> PriceTrack::lowest(Duration span, Timestamp t) {
  auto* w = window(span);
  assert(w && "prepare() was called for this query");
  w->advance(t);
  const auto inside = w->low();
  const auto left = edge(span, t);
  if (!inside || (left && left->value < inside->value)) return left;
  return inside;
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

bool PriceTrack::whole(Duration span, Timestamp t) const {
  return 1.0 - seen(span, t) < tolerated_gap;
}

Value PriceTrack::ratio_to(const std::optional<Sample>& base, Duration span, Timestamp t) const {
  if (!base) return unknown(series_.began() > t - span ? Unknown::warming : Unknown::undefined);
  if (base->value <= 0) return unknown(Unknown::undefined);
  return exactly(series_.last().value / base->value - 1);
}

Value PriceTrack::value(const PriceQuery& query, Timestamp t) {
  if (empty()) return unknown(Unknown::warming);
  if (stale(t)) return unknown(Unknown::stale);
  switch (query.function) {
    case Function::last: return exactly(series_.last().value);
    case Function::change: return ratio_to(reference(query, t), query.window, t);
    case Function::new_high:
    case Function::new_low: return new_extreme(query, t);
    default: return extreme_value(query, t);
  }
}

Value PriceTrack::extreme_value(const PriceQuery& query, Timestamp t) {
  const auto high = highest(query.window, t);
  const auto low = lowest(query.window, t);
  if (!high || !low) return unknown(Unknown::warming);
  const bool certain = whole(query.window, t);
  const auto seen_at_least = [certain](Value v) {
    return certain || !v.known() ? v : at_least(v.lo);
  };
  const auto seen_at_most = [certain](Value v) {
    return certain || !v.known() ? v : at_most(v.hi);
  };

  switch (query.function) {
    case Function::high: return seen_at_least(exactly(high->value));
    case Function::low: return seen_at_most(exactly(low->value));
    case Function::range: return seen_at_least(exactly(high->value - low->value));
    case Function::rise: return seen_at_least(ratio_to(low, query.window, t));
    case Function::fall: return seen_at_most(ratio_to(high, query.window, t));
    case Function::range_pct: {
      const auto base = edge(query.window, t);
      if (!base)
        return unknown(series_.began() > t - query.window ? Unknown::warming : Unknown::undefined);
      if (base->value <= 0) return unknown(Unknown::undefined);
      return seen_at_least(exactly((high->value - low->value) / base->value));
    }
    default: return unknown(Unknown::undefined);
  }
}

Value PriceTrack::new_extreme(const PriceQuery& query, Timestamp t) {
  auto* w = window(query.window);
  assert(w && "prepare() was called for this query");
  w->advance(t);
  const bool up = query.function == Function::new_high;
  auto before = up ? w->high_before_last() : w->low_before_last();
  if (const auto left = edge(query.window, t); left && left->time < series_.last().time) {
    if (!before || (up ? left->value > before->value : left->value < before->value)) before = left;
  }
  if (!before) return unknown(Unknown::warming);
  const double now = series_.last().value;
  const bool beyond = up ? now > before->value : now < before->value;
  if (!beyond) return truth(false);
  return whole(query.window, t) ? truth(true) : unknown(Unknown::incomplete);
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
  for (const auto& w : windows_)
    if (w->span() == query.window) consider(w->next_change());
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
