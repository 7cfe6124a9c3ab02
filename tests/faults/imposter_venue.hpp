#pragma once
// A venue on loopback that talks as bybit does, over real TLS, and misbehaves to order: a thread
// plays each connection as its script says.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/blocking_tls.hpp"
#include "tests/support/tls.hpp"

namespace foghorn::test {

class ImposterVenue {
 public:
  /// What one connection does; throws Hangup when it is over, or returns, which hangs up.
  /// `number` counts the connections from 1.
  using Script = std::function<void(ImposterVenue& venue, BlockingLine& line, int number)>;
  /// What is done to a bare TCP connection; false: the handshake and the script follow.
  using Welcome = std::function<bool(ImposterVenue& venue, int socket, int number)>;

  ImposterVenue(const Certificate& certificate, Script script, Welcome welcome = {});
  ~ImposterVenue();

  std::string url(const std::string& host = "127.0.0.1") const {
    return "wss://" + host + ":" + std::to_string(listener_.port()) + "/v5/public/linear";
  }

  /// TCP connections so far, and when each came.
  int connections() const;
  std::vector<std::chrono::steady_clock::time_point> times() const;

  // For scripts.

  /// Acknowledges what is asked for, answers pings of either kind, and calls `speak` every
  /// `every`, for `length`; for ever where that is zero.
  void serve(BlockingLine& line, const std::function<void()>& speak,
             std::chrono::milliseconds every = std::chrono::milliseconds{50},
             std::chrono::milliseconds length = {});
  /// Does nothing at all, not even read, until the test is over.
  void freeze();

 private:
  void run();
  void play(int socket, int number);

  ServerTls tls_;
  Script script_;
  Welcome welcome_;
  BlockingListener listener_;
  mutable std::mutex mutex_;
  std::condition_variable over_;
  bool stopping_{};
  std::vector<int> sockets_;
  std::vector<std::chrono::steady_clock::time_point> times_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// What bybit says. Times are now, unless shifted.

std::string bybit_trade(const std::string& symbol, std::uint64_t id,
                        std::chrono::milliseconds shift = {});
std::string bybit_ticker(const std::string& symbol);
/// `rows` forced closes of BTCUSDT in one frame, no two alike, from number `first` on.
std::string bybit_liquidations(std::uint64_t first, std::uint64_t rows);

}  // namespace foghorn::test
