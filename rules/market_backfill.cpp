// How what venues tell afterwards comes into the market's past.
#include <algorithm>

#include "rules/market.hpp"

namespace foghorn {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

}  // namespace

// A price that comes after a while without one brings the minutes of that while into its past.
void Market::add_price(std::size_t i, double price, bool new_series, Timestamp t) {
  auto& track = built(i);
  const bool unseen_before = !track.current(t);
  const auto since = track.empty() ? no_time : track.last().time - minute;
  track.add(t, price, new_series);
  if (new_series && !price_tracks_[i].member)
    instruments_[price_tracks_[i].instrument]->series_began = t;
  if (unseen_before) fill(i, since, t);
}

void Market::candles(SourceId source, std::span<const Candle> minutes, Timestamp t) {
  begin(t);
  // A minute that is not over is not yet what it will be.
  while (!minutes.empty() && minutes.back().start + minute > t)
    minutes = minutes.first(minutes.size() - 1);
  if (index(source) >= candles_.size() || minutes.empty()) return;
  candles_[index(source)].add(minutes);
  const auto from = minutes.front().start;
  const auto to = minutes.back().start + minute;
  for (const auto& slot : slots_[index(source)]) {
    const auto& instrument = *instruments_[slot.instrument];
    if (!instrument.spec.event_series) fill(instrument.track, from, to);
  }
  for (const auto track : source_tracks_[index(source)]) fill(track, from, to);
}

// With the minutes that begin in [from, to).
void Market::fill(std::size_t i, Timestamp from, Timestamp to) {
  const auto& named = price_tracks_[i];
  if (!named.track || named.track->empty()) return;
  outlooks_[named.instrument].until = no_time;
  const auto& instrument = *instruments_[named.instrument];
  if (named.member) {
    named.track->fill(candles_[index(instrument.members[*named.member])].between(from, to));
    return;
  }
  std::vector<std::span<const Candle>> told;
  for (const auto member : instrument.members)
    told.push_back(candles_[index(member)].between(from, to));
  const auto minutes = consensus_of(told, instrument.spec.consensus);
  if (minutes.empty()) return;
  named.track->fill(minutes);
  days_[named.instrument].fill(minutes);
  for (const auto& candle : minutes) told_minutes_.push_back({named.instrument, candle});
}

void Market::recall(std::size_t i, std::span<const Candle> minutes) {
  const auto& track = price_tracks_[instruments_[i]->track].track;
  if (!track || instruments_[i]->spec.event_series) return;
  outlooks_[i].until = no_time;
  track->fill(minutes);
}

std::vector<Missing> Market::missing(Timestamp t) {
  const auto over = std::chrono::floor<std::chrono::minutes>(t);
  std::vector<std::vector<Gap>> by_source(candles_.size());
  for (std::size_t i = 0; i < price_tracks_.size(); ++i) {
    const auto& named = price_tracks_[i];
    const auto& members = instruments_[named.instrument]->members;
    for (const auto& gap : built(i).missing(t)) {
      const Gap minutes{std::chrono::floor<std::chrono::minutes>(gap.from),
                        std::min<Timestamp>(std::chrono::ceil<std::chrono::minutes>(gap.to), over)};
      for (std::size_t m = 0; m < members.size(); ++m)
        if (!named.member || named.member == m) by_source[index(members[m])].push_back(minutes);
    }
  }
  std::vector<Missing> missing;
  for (std::size_t source = 0; source < by_source.size(); ++source)
    for (const auto& gap : joined(std::move(by_source[source])))
      missing.push_back({static_cast<SourceId>(source), gap.from, gap.to});
  return missing;
}

}  // namespace foghorn
