#include "net/with_timeout.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

#include "net/task_group.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

asio::awaitable<Result<int>> slowly(std::chrono::milliseconds pause, bool* was_cancelled) {
  asio::steady_timer timer{co_await asio::this_coro::executor, pause};
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    *was_cancelled = true;
    co_return error;
  }
  co_return 42;
}

asio::awaitable<Result<void>> throwing() {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  throw std::runtime_error{"broken"};
}

struct NoDefault {
  explicit NoDefault(int v) : value{v} {}
  int value;
};

asio::awaitable<Result<NoDefault>> made() {
  co_return NoDefault{7};
}

/// Cancels `task` from outside once it waits, and says whether it went on after that.
bool goes_on_after_cancellation(asio::awaitable<Result<int>> task) {
  bool went_on = false;
  auto watch = [](asio::awaitable<Result<int>> watched, bool& passed) -> asio::awaitable<void> {
    (void)co_await std::move(watched);
    passed = true;
  };
  auto scene = [&]() -> asio::awaitable<void> {
    TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) { FAIL("failed"); }};
    group.spawn("watch", watch(std::move(task), went_on));
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    group.cancel();
    CHECK(co_await group.join(10s) == 0);
  };
  test::run(scene());
  return went_on;
}

}  // namespace

TEST_CASE("an operation within its limit keeps its answer") {
  bool was_cancelled = false;
  CHECK(test::run(with_timeout(slowly(0ms, &was_cancelled), 10s)).value() == 42);
  CHECK_FALSE(was_cancelled);
}

TEST_CASE("an operation past its limit is cancelled and reported as timed out") {
  bool was_cancelled = false;
  CHECK(test::run(with_timeout(slowly(10'000ms, &was_cancelled), 1ms)).error() == Errc::timed_out);
  CHECK(was_cancelled);
}

TEST_CASE("an operation that throws ends the race with its exception, at once") {
  CHECK_THROWS_AS(test::run(with_timeout(throwing(), 1h)), std::runtime_error);
}

TEST_CASE("a limit inside a limit: the shorter one counts") {
  bool was_cancelled = false;
  CHECK(test::run(with_timeout(with_timeout(slowly(10'000ms, &was_cancelled), 1h), 1ms)).error() ==
        Errc::timed_out);
  CHECK(was_cancelled);
  CHECK(test::run(with_timeout(with_timeout(slowly(10'000ms, &was_cancelled), 1ms), 1h)).error() ==
        Errc::timed_out);
}

TEST_CASE("what cannot be made from nothing can be answered under a limit") {
  CHECK(test::run(with_timeout(made(), 10s)).value().value == 7);
}

TEST_CASE("cancellation from outside is not a timeout: it passes straight through") {
  bool was_cancelled = false;
  CHECK_FALSE(goes_on_after_cancellation(with_timeout(slowly(10'000ms, &was_cancelled), 1h)));
  CHECK(was_cancelled);
}
