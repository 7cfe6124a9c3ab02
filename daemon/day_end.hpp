#pragma once
// When a trading day of history is over: of a market with hours by its session, else by UTC.

#include <algorithm>

#include "model/trading_hours.hpp"

namespace foghorn {

/// The session that is called by `day`; null where the market does not trade on it, and outside the
/// list.
inline const Session* session_of(const TradingHours& hours, Timestamp day) {
  const auto& sessions = hours.sessions();
  const auto found = std::ranges::lower_bound(sessions, day, {}, &Session::day);
  return found != sessions.end() && found->day == day ? &*found : nullptr;
}

/// `hours`: null of an instrument that trades always.
inline Timestamp end_of_day(const TradingHours* hours, Timestamp day) {
  const auto* session = hours ? session_of(*hours, day) : nullptr;
  return session ? session->close : day + std::chrono::days{1};
}

}  // namespace foghorn
