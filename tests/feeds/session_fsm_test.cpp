#include "feeds/session_fsm.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "feeds/connect_pacer.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Step = SessionAction::Step;

namespace {

constexpr double whole = 1;  // as random number: the wait is the ceiling itself

const SessionOutcome done{};
const SessionOutcome failed{.failed = true};

}  // namespace

TEST_CASE("a session connects and listens") {
  SessionFsm fsm;
  CHECK(fsm.begin().step == Step::connect);
  CHECK(fsm.next(done, 0).step == Step::listen);
}

TEST_CASE("whatever fails, a session waits and then connects anew") {
  const int steps = GENERATE(0, 1);
  SessionFsm fsm;
  fsm.begin();
  for (int i = 0; i < steps; ++i) fsm.next(done, 0);
  CHECK(fsm.next(failed, whole) == SessionAction{Step::wait, 500ms});
  CHECK(fsm.next(done, 0).step == Step::connect);
}

TEST_CASE("the ceiling of the wait doubles from half a second to thirty") {
  SessionFsm fsm;
  fsm.begin();
  for (const Duration ceiling :
       {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 16000ms, 30000ms, 30000ms}) {
    CHECK(fsm.next(failed, whole).wait == ceiling);
    fsm.next(done, 0);
  }
}

TEST_CASE("the wait is anywhere below its ceiling") {
  SessionFsm fsm;
  fsm.begin();
  CHECK(fsm.next(failed, 0).wait == 0s);
  fsm.next(done, 0);
  CHECK(fsm.next(failed, 0.25).wait == 250ms);
}

TEST_CASE("a connection does not forgive earlier failures; data does") {
  SessionFsm fsm;
  fsm.begin();
  fsm.next(failed, whole);
  fsm.next(done, 0);
  REQUIRE(fsm.next(done, 0).step == Step::listen);
  CHECK(fsm.next(failed, whole).wait == 1s);
  fsm.next(done, 0);
  const SessionOutcome failed_after_data{.failed = true, .had_data = true};
  CHECK(fsm.next(failed_after_data, whole).wait == 500ms);
}

TEST_CASE("after 429 or 451 a session waits five seconds at least") {
  SessionFsm fsm;
  fsm.begin();
  const SessionOutcome turned_away{.failed = true, .turned_away = true};
  CHECK(fsm.next(turned_away, whole).wait == 5s);
}

TEST_CASE("a session waits as long as Retry-After asks, up to an hour") {
  SessionFsm fsm;
  fsm.begin();
  const SessionOutcome asked{.failed = true, .turned_away = true, .retry_after = 120s};
  CHECK(fsm.next(asked, 0).wait == 120s);
  const SessionOutcome asked_a_day{.failed = true, .retry_after = 24h};
  CHECK(fsm.next(asked_a_day, 0).wait == 1h);
}

TEST_CASE("connects of a feed are spread over time") {
  ConnectPacer pacer{350ms};
  CHECK(pacer.reserve(at(0s)) == 0s);
  CHECK(pacer.reserve(at(0s)) == 350ms);
  CHECK(pacer.reserve(at(100ms)) == 600ms);
  CHECK(pacer.reserve(at(5s)) == 0s);
}
