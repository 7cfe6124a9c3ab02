#pragma once
// Sends the digests of the config when they are due. One that could not be sent then, because the
// daemon was down or its store could not be read, is sent once, late and labelled, while it is less
// than a day old. One that no config had named by then is owed to nobody.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "alerts/dispatcher.hpp"
#include "daemon/digest_counts.hpp"
#include "daemon/digest_event.hpp"
#include "net/task_group.hpp"
#include "store/store.hpp"

namespace foghorn {

/// What digests take from the world; tests give their own.
struct DigestSurroundings {
  /// make_digest(), wherever it does not stand in the way.
  std::function<asio::awaitable<MadeDigest>(DigestOrder)> make;
  std::function<Timestamp()> clock{};  ///< empty: the wall clock
  /// As in DeliverySurroundings.
  std::function<asio::awaitable<void>(asio::steady_timer& timer, Duration wait)> sleep{};
};

/// Lives on the service thread, as do the dispatcher and the store, which outlive it.
class Digests {
 public:
  /// Throws std::runtime_error where the system knows no zone of a digest's.
  Digests(asio::any_io_executor executor, const Config& config, Dispatcher& dispatcher,
          Store& store, DigestSurroundings surroundings);

  /// Spawns a task for each digest.
  void start(TaskGroup& tasks);

  /// Goes on with those of another config, after start(): one that is due at the same times is the
  /// same one. One that is being made and is gone is not sent.
  void reconfigure(const Config& config);

  DigestCounts counts() const;

 private:
  struct Way {
    DigestSpec spec;
    std::string zone;
    DigestSchedule schedule;
    asio::steady_timer timer;
    Timestamp since{no_time};  // the config names it since then, over restarts
    Timestamp done{no_time};   // the one due then is sent, or is not going to be
    std::string trouble{};     // as it was last logged
    DigestCounts::Digest counts{};
    bool gone{};  // the config has it no more
  };

  Way make_way(const DigestSpec& spec, const Config& config);
  void spawn(Way& way);
  /// `upgraded`: the store is of a version that did not know digests; those of the config are none
  /// of today's.
  void remember(bool upgraded);
  std::optional<std::string> free_id(const Way& way, const DigestDue& due);
  asio::awaitable<void> run(Way& way);
  /// False: it did not go out and is to be tried again.
  asio::awaitable<bool> send(Way& way, DigestDue due);

  asio::any_io_executor executor_;
  std::list<Way> ways_;     // in the order of the config
  std::list<Way> leaving_;  // until their tasks have ended
  TaskGroup* tasks_{};      // start()'s
  Dispatcher& dispatcher_;
  Store& store_;
  DigestSurroundings surroundings_;
};

}  // namespace foghorn
