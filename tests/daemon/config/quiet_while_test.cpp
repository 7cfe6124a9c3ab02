// quiet_while: which rule may speak for which.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/daemon/config/rig.hpp"

namespace foghorn::test {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string rule(const std::string& id, const std::string& more = "") {
  return "[[rule]]\nid = \"" + id + "\"\nwhen = \"change(WTI, 1h) > 1%\"\n" + more + "\n";
}

std::string quiet(const std::string& other) {
  return "quiet_while = \"" + other + "\"";
}

std::vector<std::string> mistakes(const std::string& rules) {
  return mistakes_in(read("instrument.WTI.unit = \"USD/bbl\"\n" + rules));
}

const std::string desk =
    "[channel.desk]\ntype = \"webhook\"\nurl = \"http://127.0.0.1:9/\"\n"
    "[channel.macro]\ntype = \"webhook\"\nurl = \"http://127.0.0.1:9/\"\n"
    "[instrument.WTI]\nunit = \"USD/bbl\"\n";

}  // namespace

TEST_CASE("a rule may be quiet while another one tells, whichever is written first") {
  const auto config = good(read("instrument.WTI.unit = \"USD/bbl\"\n" + rule("a", quiet("b")) +
                                rule("b") + rule("c", quiet("b"))));
  CHECK(config.rules[0].quiet_while == "b");
  CHECK(config.rules[1].quiet_while.empty());
  CHECK(config.rules[2].quiet_while == "b");
}

TEST_CASE("quiet_while names a rule that there is, and not its own") {
  CHECK(mistakes(rule("brent-shock", quiet("oil-shok")) + rule("oil-shock")) ==
        std::vector<std::string>{"config.toml:5:15: [[rule]] quiet_while: no rule has the id "
                                 "\"oil-shok\"; did you mean \"oil-shock\"?"});
  CHECK(mistakes(rule("a", quiet("a"))) ==
        std::vector<std::string>{
            "config.toml:5:15: [[rule]] quiet_while: a rule cannot speak for itself; name the rule "
            "that says the same, or remove the key"});
  CHECK(mistakes(rule("a", "quiet_while = true")).size() == 1);
}

TEST_CASE("two rules do not both leave it to the other") {
  const auto lines = mistakes(rule("a", quiet("b")) + rule("b", quiet("a")));
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], ContainsSubstring("5:15: [[rule]] quiet_while: each of the two rules"));
  CHECK_THAT(lines[1], ContainsSubstring("9:15:"));
}

TEST_CASE("a rule that leaves it to another speaks for nobody") {
  CHECK(mistakes(rule("a", quiet("b")) + rule("b", quiet("c")) + rule("c")) ==
        std::vector<std::string>{"config.toml:5:15: [[rule]] quiet_while: the rule \"b\" leaves it "
                                 "to another itself; write quiet_while = \"c\""});
}

TEST_CASE("a rule whose channels the other one never tells is warned of") {
  const auto config = good(read(desk + rule("a", quiet("b") + "\nroute = [\"desk\"]") +
                                rule("b", "route = [\"macro\"]") +
                                rule("c", quiet("b") + "\nroute = [\"desk\", \"macro\"]")));
  const auto warnings = lines(config.warnings);
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], ContainsSubstring("\"b\" tells none of this rule's channels"));
}

}  // namespace foghorn::test
