// The whole way of a tick, from a venue's frame to ten rules' judgement, costs no allocation. A
// program of its own, because it counts every allocation of the process.
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <cstdio>

#include "daemon/engine_input.hpp"
#include "daemon/rules_of.hpp"
#include "feeds/intake.hpp"
#include "feeds/venues/venue.hpp"
#include "rules/engine.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/frame.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

// None of them fires on a calm market: what is announced is rare, and may allocate.
const std::string ten_rules = R"(
[feed.bybit]
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
[[rule]]
id = "shock"
when = "abs(change(WTI, 24h)) >= tier or abs(change(WTI, 1h)) >= tier / 2"
tiers = { notice = "5%", major = "10%", critical = "15%" }
clear = "abs(change(WTI, 24h)) < 0.8 * tier and abs(change(WTI, 1h)) < 0.4 * tier"
for = "15s"
keep = "10m"
cooldown = "30m"
ratchet = "5%"
[[rule]]
id = "minute"
when = "abs(change(WTI, 1m)) >= 3%"
[[rule]]
id = "rise"
when = "rise(WTI, 1h) >= 5%"
[[rule]]
id = "fall"
when = "fall(WTI, 1h) <= -5%"
[[rule]]
id = "high"
when = "high(WTI, 24h) > 120 USD/bbl"
[[rule]]
id = "low"
when = "low(WTI, 5m) < 60 USD/bbl"
[[rule]]
id = "range"
when = "range(WTI, 30m) >= 10 USD/bbl"
[[rule]]
id = "range-pct"
when = "range_pct(WTI, 4h) >= tier"
tiers = { notice = "10%", critical = "20%" }
[[rule]]
id = "record"
when = "new_high(WTI, 24h) and last(WTI) > 100 USD/bbl"
[[rule]]
id = "level"
when = "last(WTI) >= 150 USD/bbl or not last(WTI@bybit) > 10 USD/bbl"
)";

constexpr auto step = 700ms;

/// The n-th trade (or, every third time, ticker) of a calm market, as the venue sends it.
Frame write_frame(std::array<char, 512>& buffer, int n, Timestamp t) {
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
  const double price = 86 + 0.4 * std::sin(n / 50.0);
  const int size =
      n % 3 == 2
          ? std::snprintf(
                buffer.data(), buffer.size(),
                R"({"topic":"tickers.CLUSDT","type":"delta","data":{"symbol":"CLUSDT","tickDirection":"PlusTick","lastPrice":"%.2f","markPrice":"%.2f","bid1Price":"%.2f","bid1Size":"3","ask1Price":"%.2f","ask1Size":"4"},"cs":%d,"ts":%lld})",
                price, price, price - 0.01, price + 0.01, n, static_cast<long long>(ms))
          : std::snprintf(
                buffer.data(), buffer.size(),
                R"({"topic":"publicTrade.CLUSDT","type":"snapshot","ts":%lld,"data":[{"T":%lld,"s":"CLUSDT","S":"Sell","v":"12.5","p":"%.2f","L":"MinusTick","i":"2290000000%010d","BT":false,"RPI":false,"seq":%d}]})",
                static_cast<long long>(ms), static_cast<long long>(ms), price, n, n);
  const auto bytes = static_cast<std::size_t>(size);
  REQUIRE(bytes + Frame::padding <= buffer.size());
  return {
      .data = buffer.data(), .size = bytes, .capacity = buffer.size(), .kind = Frame::Kind::text};
}

}  // namespace

TEST_CASE("a frame costs no allocation from the wire to ten rules' judgement") {
  const auto config = good(read(ten_rules));
  SourceTable sources;
  Engine engine{
      {.heartbeat = 1s, .expects_data = true}, config.instruments, {}, rules_of(config), sources};
  EngineInput input{engine};
  EngineTime time;
  const auto wti = sources.find("bybit", "CLUSDT");
  REQUIRE(wti);
  const IntakeRequest request{.prices = {{*wti, PriceKind::trade}}, .liquidations = {}};
  Intake intake{{}, request, time, input};
  const Contracts contracts;
  const auto decoder = find_venue("bybit")->make_decoder(sources, contracts, {});
  std::vector<Event> events;
  std::array<char, 512> buffer;
  std::size_t alerts = 0;

  int n = 0;
  const auto run = [&](int frames) {
    for (const int end = n + frames; n < end; ++n) {
      const auto t = at(n * step);
      const auto frame = write_frame(buffer, n, t);
      events.clear();
      const auto report = decoder->decode(frame, events);
      intake.take(report.frame_class, events, t);
      // As the live daemon does at its heartbeats.
      alerts += engine.alerts().size();
      engine.clear_alerts();
      engine.clear_bars();
    }
  };
  run(10'000);
  REQUIRE(allocations > 0);  // they are counted

  CHECK(allocations_of([&] { run(10'000); }) == 0);
  CHECK(alerts == 0);
  for (const auto& rule : engine.status()) CHECK(rule.evaluations > 20'000);
  CHECK(intake.counts().frames_data == 20'000);
  CHECK(intake.counts().judged > 15'000);
}
