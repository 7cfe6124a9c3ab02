#include "feeds/contracts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <deque>

#include "net/task_group.hpp"
#include "tests/feeds/toy_venue.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

struct Rig {
  ToyVenue venue;
  Contracts contracts;
  ManualClock clock{at(0s)};
  std::deque<HttpAnswer> answers;  ///< the last is given again and again
  std::vector<std::string> asked;

  asio::awaitable<HttpAnswer> answer(HttpRequest request) {
    asked.push_back(request.url);
    auto next = answers.front();
    if (answers.size() > 1) answers.pop_front();
    co_return next;
  }
};

asio::awaitable<std::size_t> run_until(Rig& rig, std::function<bool()> enough) {
  const auto executor = co_await asio::this_coro::executor;
  TaskGroup group{executor, [](const std::string&, std::exception_ptr) {}};
  ContractsContext context{
      .feed = "toy",
      .venue = rig.venue,
      .contracts = rig.contracts,
      .clock = rig.clock.arrival,
      .url = "https://toy.example/contracts",
      .options = {},
      .fetch = [&rig](HttpRequest request, HttpOptions) { return rig.answer(std::move(request)); },
      .random = [] { return 0.5; },
      .policy = {.first_backoff = 1ms, .longest_backoff = 2ms, .refresh = 1ms}};
  group.spawn("contracts", run_contracts(std::move(context)));
  asio::steady_timer poll{executor};
  for (int i = 0; i < 2000 && !enough(); ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
  CHECK(enough());
  group.cancel();
  co_return co_await group.join(5s);
}

void run(Rig& rig, std::function<bool()> enough) {
  CHECK(test::run(run_until(rig, std::move(enough))) == 0);
}

HttpAnswer ok(std::string body) {
  return {.error = {}, .sent = true, .status = 200, .headers = {}, .body = std::move(body)};
}
HttpAnswer status(int code) {
  return {.error = {}, .sent = true, .status = code, .headers = {}, .body = {}};
}
HttpAnswer broken() {
  return {.error = Errc::timed_out, .sent = false, .status = 0, .headers = {}, .body = {}};
}

}  // namespace

TEST_CASE("a venue is asked for its contracts until it says them") {
  Rig rig;
  rig.answers = {broken(), status(503), status(429), ok("<html>"), ok("BTC 0.01")};
  run(rig, [&] { return !rig.contracts.empty(); });
  CHECK(rig.asked.size() == 5);
  CHECK(rig.asked[0] == "https://toy.example/contracts");
  CHECK(rig.contracts.at("BTC").multiplier == 0.01);
}

TEST_CASE("contracts are asked for again, and replaced where they are: decoders hold on to them") {
  Rig rig;
  const Contracts& held = rig.contracts;
  rig.answers = {ok("BTC 0.01"), ok("BTC 0.001")};
  run(rig, [&] { return held.contains("BTC") && held.at("BTC").multiplier == 0.001; });
}

TEST_CASE("a failed refresh keeps what is known") {
  Rig rig;
  rig.answers = {ok("BTC 0.01"), broken()};
  run(rig, [&] { return rig.asked.size() >= 4; });
  CHECK(rig.contracts.at("BTC").multiplier == 0.01);
}
