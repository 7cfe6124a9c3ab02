// What others may know of the market side: its state at one moment, and why a rule is where it is.

#include <algorithm>

#include "daemon/engine_of.hpp"
#include "daemon/market_parts.hpp"
#include "model/nearest.hpp"

namespace foghorn {

InstrumentSnapshot MarketSide::instrument_snapshot(std::size_t i) const {
  const auto& market = engine_->market();
  const auto& spec = market.spec(i);
  InstrumentSnapshot shot;
  shot.id = spec.id;
  shot.unit = spec.unit;
  shot.event_series = spec.event_series;
  shot.state = market.state(i);
  shot.sources = market.source_prices(i);
  shot.configured_sources = spec.sources.size();
  shot.min_sources = spec.consensus.min_sources;
  if (const auto last = market.last(i)) {
    shot.price_time = last->time;
    if (shot.state != PriceState::none && shot.state != PriceState::stale) shot.price = last->value;
  }
  for (const auto& source : spec.sources) {
    const auto id = sources_.find(source.venue, source.symbol);
    if (!id) continue;
    if (index(*id) < past_counts_.size()) add(shot.counts, past_counts_[index(*id)]);
    for (const auto& live : feeds_) {
      if (live->name() != source.venue) continue;
      if (const auto* counts = live->feed.source_counts(*id)) add(shot.counts, *counts);
    }
  }
  return shot;
}

ExplainAnswer MarketSide::explain(const std::string& rule) {
  ExplainAnswer answer{engine_->explain(rule), {}};
  if (answer.explanation) return answer;
  std::vector<std::string_view> known;
  for (const auto& spec : config_->rules) known.push_back(spec.id);
  answer.meant = nearest(rule, known);
  return answer;
}

/// Of the venues that the config asks for them.
std::vector<LiquidationSnapshot> MarketSide::liquidation_snapshots() {
  std::vector<LiquidationSnapshot> shots;
  const auto now = engine_->now() == no_time ? clock_.now() : engine_->now();
  for (const auto& asked : event_venues_of(*config_)) {
    const auto known = std::ranges::find(liquidations_, asked.name, &LiquidationSnapshot::venue);
    if (known == liquidations_.end()) continue;
    auto& shot = shots.emplace_back(*known);
    shot.stream =
        engine_->market().event_streams().coverage(shot.venue, std::chrono::hours{24}, now).front();
  }
  return shots;
}

Snapshot MarketSide::snapshot() {
  Snapshot shot;
  shot.engine_time = engine_->now();
  shot.stepped = stepped_;
  shot.clock_realignments = clock_.realignments();
  shot.any_data = past_data_;
  for (const auto& live : feeds_) {
    shot.any_data = shot.any_data || live->feed.had_data();
    shot.feeds.push_back({live->feed.status(), live->counters()});
  }
  for (std::size_t i = 0; i < engine_->market().size(); ++i) {
    auto instrument = instrument_snapshot(i);
    if (day_changes_[i] && engine_->now() != no_time) {
      const auto change = engine_->market().value(*day_changes_[i]);
      if (change.exact()) instrument.change = change.lo;
    }
    shot.instruments.push_back(std::move(instrument));
  }
  for (const auto& rule : engine_->status()) {
    shot.rules.push_back({std::string{rule.rule}, rule.phase, rule.tier, rule.value, rule.unknown,
                          rule.evaluations, rule.transitions});
  }
  shot.liquidations = liquidation_snapshots();
  shot.tick_to_decision = tick_to_decision_;
  if (capture_) shot.capture = capture_->counts();
  return shot;
}

}  // namespace foghorn
