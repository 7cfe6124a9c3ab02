#include "daemon/engine_of.hpp"

#include <fmt/format.h>

namespace foghorn {

EngineOptions engine_options_of(const Config& config) {
  return {.heartbeat = config.engine.heartbeat,
          .expects_data = config.engine.clock == EngineClock::arrival};
}

std::vector<EventVenue> event_venues_of(const Config& config) {
  std::vector<EventVenue> venues;
  for (const auto& feed : config.feeds) {
    if (feed.enabled && !feed.liquidations.empty())
      venues.push_back({feed.name, find_venue(feed.name)->coverage(),
                        find_venue(feed.name)->repeats_others(),
                        fmt::format("{}", fmt::join(feed.liquidations, ","))});
  }
  return venues;
}

std::vector<std::optional<TermId>> day_changes_of(Engine& engine) {
  std::vector<std::optional<TermId>> changes;
  auto& market = engine.market();
  for (std::size_t i = 0; i < market.size(); ++i) {
    const auto& spec = market.spec(i);
    const Selector whole{.instrument = spec.id, .venue = {}, .base = {}, .position = {}};
    changes.push_back(spec.event_series ? std::nullopt
                                        : std::optional{market.term(Function::change, whole,
                                                                    std::chrono::hours{24})});
  }
  return changes;
}

}  // namespace foghorn
