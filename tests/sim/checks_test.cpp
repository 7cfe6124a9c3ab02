#include "tests/sim/checks.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/sim/run.hpp"
#include "tests/sim/small_scenario.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using namespace foghorn::sim;
using Catch::Matchers::ContainsSubstring;

DecidedAlert alert(const std::string& id, AlertKind kind, Tier tier,
                   const std::string& episode = "e1") {
  return {.rule = "oil",
          .instrument = "WTI",
          .kind = kind,
          .tier = tier,
          .episode = episode,
          .id = id,
          .deliveries = {{"desk", "delivered"}}};
}

Inbox inbox(const std::vector<std::string>& texts) {
  Inbox box{{"desk", "wecom", {}}};
  for (const auto& text : texts)
    box.received.push_back({.number = box.received.size() + 1, .shown = true, .text = text});
  return box;
}

std::vector<std::string> expectation_faults(const std::vector<DecidedAlert>& alerts) {
  return check_expectations(small_scenario("[[expect]]\nrule = \"oil\"\nreaches = \"major\"\n"),
                            alerts);
}

TEST_CASE("an episode that fires, reaches its tier and is resolved is as expected") {
  CHECK(expectation_faults({alert("a", AlertKind::fire, Tier::notice),
                            alert("b", AlertKind::escalate, Tier::major),
                            alert("c", AlertKind::resolve, Tier::major)})
            .empty());
}

TEST_CASE(
    "a rule that stayed silent, fell short, went too far, began twice or never ended is found "
    "out") {
  const auto fault = [](const std::vector<DecidedAlert>& alerts) {
    const auto faults = expectation_faults(alerts);
    return faults.empty() ? "" : faults.front();
  };
  const auto fire = alert("a", AlertKind::fire, Tier::notice),
             end = alert("c", AlertKind::resolve, Tier::major);
  CHECK_THAT(fault({}), ContainsSubstring("0 episodes instead of 1"));
  CHECK_THAT(fault({fire, alert("c", AlertKind::resolve, Tier::notice)}),
             ContainsSubstring("reached notice"));
  CHECK_THAT(fault({fire, alert("b", AlertKind::escalate, Tier::critical), end}),
             ContainsSubstring("reached critical"));
  CHECK_THAT(fault({fire, end, alert("d", AlertKind::fire, Tier::notice, "e2")}),
             ContainsSubstring("2 episodes"));
  CHECK_THAT(fault({alert("a", AlertKind::fire, Tier::major)}),
             ContainsSubstring("was not resolved"));
}

TEST_CASE("every delivered event is shown once") {
  const auto fire = alert("e1.0", AlertKind::fire, Tier::major);
  CHECK(check_deliveries({fire}, {inbox({"原油：触发（编号 e1.0）"})}).empty());
  CHECK(check_deliveries({fire}, {inbox({"（编号 e1.0）", "（编号 e1.0）（可能重复）"})}).empty());
  CHECK_THAT(check_deliveries({fire}, {inbox({"（编号 e1.01）"})}).at(0),
             ContainsSubstring("nobody was shown it"));
  CHECK_THAT(check_deliveries({fire}, {inbox({"（编号 e1.0）", "（编号 e1.0）"})}).at(0),
             ContainsSubstring("shown 2 times"));
}

TEST_CASE("an event that was refused or still waits is lost") {
  auto fire = alert("e1.0", AlertKind::fire, Tier::major);
  fire.deliveries["desk"] = "pending";
  CHECK_THAT(check_deliveries({fire}, {inbox({})}).at(0), ContainsSubstring("ended as pending"));
}

TEST_CASE("trouble that was scripted but never came is a fault of the scenario") {
  auto box = inbox({"（编号 e1.0）"});
  box.spec.answers = {{.request = 2, .kind = ScriptedAnswer::Kind::errcode, .code = 45009}};
  CHECK_THAT(check_deliveries({alert("e1.0", AlertKind::fire, Tier::major)}, {box}).at(0),
             ContainsSubstring("request 2"));
}

TEST_CASE("an alert right after a bad print is the bad print's") {
  const auto scenario = small_scenario(
      "[[fault]]\nkind = \"bad_print\"\nsource = \"okx:CL-USDT-SWAP\"\nat = \"2m\"\nfactor = "
      "1.3\n");
  auto fire = alert("a", AlertKind::fire, Tier::major);
  fire.time = scenario.start + 1min;
  CHECK(check_bad_prints(scenario, {fire}).empty());
  fire.time = scenario.start + 3min;
  CHECK(check_bad_prints(scenario, {fire}).size() == 1);
}

TEST_CASE("liquidations that were lost or counted twice are found out") {
  const auto* metrics =
      "# TYPE foghorn_liquidations_total counter\n"
      "foghorn_liquidations_total{venue=\"okx\",position=\"long\"} 46\n"
      "foghorn_liquidations_total{venue=\"okx\",position=\"short\"} 74\n";
  CHECK(check_liquidations(metrics, {{"okx", 120, 0}}).empty());
  CHECK(check_liquidations(metrics, {{"okx", 118, 2}}).empty());
  CHECK(check_liquidations(metrics, {{"okx", 118, 1}}).size() == 1);
  CHECK(check_liquidations(metrics, {{"okx", 121, 2}}).size() == 1);
  CHECK(check_liquidations(metrics, {{"bybit", 5, 0}}).empty());
}

TEST_CASE("alerts are read as the daemon writes them, newest first") {
  const auto alerts = parse_alerts(
      R"([{"time":"2026-04-17T14:10:00.000Z","rule":"oil","instrument":"WTI","kind":"escalate","tier":"major","value":0.1,"episode":"e","id":"e.1","deliveries":[{"channel":"desk","state":"delivered"}]},)"
      R"({"time":"2026-04-17T14:00:00.000Z","rule":null,"instrument":"WTI","kind":"no_data","tier":null,"value":null,"episode":null,"id":"n","deliveries":[]}])");
  REQUIRE(alerts.has_value());
  REQUIRE(alerts->size() == 2);
  CHECK(alerts->at(0).kind == AlertKind::no_data);
  CHECK(alerts->at(1).deliveries == std::map<std::string, std::string>{{"desk", "delivered"}});
  CHECK(parse_alerts("{}").has_error());
}

TEST_CASE("a config's places are filled, and one without a value is refused") {
  CHECK(filled("a = \"@PORT@\" # @a and @PORT@", {{"PORT", "12"}}) == "a = \"12\" # @a and 12");
  CHECK_THROWS_WITH(filled("a = @OTHER_PORT@", {}), ContainsSubstring("@OTHER_PORT@"));
}

TEST_CASE("what the section does not state is named") {
  const SectionWanted wanted{.at = {}, .hours = 72, .states = {"闪崩超10%", "13连阳"}};
  CHECK(check_section(wanted, "WTI原油闪崩超10%；纳斯达克指数13连阳").empty());
  CHECK(check_section(wanted, "WTI原油闪崩超10%") ==
        std::vector<std::string>{"the section does not state: 13连阳"});
}

}  // namespace
}  // namespace foghorn::test
