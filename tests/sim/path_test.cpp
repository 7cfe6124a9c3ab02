#include "tests/sim/path.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>

#include "tests/support/time.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::WithinRel;
using sim::PricePath;

TEST_CASE("a path goes exactly through its anchors, however noisy") {
  const PricePath path{{{at(0s), 96.46}, {at(1h), 85.91}, {at(2h), 90.0}}, 0.01, 3};
  CHECK_THAT(path.at(at(0s)), WithinRel(96.46, 1e-12));
  CHECK_THAT(path.at(at(1h)), WithinRel(85.91, 1e-12));
  CHECK_THAT(path.at(at(2h)), WithinRel(90.0, 1e-12));
}

TEST_CASE("between anchors a path without noise is a straight line in log price") {
  const PricePath path{{{at(0s), 50.0}, {at(2h), 200.0}}, 0, 3};
  CHECK_THAT(path.at(at(1h)), WithinRel(100.0, 1e-12));
}

TEST_CASE("outside its anchors a path stands still") {
  const PricePath path{{{at(1h), 50.0}, {at(2h), 60.0}}, 0.01, 3};
  CHECK(path.at(at(0s)) == 50.0);
  CHECK(path.at(at(9h)) == 60.0);
}

TEST_CASE("noise stays within its ratio and is the same when asked again") {
  const auto seed = static_cast<std::uint64_t>(GENERATE(range(1, 20)));
  const PricePath path{{{at(0s), 100.0}, {at(24h), 100.0}}, 0.001, seed};
  const PricePath same{{{at(0s), 100.0}, {at(24h), 100.0}}, 0.001, seed};
  double widest = 0;
  for (auto t = at(0s); t < at(24h); t += 61s) {
    CHECK(path.at(t) == same.at(t));
    widest = std::max(widest, std::abs(path.at(t) / 100 - 1));
  }
  CHECK(widest <= 0.001);
  CHECK(widest > 0.0003);
}

TEST_CASE("noise has no jumps") {
  for (auto t = at(0s); t < at(1h); t += 1s)
    CHECK(std::abs(sim::smooth_noise(5, t + 1s, 60s) - sim::smooth_noise(5, t, 60s)) < 0.06);
}

}  // namespace
}  // namespace foghorn::test
