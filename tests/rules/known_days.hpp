#pragma once
// Days before the first tick of a test, which comes on day 0: at(0s).

#include <cmath>
#include <vector>

#include "model/day_bar.hpp"
#include "tests/support/time.hpp"

namespace foghorn::test {

using namespace std::chrono_literals;

inline DayBar day(int number, double low, double high, double close) {
  return {.day = at(number * 24h), .open = close, .high = high, .low = low, .close = close};
}

inline DayBar closed(int number, double close) {
  return day(number, close, close, close);
}

/// Days up to yesterday that close at 100 and at 100 e^0.02 by turns: so many returns of ±0.02.
inline std::vector<DayBar> calm(int returns) {
  std::vector<DayBar> days;
  for (int i = returns; i >= 0; --i)
    days.push_back(closed(-1 - i, i % 2 == 0 ? 100 : 100 * std::exp(0.02)));
  return days;
}

/// A barrel from day −300 on: up to 95 at first, then between 70 and 80.
inline std::vector<DayBar> oil() {
  std::vector<DayBar> days;
  for (int i = -300; i < 0; ++i)
    days.push_back(i == -280 ? day(i, 88, 95, 90) : day(i, 70, 80, i % 2 == 0 ? 74 : 76));
  return days;
}

}  // namespace foghorn::test
