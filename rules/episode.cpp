#include "rules/episode.hpp"

#include <algorithm>

namespace foghorn {
namespace {

// Longer than this unknown, and a rule that is not firing starts its `for` anew (design §6).
constexpr Duration unknown_patience = std::chrono::minutes{5};

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  if (!a) return b;
  if (!b) return a;
  return std::min(*a, *b);
}

}  // namespace

void HoldTimer::step(const Value& truth, Timestamp t) {
  if (truth_ == Truth::yes) counted_ += t - since_;
  if (truth.is_true()) {
    truth_ = Truth::yes;
    since_ = t;
  } else if (truth.is_false()) {
    reset();
  } else if (truth_ != Truth::unknown) {
    truth_ = Truth::unknown;
    since_ = t;
  }
}

bool HoldTimer::unknown_for(Duration limit, Timestamp t) const {
  return truth_ == Truth::unknown && t - since_ > limit;
}

void HoldTimer::reset() {
  truth_ = Truth::no;
  counted_ = {};
}

std::optional<Timestamp> HoldTimer::next_change(Duration hold, Duration unknown_limit) const {
  if (truth_ == Truth::yes && counted_ < hold) return since_ + (hold - counted_);
  if (truth_ == Truth::unknown && counted_ > Duration{})
    return since_ + unknown_limit + Duration{1};
  return std::nullopt;
}

void HoldTimer::restore(Duration counted) {
  // Not counting until the next step: the time the daemon was down does not count.
  truth_ = Truth::no;
  counted_ = counted;
}

std::string_view to_text(Phase phase) {
  switch (phase) {
    case Phase::idle: return "idle";
    case Phase::pending: return "pending";
    case Phase::firing: return "firing";
    case Phase::recovering: return "recovering";
  }
  return "idle";
}

std::optional<Transition> Episode::step(std::span<const Value> rungs, const Value& all_clear,
                                        Timestamp t) {
  if (timers_.size() < rungs.size()) timers_.resize(rungs.size());
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    timers_[i].step(rungs[i], t);
    if (!state_.open && timers_[i].unknown_for(unknown_patience, t)) timers_[i].reset();
  }
  const auto highest = highest_complete();
  unheard_.reset();

  if (!state_.open) {
    const bool started = std::any_of(timers_.begin(), timers_.end(),
                                     [](const HoldTimer& timer) { return timer.started(); });
    if (!started) {
      if (state_.held_back) unheard_ = Unheard{*state_.held_back, state_.began};
      state_.held_back.reset();
      state_.began = no_time;
    }
    if (started && state_.began == no_time) state_.began = t;
    if (!highest) return std::nullopt;
    if (held_back(*highest, t)) {
      state_.held_back = std::max(state_.held_back.value_or(0), *highest);
      return std::nullopt;
    }
    state_.held_back.reset();
    state_.open = true;
    state_.rung = *highest;
    state_.announced = t;
    state_.messages = 1;
    keep_.reset();
    return Transition{AlertKind::fire, state_.rung, state_.began, 0};
  }

  if (highest && *highest > state_.rung) {
    state_.rung = *highest;
    state_.announced = t;
    keep_.reset();
    return Transition{AlertKind::escalate, state_.rung, state_.began, state_.messages++};
  }

  keep_.step(logical_and(all_clear, logical_not(rungs.front())), t);
  if (!keep_.complete(policy_.keep)) return std::nullopt;
  return abandon();
}

std::optional<Transition> Episode::abandon() {
  if (!state_.open) return std::nullopt;
  const Transition resolved{AlertKind::resolve, state_.rung, state_.began, state_.messages++};
  state_.open = false;
  state_.began = no_time;
  keep_.reset();
  for (auto& timer : timers_) timer.reset();
  return resolved;
}

std::optional<std::size_t> Episode::highest_complete() const {
  for (std::size_t i = timers_.size(); i-- > 0;)
    if (timers_[i].complete(policy_.hold)) return i;
  return std::nullopt;
}

bool Episode::held_back(std::size_t rung, Timestamp t) const {
  return state_.announced != no_time && t < state_.announced + policy_.cooldown &&
         rung <= state_.rung;
}

Phase Episode::phase() const {
  if (state_.open) return keep_.running() ? Phase::recovering : Phase::firing;
  return state_.began != no_time ? Phase::pending : Phase::idle;
}

std::optional<Timestamp> Episode::next_change() const {
  std::optional<Timestamp> next;
  // While an episode is open, unknown time only freezes the timers.
  for (const auto& timer : timers_)
    if (!state_.open || timer.running())
      next = earlier(next, timer.next_change(policy_.hold, unknown_patience));
  if (state_.open)
    return keep_.running() ? earlier(next, keep_.next_change(policy_.keep, unknown_patience))
                           : next;
  // A rung that is complete and held back fires when the cooldown ends.
  if (highest_complete()) next = earlier(next, state_.announced + policy_.cooldown);
  return next;
}

EpisodeState Episode::state() const {
  auto state = state_;
  // More than `hold` says nothing more, and would be stored anew each second. But that it had begun
  // says something, also where there is nothing to hold for.
  for (const auto& timer : timers_)
    state.held.push_back(std::min(timer.counted(), std::max(policy_.hold, Duration{1})));
  state.kept = keep_.counted();
  return state;
}

void Episode::restore(const EpisodeState& state) {
  state_ = state;
  state_.held.clear();
  state_.kept = {};
  timers_.assign(state.held.size(), {});
  for (std::size_t i = 0; i < state.held.size(); ++i) timers_[i].restore(state.held[i]);
  keep_.restore(state.kept);
}

}  // namespace foghorn
