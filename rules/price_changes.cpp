// When what a price's past is worth next changes, if no price comes.
#include <algorithm>
#include <cmath>

#include "rules/bucket_end.hpp"
#include "rules/price_track_parts.hpp"

namespace foghorn {

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

}  // namespace foghorn
