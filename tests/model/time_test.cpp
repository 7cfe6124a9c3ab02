#include "model/time.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;
using namespace std::chrono_literals;

TEST_CASE("a time is written in UTC with milliseconds, truncated") {
  CHECK(format_utc(*from_unix_ms(1'776'384'000'000) + 999us) == "2026-04-17T00:00:00.000Z");
  CHECK(format_local(*from_unix_ms(1'776'384'000'000), 8h) == "2026-04-17 08:00:00");
}

TEST_CASE("a time is read from RFC 3339, a date or Unix milliseconds") {
  const auto midnight = *from_unix_ms(1'776'384'000'000);
  CHECK(parse_time("2026-04-17") == midnight);
  CHECK(parse_time("2026-04-17T00:00:00Z") == midnight);
  CHECK(parse_time("2026-04-17T08:00:00.250+08:00") == midnight + 250ms);
  CHECK(parse_time("2026-04-17T00:00:00.1234567891Z") == midnight + 123'456us);
  CHECK(parse_time("1776384000000") == midnight);
}

TEST_CASE("what is not a time is refused") {
  for (const char* text :
       {"", "2026-13-01", "2026-02-30", "2026-04-17T00:00:00", "2026-04-17T25:00:00Z",
        "2026-04-17T00:00:00.Z", "17/04/2026", "-5", "1969-12-31", "99999999999999999",
        "2026-04-17x", "2026-04-17T00:00:00+0800"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_time(text));
  }
}

TEST_CASE("a duration is whole numbers with units, added up") {
  CHECK(parse_duration("15s") == 15s);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("2w1d") == 15 * 24h);
}

TEST_CASE("a duration without a unit, with a sign or absurdly long is refused") {
  for (const char* text : {"", "60", "-5s", "1.5h", "5x", "s", "1h30", "99999999999w", "200000d",
                           "9223372036854775807ms"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("a duration is written as it is read") {
  for (const char* text : {"0s", "15s", "1h30m", "250ms", "1d", "2w", "8d"}) {
    CHECK(format_duration(*parse_duration(text)) == text);
  }
}
