#pragma once
// The simulated clock. It advances only as far as the daemon has judged and stands still while a
// message is due, so that a slow machine changes how long a run takes and nothing else.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/daemon_client.hpp"
#include "tests/sim/exchange.hpp"
#include "tests/sim/receiver.hpp"

namespace foghorn::sim {

/// Everybody the daemon talks to.
struct Cast {
  std::vector<std::unique_ptr<Exchange>> exchanges;
  std::vector<std::unique_ptr<Receiver>> receivers;
};

class Lockstep {
 public:
  /// Told when the clock reaches a scene.
  using OnScene = std::function<void(const Scene&)>;

  /// All of them outlive it.
  Lockstep(const Scenario& scenario, Cast& cast, DaemonClient& daemon, OnScene on_scene);

  /// Waits until the daemon has subscribed to every watched source, runs the scenario to its end,
  /// and waits for the last message. Throws std::runtime_error with a sentence when the daemon does
  /// not keep up within its limits.
  asio::awaitable<void> run();

  Timestamp now() const { return now_; }
  std::size_t steps() const { return steps_; }

 private:
  using Name = std::pair<std::string, std::string>;  // venue, stream
  using Streams = std::set<Name>;
  using Due = std::map<Name, Timestamp>;  // until when each stream must have been judged

  asio::awaitable<void> wait_until_subscribed();
  asio::awaitable<void> step(Timestamp t);
  asio::awaitable<void> publish(Timestamp t, const Push& push);
  asio::awaitable<void> apply_faults(Timestamp t);
  asio::awaitable<void> wait_until_back(Exchange& exchange);
  asio::awaitable<void> wait_until_judged(Timestamp t, Due due);
  asio::awaitable<void> wait_until_delivered();
  asio::awaitable<void> keep_alive();
  Exchange* exchange_of(const std::string& venue);
  Due trades_due(Timestamp t, const Exchange& exchange) const;

  const Scenario& scenario_;
  Cast& cast_;
  DaemonClient& daemon_;
  OnScene on_scene_;
  asio::steady_timer pause_;
  asio::steady_timer::time_point last_told_{};
  Timestamp now_{};
  std::size_t steps_{};
  Streams wanted_;  // all that was ever subscribed
  std::vector<Push> pushes_;
  std::size_t next_push_{};
  std::size_t next_scene_{};
  std::set<std::size_t> begun_, ended_;  // faults, by their place in the scenario
};

/// Runs the scenario at the wall clock's pace, for a daemon that nobody watches: the scenario must
/// begin about now.
asio::awaitable<void> run_at_wall_pace(const Scenario& scenario, Cast& cast,
                                       Lockstep::OnScene on_scene);

}  // namespace foghorn::sim
