#include "rules/price_track.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "rules/backfill.hpp"
#include "rules/price_track_parts.hpp"

namespace foghorn {
namespace {

// What a shorter window did not see has left it before a venue's word on it can come.
constexpr Duration shortest_filled = std::chrono::minutes{5};

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
      series_{std::max(options.reach + options.ref_window.value_or(Duration{}), options.least_kept),
              options.hours},
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

}  // namespace foghorn
