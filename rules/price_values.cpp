// What a price's past is worth to those who ask.
#include <algorithm>
#include <cmath>
#include <functional>

#include "rules/price_track_parts.hpp"

namespace foghorn {
namespace {

// A reference is averaged over ref_window only for windows that dwarf it (design §6, change()).
constexpr Duration shortest_averaged = std::chrono::minutes{20};

// The one that is `beyond` the other, of equal ones the later.
template <class Beyond>
std::optional<Sample> farther(const std::optional<Sample>& a, const std::optional<Sample>& b,
                              Beyond beyond) {
  if (!a || !b) return a ? a : b;
  if (a->value == b->value) return a->time > b->time ? a : b;
  return beyond(a->value, b->value) ? a : b;
}

}  // namespace

bool PriceTrack::averages(const PriceQuery& query) const {
  return (query.function == Function::change || query.function == Function::sigma) &&
         options_.ref_window && query.window >= shortest_averaged;
}

std::optional<PriceTrack::Edge> PriceTrack::edge(Duration window, Timestamp t) const {
  const auto left = t - window;
  auto sample = series_.as_of(left);
  if (!sample && needs_days(window, t)) sample = options_.history->as_of(left);
  if (!sample || traded(options_.hours, sample->time, left) > oldest_edge(window))
    return std::nullopt;
  const bool beyond_closure =
      options_.hours &&
      (!options_.hours->open(left) || options_.hours->closed(sample->time, left) > Duration{});
  return Edge{*sample, beyond_closure};
}

// A price of before a closure is the reference of what looks back a day or more, or bridges it.
bool PriceTrack::counts(const Edge& edge, const PriceQuery& query) {
  return !edge.beyond_closure || query.bridge || query.window >= shortest_bridge;
}

std::optional<Sample> PriceTrack::edge_for(const PriceQuery& query, Timestamp t) {
  const auto& edge = at(query.window, t).edge;
  return edge && counts(*edge, query) ? std::optional{edge->sample} : std::nullopt;
}

std::optional<Sample> PriceTrack::reference(const PriceQuery& query, Timestamp t) {
  if (query.settle) return sessions_.settlement(t);
  const auto edge = edge_for(query, t);
  if (!edge || !averages(query) || at(query.window, t).edge->beyond_closure) return edge;
  const auto median = series_.median_around(t - query.window, *options_.ref_window / 2);
  return median ? Sample{edge->time, *median} : edge;
}

std::optional<Sample> PriceTrack::highest(const PriceQuery& query, Timestamp t) {
  const auto& w = at(query.window, t);
  auto high = w.extremes->high();
  if (w.filled) high = farther(high, w.filled->high(), std::greater{});
  high = farther(high, w.days.high, std::greater{});
  return farther(high, edge_for(query, t), std::greater{});
}

std::optional<Sample> PriceTrack::lowest(const PriceQuery& query, Timestamp t) {
  const auto& w = at(query.window, t);
  auto low = w.extremes->low();
  if (w.filled) low = farther(low, w.filled->low(), std::less{});
  low = farther(low, w.days.low, std::less{});
  return farther(low, edge_for(query, t), std::less{});
}

double PriceTrack::seen(Duration span, Timestamp t) const {
  const auto by_series = seen_by_series(span, t);
  if (!needs_days(span, t)) return by_series;
  const auto left = t - span;
  const auto known = std::ranges::find(windows_, span, &Window::span);
  const auto days = known != windows_.end() && known->days_from != no_time
                        ? known->days.seen
                        : options_.history->between(left, series_.began()).seen;
  const auto share = std::chrono::duration<double>(traded(options_.hours, left, series_.began())) /
                     std::chrono::duration<double>(traded(options_.hours, left, t));
  return std::min(1.0, by_series + days * share);
}

double PriceTrack::seen_by_series(Duration span, Timestamp t) const {
  if (span <= Duration{} || empty()) return empty() ? 0.0 : 1.0;
  const auto open = traded(options_.hours, t - span, t);
  if (open <= Duration{}) return 1.0;
  auto unseen = series_.unseen(t - span, t);
  if (stale(t)) unseen += traded(options_.hours, std::max(stale_from(), t - span), t);
  return 1.0 -
         std::min(1.0, static_cast<double>(unseen.count()) / static_cast<double>(open.count()));
}

Value PriceTrack::ratio_to(const std::optional<Sample>& base, Duration span, Timestamp t) const {
  if (!base) return unknown(series_.began() > t - span ? Unknown::warming : Unknown::undefined);
  if (base->value <= 0) return unknown(Unknown::undefined);
  return exactly(series_.last().value / base->value - 1);
}

Value PriceTrack::value(const PriceQuery& query, Timestamp t) {
  if (empty()) return unknown(Unknown::warming);
  if (query.function == Function::gap) return gap_value(t);  // of a price that was
  if (!current(t)) return unknown(Unknown::stale);
  switch (query.function) {
    case Function::last: return exactly(series_.last().value);
    case Function::change: return ratio_to(reference(query, t), query.window, t);
    case Function::mean: return mean_value(query, t);
    case Function::sigma: return sigma_value(query, t);
    case Function::vol:
    case Function::zscore:
    case Function::jump: return volatility_.value(query.function, query.window, query.bar, t);
    case Function::new_high:
    case Function::new_low: return new_extreme(query);
    default: return extreme_value(query, t);
  }
}

Value PriceTrack::gap_value(Timestamp t) const {
  const auto gap = sessions_.gap(t);
  if (!gap || gap->from.value <= 0) return unknown(Unknown::undefined);
  return exactly(gap->to.value / gap->from.value - 1);
}

// sigma(S, W): a number. ln(last ÷ reference) ÷ (σ · sqrt(W ÷ 1 min)), the reference as of
// change(S, W), σ the volatility of one minute over the day before the window: the move in units of
// what a walk of that volatility makes in W.
Value PriceTrack::sigma_value(const PriceQuery& query, Timestamp t) {
  auto change = query;
  change.function = Function::change;
  const auto moved = ratio_to(reference(change, t), query.window, t);
  if (!moved.known()) return moved;
  const auto sigma = volatility_.minute_volatility(query.window, t);
  if (!sigma.known()) return sigma;
  const double ratio = moved.lo + 1;
  if (ratio <= 0 || sigma.lo <= 0) return unknown(Unknown::undefined);
  const auto minutes = std::chrono::duration<double>(query.window) / std::chrono::minutes{1};
  return exactly(std::log(ratio) / (sigma.lo * std::sqrt(minutes)));
}

// What was not seen of a window bounds no mean.
Value PriceTrack::mean_value(const PriceQuery& query, Timestamp t) {
  const auto& w = at(query.window, t);
  const auto left = t - query.window;
  if (1.0 - seen_by_series(query.window, t) >= tolerated_gap)
    return unknown(series_.began() > left ? Unknown::warming : Unknown::incomplete);
  const auto edge = edge_for(query, t);
  auto begin = left;
  if (!edge) {  // the window starts at its first observation
    const auto first = series_.next_change(left);
    if (!first) return unknown(Unknown::undefined);
    begin = *first;
  }
  const auto since = trading_clock(series_.last().time);
  const auto mean = w.mean->since(trading_clock(begin), since,
                                  std::min(trading_clock(t), since + options_.max_staleness),
                                  series_.last().value);
  if (mean) return exactly(*mean);
  return edge ? exactly(edge->value) : unknown(Unknown::undefined);  // closed all along
}

Value PriceTrack::extreme_value(const PriceQuery& query, Timestamp t) {
  const auto span = query.window;
  const auto& w = at(span, t);
  const bool certain = 1.0 - w.seen < tolerated_gap && !w.days.closes_only;
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
      const auto high = highest(query, t);
      return high ? seen_at_least(exactly(high->value)) : unknown(Unknown::warming);
    }
    case Function::low: {
      const auto low = lowest(query, t);
      return low ? seen_at_most(exactly(low->value)) : unknown(Unknown::warming);
    }
    case Function::rise: return seen_at_least(ratio_to(lowest(query, t), span, t));
    case Function::fall: return seen_at_most(ratio_to(highest(query, t), span, t));
    default: break;
  }
  const auto high = highest(query, t);
  const auto low = lowest(query, t);
  if (!high || !low) return unknown(Unknown::warming);
  const double range = high->value - low->value;
  if (query.function == Function::range) return seen_at_least(exactly(range));
  const auto base = edge_for(query, t);
  if (!base) return unknown(series_.began() > t - span ? Unknown::warming : Unknown::undefined);
  if (base->value <= 0) return unknown(Unknown::undefined);
  return seen_at_least(exactly(range / base->value));
}

Value PriceTrack::new_extreme(const PriceQuery& query) {
  const auto& record = window(query.window).before_last;
  const bool up = query.function == Function::new_high;
  auto before = up ? record.high : record.low;
  const auto consider = [&](const std::optional<Sample>& earlier) {
    before = up ? farther(before, earlier, std::greater{}) : farther(before, earlier, std::less{});
  };
  consider(up ? record.filled_high : record.filled_low);
  consider(up ? record.day_high : record.day_low);
  if (record.edge && counts(*record.edge, query)) consider(record.edge->sample);
  if (!before) return unknown(Unknown::warming);
  const double now = series_.last().value;
  const bool beyond = up ? now > before->value : now < before->value;
  if (!beyond) return truth(false);
  const bool certain = 1.0 - record.seen < tolerated_gap && !record.closes_only;
  return certain ? truth(true) : unknown(Unknown::incomplete);
}

std::optional<Move> PriceTrack::move(const PriceQuery& query, Timestamp t) {
  if (empty()) return std::nullopt;
  if (query.settle) {
    const auto close = sessions_.settlement(t);
    return close ? std::optional{Move{close->value, close->time, series_.last().value, Duration{}}}
                 : std::nullopt;
  }
  if (query.window == Duration{}) return std::nullopt;
  std::optional<Sample> from;
  switch (query.function) {
    case Function::change: from = reference(query, t); break;
    case Function::rise: from = lowest(query, t); break;
    case Function::fall: from = highest(query, t); break;
    default: break;
  }
  if (!from) return std::nullopt;
  const auto& edge = at(query.window, t).edge;
  return Move{.from = from->value,
              .from_time = from->time,
              .to = series_.last().value,
              .window = query.window,
              .bridged = edge && edge->beyond_closure && edge->sample.time == from->time};
}

}  // namespace foghorn
