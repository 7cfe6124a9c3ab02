#pragma once
// Hand-made pasts of an instrument, and the sheet that comes of them.

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "report/sheet.hpp"

namespace foghorn::test {

using namespace std::chrono_literals;

/// 2026-04-20 08:00 in Beijing, a Monday: the end of most windows here.
inline constexpr Timestamp morning{std::chrono::sys_days{std::chrono::year{2026} / 4 / 20}};

inline Candle flat(Timestamp minute, double price) {
  return {minute, price, price, price, price};
}

/// A minute each minute of [from, to) at what `price` says of its distance from `from`.
inline std::vector<Candle> minutes(Timestamp from, Timestamp to,
                                   const std::function<double(Duration)>& price) {
  std::vector<Candle> all;
  for (auto t = from; t < to; t += 1min) all.push_back(flat(t, price(t - from)));
  return all;
}

/// The price moves in straight lines between anchors, each so long after the first.
inline std::function<double(Duration)> path(std::vector<std::pair<Duration, double>> anchors) {
  return [anchors = std::move(anchors)](Duration t) {
    for (std::size_t i = 1; i < anchors.size(); ++i) {
      if (t > anchors[i].first) continue;
      const auto [t0, p0] = anchors[i - 1];
      const auto [t1, p1] = anchors[i];
      const auto part =
          std::chrono::duration<double>(t - t0) / std::chrono::duration<double>(t1 - t0);
      return p0 + (p1 - p0) * part;
    }
    return anchors.back().second;
  };
}

inline InstrumentSpec btc() {
  InstrumentSpec spec;
  spec.id = "BTC";
  spec.name = {"比特币", "Bitcoin"};
  spec.unit = "USD";
  spec.sources = {{"bybit", "BTCUSDT"}, {"okx", "BTC-USDT-SWAP"}};
  return spec;
}

inline InstrumentSpec wti() {
  InstrumentSpec spec;
  spec.id = "WTI";
  spec.name = {"WTI 原油", "WTI crude"};
  spec.unit = "USD/bbl";
  spec.sources = {{"bybit", "CLUSDT"}};
  return spec;
}

/// The last 24 hours until `morning` and the hour before, at these prices since the hour before.
inline InstrumentInput day_of(InstrumentSpec spec,
                              std::vector<std::pair<Duration, double>> anchors) {
  return {std::move(spec), minutes(morning - 25h, morning, path(std::move(anchors))), {}};
}

inline FactSheet sheet_of(InstrumentInput input, Duration window = 24h, Timestamp to = morning) {
  SheetInput all;
  all.from = to - window;
  all.to = to;
  all.instruments.push_back(std::move(input));
  return make_sheet(all);
}

inline InstrumentFacts facts_of(InstrumentInput input, Duration window = 24h,
                                Timestamp to = morning) {
  return sheet_of(std::move(input), window, to).instruments.front();
}

/// Whole days of UTC, the last of them over at `last_end`, with these closes; each day's range is
/// `spread` about it.
inline std::vector<DayBar> days_until(Timestamp last_end, const std::vector<double>& closes,
                                      double spread = 0.5) {
  std::vector<DayBar> days;
  auto day = last_end - std::chrono::days{1} * static_cast<int>(closes.size());
  for (const double close : closes) {
    days.push_back(
        {.day = day, .open = close, .high = close + spread, .low = close - spread, .close = close});
    day += std::chrono::days{1};
  }
  return days;
}

}  // namespace foghorn::test
