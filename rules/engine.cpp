#include "rules/engine.hpp"

#include <algorithm>
#include <utility>

#include "rules/engine_parts.hpp"

namespace foghorn {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

// How near to the prices now a rule is expected to find them, where it can be left alone so long:
// rarely farther in half a minute; and where that is too much to ask.
constexpr std::array near{0.005, 0.0005};
constexpr std::uint64_t worth_looking_ahead = 8;  // it costs some ten judgements
constexpr std::uint32_t patience_after_vain = 64;

}  // namespace

Engine::Engine(EngineOptions options, std::vector<InstrumentSpec> instruments,
               std::vector<EventVenue> event_venues, std::vector<CompiledRule> rules,
               SourceTable& sources)
    : options_{options}, market_{std::move(instruments), std::move(event_venues), sources} {
  readers_.resize(market_.size());
  wide_readers_.resize(market_.size());
  watches_.resize(market_.size());
  for (std::size_t i = 0; i < market_.size(); ++i)
    watches_[i].stored.instrument = market_.spec(i).id;
  for (auto& compiled : rules) {
    rules_.push_back(std::make_unique<Rule>(std::move(compiled), market_));
    auto& rule = *rules_.back();
    const auto read = instruments_read_by(rule.compiled);
    if (read.size() == 1) rule.alone = market_.find(read.front());
    alone_.push_back(rule.alone);
    for (const auto& id : read) {
      const auto i = market_.find(id);
      if (!i) continue;
      readers_[*i].push_back(&rule);
      if (!rule.alone) wide_readers_[*i].push_back(&rule);
      auto& after = watches_[*i].no_data_after;
      after = after ? std::min(*after, rule.compiled.spec.no_data) : rule.compiled.spec.no_data;
    }
  }
}

Engine::~Engine() = default;

void Engine::begin(Timestamp t) {
  if (started_ == no_time) {
    started_ = t;
    market_.start(t);
    market_.begin(t);  // who asks before the first event asks of now
    for (auto& w : watches_) w.since = t;
    next_heartbeat_ = round_up(t, options_.heartbeat);
    for (std::size_t i = 0; i < market_.size(); ++i) collect_days(i, true);
  }
  advance(t);
  now_ = t;
}

void Engine::price(SourceId source, double price, Timestamp t, Timestamp event_time) {
  begin(t);
  event_time_ = event_time;
  market_.price(source, price, t, [&](std::size_t instrument) {
    note_price(instrument, t);
    if (market_.calm(instrument)) {
      ++watches_[instrument].passed;
      for (auto* rule : wide_readers_[instrument]) judge(*rule, t);
      return;
    }
    watch(instrument, t);
    for (auto* rule : readers_[instrument]) judge(*rule, t);
    look_ahead(instrument);
  });
  event_time_ = no_time;
}

void Engine::liquidation(const Liquidation& liquidation, Timestamp t) {
  begin(t);
  event_time_ = liquidation.event_time;
  market_.liquidation(liquidation, t);
  for (std::size_t i = 0; i < market_.size(); ++i) {
    if (!market_.spec(i).event_series) continue;
    for (auto* rule : readers_[i]) judge(*rule, t);
  }
  event_time_ = no_time;
}

void Engine::event_stream(std::string_view venue, bool up, Timestamp t) {
  const auto since = t == no_time ? now_ : t;
  if (since > now_) begin(since);
  market_.begin(now_);
  market_.event_stream(venue, up, since);
}

void Engine::candles(SourceId source, std::span<const Candle> minutes, Timestamp t) {
  begin(t);
  market_.candles(source, minutes, t);
  for (std::size_t i = 0; i < market_.size(); ++i) collect_days(i);
}

void Engine::know_days(std::string_view instrument, std::span<const DayBar> days) {
  if (const auto i = market_.find(instrument)) market_.days(*i).know(days);
}

/// A day that is over enters the history here, before what its end brings is judged.
void Engine::collect_days(std::size_t i, bool recalled) {
  market_.days(i).collect([&](const DayBar& bar) { days_.push_back({i, bar}); }, recalled);
}

void Engine::advance(Timestamp t, bool inclusive) {
  if (next_heartbeat_ == no_time) return;
  const auto due = [&] { return next_heartbeat_ < t || (inclusive && next_heartbeat_ == t); };
  while (due()) {
    const auto h = next_heartbeat_;
    heartbeat(h);
    next_heartbeat_ = h + options_.heartbeat;
    if (!due()) break;
    // A heartbeat at which nothing can change is skipped, so that forty years of daily prices
    // replay in seconds.
    if (options_.skips_nothing) continue;
    const auto next = std::min(next_due(h), t);
    next_heartbeat_ = std::max(next_heartbeat_, round_up(next, options_.heartbeat));
  }
}

void Engine::heartbeat(Timestamp t) {
  now_ = t;
  market_.settle(t);
  for (std::size_t i = 0; i < market_.size(); ++i) {
    if (std::exchange(watches_[i].agreed, market_.agreed(i)) != market_.agreed(i)) dirty_ = true;
    market_.days(i).advance(t);
    collect_days(i);
    if (market_.calm(i)) {
      ++watches_[i].passed;
    } else {
      watch(i, t);
    }
    if (watches_[i].bar && t - watches_[i].priced >= 2 * minute) end_bar(i);
  }
  for (std::size_t i = 0; i < rules_.size(); ++i)
    if (!alone_[i] || !market_.calm(*alone_[i])) judge(*rules_[i], t);
  for (std::size_t i = 0; i < market_.size(); ++i)
    if (!market_.calm(i)) look_ahead(i);
}

Timestamp Engine::next_due(Timestamp after) const {
  auto next = Timestamp::max();
  const auto consider = [&](std::optional<Timestamp> at) {
    if (at) next = std::min(next, std::max(*at, after + Duration{1}));
  };
  for (const auto& rule : rules_) {
    consider(rule->episode.next_change());
    consider(rule->when.next_change());
    if (rule->clear) consider(rule->clear->next_change());
    for (const auto term : rule->when.terms()) consider(market_.next_change(term));
    if (rule->clear)
      for (const auto term : rule->clear->terms()) consider(market_.next_change(term));
  }
  for (std::size_t i = 0; i < market_.size(); ++i) {
    const auto& w = watches_[i];
    consider(market_.days(i).next_end());
    if (w.no_data_after && !w.stored.no_data && !market_.spec(i).event_series) {
      const auto last = market_.last(i);
      if (last || options_.expects_data) {
        consider(traded_by(market_.spec(i).hours.get(),
                           last ? std::max(last->time, w.since) : w.since,
                           market_.spec(i).max_staleness + *w.no_data_after));
      }
    }
    if (market_.disagreeing_since(i)) consider(after + Duration{1});  // ends when its sources die
    if (const auto since = market_.disagreeing_since(i); since && !w.stored.unconfirmed) {
      const auto earliest =
          w.stored.complained == no_time ? *since : w.stored.complained + complaint_interval;
      consider(std::max(*since + disagreement_patience, earliest));
    }
  }
  return next;
}

void Engine::judge(Rule& rule, Timestamp t) {
  ++rule.evaluations;
  if (rule.calm && !options_.skips_nothing && rule.when.holds(market_)) return;
  rule.when.refresh(market_, t);
  rule.values.resize(rule.rungs);
  rule.values[0] = rule.when.value(rule.compiled.value_of(0), t);
  const bool nothing_at_all =
      rule.values[0].is_false() && rule.each_rung_harder;  // the common case
  for (std::size_t i = 1; i < rule.rungs; ++i) {
    rule.values[i] =
        nothing_at_all ? rule.values[0] : rule.when.value(rule.compiled.value_of(i), t);
  }
  const auto most = rule.compiled.tiers.size() + most_ratchet_rungs;
  while (rule.compiled.ratchet && rule.values.back().is_true() && rule.rungs < most) {
    rule.values.push_back(rule.when.value(rule.compiled.value_of(rule.rungs)));
    rule.set_rungs(rule.rungs + 1);
  }
  auto all_clear = logical_not(rule.values.front());
  if (rule.clear && (rule.episode.open() || rule.clear->remembers())) {
    rule.clear->refresh(market_, t);
    const auto cleared = rule.clear->value(rule.compiled.value_of(0), t);
    if (rule.episode.open()) all_clear = cleared;
    if (rule.clear->take_changed()) dirty_ = true;
  }
  if (rule.when.take_changed()) dirty_ = true;

  const auto before = rule.episode.phase();
  const auto transition = rule.episode.step(rule.values, all_clear, t);
  const auto after = rule.episode.phase();
  if (transition || before != after || after != Phase::idle) dirty_ = true;
  if (transition) announce(rule, *transition, t);
  if (const auto& unheard = rule.episode.unheard()) {
    const auto& spec = rule.compiled.spec;
    held_back_.push_back({spec.id, spec.title, rule.instrument,
                          rule.compiled.tier_of(unheard->rung), unheard->began, t});
  }
  rule.settle();
}

/// Where the rules that read the instrument alone are calm, and stay so as long as its price stays
/// near, they are left alone until it does not. Where that does not last, or is not to be had, it
/// is not tried again for a while.
void Engine::look_ahead(std::size_t i) {
  if (options_.skips_nothing) return;
  auto& w = watches_[i];
  if (std::exchange(w.looked_ahead, false) && w.passed - w.passed_before < worth_looking_ahead)
    w.patience = patience_after_vain;
  if (w.patience > 0) {
    --w.patience;
    return;
  }
  const auto& readers = readers_[i];
  const auto left_alone = [](const Rule* rule) { return !rule->alone || rule->calm; };
  // A notice that time alone may bring must be waited for.
  const bool stale = market_.state(i) == PriceState::stale;
  const bool silent = w.stored.no_data == (stale && w.no_data_after) && !w.stored.unconfirmed;
  if (readers.size() == wide_readers_[i].size() || !silent ||
      !std::ranges::all_of(readers, left_alone)) {
    return;
  }
  for (const double margin : near) {
    auto outlook = market_.outlook(i, margin);
    if (!outlook) break;
    const auto stays = [&](Rule* rule) {
      return !rule->alone || rule->when.stays(market_, *outlook);
    };
    if (!std::ranges::all_of(readers, stays) || !market_.expect(i, *outlook)) continue;
    w.looked_ahead = true;
    w.passed_before = w.passed;
    return;
  }
  w.patience = patience_after_vain;
}

void Engine::note_price(std::size_t i, Timestamp t) {
  const auto last = market_.last(i);
  if (!last || last->time != t) return;  // not confirmed by this event
  market_.days(i).price(t, event_time_ == no_time ? t : event_time_, last->value);
  collect_days(i);
  const auto at =
      std::chrono::floor<std::chrono::minutes>(event_time_ == no_time ? t : event_time_);
  watches_[i].priced = t;
  auto& bar = watches_[i].bar;
  if (bar && at > bar->minute) end_bar(i);
  if (!bar) bar = MinuteBar{i, at, last->value, last->value, last->value, last->value};
  if (at != bar->minute) return;  // a venue's clock went back: the minute it names is written
  bar->high = std::max(bar->high, last->value);
  bar->low = std::min(bar->low, last->value);
  bar->close = last->value;
}

void Engine::end_bars() {
  for (std::size_t i = 0; i < watches_.size(); ++i)
    if (watches_[i].bar) end_bar(i);
}

void Engine::end_bar(std::size_t i) {
  bars_.push_back(*watches_[i].bar);
  watches_[i].bar.reset();
}

}  // namespace foghorn
