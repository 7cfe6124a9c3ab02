// A program of its own, because it counts every allocation of the process: none may come from
// decoding.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/feeds/venues/decoding.hpp"
#include "tests/support/count_allocations.hpp"

using namespace foghorn;
using namespace foghorn::test;

TEST_CASE("the count sees an allocation") {
  const auto before = allocations;
  const auto one = std::make_unique<int>(1);
  CHECK(allocations == before + 1);
}

TEST_CASE("decoding allocates nothing once it has seen the venue's frames") {
  const auto venue = GENERATE(from_range(venue_names()));
  Decoding decoding{venue, {{"a contract of no frame", {.multiplier = 1, .inverse = true}}}};
  std::vector<OwnedFrame> frames;
  for (const auto& name : fixtures_of(venue)) {
    frames.emplace_back(fixture(venue, name));
    frames.emplace_back(fixture(venue, name).substr(1));  // and malformed ones
  }
  std::vector<Event> events;
  const auto decode_all = [&] {
    for (const auto& frame : frames) {
      events.clear();
      decoding.decoder->decode(frame, events);
    }
  };
  decode_all();
  const auto before = allocations;
  for (int i = 0; i < 100; ++i) decode_all();
  CHECK(allocations == before);
}

TEST_CASE("inflating allocates nothing once the buffer has grown to the venue's frames") {
  const std::filesystem::path seeds{FOGHORN_ROOT "/tests/fuzz/corpus/fuzz_htx"};
  Decoding decoding{"htx"};
  std::vector<OwnedFrame> frames;
  for (const auto& seed : std::filesystem::directory_iterator{seeds}) {
    frames.emplace_back(file_text(seed.path()).substr(1), Frame::Kind::binary);
  }
  REQUIRE(frames.size() > 5);
  std::vector<Event> events;
  const auto decode_all = [&] {
    for (const auto& frame : frames) {
      events.clear();
      decoding.decoder->decode(frame, events);
    }
  };
  decode_all();
  const auto before = allocations;
  for (int i = 0; i < 100; ++i) decode_all();
  CHECK(allocations == before);
}
