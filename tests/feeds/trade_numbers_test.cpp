#include "feeds/trade_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include "feeds/echoes.hpp"

using namespace foghorn;

namespace {

constexpr bool alone = false;
constexpr bool overlap = true;

}  // namespace

TEST_CASE("consecutive trades miss nothing, wherever they begin") {
  TradeNumbers numbers;
  for (std::uint64_t id = 1000; id < 1010; ++id) CHECK(numbers.take(id, alone) == 0);
}

TEST_CASE("a hole in the numbers is as many trades as it is wide, once") {
  TradeNumbers numbers;
  numbers.take(10, alone);
  CHECK(numbers.take(14, alone) == 3);
  CHECK(numbers.take(15, alone) == 0);
}

TEST_CASE("a repeated or belated number is no hole") {
  TradeNumbers numbers;
  numbers.take(10, alone);
  CHECK(numbers.take(10, alone) == 0);
  CHECK(numbers.take(8, alone) == 0);
  CHECK(numbers.take(11, alone) == 0);
}

TEST_CASE("of two connections each may bring what the other misses") {
  TradeNumbers numbers;
  numbers.take(10, alone);
  for (const std::uint64_t id : {11U, 13U, 14U, 12U, 13U}) CHECK(numbers.take(id, overlap) == 0);
  CHECK(numbers.take(15, alone) == 0);
}

TEST_CASE("what neither of two connections brought is missed when one of them is gone") {
  TradeNumbers numbers;
  numbers.take(10, alone);
  for (const std::uint64_t id : {11U, 14U, 15U}) numbers.take(id, overlap);
  CHECK(numbers.take(17, alone) == 3);  // 12, 13, 16
  CHECK(numbers.take(18, alone) == 0);
}

TEST_CASE("a venue that counts anew has no hole of millions") {
  TradeNumbers numbers;
  numbers.take(3'000'000'000, alone);
  CHECK(numbers.take(1, alone) == 0);
  CHECK(numbers.take(3, alone) == 1);
}

TEST_CASE("an event that two connections tell is one, and as many as either tells are distinct") {
  Echoes echoes;
  CHECK_FALSE(echoes.again(1, false));
  CHECK_FALSE(echoes.again(1, false));
  CHECK(echoes.again(1, true));
  CHECK(echoes.again(1, true));
  CHECK_FALSE(echoes.again(1, true));
  CHECK(echoes.again(1, false));
  CHECK_FALSE(echoes.again(2, true));
}
