#pragma once
// Sum and count of an event series over (t − W, t].

#include <cstdint>
#include <optional>

#include "model/money.hpp"
#include "model/time.hpp"
#include "rules/bounded_deque.hpp"

namespace foghorn {

/// Sum and count of an event series over the last W, in slices of a second (a minute for W > 24 h):
/// an event leaves at most one slice late and never early, and exactly on time if it came on a
/// whole one. Sums are exact. Memory is fixed at construction.
class SumWindow {
 public:
  /// Requires span > 0.
  explicit SumWindow(Duration span);

  /// Counts one event at `t` (never earlier than the last advance by more than the window).
  /// `amount` nullopt: counted, not summed; so is one, not negative, that would take the sum beyond
  /// what UsdMicros holds. Advances to `t` if that is later.
  void add(Timestamp t, std::optional<UsdMicros> amount);

  /// Moves to `t`; a no-op if time would go back.
  void advance(Timestamp t);

  UsdMicros sum() const { return sum_; }
  std::int64_t count() const { return count_; }
  std::int64_t unsummed() const { return unsummed_; }  ///< of count(), those without an amount

  /// The earliest time at which advance() changes sum() or count() without a new event; nullopt:
  /// never.
  std::optional<Timestamp> next_change() const;

  Duration span() const { return span_; }

  Duration resolution() const { return width_; }  ///< of its slices
  /// Of all that came later it has not forgotten anything.
  Timestamp knows_from() const { return now_ == no_time ? Timestamp::min() : now_ - span_; }

  /// Takes over what `earlier`, of no coarser resolution, still knows. Before the first event.
  void succeed(const SumWindow& earlier);

 private:
  // The events of (end − width, end].
  struct Slice {
    Timestamp end{};
    UsdMicros sum{};
    std::int64_t count{};
    std::int64_t unsummed{};
  };

  Slice& slice_ending(Timestamp end);

  Duration span_;
  Duration width_;
  BoundedDeque<Slice> slices_;  // those with events, oldest first
  Timestamp now_{no_time};
  UsdMicros sum_{};
  std::int64_t count_{};
  std::int64_t unsummed_{};
};

}  // namespace foghorn
