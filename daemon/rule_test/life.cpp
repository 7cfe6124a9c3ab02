#include "daemon/rule_test/life.hpp"

#include <algorithm>
#include <utility>

#include "daemon/engine_state.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/warm_start.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

bool delayed(const Config& config, std::string_view venue) {
  const auto feed = std::ranges::find(config.feeds, venue, &FeedSpec::name);
  return feed != config.feeds.end() && feed->delayed;
}

/// The part of the config's sources that is `late` by nature, or the other part. Every price is
/// judged as it stands: what would be dropped as a repeated print is what the test says.
IntakeRequest request_of(const Config& config, const SourceTable& sources, bool late) {
  IntakeRequest request{.prices = {},
                        .liquidations = {},
                        .all_liquidations = true,
                        .delayed = late,
                        .positive_prices = false};
  for (const auto& spec : config.instruments)
    for (const auto& source : spec.sources)
      if (const auto id = sources.find(source.venue, source.symbol);
          id && delayed(config, source.venue) == late)
        request.prices.push_back({*id, PriceKind::mark});
  return request;
}

IntakePolicy policy_of(const Config& config, EngineClock clock) {
  return {clock, config.engine.max_skew, config.engine.max_lag};
}

}  // namespace

Life::Life(const TestFile& file, const RuleTest& test, const std::vector<RuleSpec>& rules)
    : config_{file.config},
      clock_{test.clock},
      engine_{
          {.heartbeat = config_.engine.heartbeat, .expects_data = clock_ == EngineClock::arrival},
          config_.instruments,
          file.venues,
          rules_of(rules, universe_of(config_.instruments, config_.feeds)),
          sources_},
      input_{engine_},
      prompt_{policy_of(config_, clock_), request_of(config_, sources_, false), time_, input_},
      delayed_{policy_of(config_, clock_), request_of(config_, sources_, true), time_, input_} {}

void Life::begin(Timestamp t, const Kept& kept, const std::vector<std::string>& up) {
  std::vector<RuleMemory> rules;
  for (const auto& text : kept.rules)
    if (auto memory = parse_rule_memory(text)) rules.push_back(std::move(*memory));
  std::vector<InstrumentMemory> instruments;
  for (const auto& text : kept.instruments)
    if (auto memory = parse_instrument_memory(text)) instruments.push_back(std::move(*memory));
  engine_.restore(rules, instruments, t);
  for (const auto& [instrument, days] : kept.days) {
    std::vector<DayBar> bars;
    for (const auto& [day, bar] : days) bars.push_back(bar);
    engine_.know_days(instrument, bars);
  }
  for (const auto& [instrument, minutes] : kept.minutes) {
    const auto i = engine_.market().find(instrument);
    if (!i) continue;
    // As the daemon does: on its own clock a minute that is not over stands in nobody's way.
    const auto end = clock_ == EngineClock::arrival ? t - 1min : Timestamp::max();
    std::vector<StoredBar> bars;
    for (const auto& [minute, bar] : minutes)
      if (minute < end) bars.push_back(bar);
    // Of a minute that the end cut in two, what was seen was seen by then.
    auto samples = samples_of(bars);
    for (auto& sample : samples) sample.time = std::min(sample.time, t);
    engine_.market().warm(*i, samples);
  }
  engine_.start(t);
  for (const auto& venue : up) engine_.event_stream(venue, true, t);
}

SourceId Life::source(const Source& source) {
  return sources_.intern(source.venue, source.symbol).value();
}

Intake& Life::intake_of(SourceId source) {
  return delayed(config_, sources_[source].venue) ? delayed_ : prompt_;
}

void Life::price(SourceId source, double price, Timestamp happened, Timestamp arrived) {
  const Event event =
      Tick{.source = source, .kind = PriceKind::mark, .price = price, .event_time = happened};
  intake_of(source).take(FrameClass::data, {&event, 1}, arrived);
}

void Life::liquidation(SourceId source, Position position, double dollars, Timestamp happened,
                       Timestamp arrived) {
  const Event event = Liquidation{.source = source,
                                  .position = position,
                                  .unit = QuantityUnit::quote,
                                  .price = 1,
                                  .quantity = static_cast<double>(++orders_),
                                  .notional = usd(dollars),
                                  .event_time = happened};
  intake_of(source).take(FrameClass::data, {&event, 1}, arrived);
}

void Life::stream(std::string_view venue, bool up, Timestamp t) {
  engine_.event_stream(venue, up, t);
}

void Life::advance(Timestamp t) {
  engine_.advance(t, true);
}

std::vector<AlertEvent> Life::take_alerts() {
  bars_.insert(bars_.end(), engine_.bars().begin(), engine_.bars().end());
  engine_.clear_bars();
  days_.insert(days_.end(), engine_.days().begin(), engine_.days().end());
  engine_.clear_days();
  engine_.clear_held_back();
  if (engine_.alerts().empty()) return {};
  auto alerts = engine_.alerts();
  engine_.clear_alerts();
  return alerts;
}

Kept Life::end(Kept earlier) {
  engine_.end_bars();
  take_alerts();
  for (const auto& bar : bars_) {
    const auto& id = engine_.market().spec(bar.instrument).id;
    const auto [known, fresh] = earlier.minutes[id].try_emplace(
        bar.minute, StoredBar{id, bar.minute, bar.open, bar.high, bar.low, bar.close});
    if (fresh) continue;
    // A minute that a restart cut in two is told twice.
    known->second.high = std::max(known->second.high, bar.high);
    known->second.low = std::min(known->second.low, bar.low);
    known->second.close = bar.close;
  }
  for (const auto& day : days_) {
    auto& known = earlier.days[engine_.market().spec(day.instrument).id];
    const auto [bar, fresh] = known.try_emplace(day.bar.day, day.bar);
    if (!fresh && (day.bar.seen > 0.99 || day.bar.seen >= bar->second.seen)) bar->second = day.bar;
  }
  earlier.rules.clear();
  for (const auto& rule : engine_.rule_memories()) earlier.rules.push_back(to_text(rule));
  earlier.instruments.clear();
  for (const auto& instrument : engine_.instrument_memories())
    earlier.instruments.push_back(to_text(instrument));
  return earlier;
}

}  // namespace foghorn
