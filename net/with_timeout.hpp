#pragma once
// Puts a limit on an asynchronous operation. (Boost 1.83 has no asio::cancel_after.)

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

#include "model/result.hpp"

namespace foghorn {

namespace asio = boost::asio;

/// Runs `operation`. If it is still running after `limit`, cancels it, waits for it to unwind and
/// returns timed_out. `operation` must report failure through its Result, never by throwing.
template <class T>
asio::awaitable<Result<T>> with_timeout(asio::awaitable<Result<T>> operation,
                                        std::chrono::steady_clock::duration limit) {
  using namespace asio::experimental::awaitable_operators;

  asio::steady_timer timer{co_await asio::this_coro::executor, limit};
  auto first = co_await (std::move(operation) || timer.async_wait(asio::use_awaitable));
  if (first.index() == 0) co_return std::get<0>(std::move(first));
  co_return Errc::timed_out;
}

}  // namespace foghorn
