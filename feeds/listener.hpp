#pragma once
// One open connection of a session: subscribes, reads, answers, keeps it open, watches for silence
// and for its own end.

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "feeds/login.hpp"
#include "feeds/outgoing.hpp"
#include "feeds/relay.hpp"
#include "feeds/session.hpp"

namespace foghorn {

class Listener {
 public:
  /// Opens the connection in the books: where another carries the link, to take over from it.
  /// References, but for `tokens`, outlive the listener; it runs on `executor`.
  Listener(asio::any_io_executor executor, SessionContext& context, Relay& relay, WsStream& stream,
           const Tokens& tokens);

  std::uint32_t serial() const { return serial_; }

  /// Goes on until the line fails, or is silent where it should not be (errors); or until another,
  /// whom it asks for relief in time, may take over.
  asio::awaitable<Result<void>> listen();

 private:
  asio::awaitable<Result<void>> read();
  asio::awaitable<Result<void>> watch();
  void take(const Frame& frame, Timestamp arrival);
  void subscribe();
  bool wants_relief(Timestamp now) const;
  bool asks_again(Timestamp now);
  void ask_for_life(Timestamp now);

  SessionContext& context_;
  Relay& relay_;
  WsStream& stream_;
  Outgoing outgoing_;
  std::vector<std::string> subscribe_;
  std::uint32_t serial_{};
  Timestamp opened_{no_time};
  Timestamp renew_at_{Timestamp::max()};
  Timestamp asked_{no_time};  // last, whether the other end is there
  bool leaving_{};
};

}  // namespace foghorn
