// Files of rule tests that are wrong: every mistake, with its place.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/daemon/rule_test_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;

namespace {

const std::string head = "[[test]]\nname = \"t\"\n";

/// The only mistake of a test that goes on so.
std::string mistake(const std::string& rest) {
  const auto lines = test_mistakes(head + rest);
  CAPTURE(lines);
  REQUIRE(lines.size() == 1);
  return lines.front();
}

}  // namespace

TEST_CASE("every mistake of a file is named, each with its line") {
  const auto lines = test_mistakes(R"([[test]]
name = "t"
rules = ["oli"]
untill = "2h"
[[test.series]]
of = "WIT"
every = "10s"
values = "70x"
[[test.expect]]
at = "1h"
rule = "oil"
kind = "fires"
)",
                                   oil_and_liquidations.substr(1));
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] ==
        "t.toml:17:11: [[test]] rules: there is no rule \"oli\"; did you mean \"oil\"?");
  CHECK_THAT(lines[1], EndsWith("[[test]] untill: no such key; did you mean \"until\"?"));
  CHECK_THAT(lines[2], EndsWith("there is no instrument \"WIT\"; did you mean \"WTI\"?"));
  CHECK_THAT(lines[3], ContainsSubstring("[[test.series]] values: \"70x\" is not in promtool's"));
  CHECK_THAT(lines[4], ContainsSubstring("\"fires\" is not \"fire\", "));
}

TEST_CASE("a series says how often its values come, and has values or ticks") {
  CHECK_THAT(mistake("[[test.series]]\nof = \"WTI\"\nvalues = \"70\""),
             EndsWith("it does not say how often; write every = \"10s\""));
  CHECK_THAT(mistake("[[test.series]]\nof = \"WTI\""),
             ContainsSubstring("it has neither values nor ticks"));
  CHECK_THAT(mistake("[[test.series]]\nof = \"WTI\"\nevery = \"1s\"\nticks = [[\"1s\", 70]]"),
             ContainsSubstring("ticks carry times of their own"));
}

TEST_CASE("a tick is a time, a price and perhaps a delay") {
  const auto tick = [](const std::string& row) {
    return mistake("[[test.series]]\nof = \"WTI\"\nticks = [" + row + "]");
  };
  CHECK_THAT(tick("70"), ContainsSubstring("this is not [time, value] or [time, value, delay]"));
  CHECK_THAT(tick("[\"12\", 70]"), ContainsSubstring("this is not a time since the start"));
  CHECK_THAT(tick("[\"12s\", \"70\"]"), ContainsSubstring("this is not a number"));
  CHECK_THAT(tick("[\"12s\", 70, 9]"), ContainsSubstring("this is not a delay"));
}

TEST_CASE("an event series has liquidations, not prices") {
  CHECK_THAT(mistake("[[test.series]]\nof = \"LIQ\"\nevery = \"1s\"\nvalues = \"1\""),
             EndsWith("\"LIQ\" has no prices; write it as [[test.liquidations]]"));
}

TEST_CASE("an expected event names a rule, or an instrument") {
  CHECK_THAT(mistake("[[test.expect]]\nat = \"1s\"\nkind = \"fire\""),
             ContainsSubstring("this fire names no rule"));
  CHECK_THAT(mistake("[[test.expect]]\nat = \"1s\"\nkind = \"no_data\""),
             ContainsSubstring("this no_data names no instrument"));
  CHECK_THAT(
      mistake(
          "[[test.expect]]\nat = \"1s\"\nkind = \"no_data\"\ninstrument = \"WTI\"\nrule = \"oil\""),
      ContainsSubstring("no_data speaks of an instrument and carries no rule"));
}

TEST_CASE("nothing can be expected after the end, or of a rule that does not run") {
  CHECK_THAT(
      mistake("until = \"1m\"\n[[test.expect]]\nat = \"2m\"\nrule = \"oil\"\nkind = \"fire\""),
      EndsWith("the test ends at 1m; write a later until"));
  CHECK_THAT(
      mistake(
          "rules = [\"forced\"]\n[[test.expect]]\nat = \"2m\"\nrule = \"oil\"\nkind = \"fire\""),
      ContainsSubstring("no rule \"oil\" runs in this test"));
}

TEST_CASE("a file that names a config has none of its own") {
  const auto lines = test_mistakes("", "config = \"other.toml\"\n" + oil_and_liquidations + head);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] ==
        "t.toml:1:10: config: there is no file \"other.toml\"; name a config file that exists and "
        "may be read");
  CHECK_THAT(lines[1], ContainsSubstring("[instrument]") &&
                           ContainsSubstring("the file tests another's config"));
  CHECK_THAT(lines[2], ContainsSubstring("[rule]"));
}

TEST_CASE("a key at the top of the file is told the nearest that may stand there") {
  CHECK(test_mistakes(head, "confg = \"other.toml\"\n" + oil_and_liquidations) ==
        std::vector<std::string>{"t.toml:1:1: confg: no such key; did you mean \"config\"?"});
}

TEST_CASE("what only the daemon's user has is not missed in the file's own tables either") {
  CHECK(test_mistakes(
            head, oil_and_liquidations + "[channel.w]\ntype = \"slack\"\nurl = \"${NOT_SET}\"\n")
            .empty());
}

TEST_CASE("a tolerance has a value") {
  CHECK_THAT(mistake("[[test.expect]]\nat = \"1s\"\nkind = \"fire\"\nrule = \"oil\"\n"
                     "tolerance = \"1%\""),
             ContainsSubstring("tolerance: there is no value"));
}

TEST_CASE("what is known of before the test is days that are over when it starts") {
  const auto known = [](const std::string& day) {
    return head + "start = \"2026-01-08T12:00:00Z\"\n[[test.history]]\nof = \"WTI\"\ndays = [[\"" +
           day + "\", 61]]";
  };
  CHECK(test_mistakes(known("2026-01-07")).empty());
  const auto lines = test_mistakes(known("2026-01-08"));
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], ContainsSubstring("this day is not over when the test starts"));
}

TEST_CASE("two tests of one name, and a file without any, are mistakes") {
  CHECK_THAT(mistake(head), EndsWith("give each test a name of its own"));
  CHECK_THAT(test_mistakes("").front(),
             EndsWith("the file holds no test; write [[test]] or [[reject]]"));
}

TEST_CASE("wrong files are named on the side, and nothing is played") {
  const auto result = tested("[[test]]\nnam = \"t\"");
  CHECK(result.exit == 2);
  CHECK(result.out.empty());
  CHECK_THAT(result.log, ContainsSubstring("did you mean \"name\"?"));
}
