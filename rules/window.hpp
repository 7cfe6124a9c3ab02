#pragma once
// Running aggregates over (t − W, t], shared by every rule that asks for the same. O(1) amortised per sample.

#include <cstdint>
#include <optional>
#include <vector>

#include "model/money.hpp"
#include "model/time.hpp"
#include "rules/series.hpp"

namespace foghorn {

/// Highest and lowest sample of the last W, with their times (of equal values the latest).
/// Resolution: one second for W ≤ 24 h, one minute for W ≤ 30 d, one day beyond.
class ExtremeWindow {
 public:
  explicit ExtremeWindow(Duration span);

  /// As PriceSeries::add(), and called with it.
  void add(Timestamp t, double value);
  void restart();

  /// Drops what left (t − W, t]. `t` never goes back.
  void advance(Timestamp t);

  /// Over the samples in the window; nullopt where there is none. After advance(t).
  std::optional<Sample> high() const;
  std::optional<Sample> low() const;

  /// The highest (lowest) sample of the window that came before the latest one; nullopt where there is none.
  std::optional<Sample> high_before_last() const;
  std::optional<Sample> low_before_last() const;

  /// The earliest time at which advance() changes high() or low() without a new sample; nullopt: never.
  std::optional<Timestamp> next_change() const;

  Duration span() const { return span_; }

 private:
  Duration span_;
  // Left to window.cpp's author; replace freely.
};

/// Sum and count of an event series over the last W, in slices of a second (a minute for W > 24 h): an event leaves at most
/// one slice late and never early. Memory is fixed at construction.
class SumWindow {
 public:
  explicit SumWindow(Duration span);

  /// Counts one event at `t` (never earlier than the last advance by more than the window). `amount` nullopt: counted, not summed.
  void add(Timestamp t, std::optional<UsdMicros> amount);

  /// Moves to `t`; a no-op if time would go back.
  void advance(Timestamp t);

  UsdMicros sum() const;
  std::int64_t count() const;
  std::int64_t unsummed() const;  ///< of count(), those without an amount

  /// The earliest time at which advance() changes sum() or count() without a new event; nullopt: never.
  std::optional<Timestamp> next_change() const;

  Duration span() const { return span_; }

 private:
  Duration span_;
  // Left to window.cpp's author; replace freely.
};

}  // namespace foghorn
