#pragma once
// The life of one venue connection as a pure state machine: what to do next, given how the last
// thing went. feeds/session.cpp does it. Stopping is not a state: a session is stopped from
// outside, by cancelling its coroutine.

#include <cstdint>

#include "feeds/backoff.hpp"

namespace foghorn {

struct BackoffPolicy {
  /// Doubled after each failure up to `longest`; from the start again once there was data.
  Duration first{std::chrono::milliseconds{500}};
  Duration longest{std::chrono::seconds{30}};
  /// The least wait after HTTP 429 or 451.
  Duration turned_away{std::chrono::seconds{5}};
  /// Of a Retry-After no more than this is believed.
  Duration longest_asked{std::chrono::hours{1}};
};

/// What the driver must do before it calls next() again.
struct SessionAction {
  enum class Step : std::uint8_t { connect, listen, wait };

  Step step{};
  Duration wait{};  ///< where step is wait: for how long

  friend bool operator==(const SessionAction&, const SessionAction&) = default;
};

/// How the last action ended. Listening ends well only where another connection takes over, and
/// then there is no next action.
struct SessionOutcome {
  bool failed{};
  bool had_data{};     ///< market data came, not merely a connection, an acknowledgement or a pong
  bool turned_away{};  ///< the upgrade was refused with HTTP 429 or 451
  Duration retry_after{};  ///< what the venue asked for; zero where it did not
};

class SessionFsm {
 public:
  explicit SessionFsm(BackoffPolicy policy = {})
      : policy_{policy}, backoff_{policy.first, policy.longest} {}

  SessionAction begin();

  /// `random` is uniform in [0, 1).
  SessionAction next(const SessionOutcome& outcome, double random);

 private:
  Duration wait_after(const SessionOutcome& outcome, double random);

  BackoffPolicy policy_;
  Backoff backoff_;
  SessionAction::Step last_{};
};

}  // namespace foghorn
