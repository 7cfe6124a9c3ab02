#include "rules/recollection.hpp"

#include <algorithm>
#include <utility>

namespace foghorn {
namespace {

// Time that was not known makes a count a lower bound from this share of its window on, as it does
// any window (design §5.8).
constexpr int tolerated_part = 100;

// How precisely the last sight is stored: well within what is tolerated, and not anew each second.
constexpr int stored_part = 200;

// A condition that stays true moves the antecedent of within() all the time; it is worth storing
// every so often.
constexpr int noted_part = 10;

}  // namespace

Recollection::Recollection(Function function, Duration window)
    : function_{function},
      window_{window},
      edges_{function == Function::times ? most_edges : std::size_t{0}} {}

bool Recollection::step(const Value& a, const Value& b, Timestamp t) {
  now_ = t;
  switch (function_) {
    case Function::crosses_above: return cross(is_less_equal(b, a));
    case Function::crosses_below: return cross(is_less_equal(a, b));
    case Function::held: return hold(a, t);
    case Function::within: return follow(a, b, t);
    default: return count(a, t);
  }
}

/// True where `truth` is news.
bool Recollection::learn(bool truth) {
  return std::exchange(truth_, truth) != truth;
}

bool Recollection::cross(const Value& reached) {
  if (!reached.known()) {
    value_ = reached;
    return false;
  }
  // Where there was no earlier value, none was on the other side.
  value_ = truth(reached.is_true() && truth_ == false);
  return learn(reached.is_true());
}

bool Recollection::hold(const Value& condition, Timestamp t) {
  const auto before = std::min(timer_.counted(), window_);
  timer_.step(condition, t);
  value_ = condition.known() ? truth(timer_.complete(window_)) : condition;
  return std::min(timer_.counted(), window_) != before;
}

bool Recollection::follow(const Value& a, const Value& b, Timestamp t) {
  bool changed = false;
  if (a.is_true()) {
    antecedent_ = t;
    changed = antecedent_noted_ == no_time || !antecedent_now_ ||
              t - antecedent_noted_ >= window_ / noted_part;
  } else {
    changed = antecedent_now_ && antecedent_noted_ != antecedent_;
  }
  if (changed) antecedent_noted_ = antecedent_;
  antecedent_now_ = a.is_true();

  if (!b.known()) {
    value_ = b;
    return changed;
  }
  const bool news = learn(b.is_true());
  if (news) followed_ = b.is_true() && antecedent_ != no_time && t - antecedent_ <= window_;
  // What a was before b, where it is not known, may have been true.
  value_ = b.is_false() || followed_ || a.known() ? truth(followed_) : a;
  return changed || news;
}

bool Recollection::count(const Value& condition, Timestamp t) {
  if (unsure_until_ == no_time) unsure_until_ = t + window_;  // nothing was seen before
  const auto stored = stored_sight();
  bool changed = look(condition, t);
  if (condition.known()) {
    if (condition.is_true() && truth_ == false) add_edge(t);
    changed = learn(condition.is_true()) || changed;
    seen_until_ = t;
  }
  while (!edges_.empty() && edges_.front() <= t - window_) edges_.pop_front();
  const auto edges = static_cast<double>(edges_.size());
  value_ = condition.known() && t >= unsure_until_ ? exactly(edges) : at_least(edges);
  return changed || stored != stored_sight();
}

/// Takes notice of time in which the condition was not known. True where that matters.
bool Recollection::look(const Value& condition, Timestamp t) {
  if (!condition.known()) {
    if (blind_since_ == no_time) blind_since_ = t;
    return false;
  }
  const auto since = std::exchange(blind_since_, no_time);
  if (since == no_time || t - since < window_ / tolerated_part) return false;
  unsure_until_ = t + window_;
  return true;
}

void Recollection::add_edge(Timestamp t) {
  if (edges_.full()) {
    unsure_until_ = std::max(unsure_until_, edges_.front() + window_);
    edges_.pop_front();
  }
  edges_.push_back(t);
}

Timestamp Recollection::stored_sight() const {
  const auto step = std::max(window_ / stored_part, Duration{1});
  if (blind_since_ != no_time) return blind_since_;
  if (seen_until_ == no_time) return no_time;
  return seen_until_ - seen_until_.time_since_epoch() % step;
}

std::optional<Timestamp> Recollection::next_change() const {
  switch (function_) {
    case Function::held:
      if (!timer_.running()) return std::nullopt;
      return timer_.next_change(window_, Duration{});
    case Function::times: {
      std::optional<Timestamp> next;
      if (!edges_.empty()) next = edges_.front() + window_;
      if (unsure_until_ > now_ && blind_since_ == no_time)
        next = next ? std::min(*next, unsure_until_) : unsure_until_;
      return next;
    }
    case Function::within:
      // While a holds, when it last did moves on.
      return antecedent_now_ ? std::optional{now_ + Duration{1}} : std::nullopt;
    default:
      // A crossing is true at one judgement only.
      return value_.is_true() ? std::optional{now_ + Duration{1}} : std::nullopt;
  }
}

RecollectionState Recollection::state() const {
  RecollectionState state;
  state.truth = truth_;
  state.counted = std::min(timer_.counted(), window_);  // more says nothing more
  state.followed = followed_;
  state.antecedent = antecedent_;
  for (std::size_t i = 0; i < edges_.size(); ++i) state.edges.push_back(edges_[i]);
  state.unsure_until = unsure_until_;
  state.seen_until = stored_sight();
  return state;
}

void Recollection::restore(const RecollectionState& state) {
  truth_ = state.truth;
  timer_.restore(std::min(state.counted, window_));
  followed_ = state.followed;
  antecedent_ = state.antecedent;
  if (function_ != Function::times) return;
  for (const auto edge : state.edges) add_edge(edge);
  unsure_until_ = std::max(unsure_until_, state.unsure_until);
  seen_until_ = blind_since_ = state.seen_until;
}

}  // namespace foghorn
