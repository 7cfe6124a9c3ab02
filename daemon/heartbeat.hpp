#pragma once
// The dead-man's switch, so that the daemon's own silence is noticed: from time to time it says
// that it watches, in a message, or to a service that counts on being called and raises the alarm
// when it is not. Neither is done for an engine that does not move.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/dispatcher.hpp"
#include "daemon/config/config.hpp"
#include "daemon/heartbeat_schedule.hpp"
#include "daemon/snapshot.hpp"
#include "net/task_group.hpp"
#include "store/store.hpp"

namespace foghorn {

/// What the heartbeat takes from the world; tests give their own.
struct HeartbeatSurroundings {
  /// The market thread's state; null where that thread did not answer within two seconds.
  std::function<asio::awaitable<std::shared_ptr<const Snapshot>>()> market;
  std::function<Timestamp()> clock{};  ///< empty: the wall clock
  Fetch fetch{foghorn::fetch};
  /// As in DeliverySurroundings.
  std::function<asio::awaitable<void>(asio::steady_timer& timer, Duration wait)> sleep{};
  Zone zone{};  ///< of the schedule and of the times told
};

/// For metrics.
struct HeartbeatCounts {
  struct Way {
    std::string name;  ///< "message" or "ping"
    Duration period{};
    Timestamp last{no_time};   ///< when it last went out; of a ping, and was answered
    std::uint64_t failures{};  ///< it was due and did not
  };
  std::vector<Way> ways;  ///< that the config asks for
};

/// Lives on the service thread, as do the dispatcher and the store, which outlive it.
class Heartbeat {
 public:
  Heartbeat(asio::any_io_executor executor, HeartbeatSpec spec, Dispatcher& dispatcher,
            Store& store, HeartbeatSurroundings surroundings);

  /// Spawns a task for each way that the config asks for. What was due while the daemon was down is
  /// not made up for.
  void start(TaskGroup& tasks);

  /// Goes on by another config, after start(): what was sent stays known, and the next one is due
  /// when the new schedule says so.
  void reconfigure(HeartbeatSpec spec, Zone zone);

  HeartbeatCounts counts() const;

 private:
  struct Way {
    HeartbeatSchedule schedule;
    asio::steady_timer timer;
    HeartbeatCounts::Way counts;
    Timestamp beat{no_time};  // the next one
    bool resting{};           // until then, on `timer`
    bool gone{};              // the config asks for it no more
  };

  using Act = asio::awaitable<bool> (Heartbeat::*)(Way&, Timestamp beat);

  void take_spec(bool other_zone);
  void take(std::shared_ptr<Way>& way, bool wanted, const char* name, HeartbeatSchedule schedule,
            bool other_zone, Act act);
  asio::awaitable<void> run(std::shared_ptr<Way> way, Act act);
  asio::awaitable<bool> speak(Way& way, Timestamp beat);
  asio::awaitable<bool> ping(Way& way, Timestamp beat);
  /// Why it was not answered; empty: it was.
  asio::awaitable<std::string> ping_trouble();
  asio::awaitable<std::shared_ptr<const Snapshot>> moving_market(Way& way);
  std::optional<std::size_t> alerts_between(Timestamp from, Timestamp to);

  HeartbeatSpec spec_;
  Dispatcher& dispatcher_;
  Store& store_;
  HeartbeatSurroundings surroundings_;
  asio::any_io_executor executor_;
  TaskGroup* tasks_{};            // start()'s
  std::shared_ptr<Way> message_;  // null: not asked for; its task has it too
  std::shared_ptr<Way> ping_;
  Timestamp told_until_{no_time};  // alert events before are in a message already
  std::string ping_trouble_;       // as it was last logged; empty: answered
};

}  // namespace foghorn
