#include "rules/extreme_window.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <limits>

#include "rules/bucket_end.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

Duration slot_of(Duration span) {
  if (span <= 24h) return 1s;
  if (span <= 30 * 24h) return 1min;
  return 24h;
}

// Two candidates in each slot that the window touches.
std::size_t most_candidates(Duration span) {
  return 2 * static_cast<std::size_t>(span / slot_of(span) + 2);
}

}  // namespace

ExtremeWindow::ExtremeWindow(Duration span)
    : span_{span},
      slot_{slot_of(span)},
      highs_{most_candidates(span)},
      lows_{most_candidates(span)} {
  assert(span > Duration{});
}

// The latest sample waits outside the candidates until the next one, so that the extremes before it
// are at hand.
void ExtremeWindow::add(Timestamp t, double value) {
  assert(!last_ || t >= last_->time);
  advance(t);
  if (last_) {
    enter(highs_, *last_, std::greater_equal{});
    enter(lows_, *last_, std::less_equal{});
  }
  last_ = Sample{t, value};
}

template <class Beats>
void ExtremeWindow::enter(Candidates& candidates, const Sample& sample, Beats beats) {
  while (!candidates.empty() && beats(sample.value, candidates.back().sample.value))
    candidates.pop_back();

  const auto slot_end = bucket_end(sample.time, slot_);
  const auto in_slot = [&](const Candidate& c) {
    return bucket_end(c.sample.time, slot_) == slot_end;
  };
  const auto n = candidates.size();
  if (n >= 2 && in_slot(candidates[n - 2])) {
    candidates.back().until = sample.time;
  } else {
    candidates.push_back({.sample = sample, .until = sample.time});
  }
}

void ExtremeWindow::restart() {
  highs_.clear();
  lows_.clear();
  last_.reset();
}

void ExtremeWindow::advance(Timestamp t) {
  expire(highs_, t);
  expire(lows_, t);
  if (last_ && last_->time + span_ <= t) last_.reset();
}

void ExtremeWindow::expire(Candidates& candidates, Timestamp t) const {
  while (!candidates.empty() && candidates.front().until + span_ <= t) candidates.pop_front();
}

template <class Beats>
std::optional<ExtremeWindow::Candidate> ExtremeWindow::best(const Candidates& candidates,
                                                            Beats beats) const {
  if (!last_) return std::nullopt;
  if (candidates.empty() || beats(last_->value, candidates.front().sample.value))
    return Candidate{.sample = *last_, .until = last_->time};
  return candidates.front();
}

std::optional<Sample> ExtremeWindow::high() const {
  const auto found = best(highs_, std::greater_equal{});
  return found ? std::optional{found->sample} : std::nullopt;
}

std::optional<Sample> ExtremeWindow::low() const {
  const auto found = best(lows_, std::less_equal{});
  return found ? std::optional{found->sample} : std::nullopt;
}

std::optional<Sample> ExtremeWindow::high_before_last() const {
  return highs_.empty() ? std::nullopt : std::optional{highs_.front().sample};
}

std::optional<Sample> ExtremeWindow::low_before_last() const {
  return lows_.empty() ? std::nullopt : std::optional{lows_.front().sample};
}

double ExtremeWindow::lasting_high(Timestamp until) const {
  return lasting(highs_, until, -std::numeric_limits<double>::infinity());
}

double ExtremeWindow::lasting_low(Timestamp until) const {
  return lasting(lows_, until, std::numeric_limits<double>::infinity());
}

// A candidate goes with its time, or for one that beats it.
double ExtremeWindow::lasting(const Candidates& candidates, Timestamp until, double none) const {
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (candidates[i].until + span_ > until) return candidates[i].sample.value;
  return none;
}

std::optional<Timestamp> ExtremeWindow::next_change() const {
  if (!last_) return std::nullopt;
  return std::min(best(highs_, std::greater_equal{})->until,
                  best(lows_, std::less_equal{})->until) +
         span_;
}

}  // namespace foghorn
