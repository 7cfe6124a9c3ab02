// What people are shown of the market beyond what rules ask: every source, and a line of the past.
#include "rules/market.hpp"

namespace foghorn {

std::vector<Market::SourceView> Market::source_views(std::size_t i) const {
  const auto& instrument = *instruments_[i];
  std::vector<SourceView> views;
  if (instrument.derived)
    for (const auto needed : needed_by(*instrument.derived))
      for (auto& view : source_views(needed)) views.push_back(std::move(view));
  const auto members = instrument.consensus.members();
  for (std::size_t m = 0; m < members.size(); ++m) {
    const auto& member = members[m];
    const bool alive =
        member.seen != no_time && now_ - member.seen <= instrument.spec.consensus.max_age;
    views.push_back({.source = to_text(sources_[instrument.members[m]]),
                     .price = member.price,
                     .seen = member.seen,
                     .alive = alive,
                     .agrees = alive && member.agrees});
  }
  return views;
}

std::vector<std::optional<double>> Market::past(std::size_t i, Timestamp to, Duration step,
                                                std::size_t count) const {
  std::vector<std::optional<double>> prices(count);
  const auto& instrument = *instruments_[i];
  if (instrument.spec.event_series || to == no_time) return prices;
  const auto& track = price_tracks_[instrument.track].track;
  if (!track) return prices;
  for (std::size_t n = 0; n < count; ++n)
    prices[n] = track->known_as_of(to - step * static_cast<std::int64_t>(count - 1 - n));
  return prices;
}

}  // namespace foghorn
