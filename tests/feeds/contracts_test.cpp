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

  Result<std::size_t> accept(std::string_view body) {
    auto known = venue.parse_contracts(body);
    if (!known) return known.error();
    contracts = std::move(*known);
    return contracts.size();
  }

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
      .accept = [&rig](std::string_view body) { return rig.accept(body); },
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

HttpAnswer status(int code) {
  HttpAnswer answer;
  answer.sent = true;
  answer.status = code;
  return answer;
}
HttpAnswer ok(std::string body) {
  auto answer = status(200);
  answer.body = std::move(body);
  return answer;
}
HttpAnswer broken() {
  HttpAnswer answer;
  answer.error = Errc::timed_out;
  return answer;
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

TEST_CASE("contracts are asked for again") {
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
