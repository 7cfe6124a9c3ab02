#pragma once
// At what price sessions opened and closed: kept for the latest few, because a close may be older
// than every window.

#include <array>
#include <cstddef>
#include <optional>

#include "model/trading_hours.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// Allocates nothing.
class SessionPrices {
 public:
  struct Options {
    const TradingHours* hours{};  ///< whose sessions, and outlives this; null: the days of UTC
    /// The price is not of the market with these hours and goes on while that is closed: a session
    /// opens at the price as of its opening, not at the first one in it.
    bool trades_on{};
    Duration stands{};  ///< a price says nothing of a time later than this after it
  };

  explicit SessionPrices(Options options);

  /// The price at `t`, never earlier than before.
  void add(Timestamp t, double price);

  /// A price that was told afterwards; it counts where it is the session's first or last.
  void fill(const Session& session, const Sample& sample);

  /// What was before is not compared with what comes.
  void restart();

  /// Knows what `earlier`, of the same price, knew of sessions that are the same here: how long a
  /// price stands may differ, and so may other sessions.
  void succeed(const SessionPrices& earlier);

  /// The session of `t`; nullopt while closed.
  std::optional<Session> at(Timestamp t) const;
  /// The latest session that had ended by `t`; nullopt before the first.
  std::optional<Session> ended_by(Timestamp t) const;

  /// Its opening and closing price, where they are known: no more than `stands`, and in any case
  /// ten minutes, lie between the price and the opening or closing.
  std::optional<Sample> opening(const Session& session) const;
  std::optional<Sample> close(const Session& session) const;

  /// The two prices that gap() compares at `t`.
  struct Pair {
    Sample from;
    Sample to;
  };
  std::optional<Pair> gap(Timestamp t) const;

  /// The close that change(S, settle) compares with at `t`: of the session before this one. While
  /// the market is closed, this session is the last one, unless the price goes on: then that is the
  /// one before.
  std::optional<Sample> settlement(Timestamp t) const;

 private:
  struct Seen {
    Session session;
    Sample first;
    Sample last;
  };

  std::optional<std::size_t> find(const Session& session) const;
  void remember(const Seen& seen);
  bool near(Duration distance) const;

  Options options_;
  std::array<Seen, 4> seen_{};  // oldest first
  std::size_t count_{};
  std::optional<Sample> last_;
};

}  // namespace foghorn
