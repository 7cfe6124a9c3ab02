#pragma once
// Alert events of the Hormuz weekend, ready made.

#include <string>

#include "model/alert_event.hpp"

namespace foghorn::test {

inline constexpr Timestamp hormuz{
    std::chrono::microseconds{1'776'435'303'000'000}};  // 2026-04-17T14:15:03Z

/// One step of the oil-shock rule's episode "K7Q2": -10.94 % in 24 h, two of three sources
/// agreeing.
inline AlertEvent oil(AlertKind kind, std::string id, Tier tier = Tier::major) {
  AlertEvent e;
  e.time = hormuz;
  e.event_time = hormuz - std::chrono::milliseconds{80};
  e.rule = "oil-shock";
  e.instrument = "WTI";
  e.kind = kind;
  e.tier = tier;
  e.value = 0.109372;
  e.episode = "K7Q2";
  e.id = std::move(id);
  e.title = {"原油剧烈波动", "Crude oil shock"};
  e.name = {"WTI 原油", "WTI crude"};
  e.unit = "USD/bbl";
  e.value_kind = ValueKind::ratio;
  e.value_term = "abs(change(WTI, 24h))";
  e.price = 85.91;
  e.move = Move{96.46, hormuz - std::chrono::hours{24}, 85.91, std::chrono::hours{24}};
  e.sources = {{"bybit:CLUSDT", 85.91, true},
               {"okx:CL-USDT-SWAP", 85.88, true},
               {"hyperliquid:xyz:CL", 91.2, false}};
  e.began = hormuz - std::chrono::seconds{15};
  return e;
}

/// An event about an instrument, of no rule.
inline AlertEvent about_gold(AlertKind kind, std::string id) {
  AlertEvent e;
  e.time = e.event_time = e.began = hormuz;
  e.instrument = "GOLD";
  e.kind = kind;
  e.id = std::move(id);
  e.title = e.name = {"黄金", "Gold"};
  e.unit = "USD/oz";
  e.price = 4812.5;
  e.sources = {{"bybit:XAUUSDT", 4812.5, true}, {"okx:XAU-USDT-SWAP", 4990.0, false}};
  return e;
}

}  // namespace foghorn::test
