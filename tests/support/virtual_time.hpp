#pragma once
// Time for coroutines that wait on the dispatcher's clock: a wait ends at once, and the clock has
// moved on.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>

#include "model/time.hpp"

namespace foghorn::test {

struct VirtualTime {
  Timestamp now;

  std::function<Timestamp()> clock() {
    return [this] { return now; };
  }

  std::function<boost::asio::awaitable<void>(boost::asio::steady_timer&, Duration)> sleep() {
    return [this](boost::asio::steady_timer&, Duration wait) { return pass(wait); };
  }

 private:
  boost::asio::awaitable<void> pass(Duration wait) {
    now += wait;
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
  }
};

}  // namespace foghorn::test
