#pragma once
// Runs coroutines to their end on a private io_context and hands back the value or the exception.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <utility>

namespace foghorn::test {

/// What is broken here hangs: then the test fails, rather than stand still for ctest's own limit.
inline constexpr std::chrono::seconds hung_after{60};

/// Runs `task`, and whatever it starts, on `io`. Returns once it has ended, though others may go
/// on.
inline void run_on(boost::asio::io_context& io, boost::asio::awaitable<void> task) {
  auto ended = boost::asio::co_spawn(io, std::move(task), boost::asio::use_future);
  const auto limit = std::chrono::steady_clock::now() + hung_after;
  io.restart();
  while (ended.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    if (io.run_one_until(limit) == 0) throw std::runtime_error{"the coroutine hangs"};
  }
  ended.get();
}

template <class T>
T run_on(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
  std::optional<T> result;  // T need not have a default constructor, which co_spawn would ask for
  auto keep = [&]() -> boost::asio::awaitable<void> { result.emplace(co_await std::move(task)); };
  run_on(io, keep());
  return std::move(*result);
}

template <class T>
T run(boost::asio::awaitable<T> task) {
  boost::asio::io_context io{1};
  return run_on(io, std::move(task));
}

}  // namespace foghorn::test
