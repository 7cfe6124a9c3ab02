#include "rules/price_track.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <iterator>

#include "rules/backfill.hpp"
#include "rules/bucket_end.hpp"

namespace foghorn {
namespace {

// A window of which this much or more was not seen gives bounds instead of a number (design §5.8).
constexpr double tolerated_gap = 0.01;

// A reference is averaged over ref_window only for windows that dwarf it (design §6, change()).
constexpr Duration shortest_averaged = std::chrono::minutes{20};

// What a shorter window did not see has left it before a venue's word on it can come.
constexpr Duration shortest_filled = std::chrono::minutes{5};

// A move over a closure is a gap, and not a move of less than this (design §5.6).
constexpr Duration shortest_bridge = std::chrono::hours{24};

// The one that is `beyond` the other, of equal ones the later.
template <class Beyond>
std::optional<Sample> farther(const std::optional<Sample>& a, const std::optional<Sample>& b,
                              Beyond beyond) {
  if (!a || !b) return a ? a : b;
  if (a->value == b->value) return a->time > b->time ? a : b;
  return beyond(a->value, b->value) ? a : b;
}

// Stored minutes come back as four prices each, so far apart at most (daemon/warm_start.hpp).
constexpr Duration recalled_stands = std::chrono::seconds{20};

bool is_record(Function f) {
  return f == Function::new_high || f == Function::new_low;
}

bool is_statistic(Function f) {
  return f >= Function::sigma && f <= Function::jump;
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
    : options_{options},
      series_{options.reach + options.ref_window.value_or(Duration{}), options.hours},
      sessions_{{.hours = options.hours ? options.hours : options.underlying,
                 .trades_on = !options.hours,
                 .stands = options.max_staleness}},
      volatility_{options.hours, options.max_staleness} {}

void PriceTrack::prepare(const PriceQuery& query) {
  if (is_statistic(query.function)) volatility_.prepare(query.function, query.window, query.bar);
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
  if (query.function == Function::mean && !known->mean)
    known->mean = std::make_unique<MeanWindow>(query.window);
  known->records = known->records || is_record(query.function);
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
    find_days(w, t);
    w.seen = seen(span, t);
    if (w.extremes) w.extremes->advance(t);
    if (w.filled) w.filled->advance(t);
    if (w.mean) w.mean->advance(trading_clock(t - span));
  }
  return w;
}

// Days are too coarse for shorter windows.
bool PriceTrack::needs_days(Duration span, Timestamp t) const {
  return span > shortest_bridge && options_.history && !options_.history->empty() && !restarted_ &&
         !empty() && series_.began() > t - span;
}

void PriceTrack::find_days(Window& w, Timestamp t) const {
  const auto from = std::chrono::floor<std::chrono::hours>(t - w.span);
  if (!needs_days(w.span, t)) {
    w.days = {};
    w.days_from = no_time;
  } else if (w.days_from != from || w.days_to != series_.began() ||
             w.days_version != options_.history->version()) {
    w.days_from = from;
    w.days_to = series_.began();
    w.days_version = options_.history->version();
    w.days = options_.history->between(from, w.days_to);
  }
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
      *next - w.edge->sample.time > std::chrono::minutes{10}) {
    return;
  }
  const auto too_old =
      traded_by(options_.hours, w.edge->sample.time, oldest_edge(w.span) + Duration{1});
  w.edge_until = w.span + std::min({*next, too_old, turns_after(options_.hours, t - w.span)});
}

void PriceTrack::add(Timestamp t, double price, bool new_series) {
  take(t, price, new_series, options_.max_staleness);
  seen_live_ = true;
}

void PriceTrack::recall(Timestamp t, double price) {
  take(t, price, false, std::max(options_.max_staleness, recalled_stands));
  seen_live_ = false;
}

void PriceTrack::restart() {
  restarted_ = true;
  start_anew();
}

void PriceTrack::start_anew() {
  series_.restart();
  sessions_.restart();
  volatility_.restart();
  for (auto& w : windows_) {
    if (w.extremes) w.extremes->restart();
    if (w.mean) w.mean->clear();
    w.filled.reset();
    w.edge_until = no_time;
  }
}

void PriceTrack::take(Timestamp t, double price, bool new_series, Duration stands) {
  if (new_series) {
    restarted_ = restarted_ || !empty();
    start_anew();
  } else if (!empty()) {
    const auto from = series_.last().time;
    if (t - from > stands) {
      const auto until = traded_by(options_.hours, from, stands);
      if (until < t) series_.add_gap(until, t);
    }
    const auto begin = trading_clock(from);
    for (auto& w : windows_)
      if (w.mean)
        w.mean->stood(begin, std::min(trading_clock(t), begin + stands), series_.last().value);
  }
  series_.add(t, price);
  sessions_.add(t, price);
  volatility_.add(t, price);
  for (auto& w : windows_) {
    w.moment = no_time;
    if (!w.extremes) continue;
    w.extremes->add(t, price);
    if (!w.records) continue;
    w.before_last.high = w.extremes->high_before_last();
    w.before_last.low = w.extremes->low_before_last();
    note_record(w);
  }
}

// A price is new against what was there when it came, and stays so until the next one, whatever
// leaves the window meanwhile.
void PriceTrack::note_record(Window& w) {
  at(w.span, last().time);
  w.before_last.edge = w.edge;
  w.before_last.seen = w.seen;
  w.before_last.filled_high = w.filled ? w.filled->high() : std::nullopt;
  w.before_last.filled_low = w.filled ? w.filled->low() : std::nullopt;
  w.before_last.day_high = w.days.high;
  w.before_last.day_low = w.days.low;
  w.before_last.closes_only = w.days.closes_only;
}

void PriceTrack::fill(std::span<const Candle> minutes) {
  if (empty()) return;
  series_.fill(minutes, options_.max_staleness);
  fill_sessions();
  volatility_.refill(series_);
  for (auto& w : windows_) {
    if (w.extremes) refill(w);
    if (w.mean) refill_mean(w);
    w.moment = no_time;
    w.edge_until = no_time;
    if (w.records) note_record(w);
    w.moment = no_time;
  }
}

// The latest sessions, as the series knows them now.
void PriceTrack::fill_sessions() {
  const auto t = last().time;
  auto session = sessions_.at(t);
  if (!session) session = sessions_.ended_by(t);
  for (int i = 0; i < 2 && session; ++i, session = sessions_.ended_by(session->open)) {
    const auto within = [&](const std::optional<Sample>& sample) {
      return sample && sample->time >= session->open && sample->time <= session->close;
    };
    if (const auto close = series_.as_of(session->close); within(close))
      sessions_.fill(*session, *close);
    const auto first = series_.next_change(session->open - Duration{1});
    const auto open = first ? series_.as_of(*first) : std::nullopt;
    if (within(open)) sessions_.fill(*session, *open);
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

void PriceTrack::refill_mean(Window& w) const {
  w.mean->clear();
  series_.for_each_price(last().time - w.span, [&](const Sample& sample, Timestamp until) {
    const auto begin = trading_clock(sample.time);
    const auto known =
        traded(options_.hours, sample.time, until) - series_.unseen(sample.time, until);
    w.mean->stood(begin, begin + known, sample.value);
  });
}

std::vector<Gap> PriceTrack::missing(Timestamp t) const {
  Duration longest{};
  for (const auto& w : windows_) {
    const auto span = std::min(w.span, longest_backfill);
    if (span >= shortest_filled && 1.0 - seen_by_series(span, t) >= tolerated_gap)
      longest = std::max(longest, span);
  }
  if (longest == Duration{}) return {};
  // The left edge needs a price as of it, or a median around it.
  const auto from =
      t - longest - options_.ref_window.value_or(Duration{}) / 2 - std::chrono::minutes{1};
  auto gaps = series_.unseen_stretches(from, t);
  if (stale(t)) gaps.push_back({std::max(from, stale_from()), t});
  return common(joined(std::move(gaps)), open_stretches(options_.hours, from, t));
}

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

std::optional<Timestamp> PriceTrack::next_change(const PriceQuery& query, Timestamp t) const {
  if (empty()) return std::nullopt;
  std::optional<Timestamp> next;
  const auto consider = [&](std::optional<Timestamp> at, Duration later = {}) {
    if (at && *at < Timestamp::max() && *at + later > t && (!next || *at + later < *next))
      next = *at + later;
  };
  const auto soon = Duration{1};  // a boundary that is crossed strictly after its time

  consider(traded_by(options_.hours, series_.last().time, options_.max_staleness + soon));
  consider(turns_after(options_.hours, t));
  if (query.settle || query.function == Function::gap) {
    if (options_.hours) return next;
    consider(options_.underlying ? options_.underlying->turns_after(t)
                                 : std::chrono::floor<std::chrono::days>(t) + std::chrono::days{1});
    return next;
  }
  if (query.function == Function::last || is_record(query.function)) return next;
  if (is_statistic(query.function)) {
    consider(volatility_.next_close(query.bar));
    if (query.function != Function::sigma) return next;
    // Its yardstick ends where the window begins, and slides.
    consider(bucket_end(t - query.window + soon, std::chrono::minutes{1}), query.window);
  }
  if (query.function == Function::mean) {
    if (current(t)) consider(t + soon);  // it slides with every moment
    return next;
  }

  const auto left = t - query.window;
  if (needs_days(query.window, t))
    consider(std::chrono::floor<std::chrono::hours>(left) + std::chrono::hours{1}, query.window);
  consider(series_.next_change(left), query.window);
  if (const auto sample = series_.as_of(left))
    consider(traded_by(options_.hours, sample->time, oldest_edge(query.window) + soon),
             query.window);
  consider(turns_after(options_.hours, left), query.window);
  if (query.function == Function::change || query.function == Function::sigma) {
    if (averages(query)) consider(median_changes(left), query.window);
    return next;
  }
  for (const auto& w : windows_) {
    if (w.span != query.window) continue;
    if (w.extremes) consider(w.extremes->next_change());
    if (w.filled) consider(w.filled->next_change());
  }
  // What was not seen slides out, where trading never ends no faster than time passes.
  const auto unseen = 1.0 - seen(query.window, t);
  if (options_.hours && unseen > 0)
    consider(t + soon);
  else if (unseen >= tolerated_gap)
    consider(t + std::max(soon, Duration{static_cast<Duration::rep>(
                                    (unseen - tolerated_gap) *
                                    static_cast<double>(query.window.count()))}));
  return next;
}

// The earliest time later than `u` at which the median around it may change: it slides with every
// moment, but where the price stands still around it.
Timestamp PriceTrack::median_changes(Timestamp u) const {
  const auto around = *options_.ref_window / 2 + std::chrono::seconds{1};  // it goes by seconds
  const auto prices = series_.range(u - around, u + around);
  if (!prices || prices->low != prices->high) return u + Duration{1};
  const auto next = series_.next_change(u + around);
  return next ? *next - around : Timestamp::max();
}

std::optional<Move> PriceTrack::move(const PriceQuery& query, Timestamp t) {
  if (empty() || query.window == Duration{}) return std::nullopt;
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
