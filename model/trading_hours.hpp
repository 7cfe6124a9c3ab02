#pragma once
// When a market trades: its sessions, one after another. What days they belong to and which are
// holidays is whose business it is to make the list; here they are only looked up.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "model/time.hpp"

namespace foghorn {

/// A stretch of trading, [open, close).
struct Session {
  Timestamp open{};
  Timestamp close{};
  Timestamp
      day{};  ///< midnight UTC of the date it is called by: a Monday's session may open on Sunday

  friend bool operator==(const Session&, const Session&) = default;
};

class TradingHours {
 public:
  /// In time order, none overlapping.
  explicit TradingHours(std::vector<Session> sessions);

  bool open(Timestamp t) const { return at(t) != nullptr; }

  /// The session of `t`; null while closed, and outside the list.
  const Session* at(Timestamp t) const;

  /// The latest session that had ended by `t` (close <= t); null before the first.
  const Session* ended_by(Timestamp t) const;

  /// The first session to open after `t`; null after the last.
  const Session* opens_after(Timestamp t) const;

  /// How much of [from, to) the market was open, and how much closed. Outside the list it is
  /// closed.
  Duration traded(Timestamp from, Timestamp to) const;
  Duration closed(Timestamp from, Timestamp to) const;

  /// The earliest time by which it has traded for `d` since `from`; Timestamp::max() where the list
  /// ends before. Requires d > 0.
  Timestamp traded_by(Timestamp from, Duration d) const;

  /// When it next opens or closes, later than `t`; Timestamp::max() after the last time.
  Timestamp turns_after(Timestamp t) const;

  /// How much of all time before `t` it was open: the time of a clock that stands while it is
  /// closed.
  Duration traded_before(Timestamp t) const;

  const std::vector<Session>& sessions() const { return sessions_; }

 private:
  std::size_t opened_by(Timestamp t) const;

  std::vector<Session> sessions_;
  std::vector<Duration> traded_;  // by session: in all before it
};

// The same of a market that may trade always, which null hours stand for.

inline bool is_open(const TradingHours* hours, Timestamp t) {
  return !hours || hours->open(t);
}
inline Duration traded(const TradingHours* hours, Timestamp from, Timestamp to) {
  return hours ? hours->traded(from, to) : std::max(to - from, Duration{});
}
inline Timestamp traded_by(const TradingHours* hours, Timestamp from, Duration d) {
  return hours ? hours->traded_by(from, d) : from + d;
}
inline Timestamp turns_after(const TradingHours* hours, Timestamp t) {
  return hours ? hours->turns_after(t) : Timestamp::max();
}

/// Midnight UTC of the day that `t` belongs to: of its session, while closed of the last one; null
/// hours trade always, by the day of UTC.
Timestamp trading_day(const TradingHours* hours, Timestamp t);

}  // namespace foghorn
