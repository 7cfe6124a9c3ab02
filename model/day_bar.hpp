#pragma once
// A day of an instrument's price, for histories that go back years.

#include "model/time.hpp"

namespace foghorn {

struct DayBar {
  Timestamp day{};                        ///< midnight UTC of the trading day (trading_day())
  double open{}, high{}, low{}, close{};  ///< equal to the close where only that is known
  bool closes_only{};  ///< of an imported list of closes: its high and low are not known
  double seen{1.0};    ///< how much of the day's session was seen, 0–1; an imported day is whole

  friend bool operator==(const DayBar&, const DayBar&) = default;
};

}  // namespace foghorn
