#pragma once
// One open connection of a session: subscribes, reads and decodes, answers, keeps it open, watches
// for silence.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <string>

#include "feeds/session.hpp"

namespace foghorn {

class Listener {
 public:
  /// `context` and `stream` outlive the listener; it runs on `executor`.
  Listener(asio::any_io_executor executor, SessionContext& context, WsStream& stream);

  /// Sends every subscription.
  asio::awaitable<Result<void>> subscribe();

  std::uint32_t serial() const { return serial_; }  ///< 0 before subscribe()

  /// Goes on until the line fails, or is silent where it should not be; always ends with an error.
  asio::awaitable<Result<void>> listen();

 private:
  asio::awaitable<Result<void>> read();
  asio::awaitable<Result<void>> write();
  asio::awaitable<Result<void>> watch();
  asio::awaitable<Result<void>> send(std::string text);

  void take(const Frame& frame, Timestamp arrival);
  void queue(std::string_view text);

  SessionContext& context_;
  WsStream& stream_;
  std::uint32_t serial_{};
  std::deque<std::string> outgoing_;
  asio::steady_timer wake_;  // of write(): cancelled when there is something to say
};

}  // namespace foghorn
