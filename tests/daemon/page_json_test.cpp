// What the stream's parts hold: the page, and other programs, rely on these keys (docs/page.md).
#include "daemon/page_json.hpp"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/daemon/snapshots.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

PageSnapshot fresh_page() {
  PageSnapshot page;
  page.market = fresh_market();
  page.instruments.resize(page.market.instruments.size());
  page.instruments[0].name = {"WTI 原油", "WTI crude"};
  page.rules.resize(page.market.rules.size());
  page.rules[0].title = {"原油剧烈波动", "Crude oil shock"};
  return page;
}

json::value part(const PageSnapshot& page, std::string_view group, std::string_view key,
                 std::span<const TracedAlert> alerts = {}) {
  const PageDaemon daemon{.language = "zh", .timezone = "Asia/Shanghai"};
  for (const auto& part : page_parts(page, fresh_delivery(), alerts, daemon))
    if (part.group == group && part.key == key) return json::parse(part.json);
  return nullptr;
}

}  // namespace

TEST_CASE("an instrument is told with every source, silent ones too") {
  auto page = fresh_page();
  page.market.instruments[0].state = PriceState::confirmed;
  page.market.instruments[0].price = 85.91;
  page.market.instruments[0].price_time = at(90s) + 250ms;
  page.instruments[0].min_sources = 2;
  page.instruments[0].sources = {
      {.source = "bybit:CLUSDT", .price = 85.9, .seen = at(90s), .alive = true, .agrees = true},
      {.source = "okx:CL-USDT-SWAP"}};
  const auto told = part(page, "instruments", "WTI").as_object();
  CHECK(told.at("price") == 85.91);
  CHECK(told.at("price_time") == "2025-01-01T00:01:30Z");
  CHECK(told.at("title").at("zh") == "WTI 原油");
  CHECK(told.at("sources") == json::parse(R"([
      {"source":"bybit:CLUSDT","price":8.59E1,"seen":"2025-01-01T00:01:30Z","alive":true,"agrees":true},
      {"source":"okx:CL-USDT-SWAP","price":null,"seen":null,"alive":false,"agrees":false}])"));
}

TEST_CASE("an event series has no price to be shown") {
  CHECK(part(fresh_page(), "instruments", "LIQ").is_null());
}

TEST_CASE("a rule is told with its rungs and its way to them, as the rule language spells it") {
  auto page = fresh_page();
  page.rules[0].tier_type = {Type::Kind::ratio, {}};
  page.rules[0].rungs = {{.tier = Tier::notice,
                          .level = 0.05,
                          .truth = truth(false),
                          .distance = Distance{.term = "change(WTI, 24h)",
                                               .type = {Type::Kind::ratio, {}},
                                               .value = 0.032,
                                               .bound = exactly(0.032),
                                               .wanted = 0.05,
                                               .relative = 0.36}}};
  const auto told = part(page, "rules", "oil-shock").as_object();
  const auto& rung = told.at("rungs").at(0).as_object();
  CHECK(rung.at("level_text") == "5%");
  CHECK(rung.at("true") == false);
  CHECK(rung.at("distance").at("value_text") == "3.2%");
  CHECK(rung.at("distance").at("wanted_text") == "5%");
}

TEST_CASE("a rule that cannot be decided says what is not known of what") {
  auto page = fresh_page();
  PageUnknown unknown;
  unknown.reason = Unknown::warming;
  unknown.text = "change(WTI, 24h)";
  unknown.window = 24h;
  unknown.seen = 0.25;
  page.rules[0].unknown = unknown;
  const auto told = part(page, "rules", "oil-shock").at("unknown").as_object();
  CHECK(told.at("reason") == "warming");
  CHECK(told.at("text") == "change(WTI, 24h)");
  CHECK(told.at("window_seconds") == 86400.0);
  CHECK(told.at("seen") == 0.25);
}

TEST_CASE("an alert is told in both languages, with what became of it") {
  OutboxRow row;
  row.channel = "desk";
  row.state = OutboxState::refused;
  row.tries = 1;
  row.last_error = "http_400";
  const std::vector<TracedAlert> alerts{{oil(AlertKind::fire, "a-0"), {row}}};
  const auto told = part(fresh_page(), "alerts", "", alerts).at(0).as_object();
  CHECK(told.at("id") == "a-0");
  CHECK(told.at("title").at("en") == "Crude oil shock");
  CHECK(told.at("value_text") == "10.9372%");
  CHECK(told.at("deliveries") ==
        json::parse(R"([{"channel":"desk","state":"refused","tries":1,"error":"http_400"}])"));
}

TEST_CASE("prices of the past stand a minute apart, with holes where none was known") {
  auto page = fresh_page();
  page.pasts = {{.last = at(120s), .prices = {std::nullopt, 85.5, 86.25}}, {}};
  const auto told = part(page, "pasts", "WTI").as_object();
  CHECK(told.at("step_seconds") == 60.0);
  CHECK(told.at("prices") == json::parse("[null,8.55E1,8.625E1]"));
  CHECK(part(page, "pasts", "LIQ").is_null());
}
