#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("capital");
}

Lines said(std::string_view text) {
  return Decoding{"capital"}.said(text);
}

FeedRequest request_with(std::string key) {
  FeedRequest request;
  request.prices = {
      {"OIL_CRUDE", PriceKind::mid}, {"GOLD", PriceKind::mid}, {"BTCUSD", PriceKind::trade}};
  request.key = Secret{std::move(key)};
  return request;
}

}  // namespace

TEST_CASE("capital: a quote is a mid of bid and offer, its quantities in whatever notation") {
  CHECK(said(fixture("capital", "quote")) == Lines{"mid OIL_CRUDE 85.91 @1776470400187"});
}

TEST_CASE("capital: a quote of one side is a sign of life") {
  CHECK(
      said(
          R"({"status":"OK","destination":"quote","payload":{"epic":"GOLD","bid":null,"ofr":5,"timestamp":1}})") ==
      Lines{"alive GOLD"});
}

TEST_CASE("capital: answers name their request") {
  CHECK(said(fixture("capital", "ack")) == Lines{"ack [1]"});
  CHECK(said(fixture("capital", "error")) == Lines{"error [2]: error.invalid.session.token"});
  CHECK(said(fixture("capital", "pong")) == Lines{"pong"});
}

TEST_CASE("capital: an epic that was not processed is a refusal") {
  CHECK(
      said(
          R"({"status":"OK","destination":"marketData.subscribe","correlationId":"3","payload":{"subscriptions":{"NOPE":"ERROR_EPIC"}}})") ==
      Lines{"error [3]: ERROR_EPIC"});
}

TEST_CASE("capital: the key is three words, on lines or on one line") {
  for (const auto* key :
       {"a-key\nme@example.com\npass word\n", " a-key me@example.com pass word"}) {
    const auto login = venue().login(request_with(key));
    REQUIRE(login.has_value());
    CHECK(login->request.method == "POST");
    CHECK(login->request.path == "/api/v1/session");
    CHECK(login->request.headers.at(0) == Header{"X-CAP-API-KEY", "a-key"});
    CHECK(login->request.body == R"({"identifier":"me@example.com","password":"pass word"})");
    CHECK(login->tokens == std::vector<std::string>{"CST", "X-SECURITY-TOKEN"});
  }
}

TEST_CASE("capital: every text carries the session's tokens, and none the key") {
  const auto plan = venue().plan(request_with("a-key\nme\npass"));
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://api-streaming-capital.backend-capital.com/connect");
  REQUIRE(plan[0].subscribe.size() == 2);
  CHECK(
      plan[0].subscribe[1] ==
      R"({"destination":"marketData.subscribe","correlationId":"2","cst":"{CST}","securityToken":"{X-SECURITY-TOKEN}","payload":{"epics":["GOLD"]}})");
  CHECK(plan[0].streams[1].ack == "2");
  CHECK(
      plan[0].keep_alive ==
      R"({"destination":"ping","correlationId":"ping","cst":"{CST}","securityToken":"{X-SECURITY-TOKEN}"})");
  CHECK(venue().keep_alive().every == std::chrono::minutes{5});
}

TEST_CASE("capital: a connection carries forty epics") {
  FeedRequest request;
  for (int i = 0; i < 41; ++i) {
    request.prices.push_back({"E" + std::to_string(i), PriceKind::mid});
  }
  const auto plan = venue().plan(request);
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].streams.size() == 40);
}

TEST_CASE("capital: what the venue really sent") {
  check_captures(
      {{"capital.control", "capital", {{"ack [1]"}}},
       {"capital.quote",
        "capital",
        {{"mid OIL_CRUDE 93.885 @1660297190627"}, {"mid EURUSD 1.06336 @1671005949822"}}}});
}
