#include "net/watchdog.hpp"

#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/support/run.hpp"

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

asio::awaitable<Result<int>> speak_and_end(Watchdog& watchdog) {
  for (int i = 0; i < 100; ++i) {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    watchdog.pet();
  }
  co_return 100;
}

asio::awaitable<Result<int>> speak_once_and_hang(Watchdog& watchdog) {
  watchdog.pet();
  co_await pause_for(24h);
  co_return 1;
}

}  // namespace

TEST_CASE("a watchdog lets what speaks come to its own end") {
  Watchdog watchdog{10s};
  CHECK(test::run(guarded_by(watchdog, speak_and_end(watchdog))).value() == 100);
}

TEST_CASE("a watchdog ends what has fallen silent") {
  Watchdog watchdog{2ms};
  CHECK(test::run(guarded_by(watchdog, speak_once_and_hang(watchdog))).error() == Errc::timed_out);
}
