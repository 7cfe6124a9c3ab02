// The phrases of mistakes.

#include "daemon/config/wording.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>

namespace foghorn {
namespace {

TEST_CASE("of a URL no more than its host is echoed") {
  CHECK(echoed("https://hooks.slack.com/services/T0/B0/secret") == "\"https://hooks.slack.com/…\"");
  CHECK(echoed("https://host?key=secret") == "\"https://host/…\"");
  CHECK(echoed("https://user:secret@host:8443") == "\"https://host:8443/…\"");
}

TEST_CASE("an echo stays on one line and short, and cuts no character in two") {
  CHECK(echoed("a\nb\tc") == "\"a b c\"");
  CHECK(echoed(std::string(59, 'x') + "原油") == '"' + std::string(59, 'x') + "…\"");
}

TEST_CASE("the nearest word is offered, else all of them, else what to do without any") {
  constexpr std::array<std::string_view, 3> known{"bybit", "okx", "binance-futures"};
  CHECK(instead_of("bybitt", known, "") == "did you mean \"bybit\"?");
  CHECK(instead_of("binance", known, "") == "did you mean \"binance-futures\"?");
  CHECK(instead_of("okx-swap", known, "") == "did you mean \"okx\"?");
  CHECK(instead_of("nasdaq", known, "") == "write \"bybit\", \"okx\" or \"binance-futures\"");
  CHECK(instead_of("desk", {}, "remove it") == "remove it");
}

TEST_CASE("a duration is recognised however people spell it") {
  CHECK(meant_duration("60") == "60s");
  CHECK(meant_duration("5 Minutes") == "5m");
  CHECK(meant_duration("1 hour") == "1h");
  CHECK(meant_duration("soon").empty());
  CHECK(meant_duration("minutes").empty());
  CHECK(meant_duration("99999999999999999999").empty());
}

}  // namespace
}  // namespace foghorn
