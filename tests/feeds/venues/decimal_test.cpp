#include "feeds/venues/decimal.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <random>
#include <string>

using namespace foghorn::wire;

TEST_CASE("a decimal reads as the nearest number, as strtod has it") {
  for (const auto* text :
       {"0", "-0", "83434.40", "0.00005299", "2531312784.42", "9007199254740993",
        "9007199254740992", "1791369350776", "0.1", "123456789012345678901234", "-302.5", "1e-7",
        "2.589885E7", "5.", "00012.50", "0.0000000000000000000000000001", "99999999999999999999",
        "3.14159265358979323846"}) {
    CAPTURE(text);
    REQUIRE(parse_decimal(text));
    CHECK(*parse_decimal(text) == std::strtod(text, nullptr));
  }
}

TEST_CASE("random decimals read as strtod has them") {
  std::mt19937_64 random{7};
  for (int i = 0; i < 20'000; ++i) {
    auto text = std::to_string(random() >> (random() % 64));
    if (random() % 4 != 0) text.insert(1 + random() % text.size(), ".");
    if (random() % 8 == 0) text.insert(0, "-");
    CAPTURE(text);
    REQUIRE(parse_decimal(text));
    CHECK(*parse_decimal(text) == std::strtod(text.c_str(), nullptr));
  }
}

TEST_CASE("what is no finite decimal is none") {
  for (const auto* text : {"", "-", ".", "-.", "+1", "1,5", "1.2.3", " 1", "1 ", "x", "0x10", "nan",
                           "inf", "-inf", "1e999", "12e", "--1", "1-"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_decimal(text));
  }
}

TEST_CASE("whole numbers fill 64 bits and no more") {
  CHECK(parse_whole("18446744073709551615") == 18446744073709551615u);
  CHECK(parse_whole("0") == 0u);
  for (const auto* text : {"18446744073709551616", "99999999999999999999", "184467440737095516150",
                           "", "-1", "1.0", "1a", "1844674407370955161x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_whole(text));
  }
}
