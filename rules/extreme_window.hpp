#pragma once
// The highest and lowest price over (t − W, t], in O(1) amortised per sample.

#include <optional>

#include "model/time.hpp"
#include "rules/bounded_deque.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// Highest and lowest sample of the last W, with their times (of equal values the latest).
/// Resolution: one second for W ≤ 24 h, one minute for W ≤ 30 d, one day beyond. Of each, the
/// extreme and the best that came after it are kept; what came after both stands in the second's
/// name. So an extreme leaves on time where samples lie on whole seconds (minutes, days), or are no
/// more than two in each, and else less than one late, never early.
class ExtremeWindow {
 public:
  /// Requires span > 0.
  explicit ExtremeWindow(Duration span);

  /// As PriceSeries::add(), and called with it.
  void add(Timestamp t, double value);
  void restart();

  /// Drops what left (t − W, t]. `t` never goes back.
  void advance(Timestamp t);

  /// Over the samples in the window; nullopt where there is none. After advance(t).
  std::optional<Sample> high() const;
  std::optional<Sample> low() const;

  /// The highest (lowest) sample of the window that came before the latest one; nullopt where there
  /// is none.
  std::optional<Sample> high_before_last() const;
  std::optional<Sample> low_before_last() const;

  /// The earliest time at which advance() changes high() or low() without a new sample; nullopt:
  /// never.
  std::optional<Timestamp> next_change() const;

  /// As long as time does not pass `until`, high() is at least this (low() at most), whatever
  /// comes; infinite where that cannot be told. It is of a sample that came before the latest one.
  /// After advance(t).
  double lasting_high(Timestamp until) const;
  double lasting_low(Timestamp until) const;

  Duration span() const { return span_; }

 private:
  // A sample that nothing later in the window beats.
  struct Candidate {
    Sample sample;
    Timestamp until{};  // of the last sample it stands for: it leaves the window with that
  };
  // Values fall from front to back (for lows they rise), so the front is the extreme.
  using Candidates = BoundedDeque<Candidate>;

  template <class Beats>
  void enter(Candidates& candidates, const Sample& sample, Beats beats);
  void expire(Candidates& candidates, Timestamp t) const;
  template <class Beats>
  std::optional<Candidate> best(const Candidates& candidates, Beats beats) const;
  double lasting(const Candidates& candidates, Timestamp until, double none) const;

  Duration span_;
  Duration slot_;
  Candidates highs_;  // of all samples but the latest
  Candidates lows_;
  std::optional<Sample> last_;  // the latest, while it is in the window
};

}  // namespace foghorn
