#include "net/clock.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using test::at;

namespace {

/// Two clocks that move only when told to: time passes on both, setting moves one.
struct FakeClocks {
  Timestamp wall = at(0s);
  ArrivalClock::Steady steady{};

  ArrivalClock clock{{[this] { return wall; }, [this] { return steady; }}};

  void pass(Duration d) {
    wall += d;
    steady += d;
  }
  void set_wall(Duration by) { wall += by; }
};

}  // namespace

TEST_CASE("arrival time begins with the wall clock and goes on with the steady one") {
  FakeClocks fake;
  CHECK(fake.clock.now() == at(0s));
  fake.pass(90s);
  CHECK(fake.clock.now() == at(90s));
}

TEST_CASE("setting the wall clock does not move arrival time by itself") {
  FakeClocks fake;
  fake.set_wall(-1h);
  CHECK(fake.clock.now() == at(0s));
  fake.set_wall(2h);
  CHECK(fake.clock.now() == at(0s));
}

TEST_CASE("a drift within the tolerance is left alone") {
  FakeClocks fake;
  fake.set_wall(1s);
  CHECK_FALSE(fake.clock.realign());
  fake.set_wall(-2s);
  CHECK_FALSE(fake.clock.realign());
  CHECK(fake.clock.now() == at(0s));
}

TEST_CASE("a wall clock that is ahead pulls arrival time forwards, and is told once") {
  FakeClocks fake;
  fake.set_wall(5s);
  CHECK(fake.clock.realign() == Duration{5s});
  CHECK(fake.clock.now() == at(5s));
  CHECK_FALSE(fake.clock.realign());
  fake.pass(1s);
  CHECK(fake.clock.now() == at(6s));
}

TEST_CASE("a wall clock set back slows arrival time until it is caught up, and is told once") {
  FakeClocks fake;
  fake.set_wall(-10s);
  CHECK(fake.clock.realign() == Duration{-10s});
  CHECK(fake.clock.now() == at(0s));

  fake.pass(10s);
  CHECK(fake.clock.now() == at(5s));
  CHECK_FALSE(fake.clock.realign());

  fake.pass(10s);
  CHECK(fake.clock.now() == at(10s));
  CHECK(fake.clock.now() == fake.wall);
  CHECK_FALSE(fake.clock.realign());

  fake.pass(3s);
  CHECK(fake.clock.now() == fake.wall);
}

TEST_CASE("arrival time never goes back, whatever happens to the wall clock") {
  FakeClocks fake;
  auto last = fake.clock.now();
  for (const auto step : {3s, -7s, 0s, 100s, -3600s, 2s, 3590s, -1s, 0s}) {
    fake.set_wall(step);
    fake.clock.realign();
    fake.pass(700ms);
    CHECK(fake.clock.now() >= last);
    last = fake.clock.now();
  }
}

TEST_CASE("the real clocks agree with each other") {
  ArrivalClock clock;
  const auto first = clock.now();
  CHECK(clock.now() >= first);
  CHECK_FALSE(clock.realign());
}
