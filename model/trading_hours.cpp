#include "model/trading_hours.hpp"

#include <algorithm>
#include <utility>

namespace foghorn {

TradingHours::TradingHours(std::vector<Session> sessions) : sessions_{std::move(sessions)} {
  Duration traded{};
  traded_.reserve(sessions_.size());
  for (const auto& session : sessions_) {
    traded_.push_back(traded);
    traded += session.close - session.open;
  }
}

/// How many sessions had opened by `t`.
std::size_t TradingHours::opened_by(Timestamp t) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(sessions_, t, {}, &Session::open) -
                                  sessions_.begin());
}

const Session* TradingHours::at(Timestamp t) const {
  const auto opened = opened_by(t);
  if (opened == 0) return nullptr;
  const auto& session = sessions_[opened - 1];
  return t < session.close ? &session : nullptr;
}

const Session* TradingHours::ended_by(Timestamp t) const {
  auto opened = opened_by(t);
  if (opened > 0 && sessions_[opened - 1].close > t) --opened;
  return opened == 0 ? nullptr : &sessions_[opened - 1];
}

const Session* TradingHours::opens_after(Timestamp t) const {
  const auto opened = opened_by(t);
  return opened == sessions_.size() ? nullptr : &sessions_[opened];
}

Duration TradingHours::traded_before(Timestamp t) const {
  const auto opened = opened_by(t);
  if (opened == 0) return {};
  const auto& session = sessions_[opened - 1];
  return traded_[opened - 1] + (std::min(t, session.close) - session.open);
}

Duration TradingHours::traded(Timestamp from, Timestamp to) const {
  return from < to ? traded_before(to) - traded_before(from) : Duration{};
}

Duration TradingHours::closed(Timestamp from, Timestamp to) const {
  return from < to ? (to - from) - traded(from, to) : Duration{};
}

Timestamp TradingHours::traded_by(Timestamp from, Duration d) const {
  const auto wanted = traded_before(from) + d;
  // The last session before which less had been traded than is wanted: in it, or never.
  const auto next = std::ranges::lower_bound(traded_, wanted) - traded_.begin();
  if (next == 0) return Timestamp::max();
  const auto i = static_cast<std::size_t>(next - 1);
  const auto t = sessions_[i].open + (wanted - traded_[i]);
  return t <= sessions_[i].close ? t : Timestamp::max();
}

Timestamp TradingHours::turns_after(Timestamp t) const {
  const auto opened = opened_by(t);
  if (opened > 0 && t < sessions_[opened - 1].close) return sessions_[opened - 1].close;
  return opened == sessions_.size() ? Timestamp::max() : sessions_[opened].open;
}

Timestamp trading_day(const TradingHours* hours, Timestamp t) {
  if (!hours) return std::chrono::floor<std::chrono::days>(t);
  if (const auto* session = hours->at(t)) return session->day;
  if (const auto* session = hours->ended_by(t)) return session->day;
  return std::chrono::floor<std::chrono::days>(t);
}

}  // namespace foghorn
