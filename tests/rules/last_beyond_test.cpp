#include "rules/last_beyond.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include <random>
#include <vector>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

TEST_CASE("the latest earlier price at least as high is remembered with its time") {
  LastBeyond highs{RangeEnd::high};
  highs.add(at(0s), 10);
  CHECK_FALSE(highs.time());
  highs.add(at(1s), 9);
  CHECK(highs.time() == at(0s));
  highs.add(at(2s), 8);
  CHECK(highs.time() == at(1s));
  highs.add(at(3s), 9);
  CHECK(highs.time() == at(1s));
  highs.add(at(4s), 11);
  CHECK_FALSE(highs.time());
}

TEST_CASE("a price that is repeated stands where it stood, until a new day") {
  LastBeyond highs{RangeEnd::high};
  highs.add(at(0s), 11);
  highs.add(at(1s), 10);
  highs.add(at(2s), 10);
  CHECK(highs.time() == at(0s));
  highs.forget(at(3s));
  highs.add(at(3s), 10);
  CHECK(highs.time() == at(2s));
}

TEST_CASE(
    "thousands of prices that fall without rising once are never said to be further back than they "
    "were") {
  LastBeyond highs{RangeEnd::high};
  for (int i = 0; i < 20'000; ++i) highs.add(at(i * 1s), 50'000 - i);
  highs.add(at(20'001s), 49'000);
  REQUIRE(highs.time());
  CHECK(*highs.time() >= at(1'000s));
}

TEST_CASE("the latest price as far out agrees with a look at every price") {
  const auto seed = GENERATE(range(1u, 51u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  LastBeyond highs{RangeEnd::high}, lows{RangeEnd::low};
  struct Price {
    Timestamp time;
    double value;
  };
  std::vector<Price> seen;
  auto t = at(0s);
  for (int i = 0; i < 500; ++i) {
    t += std::chrono::seconds{1 + random() % 5};
    const Price now{t, static_cast<double>(random() % 30)};
    highs.add(now.time, now.value);
    lows.add(now.time, now.value);
    // Where the price did not move, it still stands as it did before.
    if (!seen.empty() && seen.back().value == now.value) {
      seen.back() = now;
    } else {
      seen.push_back(now);
    }
    std::optional<Timestamp> high, low;
    for (std::size_t k = 0; k + 1 < seen.size(); ++k) {
      if (seen[k].value >= now.value) high = seen[k].time;
      if (seen[k].value <= now.value) low = seen[k].time;
    }
    CHECK(highs.time() == high);
    CHECK(lows.time() == low);
  }
}
