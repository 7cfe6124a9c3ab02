#pragma once
// A limit on silence. with_timeout() arms a timer for every call, which is right for a connect and
// twenty times the cost of decoding a frame; a watchdog has one timer for the whole stream.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "model/result.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {

namespace asio = boost::asio;

class Watchdog {
 public:
  using Clock = asio::steady_timer::clock_type;

  explicit Watchdog(Clock::duration patience)
      : patience_{patience}, deadline_{Clock::now() + patience} {}

  /// Something happened: start counting again. Costs one clock read.
  void pet() { deadline_ = Clock::now() + patience_; }

  /// Ends once nobody has petted the dog for as long as its patience.
  asio::awaitable<void> bark() const {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (Clock::now() < deadline_) {
      timer.expires_at(deadline_);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

 private:
  Clock::duration patience_;
  Clock::time_point deadline_;
};

/// Runs `operation` until it ends or the watchdog barks; then cancels it, waits for it to unwind
/// and returns timed_out. The watchdog outlives the call.
template <class T>
asio::awaitable<Result<T>> guarded_by(const Watchdog& watchdog,
                                      asio::awaitable<Result<T>> operation) {
  return raced_against(watchdog.bark(), std::move(operation));
}

}  // namespace foghorn
