// Prices that are worked out from those of other instruments (class = "fedwatch"): when that is
// done, and what is known of the outcome.
#include <algorithm>
#include <limits>

#include "rules/market.hpp"

namespace foghorn {

void Market::resolve_derivations() {
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    auto& instrument = *instruments_[i];
    if (!instrument.spec.fedwatch) continue;
    Derivation derivation{.fedwatch = Fedwatch{*instrument.spec.fedwatch},
                          .contracts = {},
                          .meeting = {},
                          .needed = {}};
    for (const auto& contract : instrument.spec.fedwatch->contracts) {
      const auto found = find(contract.instrument);
      derivation.contracts.push_back(found.value_or(i));
      if (found && *found != i) instruments_[*found]->readers.push_back(i);
    }
    instrument.derived = std::move(derivation);
  }
}

/// The instruments whose prices are needed now. They change at midnight at the earliest.
const std::vector<std::size_t>& Market::needed_by(const Derivation& derivation) const {
  if (now_ == no_time) return derivation.needed;  // before the first event: none
  const auto today = std::chrono::floor<std::chrono::days>(now_);
  if (derivation.needed_on != today) {
    derivation.needed_on = today;
    derivation.needed.clear();
    for (const auto contract : derivation.fedwatch.needed(now_))
      derivation.needed.push_back(derivation.contracts[contract]);
  }
  return derivation.needed;
}

void Market::derive(std::size_t i, Timestamp t) {
  auto& instrument = *instruments_[i];
  auto& derivation = *instrument.derived;
  for (const auto needed : needed_by(derivation))
    if (state(needed) != PriceState::confirmed && state(needed) != PriceState::closed) return;
  std::vector<double> prices;
  for (const auto contract : derivation.contracts) {
    const auto known = last(contract);
    prices.push_back(known ? known->value : std::numeric_limits<double>::quiet_NaN());
  }
  const auto probability = derivation.fedwatch.value(prices, t);
  if (!probability) return;
  // What the market thinks of the next meeting is no move from what it thought of the last one.
  const auto meeting = derivation.fedwatch.next_meeting(t);
  const bool another = derivation.meeting && derivation.meeting != meeting;
  derivation.meeting = meeting;
  add_price(instrument.track, *probability, another, t);
}

Value Market::why_underived(const Instrument& instrument) const {
  const auto& derivation = *instrument.derived;
  const auto& needed = needed_by(derivation);
  if (needed.empty()) return unknown(Unknown::undefined);  // after the last meeting
  bool stale = false, none = false;
  for (const auto i : needed) switch (state(i)) {
      case PriceState::unconfirmed: return unknown(Unknown::unconfirmed);
      case PriceState::stale: stale = true; break;
      case PriceState::none: none = true; break;
      case PriceState::confirmed: break;
      case PriceState::closed: none = none || !last(i); break;
    }
  if (stale) return unknown(Unknown::stale);
  if (none) return unknown(Unknown::warming);
  // The price is still of the meeting that is over.
  if (derivation.meeting && derivation.meeting != derivation.fedwatch.next_meeting(now_))
    return unknown(Unknown::stale);
  return exactly(0);
}

PriceState Market::derived_state(const Instrument& instrument) const {
  switch (why_underived(instrument).reason) {
    case Unknown::unconfirmed: return PriceState::unconfirmed;
    case Unknown::stale: return PriceState::stale;
    case Unknown::none: break;
    default: return PriceState::none;
  }
  const auto& track = price_tracks_[instrument.track].track;
  if (!track || track->empty()) return PriceState::none;
  return track->current(now_) ? PriceState::confirmed : PriceState::stale;
}

std::optional<Timestamp> Market::derived_change(const Instrument& instrument) const {
  if (now_ == no_time) return std::nullopt;
  const auto& derivation = *instrument.derived;
  std::optional<Timestamp> next =
      std::chrono::floor<std::chrono::days>(now_) + std::chrono::days{1};
  for (const auto i : needed_by(derivation)) {
    const auto& track = price_tracks_[instruments_[i]->track].track;
    const auto change =
        track ? track->next_change({.function = Function::last}, now_) : std::nullopt;
    if (change) next = std::min(*next, *change);
  }
  return next;
}

}  // namespace foghorn
