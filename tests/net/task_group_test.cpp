#include "net/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch_test_macros.hpp>

#include <stdexcept>
#include <vector>

#include "tests/support/run.hpp"

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

asio::awaitable<void> forever() {
  asio::steady_timer timer{co_await asio::this_coro::executor, 24h};
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> broken() {
  throw std::runtime_error{"broken"};
  co_return;
}

asio::awaitable<std::size_t> stop_two_tasks(std::vector<std::string>& failures) {
  TaskGroup group{
      co_await asio::this_coro::executor,
      [&failures](const std::string& task, std::exception_ptr) { failures.push_back(task); }};
  group.spawn("one", forever());
  group.spawn("two", forever());
  group.spawn("broken", broken());
  group.cancel();
  co_return co_await group.join(10s);
}

asio::awaitable<std::size_t> give_up_waiting() {
  TaskGroup group{co_await asio::this_coro::executor,
                  [](const std::string&, std::exception_ptr) {}};
  group.spawn("stubborn", forever());
  const auto left = co_await group.join(1ms);
  group.cancel();
  co_await group.join(10s);
  co_return left;
}

}  // namespace

TEST_CASE("a cancelled group ends all its tasks and reports only the one that broke") {
  std::vector<std::string> failures;
  CHECK(test::run(stop_two_tasks(failures)) == 0);
  CHECK(failures == std::vector<std::string>{"broken"});
}

TEST_CASE("joining a group gives up after the grace period and says how many are left") {
  CHECK(test::run(give_up_waiting()) == 1);
}

TEST_CASE("a group counts the tasks that have not ended") {
  auto scene = []() -> asio::awaitable<void> {
    TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) {}};
    CHECK(group.size() == 0);
    CHECK(co_await group.join(10s) == 0);
    group.spawn("one", forever());
    group.spawn("broken", broken());
    CHECK(group.size() == 2);
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    CHECK(group.size() == 1);
    group.cancel();
    CHECK(co_await group.join(10s) == 0);
  };
  test::run(scene());
}

TEST_CASE("a task that is cancelled before its first step never begins, and is over") {
  asio::io_context io;
  bool begun = false;
  std::vector<std::string> failures;
  TaskGroup group{io.get_executor(), [&failures](const std::string& task, std::exception_ptr) {
                    failures.push_back(task);
                  }};
  group.spawn("late", [](bool& flag) -> asio::awaitable<void> {
    flag = true;
    co_return;
  }(begun));
  group.cancel();
  io.run();
  CHECK_FALSE(begun);
  CHECK(group.size() == 0);
  CHECK(failures.empty());
}
