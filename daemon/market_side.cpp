#include "daemon/market_side.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "daemon/capture_setup.hpp"
#include "daemon/engine_of.hpp"
#include "daemon/engine_state.hpp"
#include "daemon/market_parts.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/systemd.hpp"
#include "daemon/version.hpp"
#include "daemon/warm_start.hpp"

namespace foghorn {
namespace {

// A venue has a minute a little after it is over.
constexpr Duration minute_settles = std::chrono::seconds{5};
constexpr Duration ask_every = std::chrono::seconds{5};

// What a later file of a capture begins with: enough for windows of a day, and written in passing.
// It is kept without a capture, too: a reload may switch one on.
constexpr Duration captured_past = std::chrono::hours{25};
constexpr Duration trim_every = std::chrono::hours{1};
constexpr std::size_t captured_days = 400;

}  // namespace

std::vector<std::string> names_of(const std::vector<EventVenue>& venues) {
  std::vector<std::string> names;
  for (const auto& venue : venues) names.push_back(venue.name);
  return names;
}

MarketSide::MarketSide(asio::io_context& io, std::shared_ptr<const Config> config, Outlet outlet)
    : executor_{io.get_executor()},
      config_{std::move(config)},
      outlet_{std::move(outlet)},
      engine_{std::make_unique<Engine>(engine_options_of(*config_), config_->instruments,
                                       event_venues_of(*config_), rules_of(*config_), sources_)},
      input_{*this},
      day_changes_{day_changes_of(*engine_)},
      liquidation_minutes_{names_of(event_venues_of(*config_))},
      tasks_{executor_, report_failed_task} {
  if (config_->capture.enabled) capture_ = make_capture(capture_setup_of(*config_));
  for (const auto& venue : event_venues_of(*config_))
    liquidations_.push_back({.venue = venue.name, .orders = {}, .unsummed = {}, .usd = {}});
  for (const auto& spec : config_->feeds)
    if (spec.enabled) feeds_.push_back(make_feed(*config_, spec));
}

std::unique_ptr<Capture> MarketSide::make_capture(std::string setup) {
  capture_setup_ = setup;
  return std::make_unique<Capture>(CaptureOptions{.folder = config_->capture.dir,
                                                  .max_bytes = config_->capture.max_bytes,
                                                  .rotate = config_->capture.rotate,
                                                  .foghorn = std::string{version()},
                                                  .setup = std::move(setup)},
                                   [this] { return capture_state(); });
}

/// Of a run's first file what the store had, as the engine is given it; of a later one what the
/// engine remembers.
CaptureState MarketSide::capture_state() {
  CaptureState state;
  const bool first = engine_->now() == no_time;
  for (std::size_t i = 0; i < engine_->market().size(); ++i) {
    const auto days = engine_->market().days(i).history().days();
    const auto kept = first ? days.size() : std::min(days.size(), captured_days);
    for (const auto& bar : days.last(kept))
      state.days.push_back({engine_->market().spec(i).id, bar});
  }
  if (first) {
    for (const auto& [key, text] : stored_) state.kept.emplace_back(key, text);
    state.minutes = minutes_;
    return state;
  }
  forget_old_minutes();
  state.minutes = minutes_;
  for (const auto& rule : engine_->rule_memories())
    state.kept.emplace_back(rule.rule, to_text(rule));
  for (const auto& instrument : engine_->instrument_memories())
    state.kept.emplace_back(instrument_mark + instrument.instrument, to_text(instrument));
  return state;
}

void MarketSide::restore(const std::vector<StoredRule>& states, Timestamp now) {
  restored_ = now;
  std::vector<RuleMemory> rules;
  std::vector<InstrumentMemory> instruments;
  for (const auto& stored : states) {
    if (stored.rule.starts_with(contracts_mark)) {
      if (auto* feed = find_feed(stored.rule.substr(1))) {
        feed->know_contracts(stored.state);
        contracts_[feed->name()] = stored.state;
      } else {
        gone_.push_back(stored.rule);
      }
      continue;
    }
    stored_[stored.rule] = stored.state;
    if (stored.rule.starts_with(instrument_mark)) {
      if (auto memory = parse_instrument_memory(stored.state))
        instruments.push_back(std::move(*memory));
    } else if (auto memory = parse_rule_memory(stored.state)) {
      rules.push_back(std::move(*memory));
    } else {
      spdlog::warn("stored state not understood rule={} consequence=starts_idle", stored.rule);
    }
  }
  engine_->restore(rules, instruments, now);
  for (const auto& [key, state] : stored_)
    if (!known(key)) gone_.push_back(key);
}

bool MarketSide::known(const std::string& key) const {
  if (key.starts_with(instrument_mark)) return engine_->market().find(key.substr(1)).has_value();
  return std::any_of(config_->rules.begin(), config_->rules.end(),
                     [&](const RuleSpec& rule) { return rule.id == key; });
}

void MarketSide::know_days(const std::string& instrument, const std::vector<StoredDay>& days) {
  std::vector<DayBar> bars;
  bars.reserve(days.size());
  for (const auto& day : days) bars.push_back(day.bar);
  engine_->know_days(instrument, bars);
}

void MarketSide::warm(const std::string& instrument, const std::vector<StoredBar>& bars) {
  const auto i = engine_->market().find(instrument);
  if (!i || bars.empty()) return;
  engine_->market().warm(*i, samples_of(bars, config_->engine.clock == EngineClock::events));
  keep_minutes(instrument, bars);
}

/// Of an instrument of which nothing is kept yet. A capture's first file has all that the store
/// had.
void MarketSide::keep_minutes(const std::string& instrument, std::span<const StoredBar> bars) {
  const bool all = capture_ && engine_->now() == no_time;
  for (const auto& bar : bars)
    if (all || bar.minute >= bars.back().minute - captured_past)
      minutes_.push_back({instrument, bar.minute, {bar.open, bar.high, bar.low, bar.close}});
}

void MarketSide::forget_old_minutes() {
  minutes_trimmed_ = engine_->now();
  std::erase_if(minutes_, [since = engine_->now() - captured_past](const auto& known) {
    return known.minute < since;
  });
}

void MarketSide::start() {
  const auto now = clock_.now();
  if (capture_) capture_->begin(restored_ == no_time ? now : restored_, now);
  if (config_->engine.clock == EngineClock::arrival) engine_->start(now);
  hand_over(true);
  for (const auto& live : feeds_) live->feed.start(live->tasks);
  ask_for_missing();
  tasks_.spawn("heartbeat", run_heartbeat());
}

void MarketSide::stop() {
  tasks_.cancel();
  for (const auto& live : feeds_) live->tasks.cancel();
  if (capture_) capture_->end(clock_.now());
  engine_->end_bars();
  if (engine_->now() != no_time) liquidation_minutes_.end(engine_->now());
  hand_over(true);
}

asio::awaitable<void> MarketSide::run_heartbeat() {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  while (true) {
    // Just after the next whole second of the arrival clock, so that a heartbeat is stepped when it
    // is due.
    const auto now = clock_.now();
    const auto next = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::seconds{1};
    timer.expires_after(next - now);
    co_await timer.async_wait(asio::use_awaitable);

    systemd::alive();
    if (const auto drift = clock_.realign()) {
      spdlog::warn("clock drifted by={:.3f}s consequence=arrival_times_realigned",
                   std::chrono::duration<double>(*drift).count());
    }
    const auto late = clock_.now();
    if (capture_) capture_->time(late);
    if (config_->engine.clock == EngineClock::arrival) engine_->advance(late);
    stepped_ = late;
    hand_over(true);
    if (clock_.now() - asked_ >= ask_every) ask_for_missing();
    forget_ended_feeds();
    std::erase_if(capture_ends_, [](const CaptureEnd& end) { return end.over->load(); });
    if (engine_->now() != no_time && engine_->now() - minutes_trimmed_ >= trim_every)
      forget_old_minutes();
  }
}

void MarketSide::take_candles(SourceId source, std::span<const Candle> minutes,
                              Timestamp engine_time) {
  if (engine_time == no_time) return;
  engine_->candles(source, minutes, engine_time);
  if (!engine_->alerts().empty()) hand_over(false);
}

Feed* MarketSide::feed_of(SourceId source) {
  return find_feed(sources_[source].venue);
}

/// Asks the venues for what the windows in use have not seen. On the events' clock nothing is
/// missing: what is replayed or simulated has the past that its data have.
void MarketSide::ask_for_missing() {
  if (config_->engine.clock != EngineClock::arrival) return;
  asked_ = clock_.now();
  auto missing = engine_->market().missing(asked_ - minute_settles);
  // What is still being asked may be told any moment.
  std::erase_if(missing, [this](const Missing& m) {
    const auto* feed = feed_of(m.source);
    return !feed || !feed->backfills() || feed->backfilling();
  });
  for (const auto& m : backfill_plan_.ask(missing, asked_))
    feed_of(m.source)->want_candles(sources_[m.source].symbol, m.from, m.to);
}

void MarketSide::hand_over(bool with_timers) {
  Decisions decisions;
  decisions.events = engine_->alerts();
  engine_->clear_alerts();
  take_bars(decisions);
  for (const auto& [instrument, told] : engine_->market().told_minutes())
    decisions.bars.push_back({engine_->market().spec(instrument).id, told.start, told.open,
                              told.high, told.low, told.close, true});
  engine_->clear_bars();
  for (const auto& day : engine_->days())
    decisions.days.push_back({engine_->market().spec(day.instrument).id, day.bar, false});
  engine_->clear_days();
  decisions.held_back = engine_->held_back();
  engine_->clear_held_back();
  if (engine_->now() != no_time) liquidation_minutes_.advance(engine_->now());
  decisions.liquidations = liquidation_minutes_.rows();
  decisions.streams = liquidation_minutes_.stretches();
  liquidation_minutes_.clear();

  if (!decisions.events.empty() || (with_timers && engine_->dirty())) {
    engine_->clear_dirty();
    const auto changed = [&](std::string key, std::string hash, std::string text) {
      auto& last = stored_[key];
      if (last == text) return;
      last = text;
      decisions.states.push_back({std::move(key), std::move(hash), std::move(text)});
    };
    for (const auto& rule : engine_->rule_memories()) changed(rule.rule, rule.hash, to_text(rule));
    for (const auto& instrument : engine_->instrument_memories()) {
      changed(instrument_mark + instrument.instrument, "", to_text(instrument));
    }
  }
  // A rule that is gone is forgotten with the resolve that says so: put back one day, it starts
  // idle.
  for (auto& key : std::exchange(gone_, {})) {
    stored_.erase(key);
    decisions.states.push_back({std::move(key), "", ""});
  }
  if (!decisions.empty()) outlet_(std::move(decisions));
}

void MarketSide::take_bars(Decisions& decisions) {
  for (const auto& bar : engine_->bars()) {
    decisions.bars.push_back({engine_->market().spec(bar.instrument).id, bar.minute, bar.open,
                              bar.high, bar.low, bar.close});
    keep_minute(
        minutes_,
        {decisions.bars.back().instrument, bar.minute, {bar.open, bar.high, bar.low, bar.close}});
  }
}

void MarketSide::LiveInput::price(SourceId source, double price, Timestamp engine_time,
                                  Timestamp event_time) {
  side_.engine_->price(source, price, engine_time, event_time);
  decided(engine_time);
}

void MarketSide::LiveInput::liquidation(const Liquidation& liquidation, Timestamp engine_time) {
  auto& known = side_.liquidation_venue_;
  if (index(liquidation.source) >= known.size()) known.resize(side_.sources_.size());
  auto& slot = known[index(liquidation.source)];
  auto& totals = side_.liquidations_;
  for (std::size_t i = 0; slot == 0 && i < totals.size(); ++i)
    if (totals[i].venue == side_.sources_[liquidation.source].venue) slot = i + 1;
  if (slot != 0) {
    const auto position = static_cast<std::size_t>(liquidation.position);
    auto& total = totals[slot - 1];
    ++total.orders[position];
    if (liquidation.notional) {
      total.usd[position] = total.usd[position] + *liquidation.notional;
    } else {
      ++total.unsummed[position];
    }
  }
  side_.liquidation_minutes_.add(liquidation, side_.sources_[liquidation.source], engine_time);
  side_.engine_->liquidation(liquidation, engine_time);
  decided(engine_time);
}

void MarketSide::LiveInput::decided(Timestamp engine_time) {
  if (side_.config_->engine.clock == EngineClock::arrival) {
    side_.tick_to_decision_.observe(side_.clock_.now() - engine_time);
  }
  if (!side_.engine_->alerts().empty()) side_.hand_over(false);
}

}  // namespace foghorn
