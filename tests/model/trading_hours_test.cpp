#include "model/trading_hours.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

// Two days of ten hours each, from six; then a weekend; then another.
const TradingHours hours{
    {{at(6h), at(16h), at(0h)}, {at(30h), at(40h), at(24h)}, {at(102h), at(112h), at(96h)}}};

}  // namespace

TEST_CASE("a session is open from its opening on, and no more at its closing") {
  CHECK_FALSE(hours.open(at(6h) - 1us));
  CHECK(hours.open(at(6h)));
  CHECK(hours.open(at(16h) - 1us));
  CHECK_FALSE(hours.open(at(16h)));
  CHECK(hours.at(at(31h))->day == at(24h));
}

TEST_CASE("before the first session and after the last the market is closed") {
  CHECK_FALSE(hours.open(at(0h)));
  CHECK(hours.ended_by(at(0h)) == nullptr);
  CHECK(hours.opens_after(at(0h))->open == at(6h));
  CHECK_FALSE(hours.open(at(1000h)));
  CHECK(hours.opens_after(at(102h)) == nullptr);
  CHECK(hours.turns_after(at(112h)) == Timestamp::max());
}

TEST_CASE("the latest session that has ended is the one before, while one is open") {
  CHECK(hours.ended_by(at(16h) - 1us) == nullptr);
  CHECK(hours.ended_by(at(16h))->open == at(6h));
  CHECK(hours.ended_by(at(35h))->open == at(6h));
  CHECK(hours.ended_by(at(40h))->open == at(30h));
}

TEST_CASE("what is closed and what is traded make up all time between two times") {
  CHECK(hours.closed(at(10h), at(12h)) == 0h);
  CHECK(hours.closed(at(15h), at(31h)) == 14h);
  CHECK(hours.traded(at(15h), at(31h)) == 2h);
  CHECK(hours.closed(at(12h), at(10h)) == 0h);
}

TEST_CASE("time that is traded goes on after a closure") {
  CHECK(hours.traded_by(at(10h), 1h) == at(11h));
  CHECK(hours.traded_by(at(10h), 6h) == at(16h));
  CHECK(hours.traded_by(at(15h), 2h) == at(31h));
  CHECK(hours.traded_by(at(50h), 1min) == at(102h) + 1min);
  CHECK(hours.traded_by(at(0h), 30h) == at(112h));
  CHECK(hours.traded_by(at(0h), 31h) == Timestamp::max());
}

TEST_CASE("a market turns when it opens and when it closes") {
  CHECK(hours.turns_after(at(0h)) == at(6h));
  CHECK(hours.turns_after(at(6h)) == at(16h));
  CHECK(hours.turns_after(at(16h)) == at(30h));
}

TEST_CASE("a time belongs to the day of its session, and while closed to that of the last one") {
  CHECK(trading_day(&hours, at(31h)) == at(24h));
  CHECK(trading_day(&hours, at(60h)) == at(24h));
  CHECK(trading_day(nullptr, at(60h)) == at(48h));
}

TEST_CASE("trading hours agree with a list of minutes", "[property]") {
  const auto seed = GENERATE(range(1U, 21U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<Session> sessions;
  std::vector<bool> open(600);
  for (int minute = below(30); minute < 560;) {
    const int close = std::min(minute + 1 + below(60), 599);
    sessions.push_back({at(std::chrono::minutes{minute}), at(std::chrono::minutes{close}), {}});
    for (int m = minute; m < close; ++m) open[static_cast<std::size_t>(m)] = true;
    minute = close + (below(3) == 0 ? 0 : below(40));
  }
  const TradingHours made{sessions};
  for (int i = 0; i < 200; ++i) {
    const int from = below(600), to = from + below(600 - from);
    CAPTURE(from, to);
    const auto a = at(std::chrono::minutes{from}), b = at(std::chrono::minutes{to});
    const auto traded = std::count(open.begin() + from, open.begin() + to, true);
    REQUIRE(made.open(a) == open[static_cast<std::size_t>(from)]);
    REQUIRE(made.traded(a, b) == std::chrono::minutes{traded});
    REQUIRE(made.closed(a, b) == std::chrono::minutes{to - from - traded});
    if (traded > 0) {
      const auto by = made.traded_by(a, std::chrono::minutes{traded});
      REQUIRE(by <= b);
      REQUIRE(made.traded(a, by) == std::chrono::minutes{traded});
      REQUIRE(made.traded(a, by - 1us) < std::chrono::minutes{traded});
    }
  }
}
