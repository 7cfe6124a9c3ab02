// [instrument.ID] with class = "fedwatch".

#include <catch2/catch_test_macros.hpp>

#include "daemon/config/outdated_meetings.hpp"
#include "tests/daemon/config/rig.hpp"

namespace foghorn::test {
namespace {

const std::string contracts_from_may = R"(
[instrument.ZQK6]
max_staleness = "4d"
[instrument.ZQM6]
[instrument.ZQN6]
[instrument.LIQ]
class = "event"
[instrument.FED]
class = "fedwatch"
)";

std::vector<std::string> mistakes_of(const std::string& keys) {
  return mistakes_in(read(contracts_from_may + keys));
}

const std::string chain =
    "contracts = { \"2026-05\" = \"ZQK6\", \"2026-06\" = \"ZQM6\", \"2026-07\" = \"ZQN6\" }\n";

TEST_CASE("a probability names its meetings and the contract of each month") {
  const auto config =
      good(read(contracts_from_may + "of = \"no_cut\"\nmeetings = [\"2026-06-17\"]\n" + chain));
  const auto& fed = config.instruments.back();
  REQUIRE(fed.id == "FED");
  REQUIRE(fed.fedwatch);
  CHECK(fed.unit == "%");
  CHECK(fed.fedwatch->of == FedwatchSpec::Of::no_cut);
  CHECK(fed.fedwatch->meetings.size() == 1);
  CHECK(fed.fedwatch->contracts[2].instrument == "ZQN6");
  CHECK(fed.max_staleness == std::chrono::days{4});  // its contracts' longest
}

TEST_CASE("a probability is compared with a percentage, and with nothing else") {
  const auto rule = [](const std::string& when) {
    return mistakes_of("of = \"hold\"\nmeetings = [\"2026-06-17\"]\n" + chain +
                       "[[rule]]\nid = \"r\"\nwhen = \"" + when + "\"");
  };
  CHECK(rule("last(FED) >= 90%").empty());
  CHECK(rule("last(FED) >= 90").size() == 1);
}

TEST_CASE("a chain with a missing contract is refused in words") {
  CHECK(mistakes_of("of = \"hold\"\nmeetings = [\"2026-06-17\"]\ncontracts = { \"2026-05\" = "
                    "\"ZQK6\", \"2026-07\" = \"ZQN6\" }") ==
        std::vector<std::string>{
            "config.toml:12:13: [instrument.FED] contracts: the chain has no contract of 2026-06; "
            "add \"2026-06\" = its instrument",
            "config.toml:12:13: [instrument.FED] contracts: the meeting of 2026-06-17 has no "
            "contract of its month; add \"2026-06\" = its instrument"});
}

TEST_CASE("a contract is an instrument with a price of its own") {
  const auto with = [](const std::string& instrument) {
    return mistakes_of(
        "of = \"hold\"\nmeetings = [\"2026-06-17\"]\ncontracts = { \"2026-06\" = "
        "\"ZQM6\", \"2026-07\" = \"" +
        instrument + "\" }");
  };
  CHECK(with("ZQN6").empty());
  CHECK(with("ZQX9") == std::vector<std::string>{
                            "config.toml:12:13: [instrument.FED] contracts: there is no instrument "
                            "\"ZQX9\"; add [instrument.ZQX9] with its sources"});
  CHECK(with("LIQ") == std::vector<std::string>{
                           "config.toml:12:13: [instrument.FED] contracts: LIQ has no price of a "
                           "contract; name an instrument of class \"price\""});
}

TEST_CASE("one contract does not stand for two months") {
  const auto mistakes = mistakes_of(
      "of = \"hold\"\nmeetings = [\"2026-06-17\"]\ncontracts = { \"2026-06\" = \"ZQM6\", "
      "\"2026-07\" = \"ZQM6\" }");
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].find("\"ZQM6\" is the contract of 2026-06 too; name each month's own") !=
        std::string::npos);
}

TEST_CASE("a probability whose meetings are all past is warned of") {
  const auto config =
      good(read(contracts_from_may + "of = \"hold\"\nmeetings = [\"2026-06-17\"]\n" + chain));
  CHECK(outdated_meetings(config, *parse_time("2026-06-17T23:59:59Z")).empty());
  const auto warnings = outdated_meetings(config, *parse_time("2026-06-18"));
  REQUIRE(warnings.size() == 1);
  CHECK(
      to_line(warnings[0]) ==
      "config.toml: [instrument.FED] meetings: warning: the last meeting was on 2026-06-17, so it "
      "has no value; add the next meetings and their contracts");
}

TEST_CASE("a probability has neither sources nor a unit, and says what it is of") {
  const auto mistakes = mistakes_of("unit = \"USD\"\nsources = [\"okx:ZQ\"]\n");
  CHECK(mistakes.size() == 5);  // and of, meetings, contracts
}

}  // namespace
}  // namespace foghorn::test
