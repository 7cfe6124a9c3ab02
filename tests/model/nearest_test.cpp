#include "model/nearest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>

using namespace foghorn;

namespace {
constexpr std::array<std::string_view, 5> keys{"max_staleness", "max_age", "min_sources", "session",
                                               "s"};
}

TEST_CASE("the nearest word is one with a letter dropped, added, replaced or swapped") {
  CHECK(nearest("max_stalenes", keys) == "max_staleness");
  CHECK(nearest("sesssion", keys) == "session");
  CHECK(nearest("max_aga", keys) == "max_age");
  CHECK(nearest("sessoin", keys) == "session");
}

TEST_CASE("case does not make a word farther") {
  CHECK(nearest("SESSION", keys) == "session");
  CHECK(nearest("Max_Age", keys) == "max_age");
}

TEST_CASE("a word that is close to nothing has no nearest") {
  CHECK(nearest("heartbeat", keys).empty());
  CHECK(nearest("", keys).empty());
  CHECK(nearest("x", keys).empty());
  CHECK(nearest("session", {}).empty());
  CHECK(nearest(std::string(100'000, 's'), keys).empty());
}

TEST_CASE("of equally close words the first is named") {
  constexpr std::array<std::string_view, 2> twins{"high", "sigh"};
  CHECK(nearest("nigh", twins) == "high");
}
