// /api/v1/status and /api/v1/alerts: other programs rely on these keys.
#include "daemon/status_json.hpp"

#include <boost/json.hpp>

#include <catch2/catch_test_macros.hpp>

#include "model/alert_json.hpp"
#include "tests/daemon/snapshots.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

json::object status(const Snapshot& market, const DispatcherSnapshot& delivery = fresh_delivery()) {
  return json::parse(status_json(market, delivery)).as_object();
}

const json::object& first(const json::object& status, const char* key) {
  return status.at(key).as_array().at(0).as_object();
}

/// The part of `object` that has these keys.
json::object only(const json::object& object, std::initializer_list<const char*> keys) {
  json::object part;
  for (const auto* key : keys) part[key] = object.at(key);
  return part;
}

}  // namespace

TEST_CASE("a daemon that has just started shows all it is to watch, and knows nothing yet") {
  const auto shown = status(fresh_market());
  CHECK(shown.at("engine_time").is_null());
  CHECK(
      first(shown, "feeds") ==
      json::parse(
          R"({"name":"bybit","state":"dead","streams":[{"name":"trades CLUSDT","state":"dead","last_data":null},
                      {"name":"liquidations BTCUSDT","state":"dead","last_data":null}]})"));
  CHECK(only(first(shown, "instruments"), {"name", "price", "sources", "state"}) ==
        json::parse(R"({"name":"WTI","price":null,"sources":0,"state":"none"})"));
  CHECK(only(first(shown, "rules"), {"id", "state", "tier", "value"}) ==
        json::parse(R"({"id":"oil-shock","state":"idle","tier":null,"value":null})"));
  CHECK(first(shown, "channels") ==
        json::parse(R"({"name":"desk","circuit":"closed","waiting":0})"));
}

TEST_CASE("prices, rules and times are shown as they are") {
  auto market = fresh_market();
  market.engine_time = at(90s) + 250ms;
  market.feeds[0].status.state = StreamState::live;
  market.feeds[0].status.streams[0] = {"trades CLUSDT", StreamState::live, at(90s)};
  auto& wti = market.instruments[0];
  wti.state = PriceState::confirmed;
  wti.price = 85.91;
  wti.sources = {{"bybit:CLUSDT", 85.91, true}, {"okx:CL-USDT-SWAP", 91.2, false}};
  market.rules[0].phase = Phase::firing;
  market.rules[0].tier = Tier::major;
  market.rules[0].value = -0.109;

  const auto shown = status(market);
  CHECK(shown.at("engine_time") == "2025-01-01T00:01:30.250Z");
  CHECK(first(shown, "feeds").at("state") == "live");
  CHECK(first(first(shown, "feeds"), "streams").at("last_data") == "2025-01-01T00:01:30.000Z");
  CHECK(only(first(shown, "instruments"), {"price", "sources", "state"}) ==
        json::parse(R"({"price":85.91,"sources":2,"state":"confirmed"})"));
  CHECK(only(first(shown, "rules"), {"state", "tier", "value"}) ==
        json::parse(R"({"state":"firing","tier":"major","value":-0.109})"));
}

TEST_CASE("an event series has no price to show, its orders stand under liquidations") {
  auto market = fresh_market();
  market.liquidations[0].orders = {3, 1};
  market.liquidations[0].usd = {UsdMicros{1'500'000}, UsdMicros{}};
  market.liquidations[0].unsummed = {1, 0};
  const auto shown = status(market);
  CHECK(shown.at("instruments").as_array().size() == 1);
  CHECK(first(shown, "liquidations").at("long") ==
        json::parse(R"({"orders":3,"usd_at_least":1.5,"orders_without_notional":1})"));
}

TEST_CASE("a venue of liquidations shows how many it publishes, and since when it is not heard") {
  auto market = fresh_market();
  auto& stream = market.liquidations[0].stream;
  stream = {.venue = "bybit", .coverage = LiquidationCoverage::complete, .seen = 0.75};
  CHECK(only(first(status(market), "liquidations"), {"coverage", "seen_24h", "missing_since"}) ==
        json::parse(R"({"coverage":"complete","seen_24h":0.75,"missing_since":null})"));
  stream.missing_since = *parse_time("2026-04-17T03:12:00Z");
  CHECK(first(status(market), "liquidations").at("missing_since") == "2026-04-17T03:12:00.000Z");
}

TEST_CASE("a channel shows its open circuit, and what waits in its outbox") {
  auto delivery = fresh_delivery();
  delivery.channels[0].circuit_open = true;
  delivery.channels[0].waiting = 7;
  CHECK(first(status(fresh_market(), delivery), "channels") ==
        json::parse(R"({"name":"desk","circuit":"open","waiting":7})"));
}

TEST_CASE("silences in force are shown, with who wants them and why") {
  auto delivery = fresh_delivery();
  CHECK(status(fresh_market(), delivery).at("silences").as_array().empty());
  delivery.silences.push_back({.id = "s1",
                               .rule = "oil-shock",
                               .author = "维护员",
                               .reason = "OPEC 会议",
                               .made = at(0s),
                               .until = at(2h)});
  CHECK(first(status(fresh_market(), delivery), "silences") == json::parse(R"({
    "id":"s1","rule":"oil-shock","instrument":null,"author":"维护员","reason":"OPEC 会议",
    "made":"2025-01-01T00:00:00.000Z","until":"2025-01-01T02:00:00.000Z"})"));
}

TEST_CASE("a store that cannot commit is shown") {
  auto delivery = fresh_delivery();
  CHECK(status(fresh_market(), delivery).at("store") == "ok");
  delivery.store_error = "disk I/O error";
  CHECK(status(fresh_market(), delivery).at("store") == "disk I/O error");
}

TEST_CASE("alerts are replay's objects with what became of them on each channel") {
  const auto event = oil(AlertKind::fire, "K7Q2-0");
  OutboxRow desk, macro;
  desk.channel = "desk";
  desk.state = OutboxState::delivered;
  macro.channel = "macro";
  macro.state = OutboxState::pending;
  const std::vector<TracedAlert> alerts{{event, {desk, macro}},
                                        {about_gold(AlertKind::no_data, "N1"), {}}};

  const auto shown = json::parse(alerts_json(alerts)).as_array();
  REQUIRE(shown.size() == 2);
  auto first_alert = json::parse(to_public_json(event)).as_object();
  first_alert["deliveries"] = json::parse(
      R"([{"channel":"desk","state":"delivered"},{"channel":"macro","state":"pending"}])");
  CHECK(shown[0] == first_alert);
  CHECK(shown[1].at("rule").is_null());
  CHECK(shown[1].at("deliveries").as_array().empty());
}

TEST_CASE("no alerts are an empty list") {
  CHECK(json::parse(alerts_json({})).as_array().empty());
}
