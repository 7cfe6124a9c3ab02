// Whatever comes, the books balance and engine time never goes back.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include "feeds/intake.hpp"
#include "tests/feeds/recorder.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// Events as no venue would dare to send them: any kind, any source, any time, some of them twice.
class Chaos {
 public:
  explicit Chaos(unsigned seed) : random_{seed} {}

  std::vector<Event> frame(Timestamp around) {
    std::vector<Event> events;
    for (auto n = below(6); n > 0; --n) {
      if (!sent_.empty() && below(5) == 0) {
        events.push_back(sent_[below(sent_.size())]);
      } else {
        events.push_back(event(around));
        sent_.push_back(events.back());
      }
    }
    return events;
  }
  Duration step() { return std::chrono::milliseconds{below(3000)}; }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }

  Timestamp time(Timestamp around) {
    switch (below(12)) {
      case 0: return no_time;
      case 1: return around + 1h;
      case 2: return around - 48h;
      case 3: return around - 90s;
      default: return around + std::chrono::milliseconds{below(4000)} - 3s;
    }
  }
  double number() {
    constexpr std::array odd{0.0, -5.0, 1e300, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()};
    if (below(8) == 0) return odd[below(odd.size())];
    return static_cast<double>(1 + below(1000));
  }
  Event event(Timestamp around) {
    const auto source = static_cast<SourceId>(below(5));
    const bool history = below(10) == 0;
    if (below(8) == 0) return Alive{source};
    if (below(3) == 0) {
      return Liquidation{.source = source,
                         .position = below(2) == 0 ? Position::long_side : Position::short_side,
                         .history = history,
                         .price = number(),
                         .quantity = number(),
                         .notional = usd(number()),
                         .event_time = time(around)};
    }
    return Tick{.source = source,
                .kind = static_cast<PriceKind>(below(4)),
                .history = history,
                .id = below(3) == 0 ? 0 : below(500),
                .price = number(),
                .size = number(),
                .event_time = time(around)};
  }

  std::mt19937 random_;
  std::vector<Event> sent_;
};

std::uint64_t total(const auto& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{});
}

}  // namespace

TEST_CASE("for any stream of events every event is counted once and engine time never goes back") {
  const auto seed = GENERATE(range(0U, 40U));
  CAPTURE(seed);
  const IntakeRequest request{
      .prices = {{SourceId{0}, PriceKind::trade}, {SourceId{1}, PriceKind::mark}},
      .liquidations = {SourceId{1}, SourceId{2}},
      .all_liquidations = seed % 5 == 0,
      .delayed = seed % 7 == 0,
      .positive_prices = seed % 3 != 0};
  const IntakePolicy policy{.clock = seed % 2 == 0 ? EngineClock::arrival : EngineClock::events};
  EngineTime engine;
  Recorder sink;
  Intake intake{policy, request, engine, sink};
  Chaos chaos{seed};

  std::uint64_t events = 0;
  auto arrival = at(0s);
  for (int i = 0; i < 800; ++i) {
    arrival += chaos.step();
    if (i % 100 == 0) intake.liquidations_since(SourceId{2}, arrival);
    const auto frame = chaos.frame(arrival);
    intake.take(FrameClass::data, frame, arrival);
    events += frame.size();
  }

  const auto& counts = intake.counts();
  CHECK(counts.frames() == 800);
  CHECK(counts.events() == events);
  CHECK(counts.judged > 0);
  CHECK(counts.judged >= sink.prices.size() + sink.liquidations.size());
  CHECK(std::ranges::is_sorted(sink.engine_times));
  std::uint64_t late = 0;
  for (const auto id : {SourceId{0}, SourceId{1}}) late += total(intake.source_counts(id)->late);
  CHECK(late == counts.late);
  CHECK(sink.lates.size() <= late);
  for (const auto& price : sink.prices) REQUIRE(std::isfinite(price.price));
}
