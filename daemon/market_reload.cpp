// How a market side that runs goes on with another config.

#include <algorithm>
#include <map>
#include <utility>

#include "daemon/capture_setup.hpp"
#include "daemon/engine_of.hpp"
#include "daemon/market_parts.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/warm_start.hpp"
#include "rules/look_back.hpp"

namespace foghorn {
namespace {

/// By instrument, how far back its rules look at its price.
std::map<std::string, Duration> reaches(const Config& config) {
  std::map<std::string, Duration> longest;
  const auto look = [&](const Expression& expression) {
    for (const auto& node : expression.nodes) {
      auto& known = longest[node.series.instrument];
      known = std::max(known, look_back({.function = node.function,
                                         .window = node.window,
                                         .bar = node.bar,
                                         .since = node.since,
                                         .settle = node.settle,
                                         .bridge = expression.bridge}));
    }
  };
  for (const auto& rule : rules_of(config)) {
    look(rule.when);
    if (rule.clear) look(*rule.clear);
  }
  return longest;
}

bool same_hours(const std::shared_ptr<const TradingHours>& a,
                const std::shared_ptr<const TradingHours>& b) {
  return a == b || (a && b && a->sessions() == b->sessions());
}

/// Whether the same prices make the same sessions and the same statistics.
bool read_alike(const InstrumentSpec& a, const InstrumentSpec& b) {
  return same_hours(a.hours, b.hours) && same_hours(a.underlying_hours, b.underlying_hours) &&
         a.max_staleness == b.max_staleness;
}

std::vector<Candle> candles_of(const std::vector<StoredBar>& bars) {
  std::vector<Candle> minutes;
  minutes.reserve(bars.size());
  for (const auto& bar : bars)
    minutes.push_back({.start = bar.minute,
                       .open = bar.open,
                       .high = bar.high,
                       .low = bar.low,
                       .close = bar.close});
  return minutes;
}

}  // namespace

MarketChange make_market_change(std::shared_ptr<const Config> config,
                                std::vector<StoredPast> past) {
  MarketChange change{.config = std::move(config), .rules = {}, .past = std::move(past)};
  change.rules = rules_of(*change.config);
  if (change.config->capture.enabled) change.capture_setup = capture_setup_of(*change.config);
  return change;
}

std::vector<std::string> wanting_past(const Config& now, const Config& next) {
  // The past of a day is kept whatever the rules ask.
  constexpr Duration kept = std::chrono::hours{24};
  const auto before = reaches(now), after = reaches(next);
  const auto reach = [&](const auto& longest, const std::string& id) {
    const auto found = longest.find(id);
    return found == longest.end() ? kept : std::max(kept, found->second);
  };
  std::vector<std::string> ids;
  for (const auto& spec : next.instruments) {
    if (spec.event_series) continue;
    const auto known = std::ranges::find(now.instruments, spec.id, &InstrumentSpec::id);
    if (known == now.instruments.end() || !read_alike(*known, spec) ||
        reach(after, spec.id) > reach(before, spec.id))
      ids.push_back(spec.id);
  }
  return ids;
}

void MarketSide::reload(MarketChange change) {
  const bool live = config_->engine.clock == EngineClock::arrival;
  const auto now = live || engine_->now() == no_time ? clock_.now() : engine_->now();
  if (live) engine_->advance(now);
  hand_over(true);  // what was decided is numbered by the instruments of before

  const auto before = std::exchange(config_, std::move(change.config));
  const auto& next = *config_;
  auto engine = std::make_unique<Engine>(engine_options_of(next), next.instruments,
                                         event_venues_of(next), std::move(change.rules), sources_);
  day_changes_ = day_changes_of(*engine);
  const auto was_known = [&](const StoredPast& past) {
    return engine_->market().find(past.instrument).has_value();
  };
  for (const auto& past : change.past)
    if (!was_known(past)) take_past(past, *engine);
  engine->succeed(*engine_, now);
  for (const auto& past : change.past)
    if (const auto i = engine->market().find(past.instrument); i && was_known(past))
      engine->market().recall(*i, candles_of(past.minutes));

  Decisions last_minutes;
  take_bars(last_minutes);
  engine_ = std::move(engine);
  if (!last_minutes.empty()) outlet_(std::move(last_minutes));

  const auto venues = event_venues_of(next);
  liquidation_minutes_.listen_to(names_of(venues), engine_->now());
  for (const auto& venue : venues)
    if (std::ranges::find(liquidations_, venue.name, &LiquidationSnapshot::venue) ==
        liquidations_.end())
      liquidations_.push_back({.venue = venue.name, .orders = {}, .unsummed = {}, .usd = {}});
  for (const auto& [key, state] : stored_)
    if (!known(key)) gone_.push_back(key);
  const auto fresh = replace_feeds(*before, next);
  replace_capture(before->capture, std::move(change.capture_setup));
  hand_over(true);
  for (auto* feed : fresh) feed->feed.start(feed->tasks);
  if (live) ask_for_missing();
}

/// Of an instrument that is new.
void MarketSide::take_past(const StoredPast& past, Engine& engine) {
  const auto i = engine.market().find(past.instrument);
  if (!i) return;
  std::vector<DayBar> days;
  for (const auto& day : past.days) days.push_back(day.bar);
  engine.know_days(past.instrument, days);
  std::erase_if(minutes_, [&](const auto& known) { return known.instrument == past.instrument; });
  keep_minutes(past.instrument, past.minutes);
  if (!past.minutes.empty())
    engine.market().warm(*i,
                         samples_of(past.minutes, config_->engine.clock == EngineClock::events));
}

MarketSide::CaptureEnd::CaptureEnd(std::unique_ptr<Capture> capture)
    : thread{[done = over, old = std::move(capture)]() mutable {
        old.reset();
        *done = true;
      }} {}

/// Where what a file says of its run would not be true any more, another one begins.
void MarketSide::replace_capture(const CaptureSpec& before, std::string setup) {
  const auto now = clock_.now();
  if (capture_ && before == config_->capture) {
    if (setup != capture_setup_) capture_->go_on(setup, now);
    capture_setup_ = std::move(setup);
    return;
  }
  if (capture_) {
    capture_->end(now);
    capture_ends_.emplace_back(std::move(capture_));
  }
  if (config_->capture.enabled) {
    capture_ = make_capture(std::move(setup));
    for (const auto& [feed, body] : contracts_) capture_->contracts(feed, body, now);
  }
  for (const auto& live : feeds_) live->feed.listen_in(capture_.get());
  if (capture_) capture_->begin(now, now);
}

}  // namespace foghorn
