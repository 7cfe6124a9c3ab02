#include "feeds/venues/wire_time.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <random>
#include <string>

using namespace foghorn;
using namespace foghorn::wire;
using namespace std::chrono_literals;

namespace {

const Timestamp midnight = *from_unix_ms(1'776'384'000'000);

}  // namespace

TEST_CASE("a venue's time is read in UTC, or at an offset from it") {
  CHECK(parse_rfc3339("2026-04-17T00:00:00Z") == midnight);
  CHECK(parse_rfc3339("2026-04-17T08:00:00+08:00") == midnight);
  CHECK(parse_rfc3339("2026-04-16T18:30:00-05:30") == midnight);
  CHECK(parse_rfc3339("1970-01-01T00:00:00.000000Z") == Timestamp{});
}

TEST_CASE("of a fraction of a second the microseconds are kept, the rest is cut off") {
  CHECK(parse_rfc3339("2026-04-17T00:00:00.5Z") == midnight + 500ms);
  CHECK(parse_rfc3339("2026-04-17T00:00:00.123456Z") == midnight + 123'456us);
  CHECK(parse_rfc3339("2026-04-17T00:00:00.123456999Z") == midnight + 123'456us);
  CHECK(parse_rfc3339("2026-04-17T00:00:00.000000001+00:00") == midnight);
}

TEST_CASE("a leap second is the next minute's first") {
  CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST_CASE("what is not a venue's time is none") {
  for (const auto* text : {"",
                           "2026-04-17",
                           "2026-04-17T00:00:00",
                           "2026-04-17 00:00:00Z",
                           "2026-04-17T00:00:00.Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-04-17T24:00:00Z",
                           "2026-04-17T00:60:00Z",
                           "2026-04-17T00:00:61Z",
                           "2026-04-17T00:00:00+24:00",
                           "2026-04-17T00:00:00+08:60",
                           "2026-04-17T00:00:00+0800",
                           "2026-04-17T00:00:00ZZ",
                           "2026-04-17T00:00:00.1",
                           "1969-12-31T23:59:59Z",
                           "2101-01-01T00:00:00Z",
                           "2026-4-17T00:00:00Z",
                           "+026-04-17T00:00:00Z",
                           "1776384000000"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("random times are read as a person's are, whatever digits and offset they have") {
  std::mt19937_64 random{17};
  const auto below = [&](unsigned limit) { return static_cast<int>(random() % limit); };
  for (int i = 0; i < 20'000; ++i) {
    auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", 1969 + below(133), 1 + below(12),
                            1 + below(31), below(25), below(60), below(62));
    if (const int digits = below(10); digits > 0) {
      text += fmt::format(".{:0{}}", random() % 1'000'000'000, 9)
                  .substr(0, 1u + static_cast<unsigned>(digits));
    }
    text +=
        below(2) ? "Z" : fmt::format("{}{:02}:{:02}", below(2) ? '+' : '-', below(24), below(60));
    CAPTURE(text);
    CHECK(parse_rfc3339(text) == parse_time(text));
  }
}

TEST_CASE("a text cut off or changed in one letter is read as a person's, or not at all") {
  const std::string whole = "2026-04-17T08:00:00.123456789+08:00";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(parse_rfc3339(whole.substr(0, size)));
    for (const char letter : std::string_view{"0159 :.+-TZx\0", 13}) {
      auto text = whole;
      text[size] = letter;
      const auto got = parse_rfc3339(text);
      CAPTURE(text);
      CHECK((!got || got == parse_time(text)));
    }
  }
}
