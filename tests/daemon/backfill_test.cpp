// A fresh install: a feed asks its venue for the day before, and rules over a day answer at the
// first live price.
#include <catch2/catch_test_macros.hpp>

#include "daemon/engine_input.hpp"
#include "feeds/feed.hpp"
#include "tests/feeds/past_venue.hpp"
#include "tests/rules/rig.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

constexpr auto now = 48h + 20s;

asio::awaitable<WsConnected> no_line(Url, WsOptions) {
  asio::steady_timer never{co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max()};
  co_await never.async_wait(asio::use_awaitable);
  co_return WsConnected{};
}

asio::awaitable<HttpAnswer> honest(HttpRequest request, HttpOptions) {
  co_return past(request);
}

InstrumentSpec wti() {
  return instrument("WTI", {{"toy", "CL"}});
}

struct Install {
  Rig rules{{wti()},
            {rule("drop", "change(WTI, 24h) <= -10%"), rule("low", "low(WTI, 24h) <= 89 USD/bbl"),
             rule("high", "high(WTI, 24h) >= 99 USD/bbl")}};
  PastVenue venue;
  ManualClock clock{at(now)};
  EngineTime time;
  EngineInput input{rules.engine()};
  SourceTable sources;
  Feed feed{venue,
            {.name = "toy",
             .request = {.prices = {{"CL", PriceKind::trade}}, .liquidations = {}, .url = {}}},
            {.sources = sources,
             .engine = time,
             .clock = clock.arrival,
             .sink = input,
             .intake = {},
             .connect = no_line,
             .fetch = honest,
             .coverage = {},
             .candles = [this](SourceId, std::span<const Candle> minutes, Timestamp t) {
               rules.engine().candles(rules.source({"toy", "CL"}), minutes, t);
             }}};
};

asio::awaitable<std::size_t> backfilled(Install& fresh) {
  const auto executor = co_await asio::this_coro::executor;
  TaskGroup tasks{executor, [](const std::string&, std::exception_ptr) {}};
  fresh.feed.start(tasks);
  for (const auto& m : fresh.rules.engine().market().missing(at(now)))
    fresh.feed.want_candles("CL", m.from, m.to);
  asio::steady_timer poll{executor};
  for (int i = 0; i < 2000 && fresh.feed.backfilling(); ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
  tasks.cancel();
  co_return co_await tasks.join(5s);
}

}  // namespace

TEST_CASE("a fresh install answers rules over a day at its first live price") {
  Install fresh;
  CHECK(test::run(backfilled(fresh)) == 0);
  CHECK(fresh.feed.counters().backfill.minutes == 1441);
  CHECK(fresh.rules.said() == Lines{});
  fresh.rules.tick("WTI", 89, now + 1s);
  CHECK(fresh.rules.said() ==
        Lines{"2d21s drop fire notice", "2d21s low fire notice", "2d21s high fire notice"});
}
