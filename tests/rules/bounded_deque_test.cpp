#include "rules/bounded_deque.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <deque>
#include <random>

using namespace foghorn;

TEST_CASE("a bounded deque agrees with std::deque", "[property]") {
  const auto seed = GENERATE(range(1U, 21U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  BoundedDeque<int> bounded{1 + random() % 300};
  std::deque<int> plain;
  const auto eager = 2 + random() % 3;  // how often something comes for each that goes
  for (int i = 0; i < 2'000; ++i) {
    if (!bounded.full() && random() % eager != 0) {
      const auto at = random() % 8 == 0 ? random() % (plain.size() + 1) : plain.size();
      bounded.insert(at, i);
      plain.insert(plain.begin() + static_cast<std::ptrdiff_t>(at), i);
    } else if (!bounded.empty()) {
      const bool front = random() % 4 != 0;
      front ? bounded.pop_front() : bounded.pop_back();
      front ? plain.pop_front() : plain.pop_back();
    }
    REQUIRE(bounded.size() == plain.size());
    if (plain.empty()) continue;
    const auto any = random() % plain.size();
    REQUIRE(bounded[any] == plain[any]);
    REQUIRE(bounded.front() == plain.front());
    REQUIRE(bounded.back() == plain.back());
  }
}

TEST_CASE("a deque that stays short keeps to the low end of its memory") {
  BoundedDeque<int> deque{1'000};
  deque.push_back(0);
  const int* start = &deque.front();
  for (int i = 1; i < 10'000; ++i) {
    deque.push_back(i);
    deque.pop_front();
    REQUIRE(&deque.front() - start < 100);
  }
}
