// `foghorn test`: what passes, what fails, and what it says of it.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/daemon/rule_test_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

const std::string rise = R"(
[[test]]
name = "a rise of 7 % is told after 15 s"
rules = ["oil"]
until = "1h1m"
[[test.series]]
of = "WTI"
every = "10s"
values = "70x360 74.9x5"
)";

const std::string fire = R"(
[[test.expect]]
at = "1h25s"
rule = "oil"
kind = "fire"
tier = "notice"
)";

}  // namespace

TEST_CASE("a test whose events all come, and no others, passes") {
  const auto result = tested(rise + fire);
  CHECK(result.exit == 0);
  CHECK_THAT(result.out,
             StartsWith("passed  a rise of 7 % is told after 15 s\n1 passed, 0 failed"));
}

TEST_CASE("an event that was not expected fails the test") {
  const auto result = tested(rise);
  CHECK(result.exit == 1);
  CHECK_THAT(result.out, ContainsSubstring("FAILED  a rise of 7 % is told after 15 s  (") &&
                             ContainsSubstring("+ 1h25s  oil  fire  notice  7%  was not expected"));
}

TEST_CASE("an event that did not come fails the test, and says what its rule was doing") {
  const auto result = tested(rise + fire + R"(
[[test.expect]]
at = "1h55s"
rule = "oil"
kind = "escalate"
tier = "major"
)");
  CHECK(result.exit == 1);
  CHECK_THAT(result.out,
             ContainsSubstring("  1h25s  oil  fire      notice  7%\n") &&
                 ContainsSubstring("- 1h55s  oil  escalate  major       did not come: firing at "
                                   "notice; true at notice for 15s of 15s; false at major: "
                                   "abs(change(WTI, 1h)) is 7%, 3% short of 10% (30%)"));
}

TEST_CASE("times are exact") {
  auto late = fire;
  late.replace(late.find("1h25s"), 5, "1h26s");
  const auto result = tested(rise + late);
  CHECK(result.exit == 1);
  CHECK_THAT(result.out, ContainsSubstring("+ 1h25s") && ContainsSubstring("- 1h26s"));
}

TEST_CASE("a value is met by what rounds to it, or by what its tolerance allows") {
  CHECK(tested(rise + fire + "value = \"7.0%\"").exit == 0);
  CHECK(tested(rise + fire + "value = \"7.1%\"").exit == 1);
  CHECK(tested(rise + fire + "value = \"7.1%\"\ntolerance = \"0.1%\"").exit == 0);
}

TEST_CASE("a price told by one source of two confirms nothing") {
  const auto result = tested(R"(
[[test]]
name = "a bad print on one venue fires nothing"
rules = ["oil"]
[[test.series]]
of = "WTI"
source = "okx:CL-USDT-SWAP"
every = "10s"
values = "70x400"
[[test.series]]
of = "WTI"
source = "bybit:CLUSDT"
every = "10s"
values = "70x360 91x1 70x38"
)");
  CHECK(result.exit == 0);
}

TEST_CASE("events of an instrument are expected like those of a rule") {
  const std::string silent = R"(
[[test]]
name = "an instrument falls silent"
rules = ["oil"]
until = "20m"
[[test.series]]
of = "WTI"
every = "10s"
values = "70x6 _x60 70"
)";
  CHECK(tested(silent).exit == 1);
  CHECK(tested(silent + R"(
[[test.expect]]
at = "7m"
instrument = "WTI"
kind = "no_data"
[[test.expect]]
at = "11m10s"
instrument = "WTI"
kind = "data_back"
[[test.expect]]
at = "17m10s"
instrument = "WTI"
kind = "no_data"
)")
            .exit == 0);
}

TEST_CASE("a restart keeps what for has counted, and knows no price until the next comes") {
  CHECK(tested(rise + R"(
[[test.restart]]
at = "1h17s"
[[test.expect]]
at = "1h28s"
rule = "oil"
kind = "fire"
)")
            .exit == 0);
}

TEST_CASE("time that the daemon was down does not count towards for, and what came then is lost") {
  const auto result = tested(rise + R"(
[[test.restart]]
at = "1h15s"
down = "20s"
[[test.expect]]
at = "1h50s"
rule = "oil"
kind = "fire"
)");
  CHECK(result.exit == 0);
}

TEST_CASE("a reload with an unchanged condition goes on, with a changed one it starts idle") {
  const std::string reload =
      "[[test.reload]]\nat = \"1h30s\"\n[[test.reload.rule]]\nid = \"oil\"\n";
  CHECK(tested(rise + fire + reload + "cooldown = \"1h\"\n").exit == 0);
  const auto changed = tested(rise + fire + reload + R"(
tiers = { notice = "6%" }
[[test.expect]]
at = "1h30s"
rule = "oil"
kind = "resolve"
reason = "rule changed"
[[test.expect]]
at = "1h55s"
rule = "oil"
kind = "fire"
)");
  CHECK(changed.exit == 0);
}

TEST_CASE("a reload may remove a rule, and bring another") {
  const auto result = tested(rise + fire + R"(
[[test.reload]]
at = "1h40s"
remove = ["oil"]
[[test.reload.rule]]
id = "dear"
when = "last(WTI) > 74 USD/bbl"
[[test.expect]]
at = "1h40s"
rule = "oil"
kind = "resolve"
reason = "rule removed"
[[test.expect]]
at = "1h50s"
rule = "dear"
kind = "fire"
)");
  CHECK(result.exit == 0);
}

TEST_CASE("liquidations are summed, but not while their stream is down") {
  const std::string orders = R"(
[[test]]
name = "forced selling over a reconnect"
rules = ["forced"]
until = "2h"
[[test.liquidations]]
venue = "bybit"
symbol = "BTCUSDT"
position = "long"
orders = [["70m", 600000], ["71m", 500000, "1s"], ["72m", "unknown"]]
[[test.expect]]
at = "1h11m"
rule = "forced"
kind = "fire"
value = "1.1M USD"
)";
  CHECK(tested(orders).exit == 0);
  // Two minutes of an hour are missed: what the sum would have been is not known until they have
  // left the window. At least 1.1 M it is, though.
  CHECK(
      tested(orders + "[[test.stream]]\nvenue = \"bybit\"\ndown = \"60m\"\nup = \"62m\"\n").exit ==
      0);
}

TEST_CASE("another file's rules are tested, whose secrets need not be there") {
  TempDir dir;
  std::ofstream{dir.path() / "config.toml"} << oil_and_liquidations << R"(
[channel.desk]
type = "wecom"
url = "${WECOM_URL}"
)";
  const auto file = dir.path() / "t.toml";
  std::ofstream{file} << "config = \"config.toml\"\n" << rise << fire;
  std::ostringstream out, log;
  CHECK(run_rule_tests({file}, "", environment({}), out, log) == 0);
  CHECK(log.str().empty());
}

TEST_CASE("history is known from the start") {
  const auto result = tested(R"(
[[rule]]
id = "streak"
when = "streak(WTI) >= 3"
[[test]]
name = "three days up"
rules = ["streak"]
[[test.history]]
of = "WTI"
days = [["2025-12-31", 60], ["2026-01-01", 61], ["2026-01-02", 62], ["2026-01-03", 62.5], ["2026-01-04", 63]]
[[test.series]]
of = "WTI"
every = "10s"
values = "63.1x3"
[[test.expect]]
at = "0s"
rule = "streak"
kind = "fire"
)");
  CHECK(result.exit == 0);
}

TEST_CASE("a price without sources is told as by one source") {
  const auto result = tested(R"(
[[rule]]
id = "high"
when = "last(GOLD) > 2000"
[[test]]
name = "gold"
[[test.series]]
of = "GOLD"
every = "1s"
values = "1999 2001"
[[test.expect]]
at = "1s"
rule = "high"
kind = "fire"
)",
                             "", "[instrument.GOLD]");
  CHECK(result.log == "");
  CHECK(result.exit == 0);
}

TEST_CASE("a condition that must not load is refused for the reason that is named") {
  const std::string reject = "[[reject]]\nwhen = \"change(WTI, 1h) > 10\"\n";
  CHECK(tested(reject + "says = \"10%\"").exit == 0);
  const auto other = tested(reject + "says = \"bananas\"");
  CHECK(other.exit == 1);
  CHECK_THAT(other.out, ContainsSubstring("- bananas\n    + ") && ContainsSubstring("10%"));
  CHECK_THAT(tested("[[reject]]\nwhen = \"last(WTI) > 0 USD/bbl\"\nsays = \"x\"").out,
             ContainsSubstring("+ it loads"));
}

TEST_CASE("only tests with the filter in their names are played") {
  CHECK_THAT(tested(rise + fire + "[[reject]]\nwhen = \"WTI\"\nsays = \"last\"", "rise").out,
             ContainsSubstring("1 passed, 0 failed"));
  const auto none = tested(rise + fire, "fall");
  CHECK(none.exit == 2);
  CHECK(none.log == "no test has \"fall\" in its name; see the names without --filter\n");
}

TEST_CASE("engine time is arrival's where the test says so") {
  const std::string late = R"(
[[test]]
name = "a tick that arrives nine seconds late"
rules = ["dear"]
clock = "CLOCK"
[[test.series]]
of = "BTC"
ticks = [["10s", 70], ["12s", 77.1, "9s"]]
[[test.expect]]
at = "AT"
rule = "dear"
kind = "fire"
)";
  const std::string bitcoin = R"(
[instrument.BTC]
unit = "USD"
sources = ["bybit:BTCUSDT"]
[[rule]]
id = "dear"
when = "last(BTC) > 77 USD"
)";
  const auto with = [&](std::string clock, std::string at) {
    auto text = late;
    text.replace(text.find("CLOCK"), 5, clock);
    text.replace(text.find("AT"), 2, at);
    return tested(text, "", bitcoin);
  };
  CHECK(with("events", "12s").exit == 0);
  CHECK(with("arrival", "21s").exit == 0);
}
