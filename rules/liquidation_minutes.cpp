#include "rules/liquidation_minutes.hpp"

#include <algorithm>
#include <utility>

#include "rules/event_track.hpp"

namespace foghorn {
namespace {

Timestamp minute_of(Timestamp t) {
  return std::chrono::floor<std::chrono::minutes>(t);
}

}  // namespace

LiquidationMinutes::LiquidationMinutes(const std::vector<std::string>& venues) {
  for (const auto& venue : venues)
    streams_.push_back({.venue = venue, .since = no_time, .until = no_time, .seen = false});
}

void LiquidationMinutes::listen_to(const std::vector<std::string>& venues, Timestamp t) {
  if (now_ != no_time) begin(t);
  auto before = std::exchange(streams_, {});
  for (const auto& venue : venues) {
    const auto known = std::ranges::find(before, venue, &StreamStretch::venue);
    if (known == before.end()) {
      streams_.push_back({.venue = venue, .since = now_, .until = now_, .seen = false});
    } else {
      streams_.push_back(*known);
      before.erase(known);
    }
  }
  for (auto& gone : before) {
    if (gone.since == no_time) continue;
    gone.until = std::max(now_, gone.since);
    stretches_.push_back(std::move(gone));
  }
}

void LiquidationMinutes::begin(Timestamp t) {
  if (now_ == no_time)
    for (auto& stream : streams_) stream.since = t;
  now_ = std::max(now_, t);
}

void LiquidationMinutes::add(const Liquidation& liquidation, const Source& source, Timestamp t) {
  advance(t);
  const auto told = liquidation.event_time;
  const auto time = told == no_time || told > t ? t : told;
  const std::string asset{base_of(source.symbol)};
  auto& row = open_[{minute_of(time), source.venue, asset, liquidation.position}];
  row.minute = minute_of(time);
  row.venue = source.venue;
  row.asset = asset;
  row.position = liquidation.position;
  ++row.orders;
  if (!liquidation.notional) {
    ++row.unsummed;
    return;
  }
  row.usd = row.usd + *liquidation.notional;
  if (*liquidation.notional > row.largest) {
    row.largest = *liquidation.notional;
    row.largest_time = time;
  }
}

void LiquidationMinutes::stream(std::string_view venue, bool up, Timestamp t) {
  const auto since = t == no_time ? now_ : t;
  if (since != no_time) begin(since);
  const auto known = std::ranges::find(streams_, venue, &StreamStretch::venue);
  if (known == streams_.end() || known->seen == up) return;
  if (since == no_time) {  // the first event has yet to date it
    known->seen = up;
    return;
  }
  known->until = std::max(since, known->since);
  stretches_.push_back(*known);
  *known = {.venue = known->venue, .since = known->until, .until = known->until, .seen = up};
}

void LiquidationMinutes::advance(Timestamp t) {
  const bool over = now_ != no_time && minute_of(t) > minute_of(now_);
  begin(t);
  if (over) write(minute_of(t));
}

void LiquidationMinutes::end(Timestamp t) {
  begin(t);
  write(t);
}

void LiquidationMinutes::write(Timestamp t) {
  for (auto& [key, row] : open_) {
    row.part = t;
    rows_.push_back(std::move(row));
  }
  open_.clear();
  for (auto& stream : streams_) {
    stream.until = std::max(t, stream.since);
    stretches_.push_back(stream);
  }
}

void LiquidationMinutes::clear() {
  rows_.clear();
  stretches_.clear();
}

}  // namespace foghorn
