#include "alerts/routes.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Channels = std::vector<std::string>;

namespace {

const Routes routes{
    .rules = {{"oil-shock", {{Tier::notice, {"desk"}}, {Tier::major, {"desk", "macro"}}}},
              {"gold-range", {{Tier::major, {"gold"}}, {Tier::critical, {"boss"}}}},
              {"silent", {}}},
    .readers = {{"GOLD", {"gold-range", "silent", "oil-shock"}}},
    .notices = {"ops", "desk"}};

}  // namespace

TEST_CASE("a rule's event goes where its tier's route says") {
  CHECK(channels_for(oil(AlertKind::fire, "a", Tier::notice), routes, {}) == Channels{"desk"});
  CHECK(channels_for(oil(AlertKind::escalate, "a", Tier::major), routes, {}) ==
        Channels{"desk", "macro"});
  CHECK(channels_for(oil(AlertKind::escalate, "a", Tier::critical), routes, {}).empty());
}

TEST_CASE("a rule without a route tells nobody") {
  auto event = oil(AlertKind::fire, "a");
  event.rule = "silent";
  CHECK(channels_for(event, routes, {}).empty());
  event.rule = "unheard-of";
  CHECK(channels_for(event, routes, {}).empty());
}

TEST_CASE("a resolve goes to every channel that had the episode, whatever the route says now") {
  CHECK(channels_for(oil(AlertKind::resolve, "a", Tier::notice), routes,
                     {"desk", "macro", "old"}) == Channels{"desk", "macro", "old"});
}

TEST_CASE(
    "what is said of an instrument goes to notices and the lowest routes of its rules, each once") {
  CHECK(channels_for(about_gold(AlertKind::no_data, "g"), routes, {}) ==
        Channels{"ops", "desk", "gold"});
}

TEST_CASE("an instrument that no rule reads is spoken of in notices") {
  auto event = about_gold(AlertKind::unconfirmed, "g");
  event.instrument = "BTC";
  CHECK(channels_for(event, routes, {}) == Channels{"ops", "desk"});
}
