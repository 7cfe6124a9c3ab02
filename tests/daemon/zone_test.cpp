#include "daemon/zone.hpp"

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

using namespace foghorn;
using namespace std::chrono_literals;

namespace {

Duration offset(const std::string& name, std::string_view when) {
  return zone_of(name).offset(parse_time(when).value());
}

}  // namespace

TEST_CASE("a zone knows its clock in summer and in winter") {
  CHECK(offset("Asia/Shanghai", "2026-04-17T14:15:03Z") == 8h);
  CHECK(offset("America/New_York", "2026-03-08T06:59:59Z") == -5h);
  CHECK(offset("America/New_York", "2026-03-08T07:00:00Z") == -4h);
  CHECK(offset("UTC", "2026-04-17T14:15:03Z") == 0h);
}

TEST_CASE("a zone that nobody knows is an error") {
  CHECK_THROWS_AS(zone_of("Asia/Bejing"), std::runtime_error);
}
