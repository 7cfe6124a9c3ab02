#include "daemon/stored_past.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace foghorn {
namespace {

constexpr auto warm_span = std::chrono::days{31};
constexpr auto minute = std::chrono::minutes{1};

}  // namespace

std::vector<StoredPast> stored_past(Store& store, const Config& config,
                                    const std::vector<std::string>& instruments, Timestamp now) {
  // A minute that is not over yet, or that a clock once ahead of ours wrote, would stand in the way
  // of what comes.
  const bool live = config.engine.clock == EngineClock::arrival;
  const auto from = live ? now - warm_span : Timestamp{};
  const auto to = live ? now - minute : Timestamp::max();
  std::vector<StoredPast> pasts;
  for (const auto& id : instruments) {
    const auto spec = std::ranges::find(config.instruments, id, &InstrumentSpec::id);
    if (spec == config.instruments.end() || spec->event_series) continue;
    StoredPast past{.instrument = id, .days = {}, .minutes = {}};
    if (auto days = store.days(id)) {
      past.days = *std::move(days);
    } else {
      spdlog::error(
          "daily history not read instrument={} error=\"{}\" consequence=history_is_short", id,
          days.error().message());
    }
    if (auto bars = store.bars(id, from, to)) past.minutes = *std::move(bars);
    pasts.push_back(std::move(past));
  }
  return pasts;
}

std::vector<std::string> instruments_of(const Config& config) {
  std::vector<std::string> ids;
  for (const auto& spec : config.instruments) ids.push_back(spec.id);
  return ids;
}

}  // namespace foghorn
