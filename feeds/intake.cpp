#include "feeds/intake.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace foghorn {
namespace {

using namespace std::chrono_literals;

// How much is remembered to recognise a repetition: a venue's replay after a reconnect holds some
// hundreds of rows; where two connections overlap in a flood, one may be a second behind the other.
constexpr std::size_t liquidations_remembered = 16'384;
constexpr std::size_t trades_remembered = 1'024;  // of each source

// Beyond these no honest market is: the guard is against broken numbers, not against surprising
// ones.
constexpr double highest_price = 1e12;
constexpr double largest_size = 1e15;
constexpr UsdMicros largest_notional{10'000'000'000 *
                                     std::int64_t{1'000'000}};  // ten billion dollars in one order

// A ticker's last price stands in for trades only once they have been silent for so long; and where
// it did, trades older than it by more are late, while those that only lost the race to it are not.
constexpr Duration trades_rule_for = 2s;

// A tick a day old is no late tick but a wrong clock.
constexpr Duration oldest_tick = 24h;

template <class T>
std::uint32_t slot_of(const std::vector<T>& slots, SourceId source) {
  return index(source) < slots.size() ? slots[index(source)] : 0;
}

/// Gives `source` the next slot; an already known one keeps its own.
std::uint32_t& slot_for(std::vector<std::uint32_t>& slots, SourceId source) {
  if (index(source) >= slots.size()) slots.resize(index(source) + 1);
  return slots[index(source)];
}

bool plausible_size(double size) {
  return std::isnan(size) || (size >= 0 && size <= largest_size);
}

std::uint64_t key_of(const Liquidation& l) {
  auto key = mix(index(l.source), static_cast<std::uint64_t>(l.position));
  key = mix(key, static_cast<std::uint64_t>(l.event_time.time_since_epoch().count()));
  key = mix(key, std::bit_cast<std::uint64_t>(l.price));
  return mix(key, std::bit_cast<std::uint64_t>(l.quantity));
}

}  // namespace

Intake::Intake(IntakePolicy policy, const IntakeRequest& request, EngineTime& engine,
               IntakeSink& sink)
    : policy_{policy},
      delayed_{request.delayed},
      positive_prices_{request.positive_prices},
      all_liquidations_{request.all_liquidations},
      engine_{engine},
      sink_{sink},
      liquidations_{
          request.all_liquidations || !request.liquidations.empty() ? liquidations_remembered : 1} {
  prices_.reserve(request.prices.size());
  for (const auto& [source, kind] : request.prices) {
    auto& slot = slot_for(price_slots_, source);
    if (slot != 0) continue;
    PriceSource made{.kind = kind,
                     .price = std::numeric_limits<double>::quiet_NaN(),
                     .priced = no_time,
                     .newest = {},
                     .shown_in = 0,
                     .counts = {},
                     .trades = Seen{trades_remembered}};
    made.newest.fill(no_time);
    prices_.push_back(std::move(made));
    slot = static_cast<std::uint32_t>(prices_.size());
  }
  for (const auto source : request.liquidations) {
    auto& slot = slot_for(liquidation_slots_, source);
    if (slot != 0) continue;
    since_.push_back(no_time);
    slot = static_cast<std::uint32_t>(since_.size());
  }
  if (!request.numbers_trades) return;
  const auto follow = [this](SourceId source) {
    auto& slot = slot_for(numbered_slots_, source);
    if (slot != 0) return;
    numbered_.emplace_back();
    slot = static_cast<std::uint32_t>(numbered_.size());
  };
  for (const auto& price : request.prices) follow(price.source);
  for (const auto source : request.liquidations) follow(source);
  holes_.reserve(numbered_.size());
}

void Intake::take(FrameClass frame, std::span<const Event> events, Timestamp arrival,
                  Overlap overlap) {
  ++frame_;
  overlap_ = overlap;
  holes_.clear();
  count(frame);
  counts_.last_message = arrival;
  if (frame == FrameClass::data) counts_.last_data = arrival;
  for (const auto& event : events) {
    std::visit([&](const auto& e) { judge(e, arrival); }, event);
  }
}

void Intake::count(FrameClass frame) {
  switch (frame) {
    case FrameClass::data: ++counts_.frames_data; break;
    case FrameClass::control: ++counts_.frames_control; break;
    case FrameClass::ignored: ++counts_.frames_ignored; break;
    case FrameClass::malformed: ++counts_.frames_malformed; break;
  }
}

/// Whatever becomes of the trade: it came.
void Intake::number(const Tick& tick, Timestamp arrival) {
  if (tick.kind != PriceKind::trade || tick.id == 0 || tick.history) return;
  const auto slot = slot_of(numbered_slots_, tick.source);
  if (slot == 0) return;
  auto& numbered = numbered_[slot - 1];
  const bool news = tick.id > numbered.numbers.newest();
  const auto missed = numbered.numbers.take(tick.id, overlap_.echoes != nullptr);
  if (missed > 0 && numbered.offline) {
    counts_.trades_missed_offline += missed;
  } else if (missed > 0) {
    ++counts_.trade_holes;
    counts_.trades_missed += missed;
    holes_.push_back({tick.source, missed, numbered.last, arrival});
  }
  if (news) numbered.offline = false;
  numbered.last = arrival;
}

void Intake::judge(const Tick& tick, Timestamp arrival) {
  if (!numbered_.empty()) number(tick, arrival);
  auto* source = price_source(tick.source);
  if (!source) {
    ++counts_.unwanted;
    return;
  }
  if (tick.history) {
    ++counts_.history;
    return;
  }
  if (!plausible(tick.price)) return reject(*source, RejectReason::price);
  if (!plausible_size(tick.size)) return reject(*source, RejectReason::size);
  if (too_old(tick.event_time, arrival)) return reject(*source, RejectReason::time);
  // Without an id and a time of its own what the newer of two connections tells may be older than
  // what the other told: the other goes on until it ends.
  const bool echo = tick.id == 0 && tick.event_time == no_time && overlap_.both && overlap_.newer;
  if (echo || (tick.id != 0 &&
               source->trades.again(mix(static_cast<std::uint64_t>(tick.kind), tick.id), frame_))) {
    ++counts_.duplicate;
    return;
  }
  const auto time = own_time(tick.event_time, arrival);
  if (time.time == no_time) return reject(*source, RejectReason::time);
  observe(time, arrival);

  if (out_of_order(*source, tick.kind, time.time))
    return count_late(*source, tick, time.time, LateReason::order);
  if (lags(time.time, arrival)) return count_late(*source, tick, time.time, LateReason::lag);

  ++counts_.judged;
  source->newest[static_cast<std::size_t>(tick.kind)] = time.time;
  const auto engine_time = advance(time.time, arrival);
  if (sets_price(*source, tick.kind, time.time)) {
    source->price = tick.price;
    source->priced = time.time;
    source->shown_in = frame_;
    sink_.price(tick.source, tick.price, engine_time, time.time);
  } else {
    show_alive(*source, tick.source, engine_time, time.time);
  }
}

void Intake::judge(Liquidation liquidation, Timestamp arrival) {
  const auto slot = liquidation_slot(liquidation.source);
  if (slot == 0 && !all_liquidations_) {
    ++counts_.unwanted;
    return;
  }
  const auto since = std::max(all_since_, slot != 0 ? since_[slot - 1] : no_time);
  const bool timed = liquidation.event_time != no_time;
  if (liquidation.history || (timed && liquidation.event_time < since)) {
    ++counts_.history;
    return;
  }
  if (!plausible(liquidation.price) || !(liquidation.quantity > 0) ||
      !plausible_size(liquidation.quantity) ||
      (liquidation.notional && *liquidation.notional > largest_notional)) {
    ++counts_.rejected;
    return;
  }
  if (repeated(liquidation)) {
    ++counts_.duplicate;
    return;
  }
  const auto time = own_time(liquidation.event_time, arrival);
  if (time.time == no_time) {
    ++counts_.rejected;
    return;
  }
  observe(time, arrival);
  ++counts_.judged;
  liquidation.event_time = time.time;
  const auto engine_time = advance(time.time, arrival);
  sink_.liquidation(liquidation, engine_time);
}

/// Without a time two liquidations that look the same need not be the same: nothing tells them
/// apart, but that they came on different ones of two connections.
bool Intake::repeated(const Liquidation& liquidation) {
  const auto key = key_of(liquidation);
  if (liquidation.event_time != no_time) return liquidations_.again(key, frame_);
  return overlap_.echoes && overlap_.echoes->again(key, overlap_.newer);
}

void Intake::judge(const Alive& alive, Timestamp arrival) {
  auto* source = price_source(alive.source);
  if (!source) {
    ++counts_.unwanted;
    return;
  }
  ++counts_.judged;
  const auto now = engine_time(arrival);
  if (now != no_time) show_alive(*source, alive.source, engine_.advance(now), now);
}

/// Once a frame is enough: a ticker's mark and quotes beside its last price say nothing more.
void Intake::show_alive(PriceSource& source, SourceId id, Timestamp engine_time,
                        Timestamp event_time) {
  if (source.shown_in == frame_ || std::isnan(source.price)) return;
  source.shown_in = frame_;
  sink_.price(id, source.price, engine_time, event_time);
}

void Intake::reject(PriceSource& source, RejectReason reason) {
  ++counts_.rejected;
  ++source.counts.rejected[static_cast<std::size_t>(reason)];
}

void Intake::count_late(PriceSource& source, const Tick& tick, Timestamp time, LateReason reason) {
  ++counts_.late;
  ++source.counts.late[static_cast<std::size_t>(reason)];
  if (tick.kind == source.kind) sink_.late(tick.source, tick.price, time);
}

bool Intake::plausible(double price) const {
  if (!std::isfinite(price) || std::abs(price) > highest_price) return false;
  return price > 0 || !positive_prices_;
}

bool Intake::too_old(Timestamp event_time, Timestamp arrival) const {
  return policy_.clock == EngineClock::arrival && !delayed_ && event_time != no_time &&
         event_time < arrival - oldest_tick;
}

bool Intake::lags(Timestamp event_time, Timestamp arrival) const {
  if (delayed_) return false;
  if (policy_.clock == EngineClock::arrival) return event_time < arrival - policy_.max_lag;
  return engine_.now() != no_time && event_time < engine_.now() - policy_.max_skew;
}

/// Whether the source is already known to be further than `time`: by its own kind of stream, or by
/// a ticker that stood in for it. Else trades that lag behind their ticker would make the price
/// flip.
bool Intake::out_of_order(const PriceSource& source, PriceKind kind, Timestamp time) const {
  if (time < source.newest[static_cast<std::size_t>(kind)]) return true;
  return kind == source.kind && source.priced != no_time && time < source.priced - trades_rule_for;
}

/// Whether a tick of `kind` at `time` says what the source's price is. Others only show that the
/// source lives.
bool Intake::sets_price(const PriceSource& source, PriceKind kind, Timestamp time) const {
  if (kind == source.kind) return true;
  if (source.kind != PriceKind::trade || kind != PriceKind::last) return false;
  if (std::isnan(source.price)) return true;  // however fresh the trades were before the line broke
  const auto newest_trade = source.newest[static_cast<std::size_t>(PriceKind::trade)];
  return newest_trade == no_time || time - newest_trade > trades_rule_for;
}

/// The venue's time, or what stands in where it gave none that can be believed.
Intake::OwnTime Intake::own_time(Timestamp event_time, Timestamp arrival) {
  const bool arrival_rules = policy_.clock == EngineClock::arrival;
  if (event_time != no_time && !(arrival_rules && event_time > arrival + policy_.max_skew)) {
    return {event_time, true};
  }
  ++counts_.time_replaced;
  return {engine_time(arrival), false};
}

void Intake::observe(OwnTime time, Timestamp arrival) {
  if (time.given && policy_.clock == EngineClock::arrival)
    counts_.latency.observe(arrival - time.time);
}

Timestamp Intake::engine_time(Timestamp arrival) const {
  return policy_.clock == EngineClock::arrival ? arrival : engine_.now();
}

Timestamp Intake::advance(Timestamp event_time, Timestamp arrival) {
  return engine_.advance(policy_.clock == EngineClock::arrival ? arrival : event_time);
}

void Intake::interrupted(SourceId id) {
  if (const auto slot = slot_of(numbered_slots_, id)) numbered_[slot - 1].offline = true;
}

void Intake::forget(SourceId id) {
  auto* source = price_source(id);
  if (!source) return;
  source->price = std::numeric_limits<double>::quiet_NaN();
  source->priced = no_time;
}

void Intake::liquidations_since(SourceId source, Timestamp arrival) {
  if (const auto slot = liquidation_slot(source)) since_[slot - 1] = engine_time(arrival);
}

void Intake::all_liquidations_since(Timestamp arrival) {
  all_since_ = engine_time(arrival);
}

Intake::PriceSource* Intake::price_source(SourceId source) {
  const auto slot = slot_of(price_slots_, source);
  return slot == 0 ? nullptr : &prices_[slot - 1];
}

const SourceCounts* Intake::source_counts(SourceId source) const {
  const auto slot = slot_of(price_slots_, source);
  return slot == 0 ? nullptr : &prices_[slot - 1].counts;
}

std::uint32_t Intake::liquidation_slot(SourceId source) const {
  return slot_of(liquidation_slots_, source);
}

}  // namespace foghorn
