// Numbers as text that claim no more than the number.
#include "model/honest_number.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

using namespace foghorn;

namespace {

double number_in(std::string text) {
  std::erase(text, ',');
  return std::stod(text);
}

}  // namespace

TEST_CASE("a percentage that was not reached is not said") {
  CHECK(percent_number(0.09996) == "9.996");
  CHECK(percent_number(0.099996) == "9.9996");
  CHECK(percent_number(0.100002) == "10.00");
  CHECK(percent_number(-0.109372) == "10.94");
  CHECK(percent_number(0) == "0.00");
}

TEST_CASE("a price that did not reach a round number is not said to be it") {
  CHECK(price_number(77'999.6) == "77,999.6");
  CHECK(price_number(78'000) == "78,000");
  CHECK(price_number(85.999) == "85.999");
  CHECK(price_number(85.91) == "85.91");
}

TEST_CASE("a small price has its digits, and no exponent") {
  CHECK(price_number(0.0712) == "0.0712");
  CHECK(price_number(0.00000712) == "0.00000712");
  CHECK(price_number(7.12e-11) == "0.0000000000712");
}

TEST_CASE("a bound is cut to its own side, below zero too") {
  CHECK(price_number(78'012.6, Rounding::down) == "78,012");
  CHECK(price_number(78'012.4, Rounding::up) == "78,013");
  CHECK(price_number(-36.984, Rounding::down) == "-36.99");
  CHECK(price_number(85.91, Rounding::down) == "85.91");
  CHECK(price_number(85.91, Rounding::up) == "85.91");
  CHECK(percent_number(0.109399, Rounding::down) == "10.93");
  CHECK(cut(9'999.9999, 1) == 9'999.9);
  CHECK(cut(-3.219, 2) == -3.21);
}

TEST_CASE("what is said of a bound is never beyond the number", "[property]") {
  std::mt19937 random{GENERATE(range(0U, 30U))};
  const double size = std::pow(10.0, std::uniform_real_distribution{-5.0, 6.0}(random));
  CAPTURE(size);
  const double forgiven = size * 1e-11;
  CHECK(number_in(price_number(size, Rounding::down)) <= size + forgiven);
  CHECK(number_in(price_number(size, Rounding::up)) >= size - forgiven);
  CHECK(number_in(percent_number(size, Rounding::down)) <= size * 100 + forgiven * 100);
}
