#pragma once
// Puts a limit on an asynchronous operation. (Boost 1.83 has no asio::cancel_after.)

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "model/result.hpp"

namespace foghorn {

namespace asio = boost::asio;

namespace detail {

// T need not have a default constructor; co_spawn's completion would ask for one.
template <class T>
asio::awaitable<void> keep_result(asio::awaitable<T> operation, std::optional<T>& result) {
  result.emplace(co_await std::move(operation));
}

}  // namespace detail

/// Runs `operation` against `alarm`. Whichever ends first, by a value or an exception, ends the
/// race: the other is cancelled and has unwound when this returns. If the alarm was first the
/// answer is timed_out. Cancellation from outside reaches both and leaves here as Asio's exception,
/// whatever the operation made of it.
template <class T>
asio::awaitable<Result<T>> raced_against(asio::awaitable<void> alarm,
                                         asio::awaitable<Result<T>> operation) {
  const auto executor = co_await asio::this_coro::executor;
  std::optional<Result<T>> result;
  // operator|| would wait for a *success*: an operation that throws would sit out the alarm.
  auto race = asio::experimental::make_parallel_group(
      asio::co_spawn(executor, detail::keep_result(std::move(operation), result), asio::deferred),
      asio::co_spawn(executor, std::move(alarm), asio::deferred));
  const auto [order, failure, alarm_failure] =
      co_await race.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);

  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error{asio::error::operation_aborted};
  if (order[0] == 1) {
    if (alarm_failure) std::rethrow_exception(alarm_failure);
    co_return Errc::timed_out;
  }
  if (failure) std::rethrow_exception(failure);
  co_return std::move(*result);
}

/// Ends after `limit`.
inline asio::awaitable<void> pause_for(std::chrono::steady_clock::duration limit) {
  asio::steady_timer timer{co_await asio::this_coro::executor, limit};
  co_await timer.async_wait(asio::use_awaitable);
}

/// Runs `operation`. If it is still running after `limit`, cancels it, waits for it to unwind and
/// returns timed_out.
template <class T>
asio::awaitable<Result<T>> with_timeout(asio::awaitable<Result<T>> operation,
                                        std::chrono::steady_clock::duration limit) {
  return raced_against(pause_for(limit), std::move(operation));
}

}  // namespace foghorn
