// A frame costs no allocation from the wire to the engine, once everything has grown to its size.
#include <catch2/catch_test_macros.hpp>

#include "feeds/feed.hpp"
#include "net/task_group.hpp"
#include "tests/feeds/recorder.hpp"
#include "tests/feeds/toy_venue.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/fake_ws.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// Notes how many allocations there had been when each price came.
struct Gauge final : IntakeSink {
  std::vector<std::size_t> at_price;

  Gauge() { at_price.reserve(10'000); }
  void price(SourceId, double, Timestamp, Timestamp) override { at_price.push_back(allocations); }
  void liquidation(const Liquidation&, Timestamp) override { at_price.push_back(allocations); }
  void late(SourceId, double, Timestamp) override {}
};

/// One batch as a line might bring it in a storm.
std::vector<std::string> storm(std::size_t frames) {
  std::vector<std::string> batch;
  for (std::size_t i = 0; i < frames; ++i) {
    switch (i % 5) {
      case 0:
        batch.push_back("trade CL 77.5 " + std::to_string(i + 1) + " " + std::to_string(i));
        break;
      case 1: batch.push_back("last CL 77.5 " + std::to_string(i)); break;
      case 2: batch.push_back("alive CL"); break;
      case 3:
        batch.push_back("liq BTC 100 " + std::to_string(i) + " " + std::to_string(10'000 + i));
        break;
      default: batch.push_back(i % 2 == 0 ? "junk" : "pong"); break;
    }
  }
  return batch;
}

asio::awaitable<void> run_feed(Feed& feed, const Gauge& gauge, std::size_t prices) {
  const auto executor = co_await asio::this_coro::executor;
  TaskGroup group{executor, [](const std::string&, std::exception_ptr) {}};
  feed.start(group);
  asio::steady_timer poll{executor};
  for (int i = 0; i < 2000 && gauge.at_price.size() < prices; ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
  group.cancel();
  co_await group.join(5s);
}

}  // namespace

TEST_CASE("a frame costs no allocation from the wire to the sink") {
  FakeWire wire;
  wire.fates = {{.batches = {storm(100), storm(8'000)}}};
  ToyVenue venue;
  venue.connections = {toy_connection()};
  SourceTable sources;
  EngineTime engine;
  ManualClock clock{at(10s)};
  Gauge gauge;
  FeedEnvironment environment{.sources = sources,
                              .engine = engine,
                              .clock = clock.arrival,
                              .sink = gauge,
                              .intake = {},
                              .connect = wire.connector(),
                              .fetch = {},
                              .coverage = {}};
  FeedOptions options;
  options.name = "toy";
  options.request = {.prices = {{"CL", PriceKind::trade}}, .liquidations = {"*"}, .url = {}};
  Feed feed{venue, options, environment};

  // Four of five frames reach the sink, but for some that repeat what the first, warming batch
  // said.
  test::run(run_feed(feed, gauge, 80 + 6'300));
  REQUIRE(gauge.at_price.size() > 6'300);
  REQUIRE(gauge.at_price.front() > 0);  // they are counted
  CHECK(gauge.at_price.back() == gauge.at_price.at(100));
}
