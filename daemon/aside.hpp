#pragma once
// What takes long, done on another thread while a coroutine waits.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace foghorn {

namespace asio = boost::asio;

/// What `work` returns, called on `aside`; it throws nothing. A coroutine that is cancelled does
/// not wait for it. (Not by co_spawn: Asio throws a cancellation into the other thread's coroutine,
/// where nobody catches it.)
template <class Work>
asio::awaitable<std::invoke_result_t<Work>> done_aside(asio::any_io_executor aside, Work work) {
  using Answer = std::invoke_result_t<Work>;
  struct Box {
    explicit Box(const asio::any_io_executor& executor)
        : answered{executor, asio::steady_timer::time_point::max()} {}
    asio::steady_timer answered;  // cancelled when it is
    std::optional<Answer> answer;
  };
  const auto here = co_await asio::this_coro::executor;
  const auto box = std::make_shared<Box>(here);
  auto task = [here, box, work = std::move(work)] {
    auto keep = [box, answer = std::make_optional(work())]() mutable {
      box->answer = std::move(answer);
      box->answered.cancel();
    };
    asio::post(here, std::move(keep));
  };
  asio::post(aside, std::move(task));
  boost::system::error_code ignored;
  co_await box->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (!box->answer) throw boost::system::system_error{asio::error::operation_aborted};
  co_return *std::move(box->answer);
}

}  // namespace foghorn
