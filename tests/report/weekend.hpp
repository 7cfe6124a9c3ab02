#pragma once
// A weekend like that of Hormuz, whole: what the golden files and the style test are made of. All
// numbers between the anchors are made up.

#include <cmath>
#include <numbers>

#include "tests/report/series.hpp"

namespace foghorn::test {

/// Sessions of a market in UTC: Monday to Friday until 21:00, opening the evening before at 22:00;
/// Monday's on Sunday.
inline std::shared_ptr<const TradingHours> evening_market() {
  std::vector<Session> sessions;
  for (auto day = morning - std::chrono::days{400}; day < morning + std::chrono::days{8};
       day += std::chrono::days{1}) {
    const std::chrono::weekday weekday{std::chrono::floor<std::chrono::days>(day)};
    if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday)
      sessions.push_back({day - 2h, day + 21h, day});
  }
  return std::make_shared<const TradingHours>(std::move(sessions));
}

inline InstrumentInput instrument(std::string id, Text name, std::string unit,
                                  std::string underlying,
                                  std::vector<std::pair<Duration, double>> anchors) {
  InstrumentSpec spec;
  spec.id = std::move(id);
  spec.name = std::move(name);
  spec.unit = std::move(unit);
  spec.sources = {{"bybit", spec.id + "USDT"}, {"okx", spec.id + "-USDT-SWAP"}};
  if (!underlying.empty()) spec.underlying_hours = evening_market();
  spec.underlying = std::move(underlying);
  return {std::move(spec), minutes(morning - 96h, morning, path(std::move(anchors))), {}};
}

/// Alternating closes about `price`, and before them one high of `peak`, `ago` days ago.
inline std::vector<DayBar> past(double price, double peak, int ago, int count = 300) {
  std::vector<double> closes;
  for (int i = count; i > 0; --i) closes.push_back(i == ago ? peak : price * (1 + 0.002 * (i % 2)));
  return days_until(morning, closes, price * 0.001);
}

inline SheetInput weekend() {
  SheetInput input;
  input.from = morning - 72h;
  input.to = morning;

  auto oil =
      instrument("WTI", {"WTI 原油", "WTI crude"}, "USD/bbl", "nymex-energy",
                 {{0h, 96.3}, {37h, 96.46}, {39h, 85.91}, {45h, 86.95}, {67h, 90.4}, {96h, 91.36}});
  auto gold = instrument("GOLD", {"国际金价", "Gold"}, "USD/oz", "comex-metals", {{0h, 4830}});
  for (auto& m : gold.minutes) {
    const std::chrono::duration<double, std::ratio<3600>> hours = m.start - morning;
    m = flat(m.start, 4830 + 26 * std::sin(hours.count() * std::numbers::pi / 12));
  }
  auto btc = instrument("BTC", {"比特币", "Bitcoin"}, "USD", "",
                        {{0h, 74'850}, {24h, 75'200}, {41h, 78'312}, {60h, 77'100}, {96h, 76'980}});
  btc.days = past(74'000, 79'500, 76);
  for (int i = 0; i < 3; ++i) btc.days.pop_back();
  auto nasdaq = instrument("NASDAQ", {"纳斯达克 100（QQQ）", "Nasdaq 100 (QQQ)"}, "USD",
                           "us-equity", {{0h, 640}, {45h, 648}, {96h, 644.8}});
  std::vector<double> closes;
  for (int i = 0; i < 381; ++i) closes.push_back(500 + i % 2);
  for (int i = 0; i < 13; ++i) closes.push_back(592 + 4 * i);
  nasdaq.days = days_until(morning - 48h, closes, 1);
  input.instruments = {std::move(oil), std::move(gold), std::move(btc), std::move(nasdaq)};
  // Four hours of the night without oil.
  std::erase_if(input.instruments[0].minutes, [](const Candle& m) {
    return m.start >= morning - 20h && m.start < morning - 16h;
  });

  input.has_liquidations = true;
  const auto row = [&](std::string venue, std::string asset, Position position, double dollars,
                       double largest, std::int64_t orders, std::int64_t unsummed) {
    input.liquidations.push_back({.minute = morning - 54h,
                                  .venue = std::move(venue),
                                  .asset = std::move(asset),
                                  .position = position,
                                  .part = morning - 54h + 60s,
                                  .orders = orders,
                                  .unsummed = unsummed,
                                  .usd = *usd(dollars),
                                  .largest = *usd(largest),
                                  .largest_time = morning - 54h + 12s});
  };
  row("bybit", "BTC", Position::long_side, 210'400'000, 12'345'678, 8'412, 0);
  row("okx", "BTC", Position::short_side, 96'300'000, 4'100'000, 3'977, 0);
  row("okx", "ETH", Position::short_side, 15'200'000, 900'000, 950, 31);
  input.venues = {{"bybit", LiquidationCoverage::complete, false},
                  {"okx", LiquidationCoverage::one_per_second, false}};
  input.streams = {{"bybit", morning - 96h, morning, true},
                   {"okx", morning - 96h, morning - 12h, true},
                   {"okx", morning - 12h, morning - 10h, false},
                   {"okx", morning - 10h, morning, true}};

  AlertEvent fire;
  fire.time = fire.event_time = morning - 58h;
  fire.rule = "oil-shock";
  fire.instrument = "WTI";
  fire.kind = AlertKind::fire;
  fire.tier = Tier::notice;
  fire.episode = "K7Q2";
  fire.title = {"原油剧烈波动", "Crude oil shock"};
  fire.value = 0.05;
  auto escalate = fire;
  escalate.kind = AlertKind::escalate;
  escalate.tier = Tier::major;
  escalate.time = escalate.event_time = morning - 57h;
  input.events = {fire, escalate};
  input.held_back = {{"btc-shock",
                      {"比特币剧烈波动", "Bitcoin shock"},
                      "BTC",
                      Tier::notice,
                      morning - 30h,
                      morning - 29h}};
  return input;
}

}  // namespace foghorn::test
