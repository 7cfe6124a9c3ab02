#pragma once
// What we say on one connection: in order, no faster than the venue allows, and now and then only
// to keep it open.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "feeds/venues/venue.hpp"
#include "net/ws_stream.hpp"

namespace foghorn {

struct OutgoingPolicy {
  KeepAlive keep_alive;
  Duration spacing{};      ///< between two texts
  Duration write_limit{};  ///< to send one
};

class Outgoing {
 public:
  /// `stream` outlives this.
  Outgoing(asio::any_io_executor executor, WsStream& stream, OutgoingPolicy policy);

  /// `sent` is called once the text is out; may be empty.
  void say(std::string text, std::function<void()> sent = {});

  /// The same of an answer to the venue, ahead of all else. One that asks faster than it reads our
  /// answers gets no more of them.
  void answer(std::string_view text);

  /// Sends, until that fails. Runs once. Errors: timed_out, the line's own.
  asio::awaitable<Result<void>> run();

 private:
  struct Text {
    std::string text;
    std::function<void()> sent;
  };

  void keep_alive();
  bool idle() const { return texts_.empty() && answers_.empty(); }
  Text take();

  WsStream& stream_;
  OutgoingPolicy policy_;
  std::deque<Text> texts_;
  std::deque<std::string> answers_;
  asio::steady_timer wake_;  // of run(): cancelled when there is something to say
};

/// What is raced must not throw: turns a failure, cancellation among them, into a result.
asio::awaitable<Result<void>> quietly(asio::awaitable<Result<void>> operation);

}  // namespace foghorn
