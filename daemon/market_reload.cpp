// How a market side that runs goes on with another config.

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/engine_of.hpp"
#include "daemon/market_parts.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/warm_start.hpp"

namespace foghorn {

MarketChange make_market_change(std::shared_ptr<const Config> config,
                                std::vector<StoredPast> past) {
  auto rules = rules_of(*config);
  return {.config = std::move(config), .rules = std::move(rules), .past = std::move(past)};
}

std::vector<std::string> wanting_past(const Config& now, const Config& next) {
  std::vector<std::string> ids;
  for (const auto& spec : next.instruments) {
    const auto known = std::ranges::find(now.instruments, spec.id, &InstrumentSpec::id);
    if (!spec.event_series && known == now.instruments.end()) ids.push_back(spec.id);
  }
  return ids;
}

void MarketSide::reload(MarketChange change) {
  hand_over(true);  // what was decided is numbered by the old config's instruments
  const auto& next = *change.config;
  auto engine = std::make_unique<Engine>(engine_options_of(next), next.instruments,
                                         event_venues_of(next), std::move(change.rules), sources_);
  day_changes_ = day_changes_of(*engine);
  const auto now = clock_.now();
  engine->restore(engine_->rule_memories(), engine_->instrument_memories(), now);
  engine->start(now);
  engine_ = std::move(engine);
  replace_feeds(next);
  for (const auto& venue : event_venues_of(next))
    if (std::ranges::find(liquidations_, venue.name, &LiquidationSnapshot::venue) ==
        liquidations_.end())
      liquidations_.push_back({.venue = venue.name, .orders = {}, .unsummed = {}, .usd = {}});
  config_ = std::move(change.config);
  for (const auto& [key, state] : stored_)
    if (!known(key)) gone_.push_back(key);
  hand_over(true);
}

}  // namespace foghorn
