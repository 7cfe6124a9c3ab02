#include "feeds/backfill.hpp"

#include <catch2/catch_test_macros.hpp>

#include <deque>

#include "net/task_group.hpp"
#include "tests/feeds/past_venue.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

struct Rig {
  PastVenue venue;
  ManualClock clock{at(0s)};
  std::deque<HttpAnswer> failures{};  ///< given first
  std::vector<std::string> asked{};   ///< "CL=0-100"
  std::size_t minutes{};
  BackfillPolicy policy{.first_backoff = 1ms, .longest_backoff = 2ms, .tries = 3, .most_wants = 2};
  Backfill backfill{context()};

  BackfillContext context() {
    return {
        .feed = "toy",
        .venue = venue,
        .clock = clock.arrival,
        .address = [](std::string_view path) { return "https://toy" + std::string{path}; },
        .options = {},
        .fetch = [this](HttpRequest request, HttpOptions) { return answer(std::move(request)); },
        .accept = [this](std::string_view, std::string_view body) -> Result<std::size_t> {
          const auto told = venue.parse_candles(body);
          if (!told) return told.error();
          minutes += told->size();
          return told->size();
        },
        .random = [] { return 0.5; },
        .policy = policy};
  }

  asio::awaitable<HttpAnswer> answer(HttpRequest request) {
    asked.push_back(request.url.substr(request.url.find('?') + 1));
    if (failures.empty()) co_return past(request);
    auto failure = failures.front();
    failures.pop_front();
    co_return failure;
  }

  void want(std::string symbol, Duration from, Duration to) {
    backfill.want({std::move(symbol), PriceKind::trade, at(from), at(to)});
  }
};

asio::awaitable<std::size_t> serve(Rig& rig) {
  const auto executor = co_await asio::this_coro::executor;
  TaskGroup group{executor, [](const std::string&, std::exception_ptr) {}};
  group.spawn("backfill", rig.backfill.run());
  asio::steady_timer poll{executor};
  for (int i = 0; i < 2000 && rig.backfill.busy(); ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
  CHECK_FALSE(rig.backfill.busy());
  group.cancel();
  co_return co_await group.join(5s);
}

void run(Rig& rig) {
  CHECK(test::run(serve(rig)) == 0);
}

HttpAnswer status(int code) {
  HttpAnswer answer;
  answer.sent = true;
  answer.status = code;
  return answer;
}

using Asked = std::vector<std::string>;

}  // namespace

TEST_CASE("the newest page is asked first, then the left edge, then what lies between") {
  Rig rig;
  rig.want("CL", 0s, 350min);
  run(rig);
  CHECK(rig.asked == Asked{"CL=250-350", "CL=0-100", "CL=150-250", "CL=100-150"});
  CHECK(rig.minutes == 350);
  CHECK(rig.backfill.counts().requests == 4);
  CHECK(rig.backfill.counts().minutes == 350);
}

TEST_CASE("symbols take turns") {
  Rig rig;
  rig.want("CL", 0s, 250min);
  rig.want("GC", 0s, 250min);
  run(rig);
  CHECK(rig.asked ==
        Asked{"CL=150-250", "GC=150-250", "CL=0-100", "GC=0-100", "CL=100-150", "GC=100-150"});
}

TEST_CASE("a page is asked again until it is told") {
  Rig rig;
  rig.failures = {status(503), status(429)};
  rig.want("CL", 0s, 10min);
  run(rig);
  CHECK(rig.asked.size() == 3);
  CHECK(rig.minutes == 10);
  CHECK(rig.backfill.counts().failures == 2);
}

TEST_CASE("a want whose page fails too often is given up, and the next one served") {
  Rig rig;
  rig.failures = {status(500), status(500), status(500)};
  rig.want("CL", 0s, 350min);
  rig.want("GC", 0s, 10min);
  run(rig);
  CHECK(rig.asked == Asked{"CL=250-350", "CL=250-350", "CL=250-350", "GC=0-10"});
  CHECK(rig.backfill.counts().given_up == 1);
}

TEST_CASE("a symbol that the venue refuses is given up at once") {
  Rig rig;
  rig.failures = {status(404)};
  rig.want("CL", 0s, 350min);
  run(rig);
  CHECK(rig.asked.size() == 1);
  CHECK(rig.backfill.counts().given_up == 1);
}

TEST_CASE("an answer that cannot be read is no answer") {
  Rig rig;
  auto html = status(200);
  html.body = "<html>";
  rig.failures = {html};
  rig.want("CL", 0s, 10min);
  run(rig);
  CHECK(rig.asked.size() == 2);
  CHECK(rig.minutes == 10);
}

TEST_CASE("of too many wants the oldest is dropped and counted") {
  Rig rig;
  for (const auto* symbol : {"A", "B", "C"}) rig.want(symbol, 0s, 10min);
  run(rig);
  CHECK(rig.asked == Asked{"B=0-10", "C=0-10"});
  CHECK(rig.backfill.counts().dropped == 1);
}
