// How the market goes on under another config: what is the same series in both keeps its past, its
// sources' prices, its days.
#include <algorithm>
#include <utility>

#include "rules/market.hpp"

namespace foghorn {
namespace {

// As many as a long weekend has, and the day that goes on.
constexpr Duration remade_days = std::chrono::days{5};

/// The same prices or events, whatever they are made of now.
bool same_series(const InstrumentSpec& a, const InstrumentSpec& b) {
  return a.id == b.id && a.unit == b.unit && a.event_series == b.event_series &&
         a.fedwatch.has_value() == b.fedwatch.has_value() &&
         (!a.fedwatch || a.fedwatch->of == b.fedwatch->of);
}

/// The number that meeting number `before` has now; where it is gone, one that none has.
std::optional<std::size_t> same_meeting(const FedwatchSpec& now, const FedwatchSpec& was,
                                        std::optional<std::size_t> before) {
  if (!before) return std::nullopt;
  if (*before >= was.meetings.size()) return now.meetings.size();
  const auto found = std::ranges::find(now.meetings, was.meetings[*before]);
  return static_cast<std::size_t>(found - now.meetings.begin());
}

/// Of two that are read alike the earlier one goes on: what is kept refers to it.
bool keep_hours(std::shared_ptr<const TradingHours>& now,
                const std::shared_ptr<const TradingHours>& before) {
  const bool same = now == before || (now && before && now->sessions() == before->sessions());
  if (same) now = before;
  return same;
}

}  // namespace

std::vector<std::optional<std::size_t>> Market::succeed(Market& earlier, Timestamp t) {
  std::vector<std::optional<std::size_t>> was(instruments_.size());
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    const auto known = earlier.find(instruments_[i]->spec.id);
    if (known && same_series(instruments_[i]->spec, earlier.spec(*known))) was[i] = known;
  }
  const auto sources = std::min(candles_.size(), earlier.candles_.size());
  for (std::size_t source = 0; source < sources; ++source)
    if (!slots_[source].empty()) candles_[source] = std::move(earlier.candles_[source]);
  for (std::size_t i = 0; i < was.size(); ++i)
    if (was[i]) succeed(i, earlier, *was[i]);
  event_streams_.succeed(earlier.event_streams_, t);
  for (auto& track : event_tracks_) {
    const auto known =
        std::ranges::find(earlier.event_tracks_, track.selector(), &EventTrack::selector);
    track.succeed(known == earlier.event_tracks_.end() ? nullptr : &*known, t);
  }
  now_ = std::max(now_, earlier.now_);
  return was;
}

void Market::succeed(std::size_t i, Market& earlier, std::size_t before) {
  auto& instrument = *instruments_[i];
  auto& was = *earlier.instruments_[before];
  const bool same_hours = keep_hours(instrument.spec.hours, was.spec.hours);
  const bool same_underlying =
      keep_hours(instrument.spec.underlying_hours, was.spec.underlying_hours);

  std::vector<std::optional<std::size_t>> members;
  for (const auto source : instrument.members) {
    const auto known = std::ranges::find(was.members, source);
    members.push_back(known == was.members.end()
                          ? std::nullopt
                          : std::optional{static_cast<std::size_t>(known - was.members.begin())});
  }
  instrument.consensus.succeed(was.consensus, members);
  instrument.disagreeing = was.disagreeing;
  instrument.series_began = was.series_began;
  if (instrument.derived && was.derived)
    instrument.derived->meeting = same_meeting(instrument.derived->fedwatch.spec(),
                                               was.derived->fedwatch.spec(), was.derived->meeting);

  for (std::size_t track = 0; track < price_tracks_.size(); ++track)
    if (price_tracks_[track].instrument == i) succeed_track(track, earlier, before, members);
  const auto* prices =
      instrument.spec.event_series ? nullptr : price_tracks_[instrument.track].track.get();
  auto& days = days_[i];
  if (same_hours && same_underlying) {
    days.succeed(earlier.days_[before], prices ? &prices->series() : nullptr);
    return;
  }
  // Days that are cut otherwise are made anew of the prices that are kept.
  days.know(earlier.days_[before].history().days());
  if (!prices || prices->empty()) return;
  prices->series().for_each_kept(prices->last().time - remade_days, [&days](const Sample& sample) {
    days.price(sample.time, sample.time, sample.value);
  });
}

void Market::succeed_track(std::size_t track, Market& earlier, std::size_t before,
                           std::span<const std::optional<std::size_t>> members) {
  auto& named = price_tracks_[track];
  const auto member = named.member ? members[*named.member] : std::nullopt;
  if (named.member && !member) return;  // a source that is new
  const auto known = std::ranges::find_if(earlier.price_tracks_, [&](const NamedPriceTrack& was) {
    return was.instrument == before && was.member == member;
  });
  if (known == earlier.price_tracks_.end() || !known->track) return;
  built(track, known->track->series().reach()).succeed(*known->track);
}

}  // namespace foghorn
