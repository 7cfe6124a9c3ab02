#include "alerts/circuit.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

TEST_CASE("the wait after failures is anything up to a second doubling to a minute, then five") {
  for (const auto& [failures, most] : std::initializer_list<std::pair<int, Duration>>{
           {1, 1s}, {2, 2s}, {3, 4s}, {6, 32s}, {7, 60s}, {10, 60s}, {11, 5min}, {1000, 5min}}) {
    CAPTURE(failures);
    CHECK(backoff(failures, 0) == 0s);
    CHECK(backoff(failures, 0.5) == most / 2);
  }
}

TEST_CASE("a circuit opens after five failures in a row") {
  Circuit circuit;
  for (int i = 0; i < 4; ++i) CHECK_FALSE(circuit.failed(at(0s)));
  CHECK_FALSE(circuit.open());
  CHECK(circuit.failed(at(10s)));
  CHECK(circuit.open());
  CHECK(circuit.probe_at() == at(40s));
}

TEST_CASE("a success between failures starts the count again") {
  Circuit circuit;
  for (int i = 0; i < 4; ++i) circuit.failed(at(0s));
  CHECK_FALSE(circuit.succeeded());
  for (int i = 0; i < 4; ++i) CHECK_FALSE(circuit.failed(at(0s)));
}

TEST_CASE("one refusal for good opens the circuit") {
  Circuit circuit;
  CHECK(circuit.refused_for_good(at(0s)));
  CHECK(circuit.open());
}

TEST_CASE("probes that fail come half as often, down to one in ten minutes") {
  Circuit circuit;
  circuit.refused_for_good(at(0s));
  for (const Duration wait : {60s, 120s, 240s, 480s, 600s, 600s}) {
    CHECK_FALSE(circuit.failed(at(0s)));
    CHECK(circuit.probe_at() == at(wait));
  }
}

TEST_CASE("a probe that succeeds closes the circuit") {
  Circuit circuit;
  circuit.refused_for_good(at(0s));
  CHECK(circuit.succeeded());
  CHECK_FALSE(circuit.open());
  CHECK(circuit.failures() == 0);
}
