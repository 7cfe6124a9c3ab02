#pragma once
// Two runners of one link, of whom one carries it. Relieved, it goes on until the other runs as
// well: so a connection is replaced before it is cut.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>

#include "model/time.hpp"

namespace foghorn {

namespace asio = boost::asio;

class Relay {
 public:
  static constexpr std::size_t runners = 2;

  /// `patience`: the least that patience() answers.
  Relay(const asio::any_io_executor& executor, Duration patience)
      : first_patience_{patience},
        patience_{patience},
        relieved_{executor, asio::steady_timer::time_point::max()} {}

  bool carries(std::size_t runner) const { return runner == carrier_; }
  /// Whether `runner` should hold a connection, or try to.
  bool on_duty(std::size_t runner) const { return relieving_ || carries(runner); }
  bool relieving() const { return relieving_; }

  /// The carrier wants to be relieved: the other sets out.
  void relieve() {
    relieving_ = true;
    relieved_.cancel();
  }

  /// The carrier stops, and the other, who is on duty, carries on.
  void hand_over() {
    carrier_ = 1 - carrier_;
    relieving_ = false;
  }

  /// How old a connection grows of which the venue refused a part, before another asks again:
  /// twice as long each time, for what is refused may be gone for good, or be refused for a moment.
  Duration patience() const { return patience_; }
  void lose_patience() { patience_ = std::min<Duration>(2 * patience_, std::chrono::hours{1}); }
  void regain_patience() { patience_ = first_patience_; }

  /// Waits until `runner` is on duty.
  asio::awaitable<void> duty(std::size_t runner) {
    while (!on_duty(runner)) {
      boost::system::error_code woken;  // or cancelled: the next await notices
      co_await relieved_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
  }

 private:
  std::size_t carrier_{};
  Duration first_patience_;
  Duration patience_;
  bool relieving_{};
  asio::steady_timer relieved_;  // a condition variable: cancelled when relieving_ becomes true
};

/// At what age a connection is replaced that its venue cuts at `lifetime`: well before, and not all
/// at once (of 24 h, between 23 h 30 and 23 h 50). `random` is uniform in [0, 1).
inline Duration renewal_age(Duration lifetime, double random) {
  const auto latest = lifetime - lifetime / 144;
  const auto spread = lifetime / 48 - lifetime / 144;
  return latest -
         Duration{static_cast<Duration::rep>(static_cast<double>(spread.count()) * random)};
}

}  // namespace foghorn
