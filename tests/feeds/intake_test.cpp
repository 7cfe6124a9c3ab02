#include "feeds/intake.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>
#include <limits>
#include <memory>

#include "tests/feeds/recorder.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

constexpr SourceId cl{0};
constexpr SourceId gold{1};
constexpr SourceId btc{2};
constexpr SourceId doge{3};

/// CL by trades, gold by mark, liquidations of BTC.
struct Rig {
  IntakePolicy policy{};
  IntakeRequest request{.prices = {{cl, PriceKind::trade}, {gold, PriceKind::mark}},
                        .liquidations = {btc},
                        .all_liquidations = false,
                        .delayed = false,
                        .positive_prices = true};
  EngineTime engine;
  Recorder sink;
  std::unique_ptr<Intake> made;

  Intake& intake() {
    if (!made) made = std::make_unique<Intake>(policy, request, engine, sink);
    return *made;
  }
  void take(std::vector<Event> events, Timestamp arrival) {
    intake().take(FrameClass::data, events, arrival);
  }
  const IntakeCounts& counts() { return intake().counts(); }
};

Rig on_event_clock() {
  Rig rig;
  rig.policy.clock = EngineClock::events;
  return rig;
}

Tick trade(double price, Timestamp time, std::uint64_t id = 0) {
  return {.source = cl, .kind = PriceKind::trade, .id = id, .price = price, .event_time = time};
}
Tick ticker(double price, Timestamp time) {
  return {.source = cl, .kind = PriceKind::last, .price = price, .event_time = time};
}
Liquidation order(Timestamp time, double quantity = 1) {
  return {.source = btc,
          .price = 100,
          .quantity = quantity,
          .notional = usd(100 * quantity),
          .event_time = time};
}

}  // namespace

// what is judged

TEST_CASE("a trade is its source's price as of its arrival, with its own time beside it") {
  Rig rig;
  rig.take({trade(77.5, at(10s))}, at(10s + 80ms));
  CHECK(rig.sink.prices == std::vector<Recorder::Price>{{cl, 77.5, at(10s + 80ms), at(10s)}});
  CHECK(rig.counts().judged == 1);
}

TEST_CASE("a liquidation passes in engine time") {
  Rig rig;
  rig.take({order(at(10s))}, at(11s));
  REQUIRE(rig.sink.liquidations.size() == 1);
  CHECK(rig.sink.liquidations[0].event_time == at(10s));
  CHECK(rig.sink.engine_times.at(0) == at(11s));
}

TEST_CASE("what nobody asked for is counted as unwanted") {
  Rig rig;
  auto other = order(at(10s));
  other.source = doge;
  rig.take({other, Tick{.source = doge, .price = 1, .event_time = at(10s)}, Alive{doge}}, at(10s));
  CHECK(rig.counts().unwanted == 3);
  CHECK(rig.sink.engine_times.empty());
}

TEST_CASE("where all liquidations are asked for, every symbol's pass") {
  Rig rig;
  rig.request.all_liquidations = true;
  auto other = order(at(10s));
  other.source = doge;
  rig.take({other}, at(10s));
  CHECK(rig.sink.liquidations.size() == 1);
}

// price kinds

TEST_CASE("a ticker's last stands in while no trade is known") {
  Rig rig;
  rig.take({ticker(77.1, at(10s))}, at(10s));
  CHECK(rig.sink.prices.at(0).price == 77.1);
}

TEST_CASE("while trades are fresh a ticker only shows that the source lives") {
  Rig rig;
  rig.take({trade(77.5, at(10s))}, at(10s));
  rig.take({ticker(99, at(12s))}, at(12s));
  CHECK(rig.sink.prices.at(1) == Recorder::Price{cl, 77.5, at(12s), at(12s)});
  CHECK(rig.counts().judged == 2);
}

TEST_CASE("a ticker's last stands in once trades are older than two seconds") {
  Rig rig;
  rig.take({trade(77.5, at(10s))}, at(10s));
  rig.take({ticker(78, at(12s + 1ms))}, at(12s + 1ms));
  CHECK(rig.sink.prices.at(1).price == 78);
}

TEST_CASE("after a ticker stood in, a trade is the price again") {
  Rig rig;
  rig.take({ticker(78, at(10s))}, at(10s));
  rig.take({trade(77.5, at(9s + 900ms))},
           at(10s));  // older than the ticker, but the newest of the trades
  CHECK(rig.sink.prices.at(1).price == 77.5);
}

TEST_CASE("a source of marks takes only marks; its trades show that it lives") {
  Rig rig;
  rig.take({Tick{.source = gold, .kind = PriceKind::trade, .price = 1, .event_time = at(9s)}},
           at(9s));
  CHECK(rig.sink.prices.empty());
  rig.take({Tick{.source = gold, .kind = PriceKind::mark, .price = 4800, .event_time = at(10s)}},
           at(10s));
  rig.take({Tick{.source = gold, .kind = PriceKind::trade, .price = 1, .event_time = at(11s)}},
           at(11s));
  CHECK(rig.sink.prices.at(1) == Recorder::Price{gold, 4800, at(11s), at(11s)});
}

TEST_CASE("a frame shows but once that a source lives") {
  Rig rig;
  rig.take({ticker(77, at(10s))}, at(10s));
  rig.take({trade(77.5, at(11s)), ticker(77.5, at(11s)), Alive{cl}, trade(77.6, at(11s))}, at(11s));
  rig.take({ticker(77.6, at(12s)), Alive{cl}}, at(12s));
  CHECK(rig.counts().judged == 7);
  CHECK(rig.sink.prices.size() == 1 + 2 + 1);
}

TEST_CASE("a frame that changes no price repeats the one that is known") {
  Rig rig;
  rig.take({Alive{cl}}, at(9s));
  CHECK(rig.sink.prices.empty());
  rig.take({trade(77.5, at(10s))}, at(10s));
  rig.take({Alive{cl}}, at(15s));
  CHECK(rig.sink.prices.at(1) == Recorder::Price{cl, 77.5, at(15s), at(15s)});
  CHECK(rig.counts().judged == 3);
}

TEST_CASE("a price that was forgotten is not revived by what only shows that its source lives") {
  Rig rig;
  rig.take({trade(77.5, at(10s))}, at(10s));
  rig.intake().forget(cl);
  const Tick mark{.source = cl, .kind = PriceKind::mark, .price = 80, .event_time = at(11s)};
  rig.take({mark, Alive{cl}}, at(11s));
  CHECK(rig.sink.prices.size() == 1);
  rig.take({trade(80, at(12s))}, at(12s));
  CHECK(rig.sink.prices.at(1).price == 80);
}

TEST_CASE("once a price is forgotten a ticker stands in at once, however fresh the trades were") {
  Rig rig;
  rig.take({trade(77.5, at(10s))}, at(10s));
  rig.intake().forget(cl);
  rig.take({ticker(80, at(11s))}, at(11s));
  CHECK(rig.sink.prices.at(1) == Recorder::Price{cl, 80, at(11s), at(11s)});
}

// time

TEST_CASE("arrival stands in where the venue gives no time, or one too far ahead") {
  Rig rig;
  rig.take({trade(77, no_time)}, at(10s));
  rig.take({trade(78, at(15s + 1ms))}, at(10s));
  CHECK(rig.sink.prices.at(0).event_time == at(10s));
  CHECK(rig.sink.prices.at(1).event_time == at(10s));
  CHECK(rig.counts().time_replaced == 2);
}

TEST_CASE("a venue's clock may be ahead of ours by the allowed skew") {
  Rig rig;
  rig.take({trade(77, at(15s))}, at(10s));
  CHECK(rig.sink.prices.at(0).event_time == at(15s));
  CHECK(rig.counts().time_replaced == 0);
}

TEST_CASE("a tick older than its source's newest is late: not judged, but handed on for the bars") {
  Rig rig;
  rig.take({trade(77, at(10s))}, at(10s));
  rig.take({trade(76, at(9s))}, at(11s));
  CHECK(rig.sink.prices.size() == 1);
  CHECK(rig.sink.lates == std::vector<Recorder::Price>{{cl, 76, no_time, at(9s)}});
  CHECK(rig.counts().late == 1);
  CHECK(rig.intake().source_counts(cl)->late[static_cast<std::size_t>(LateReason::order)] == 1);
}

TEST_CASE("a tick as old as the newest is not late") {
  Rig rig;
  rig.take({trade(77, at(10s)), trade(76, at(10s))}, at(10s));
  CHECK(rig.counts().judged == 2);
}

TEST_CASE(
    "lateness is measured against the same kind of stream: a ticker ahead does not make trades "
    "late") {
  Rig rig;
  rig.take({ticker(77, at(10s))}, at(10s));
  rig.take({trade(76, at(9s))}, at(10s));
  CHECK(rig.counts().late == 0);
}

TEST_CASE("trades that lag behind the ticker that stands in for them do not make the price flip") {
  Rig rig;
  for (auto t = 10s; t < 20s; t += 1s) {
    rig.take({ticker(80, at(t))}, at(t));
    rig.take({trade(70, at(t - 2s - 1ms))}, at(t));
  }
  CHECK(rig.sink.prices.size() == 10);
  for (const auto& price : rig.sink.prices) CHECK(price.price == 80);
  CHECK(rig.sink.lates.size() == 10);
  CHECK(rig.intake().source_counts(cl)->late[static_cast<std::size_t>(LateReason::order)] == 10);
}

TEST_CASE("a tick that lags more than a minute behind arrival is late") {
  Rig rig;
  rig.take({trade(77, at(10s))}, at(70s));
  CHECK(rig.counts().judged == 1);
  rig.take({trade(77, at(11s))}, at(71s + 1ms));
  CHECK(rig.counts().late == 1);
  CHECK(rig.intake().source_counts(cl)->late[static_cast<std::size_t>(LateReason::lag)] == 1);
}

TEST_CASE("a delayed feed may lag as long as it likes") {
  Rig rig;
  rig.request.delayed = true;
  rig.take({trade(77, at(10s))}, at(15min));
  CHECK(rig.counts().judged == 1);
}

TEST_CASE("a late ticker is counted and leaves the bars alone") {
  Rig rig;
  rig.take({ticker(77, at(10s))}, at(10s));
  rig.take({ticker(76, at(9s))}, at(10s));
  CHECK(rig.counts().late == 1);
  CHECK(rig.sink.lates.empty());
}

// the events' own clock

TEST_CASE("on the events' clock engine time is the event's own") {
  auto rig = on_event_clock();
  rig.take({trade(77, at(10s))}, at(99h));
  CHECK(rig.sink.prices.at(0).engine_time == at(10s));
}

TEST_CASE(
    "on the events' clock a tick a little behind counts as of engine time, an older one is late") {
  auto rig = on_event_clock();
  rig.take({trade(77, at(10s))}, at(99h));
  rig.take({Tick{.source = gold, .kind = PriceKind::mark, .price = 4800, .event_time = at(5s)}},
           at(99h));
  CHECK(rig.sink.prices.at(1) == Recorder::Price{gold, 4800, at(10s), at(5s)});
  rig.take({trade(78, at(11s))}, at(99h));
  rig.take(
      {Tick{.source = gold, .kind = PriceKind::mark, .price = 4801, .event_time = at(5s + 999ms)}},
      at(99h));
  CHECK(rig.counts().late == 1);
}

TEST_CASE("liquidations move the events' clock too, and never back") {
  auto rig = on_event_clock();
  rig.take({order(at(60s))}, at(99h));
  rig.take({order(at(20s))}, at(99h));
  CHECK(rig.sink.engine_times == std::vector{at(60s), at(60s)});
}

TEST_CASE("on the events' clock engine time stands in for a missing one") {
  auto rig = on_event_clock();
  rig.take({trade(76, no_time)}, at(99h));
  CHECK(rig.counts().rejected == 1);  // there is none yet
  rig.take({trade(77, at(10s)), trade(78, no_time)}, at(99h));
  CHECK(rig.sink.prices.at(1).event_time == at(10s));
}

TEST_CASE("feeds share one engine time") {
  auto rig = on_event_clock();
  Intake other{rig.policy, rig.request, rig.engine, rig.sink};
  rig.take({trade(77, at(10s))}, at(99h));
  const std::vector<Event> events{trade(78, at(8s))};
  other.take(FrameClass::data, events, at(99h));
  CHECK(rig.sink.prices.at(1).engine_time == at(10s));
}

// history and duplicates

TEST_CASE("what a frame marks as history is not judged") {
  Rig rig;
  auto old_trade = trade(77, at(10s));
  old_trade.history = true;
  auto old_order = order(at(10s));
  old_order.history = true;
  rig.take({old_trade, old_order}, at(10s));
  CHECK(rig.counts().history == 2);
  CHECK(rig.sink.engine_times.empty());
}

TEST_CASE(
    "a liquidation older than its subscription's acknowledgement is history; a later one is live "
    "however late") {
  Rig rig;
  rig.intake().liquidations_since(btc, at(100s));
  rig.take({order(at(99s)), order(at(100s))}, at(500s));
  CHECK(rig.counts().history == 1);
  CHECK(rig.counts().judged == 1);
}

TEST_CASE("a market-wide acknowledgement speaks for every symbol") {
  Rig rig;
  rig.intake().all_liquidations_since(at(100s));
  rig.take({order(at(99s))}, at(101s));
  CHECK(rig.counts().history == 1);
}

TEST_CASE("on the events' clock a subscription begins at engine time") {
  auto rig = on_event_clock();
  rig.take({trade(77, at(50s))}, at(99h));
  rig.intake().all_liquidations_since(at(99h));
  rig.take({order(at(49s)), order(at(51s))}, at(99h));
  CHECK(rig.counts().history == 1);
  CHECK(rig.sink.liquidations.size() == 1);
}

TEST_CASE(
    "the same liquidation in a later frame is a duplicate; equal rows within one frame are two") {
  Rig rig;
  rig.take({order(at(10s)), order(at(10s))}, at(10s));
  CHECK(rig.counts().judged == 2);
  rig.take({order(at(10s)), order(at(10s)), order(at(10s), 2)}, at(11s));
  CHECK(rig.counts().duplicate == 2);
  CHECK(rig.counts().judged == 3);
}

TEST_CASE("liquidations without a time are never duplicates: nothing tells them apart") {
  Rig rig;
  rig.take({order(no_time)}, at(10s));
  rig.take({order(no_time)}, at(11s));
  CHECK(rig.counts().judged == 2);
}

TEST_CASE("a trade is known by its id, whatever else is said of it") {
  Rig rig;
  rig.take({trade(77, at(10s), 5)}, at(10s));
  rig.take({trade(78, at(11s), 5)}, at(11s));
  CHECK(rig.counts().duplicate == 1);
  CHECK(rig.sink.prices.size() == 1);
}

TEST_CASE("a repeated trade is a duplicate before it is late, so that it enters no bar twice") {
  Rig rig;
  rig.take({trade(77, at(10s), 5)}, at(10s));
  rig.take({trade(78, at(11s), 6)}, at(11s));
  rig.take({trade(77, at(10s), 5)}, at(12s));
  CHECK(rig.counts().duplicate == 1);
  CHECK(rig.sink.lates.empty());
}

TEST_CASE("tickers that say the same are not duplicates") {
  Rig rig;
  rig.take({ticker(77, at(10s))}, at(10s));
  rig.take({ticker(77, at(10s))}, at(11s));
  CHECK(rig.counts().judged == 2);
}

// impossible values

TEST_CASE("an impossible price is rejected") {
  const double price = GENERATE(0.0, -1.0, 1e13, std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN());
  Rig rig;
  rig.take({trade(price, at(10s))}, at(10s));
  CHECK(rig.counts().rejected == 1);
  CHECK(rig.intake().source_counts(cl)->rejected[static_cast<std::size_t>(RejectReason::price)] ==
        1);
  CHECK(rig.sink.prices.empty());
}

TEST_CASE("a price below zero is possible where the venue knows such") {
  Rig rig;
  rig.request.positive_prices = false;
  rig.take({trade(-37.63, at(10s))}, at(10s));
  CHECK(rig.sink.prices.at(0).price == -37.63);
}

TEST_CASE("an absurd size is rejected; none at all is not") {
  Rig rig;
  auto absurd = trade(77, at(10s));
  absurd.size = GENERATE(-1.0, 1e16, std::numeric_limits<double>::infinity());
  rig.take({absurd, trade(77, at(10s))}, at(10s));
  CHECK(rig.counts().rejected == 1);
  CHECK(rig.counts().judged == 1);
}

TEST_CASE("a tick more than a day old is a wrong clock, not a late tick") {
  Rig rig;
  rig.take({trade(77, at(0s))}, at(24h + 1s));
  CHECK(rig.intake().source_counts(cl)->rejected[static_cast<std::size_t>(RejectReason::time)] ==
        1);
  CHECK(rig.sink.lates.empty());
}

TEST_CASE("a liquidation of nothing, or of ten billion, is rejected") {
  Rig rig;
  rig.take({order(at(10s), 0), order(at(10s), -1), order(at(10s), 1e9)}, at(10s));
  CHECK(rig.counts().rejected == 3);
}

TEST_CASE("a liquidation whose worth is not known passes without one") {
  Rig rig;
  auto unknown = order(at(10s));
  unknown.notional.reset();
  rig.take({unknown}, at(10s));
  CHECK_FALSE(rig.sink.liquidations.at(0).notional);
}

// the books

TEST_CASE("every frame is counted once, by its class") {
  Rig rig;
  auto& intake = rig.intake();
  intake.take(FrameClass::control, {}, at(1s));
  intake.take(FrameClass::ignored, {}, at(2s));
  intake.take(FrameClass::malformed, {}, at(3s));
  intake.take(FrameClass::data, {}, at(4s));
  intake.take(FrameClass::control, {}, at(5s));
  const auto& counts = intake.counts();
  CHECK(counts.frames_control == 2);
  CHECK(counts.frames() == 5);
  CHECK(counts.last_data == at(4s));
  CHECK(counts.last_message == at(5s));
}

TEST_CASE("latency is counted in its bucket, and below zero as none") {
  Rig rig;
  rig.take({trade(77, at(10s))}, at(10s + 30ms));
  rig.take({trade(77, at(12s))}, at(11s));
  const auto& latency = rig.counts().latency;
  CHECK(latency.buckets[3] == 1);  // (0.025, 0.05]
  CHECK(latency.buckets[0] == 1);
  CHECK(std::abs(latency.sum - 0.03) < 1e-9);
}
