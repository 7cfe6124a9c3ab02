// What the engine says, and when it speaks of an instrument rather than of a rule.
#include <algorithm>
#include <utility>

#include "model/ids.hpp"
#include "rules/engine_parts.hpp"
#include "rules/rarity.hpp"

namespace foghorn {
namespace {

std::string text_of(Timestamp t) {
  return std::to_string(t.time_since_epoch().count());
}

/// Beyond the sessions that are listed nothing is known.
bool known_closed(const TradingHours* hours, Timestamp t) {
  return hours && !hours->open(t) && hours->ended_by(t) && hours->opens_after(t);
}

}  // namespace

void Engine::announce(Rule& rule, const Transition& transition, Timestamp t) {
  const auto& spec = rule.compiled.spec;
  if (transition.kind == AlertKind::fire) {
    rule.episode_id =
        make_id({spec.id, rule.compiled.hash, rule.instrument, text_of(transition.began)});
  }
  ++rule.transitions[static_cast<std::size_t>(transition.kind)];

  AlertEvent alert;
  alert.time = t;
  alert.event_time = event_time_ == no_time ? t : event_time_;
  alert.rule = spec.id;
  alert.instrument = rule.instrument;
  alert.kind = transition.kind;
  alert.tier = rule.compiled.tier_of(transition.rung);
  alert.episode = rule.episode_id;
  alert.id = rule.episode_id + "-" + std::to_string(transition.number);
  alert.title = spec.title;
  alert.began = transition.began;

  const auto instrument = market_.find(rule.instrument);
  const auto& watched = market_.spec(*instrument);
  alert.name = watched.name;
  alert.unit = watched.unit;
  alert.underlying_closed = known_closed(watched.underlying_hours.get(), alert.event_time);
  if (const auto last = market_.last(*instrument)) alert.price = last->value;
  alert.sources = market_.source_prices(*instrument);

  const double tier =
      rule.compiled.value_of(transition.kind == AlertKind::resolve ? 0 : transition.rung);
  auto subject = rule.when.subject(market_);
  if (auto decision = rule.when.decision(market_, tier)) {
    alert.value = decision->value;
    alert.value_kind = decision->kind;
    alert.value_unit = std::move(decision->unit);
    alert.value_term = std::move(decision->term);
    alert.move = decision->move;
    // A probability has no usual moves in per cent of itself.
    if (const auto moved = decision->moved; alert.move && !market_.spec(*moved).fedwatch) {
      alert.sigma =
          sigma_of(*alert.move, market_.spec(*moved).hours.get(), market_.days(*moved), t);
    }
    if (decision->subject) subject = decision->subject;
    alert.seen = decision->seen;
    alert.venues = std::move(decision->venues);
    alert.unsummed = decision->unsummed;
  }
  if (alert.kind != AlertKind::resolve && alert.price && subject == instrument)
    alert.extreme = extreme_of(*alert.price, alert.move, market_.days(*instrument), t);
  alerts_.push_back(std::move(alert));
}

void Engine::watch(std::size_t i, Timestamp t) {
  auto& w = watches_[i];
  if (!w.no_data_after) return;  // nobody reads it
  const auto state = market_.state(i);

  if (state == PriceState::stale ||
      (state == PriceState::none && options_.expects_data && !market_.spec(i).event_series)) {
    const auto last = market_.last(i);
    const auto silent =
        traded(market_.spec(i).hours.get(), last ? std::max(last->time, w.since) : w.since, t);
    if (!w.stored.no_data && silent >= market_.spec(i).max_staleness + *w.no_data_after)
      complain(i, AlertKind::no_data, t);
  } else if (state == PriceState::confirmed && w.stored.no_data) {
    complain(i, AlertKind::data_back, t);
  }

  if (const auto since = market_.disagreeing_since(i)) {
    const bool allowed =
        w.stored.complained == no_time || t - w.stored.complained >= complaint_interval;
    if (!w.stored.unconfirmed && allowed && t - *since >= disagreement_patience)
      complain(i, AlertKind::unconfirmed, t);
  } else if (state == PriceState::confirmed && w.stored.unconfirmed) {
    complain(i, AlertKind::confirmed, t);
  }
}

void Engine::complain(std::size_t i, AlertKind kind, Timestamp t) {
  auto& stored = watches_[i].stored;
  switch (kind) {
    case AlertKind::no_data: stored.no_data = true; break;
    case AlertKind::data_back: stored.no_data = false; break;
    case AlertKind::unconfirmed:
      stored.unconfirmed = true;
      stored.complained = t;
      break;
    default: stored.unconfirmed = false; break;
  }
  dirty_ = true;

  const auto& spec = market_.spec(i);
  AlertEvent alert;
  alert.time = t;
  alert.event_time = event_time_ == no_time ? t : event_time_;
  alert.instrument = spec.id;
  alert.kind = kind;
  alert.id = make_id({to_text(kind), spec.id, text_of(t)});
  alert.title = spec.name;
  alert.name = spec.name;
  alert.unit = spec.unit;
  alert.sources = market_.source_prices(i);
  if (const auto last = market_.last(i)) {
    alert.price = last->value;
    alert.began = last->time;
  } else {
    alert.began = watches_[i].since == no_time ? t : watches_[i].since;
  }
  alerts_.push_back(std::move(alert));
}

/// Nobody asks for the instrument any more, and nobody would say when it is well again.
void Engine::take_back(std::size_t i, Timestamp t) {
  const auto& stored = watches_[i].stored;
  const auto say = [&](AlertKind kind) {
    complain(i, kind, t);
    alerts_.back().reason = rule_removed;
  };
  if (stored.no_data) say(AlertKind::data_back);
  if (stored.unconfirmed) say(AlertKind::confirmed);
}

}  // namespace foghorn
