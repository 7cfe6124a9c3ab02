#pragma once
// Reloading: the daemon reads its config file again and goes on with it, whole or not at all.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>

#include "daemon/next_config.hpp"
#include "daemon/reload_counts.hpp"
#include "model/alert_event.hpp"

namespace foghorn {

namespace asio = boost::asio;

/// How a reload is done; tests give their own.
struct ReloadSteps {
  /// The file's config of now, all of it, wherever reading does not stand in the way.
  std::function<asio::awaitable<NextConfig>()> load;
  /// Everything that the config is for takes it up. False: the daemon is being stopped.
  std::function<asio::awaitable<bool>(NextConfig)> take;
  /// Says it to people, by the config that runs.
  std::function<void(AlertEvent)> tell;
  std::function<Timestamp()> clock{};  ///< empty: the wall clock
};

/// Lives on one thread. One reload is done at a time; what is asked for meanwhile is done after it,
/// once, and reads the file again.
class Reload {
 public:
  Reload(asio::any_io_executor executor, ReloadSteps steps);

  /// From any moment of that thread on, also before run().
  void ask();

  /// Reloads when it is asked for, until cancelled.
  asio::awaitable<void> run();

  const ReloadCounts& counts() const { return counts_; }

 private:
  asio::awaitable<void> reload();
  void refuse(const NextConfig& next);

  ReloadSteps steps_;
  asio::steady_timer news_;  // cancelled by ask()
  bool asked_{};
  ReloadCounts counts_;
  std::string told_;  // what was wrong when people were last told; empty: nothing
};

}  // namespace foghorn
