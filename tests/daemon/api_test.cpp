// What each path of the read-only port answers.
#include "daemon/api.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/json.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "net/clock.hpp"
#include "tests/daemon/snapshots.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

asio::awaitable<std::shared_ptr<const Snapshot>> answer_of(
    std::shared_ptr<const Snapshot> snapshot) {
  co_return snapshot;
}

asio::awaitable<std::shared_ptr<const ExplainAnswer>> explanation_of(
    std::string rule, std::shared_ptr<const ExplainAnswer> explained) {
  if (explained && explained->explanation && explained->explanation->rule != rule)
    explained = std::make_shared<const ExplainAnswer>(ExplainAnswer{std::nullopt, "oil"});
  co_return explained;
}

/// A daemon's answers, over a store of its own and a market thread that always says the same.
class Desk {
 public:
  std::shared_ptr<const Snapshot> market = std::make_shared<const Snapshot>(fresh_market());

  std::shared_ptr<const ExplainAnswer> explained;  // of the rule that is asked for

  HttpReply get(std::string path, std::vector<std::pair<std::string, std::string>> parameters = {},
                std::string if_none_match = {}) {
    HttpQuery query{.path = std::move(path),
                    .parameters = std::move(parameters),
                    .accept = {},
                    .if_none_match = std::move(if_none_match)};
    return run_on(io_, api_.answer(std::move(query)));
  }

  void keep(AlertEvent event, std::vector<OutboxRow> rows = {}) {
    Commit commit;
    commit.events.push_back(std::move(event));
    commit.new_rows = std::move(rows);
    REQUIRE(store_.commit(commit));
  }

  /// True: it was stored.
  bool accept(AlertEvent event) { return dispatcher_.accept({std::move(event)}, {}); }
  std::string database() const { return dir_.string() + "/foghorn.db"; }

  boost::json::array alerts(std::vector<std::pair<std::string, std::string>> parameters = {}) {
    const auto reply = get("/api/v1/alerts", std::move(parameters));
    REQUIRE(reply.status == 200);
    return boost::json::parse(reply.body).as_array();
  }

 private:
  TempDir dir_;
  asio::io_context io_{1};
  Store store_{dir_.string()};
  Dispatcher dispatcher_{io_.get_executor(), store_, {}, {}};
  Api api_{{[this] { return answer_of(market); },
            [this](std::string rule) { return explanation_of(std::move(rule), explained); },
            dispatcher_, store_}};
};

AlertEvent oil_at(Timestamp time, std::string id) {
  auto event = oil(AlertKind::fire, std::move(id));
  event.time = event.event_time = time;
  return event;
}

}  // namespace

TEST_CASE("the front page is the status page, and names the paths there are") {
  const auto reply = Desk{}.get("/");
  CHECK(reply.status == 200);
  CHECK(reply.content_type == "text/html; charset=utf-8");
  for (const auto* path : {"/metrics", "/healthz", "/readyz", "/api/v1/status", "/api/v1/alerts"})
    CHECK_THAT(reply.body, ContainsSubstring(path));
}

TEST_CASE("the page's files come with their types, and need not come twice") {
  Desk desk;
  const auto script = desk.get("/page/page.js");
  CHECK(script.content_type == "text/javascript; charset=utf-8");
  CHECK(desk.get("/page/style.css").content_type == "text/css; charset=utf-8");
  CHECK(desk.get("/page/icon.svg").content_type == "image/svg+xml");
  REQUIRE(script.headers.front().first == "ETag");
  const auto again = desk.get("/page/page.js", {}, script.headers.front().second);
  CHECK(again.status == 304);
  CHECK(again.body.empty());
}

TEST_CASE("the page's files load nothing from elsewhere, and have no script or style within") {
  Desk desk;
  const auto page = desk.get("/").body;
  CHECK(page.find("://") == std::string::npos);
  CHECK(page.find("<style") == std::string::npos);
  CHECK(page.find(" style=") == std::string::npos);
  CHECK(page.find(" onclick=") == std::string::npos);
  for (const auto* path : {"dom.js", "prices.js", "rules.js", "alerts.js", "feeds.js", "section.js",
                           "stream.js", "words.js", "format.js", "early.js", "page.js"}) {
    const auto file = desk.get(std::string{"/page/"} + path);
    CAPTURE(path);
    CHECK(file.status == 200);
    CHECK(file.body.find(".innerHTML") == std::string::npos);
  }
}

TEST_CASE("paths that climb or end in nothing lead nowhere") {
  for (const auto* path : {"/page/", "/page/../page/page.js", "/page/node_modules/uplot/LICENSE",
                           "/../etc/passwd", "//", "/page/page.js/", "/PAGE/page.js"}) {
    CAPTURE(path);
    CHECK(Desk{}.get(path).status == 404);
  }
}

TEST_CASE("another path is not found") {
  CHECK(Desk{}.get("/metrics/").status == 404);
  CHECK(Desk{}.get("/api/v1/secrets").status == 404);
}

TEST_CASE("the process is healthy as soon as it answers, whatever its feeds do") {
  Desk desk;
  desk.market = nullptr;
  CHECK(desk.get("/healthz").status == 200);
}

TEST_CASE("the daemon is ready from the first feed's first data on") {
  Desk desk;
  CHECK(desk.get("/readyz").status == 503);
  auto market = fresh_market();
  market.any_data = true;
  desk.market = std::make_shared<const Snapshot>(market);
  CHECK(desk.get("/readyz").status == 200);
}

TEST_CASE("a store that cannot commit makes the daemon not ready, with the file and what to do") {
  Desk desk;
  auto market = fresh_market();
  market.any_data = true;
  desk.market = std::make_shared<const Snapshot>(market);
  SQLite::Database other{desk.database(), SQLite::OPEN_READWRITE};
  other.exec("BEGIN IMMEDIATE");
  CHECK_FALSE(desk.accept(oil(AlertKind::fire, "a-0")));
  const auto reply = desk.get("/readyz");
  CHECK(reply.status == 503);
  CHECK_THAT(reply.body, ContainsSubstring(desk.database() + ": another program has it locked") &&
                             ContainsSubstring("1 alert events are kept in memory"));
  const auto metrics = desk.get("/metrics").body;
  CHECK_THAT(metrics, ContainsSubstring("\nfoghorn_store_up 0\n"));
  CHECK_THAT(metrics, ContainsSubstring("\nfoghorn_store_failures_total{error=\"locked\"} 1\n"));
  CHECK_THAT(metrics, ContainsSubstring("\nfoghorn_store_unsaved_events 1\n"));
}

TEST_CASE("metrics come in Prometheus' own content type") {
  const auto reply = Desk{}.get("/metrics");
  CHECK(reply.status == 200);
  CHECK_THAT(reply.content_type, StartsWith("text/plain; version=0.0.4"));
  CHECK_THAT(reply.body, ContainsSubstring("\nfoghorn_build_info{"));
}

TEST_CASE("status comes as JSON") {
  const auto reply = Desk{}.get("/api/v1/status");
  CHECK(reply.content_type == "application/json");
  CHECK(boost::json::parse(reply.body).as_object().contains("engine_time"));
}

TEST_CASE("while the market thread does not answer, what needs it is unavailable") {
  Desk desk;
  desk.market = nullptr;
  for (const auto* path : {"/readyz", "/metrics", "/api/v1/status"})
    CHECK(desk.get(path).status == 503);
  CHECK(desk.get("/api/v1/alerts").status == 200);
}

TEST_CASE("a rule is explained as JSON, or as text") {
  Desk desk;
  Explanation told;
  told.rule = "oil";
  desk.explained = std::make_shared<const ExplainAnswer>(ExplainAnswer{told, {}});
  const auto reply = desk.get("/api/v1/explain", {{"rule", "oil"}});
  CHECK(reply.content_type == "application/json");
  CHECK(boost::json::parse(reply.body).as_object().at("rule") == "oil");
  CHECK_THAT(desk.get("/api/v1/explain", {{"rule", "oil"}, {"format", "text"}}).body,
             StartsWith("oil  idle"));
}

TEST_CASE("a rule that is not there is not found, and the nearest is named") {
  Desk desk;
  desk.explained = std::make_shared<const ExplainAnswer>(ExplainAnswer{Explanation{}, {}});
  const auto reply = desk.get("/api/v1/explain", {{"rule", "oli"}});
  CHECK(reply.status == 404);
  CHECK_THAT(reply.body, ContainsSubstring("did you mean \"oil\"?"));
  CHECK(desk.get("/api/v1/explain").status == 400);
}

TEST_CASE("alerts come newest first, with their deliveries") {
  Desk desk;
  OutboxRow row;
  row.id = outbox_id("b-0", "desk");
  row.event = "b-0";
  row.channel = "desk";
  desk.keep(oil_at(hormuz, "a-0"));
  desk.keep(oil_at(hormuz + std::chrono::minutes{1}, "b-0"), {row});

  const auto alerts = desk.alerts();
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[0].at("id") == "b-0");
  CHECK(alerts[0].at("deliveries") ==
        boost::json::parse(R"([{"channel":"desk","state":"pending"}])"));
  CHECK(alerts[1].at("id") == "a-0");
}

TEST_CASE("limit asks for so many of the newest, hours for those of the last hours") {
  Desk desk;
  desk.keep(oil_at(wall_now() - std::chrono::hours{30}, "old-0"));
  desk.keep(oil_at(wall_now() - std::chrono::minutes{5}, "new-0"));
  const auto limited = desk.alerts({{"limit", "1"}});
  REQUIRE(limited.size() == 1);
  CHECK(limited[0].at("id") == "new-0");
  CHECK(desk.alerts({{"hours", "24"}}).size() == 1);
  CHECK(desk.alerts({{"hours", "31"}}).size() == 2);
  CHECK(desk.alerts({{"hours", "99999999"}}).size() == 2);
}

TEST_CASE("a limit that is no number above zero is a bad request") {
  Desk desk;
  for (const auto* value : {"", "0", "-1", "1.5", "ten", "99999999999999999999999"}) {
    CAPTURE(value);
    CHECK(desk.get("/api/v1/alerts", {{"limit", value}}).status == 400);
    CHECK(desk.get("/api/v1/alerts", {{"hours", value}}).status == 400);
  }
}
