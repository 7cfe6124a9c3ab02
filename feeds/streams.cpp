#include "feeds/streams.hpp"

#include <algorithm>
#include <utility>

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_gap = 1h;

constexpr std::uint64_t route_key(StreamKind kind, SourceId source) {
  return (static_cast<std::uint64_t>(kind) << 32) | index(source);
}

struct Origin {
  SourceId source{};
  Timestamp time{no_time};
};

Origin origin(const Event& event) {
  if (const auto* tick = std::get_if<Tick>(&event)) return {tick->source, tick->event_time};
  if (const auto* order = std::get_if<Liquidation>(&event))
    return {order->source, order->event_time};
  return {std::get<Alive>(event).source, no_time};
}

}  // namespace

std::string_view to_text(StreamState state) {
  switch (state) {
    case StreamState::live: return "live";
    case StreamState::quiet: return "quiet";
    case StreamState::mute: return "mute";
    case StreamState::dead: return "dead";
  }
  return "dead";
}

StreamTable::StreamTable(std::vector<Stream> streams, std::string_view venue, SourceTable& sources,
                         StreamPolicy policy)
    : streams_{std::move(streams)}, states_(streams_.size()), policy_{policy} {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i].symbol == "*") continue;
    states_[i].source = sources.intern(venue, streams_[i].symbol);
    if (states_[i].source) routes_.push_back({route_key(streams_[i].kind, *states_[i].source), i});
  }
  std::ranges::sort(routes_, {}, &Route::key);
  concerned_.reserve(streams_.size());
}

StreamTable StreamTable::for_another() const {
  auto other = *this;
  other.connected_ = false;
  other.last_frame_ = no_time;
  other.last_data_ = no_time;
  for (auto& state : other.states_) {
    state.acknowledged_at = no_time;
    state.arrived = no_time;
    state.answered = false;
    state.refused = false;
  }
  return other;
}

void StreamTable::subscribed(Timestamp now) {
  connected_ = true;
  subscribed_at_ = now;
  sent_at_ = now;
  last_frame_ = no_time;
  last_data_ = no_time;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    states_[i].acknowledged_at = streams_[i].ack.empty() ? now : no_time;
    states_[i].arrived = no_time;
    states_[i].answered = streams_[i].ack.empty();
    states_[i].refused = false;
  }
}

void StreamTable::lost(bool silent) {
  connected_ = false;
  if (silent) return;
  // A line that fails after it was mute is dead: what we knew of its streams no longer holds.
  for (auto& state : states_) state.mute = false;
}

std::span<const std::size_t> StreamTable::acknowledged(std::string_view subject, Timestamp now) {
  concerned_.clear();
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    auto& state = states_[i];
    if (state.answered) continue;
    if (!subject.empty() && subject != streams_[i].ack) continue;
    state.answered = true;
    state.acknowledged_at = now;
    concerned_.push_back(i);
  }
  return concerned_;
}

std::span<const std::size_t> StreamTable::refused(std::string_view subject) {
  concerned_.clear();
  if (subject.empty()) return concerned_;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    auto& state = states_[i];
    if (state.answered || subject != streams_[i].ack) continue;
    state.answered = true;
    state.refused = true;
    state.mute = false;
    concerned_.push_back(i);
  }
  return concerned_;
}

void StreamTable::data(StreamKind kind, std::span<const Event> events, Timestamp arrival,
                       bool event_clock) {
  last_data_ = arrival;
  if (hushes_ > 0 && arrival - subscribed_at_ >= 4 * data_limit()) hushes_ = 0;
  if (events.empty()) {
    if (auto* state = only_one(kind)) mark(*state, arrival, event_clock ? no_time : arrival);
    return;
  }
  State* state = nullptr;
  std::optional<SourceId> source;
  for (const auto& event : events) {
    const auto from = origin(event);
    if (source != from.source) {
      source = from.source;
      state = find(kind, from.source);
    }
    if (state) mark(*state, arrival, event_clock ? from.time : arrival);
  }
}

StreamTable::State* StreamTable::find(StreamKind kind, SourceId source) {
  const auto key = route_key(kind, source);
  const auto route = std::ranges::lower_bound(routes_, key, {}, &Route::key);
  if (route != routes_.end() && route->key == key) return &states_[route->stream];
  // Some venues tell liquidations among the trades, which may not be asked for beside them.
  if (kind == StreamKind::trades) return find(StreamKind::liquidations, source);
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i].kind == kind && !states_[i].source) return &states_[i];  // market-wide
  }
  return nullptr;
}

StreamTable::State* StreamTable::only_one(StreamKind kind) {
  State* found = nullptr;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i].kind != kind) continue;
    if (found) return nullptr;
    found = &states_[i];
  }
  return found;
}

void StreamTable::mark(State& state, Timestamp arrival, Timestamp time) {
  state.last_data = std::max(state.last_data, time);
  state.mute = false;
  state.refused = false;
  if (state.arrived == arrival) return;
  if (state.arrived != no_time) {
    // A median without a memory: each gap moves the estimate an eighth of itself towards it.
    const auto gap = std::min<Duration>(arrival - state.arrived, longest_gap);
    if (state.gap == Duration{}) {
      state.gap = gap;
    } else {
      const auto step = state.gap / 8 + Duration{1};
      state.gap =
          gap > state.gap ? state.gap + step : std::max<Duration>(state.gap - step, Duration{1});
    }
  }
  state.arrived = arrival;
}

Duration StreamTable::limit(const State& state) const {
  return std::max(policy_.mute_limit, 10 * state.gap);
}

/// From its acknowledgement on, or on a connection that has not acknowledged it, from when it was
/// asked for.
Timestamp StreamTable::silent_since(const State& state) const {
  return std::max({state.arrived, state.acknowledged_at, asked_at()});
}

StreamTable::Verdict StreamTable::judge(Timestamp now) {
  if (!connected_) return Verdict::good;
  bool any_due = false;
  bool all_refused = !streams_.empty();
  auto first_ack = Timestamp::max();
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    all_refused = all_refused && states_[i].refused;
    if (!due(i)) continue;
    any_due = true;
    if (is_acknowledged(i)) first_ack = std::min(first_ack, states_[i].acknowledged_at);
  }
  if (all_refused) {
    // Some venues serve what they say they refuse: what was asked for twice, in the URL and by
    // text.
    const bool in_vain = now - std::max(asked_at(), last_data_) >= policy_.data_limit;
    return in_vain ? Verdict::refused : Verdict::good;
  }
  if (now - std::max(asked_at(), last_frame_) >= policy_.idle_limit) return Verdict::silent;
  if (!any_due) return Verdict::good;
  if (first_ack == Timestamp::max()) first_ack = asked_at();
  const bool all_mute = now - std::max(first_ack, last_data_) >= data_limit();
  if (all_mute && has_data()) ++hushes_;
  auto verdict = Verdict::good;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (!due(i) || !(all_mute || costs_connection(i, now))) continue;
    states_[i].mute = true;
    verdict = Verdict::silent;
  }
  return verdict;
}

Duration StreamTable::data_limit() const {
  constexpr Duration longest = 5min;
  return std::max(policy_.data_limit,
                  std::min(policy_.data_limit * (1 << std::min(hushes_, 4)), longest));
}

/// A market without trades is thin, not mute, where another stream of its symbol (the ticker) goes
/// on.
bool StreamTable::vouched_for(std::size_t i, Timestamp now) const {
  if (streams_[i].kind != StreamKind::trades) return false;
  for (std::size_t j = 0; j < streams_.size(); ++j) {
    if (j == i || streams_[j].sparse || streams_[j].symbol != streams_[i].symbol) continue;
    if (states_[j].arrived != no_time && now - states_[j].arrived < limit(states_[j])) return true;
  }
  return false;
}

bool StreamTable::costs_connection(std::size_t i, Timestamp now) {
  auto& state = states_[i];
  const auto patience =
      std::min<Duration>(limit(state) * (1 << std::min(state.replacements, 7)), longest_gap);
  if (now - silent_since(state) < patience || vouched_for(i, now)) return false;
  const bool in_a_row = state.replaced != no_time && now - state.replaced < 4 * patience;
  state.replacements = in_a_row ? state.replacements + 1 : 1;
  state.replaced = now;
  return true;
}

Timestamp StreamTable::heard_until(bool silent) const {
  bool any_due = false;
  auto until = subscribed_at_;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    any_due = any_due || due(i);
    until = std::max(until, states_[i].acknowledged_at);
  }
  return std::max(until, silent && any_due ? last_data() : last_frame());
}

bool StreamTable::serves_as_well_as(const StreamTable& other, Duration patience,
                                    Timestamp now) const {
  if (!connected_) return false;
  bool any_due = false;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    any_due = any_due || due(i);
    if (is_acknowledged(i) || has_data(i)) continue;
    if (other.is_acknowledged(i) || other.has_data(i)) return false;
  }
  if (!any_due || last_data_ != no_time) return true;
  return now - asked_at() >= patience && other.last_data_ < subscribed_at_;
}

Timestamp StreamTable::answered_at() const {
  auto last = subscribed_at_;
  for (const auto& state : states_) last = std::max(last, state.acknowledged_at);
  return last;
}

void StreamTable::inherit(const StreamTable& other) {
  for (std::size_t i = 0; i < states_.size(); ++i)
    states_[i].last_data = std::max(states_[i].last_data, other.states_[i].last_data);
}

StreamState StreamTable::state(std::size_t i, Timestamp now) const {
  const auto& state = states_[i];
  if (state.mute) return StreamState::mute;
  const bool has_data = state.arrived != no_time;
  if (!connected_ || state.refused || (!is_acknowledged(i) && !has_data)) return StreamState::dead;
  const bool lately = now - silent_since(state) < limit(state);
  if (streams_[i].sparse) return has_data && lately ? StreamState::live : StreamState::quiet;
  if (!lately) return StreamState::mute;
  return has_data ? StreamState::live : StreamState::quiet;
}

void StreamTable::append_status(std::vector<StreamStatus>& out, Timestamp now) const {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    out.push_back({streams_[i].name, state(i, now), states_[i].last_data});
  }
}

}  // namespace foghorn
