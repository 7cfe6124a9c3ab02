#pragma once
// A venue that talks as fast as it is told to: real TLS WebSockets on loopback, trades in the
// shapes of bybit, okx, hyperliquid and binance-futures, every message in a TLS record and a write
// of its own, as venues send them.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "tests/sim/certificate.hpp"
#include "tests/support/blocking_tls.hpp"

namespace foghorn::bench {

struct Load {
  std::uint64_t messages{};  ///< for each connection; then silence
  double rate{};             ///< messages a second on each connection; 0: as fast as they are taken
};

class LoadVenue {
 public:
  /// Listens on 127.0.0.1; port 0: any. Throws std::runtime_error.
  LoadVenue(const sim::Credentials& credentials, Load load, std::uint16_t port = 0);

  /// The venues whose tongues it has.
  static bool speaks(std::string_view venue);

  std::uint16_t port() const { return listener_.port(); }

  /// Serves for ever, a thread for each connection, from its first subscription on: trades of the
  /// symbols that it asked for, in turn.
  [[noreturn]] void serve();

  std::uint64_t sent() const { return sent_; }

 private:
  void serve_one(int socket);

  test::ServerTls tls_;
  Load load_;
  test::BlockingListener listener_;
  std::atomic<std::uint64_t> sent_{};
  std::atomic<std::uint64_t> connections_{};
};

}  // namespace foghorn::bench
