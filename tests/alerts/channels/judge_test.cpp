#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>

#include "alerts/channels/channel.hpp"

using namespace foghorn;
using enum Delivery::Verdict;

namespace {

struct Case {
  int status;
  std::string_view body;
  Delivery expected;
};

void judge_all(std::string_view type, std::initializer_list<Case> cases) {
  for (const auto& [status, body, expected] : cases) {
    CAPTURE(type, status, body);
    CHECK(find_channel(type)->judge(status, body) == expected);
  }
}

}  // namespace

TEST_CASE("WeCom's answers mean what its body says, whatever the status promises") {
  judge_all(
      "wecom",
      {{200, R"({"errcode":0,"errmsg":"ok"})", {.verdict = delivered}},
       {200,
        R"({"errcode":45009,"errmsg":"api freq out of limit"})",
        {.verdict = retry, .reason = "45009", .too_often = true}},
       {200,
        R"({"errcode":40058,"errmsg":"markdown.content exceed max length 4096"})",
        {.verdict = shorten, .reason = "40058"}},
       {200,
        R"({"errcode":93000,"errmsg":"invalid webhook url"})",
        {.verdict = refused, .reason = "93000", .channel_is_dead = true}},
       {200, R"({"errcode":-1,"errmsg":"system busy"})", {.verdict = retry, .reason = "busy"}},
       {200,
        R"({"errcode":44004,"errmsg":"empty content"})",
        {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, R"({"errmsg":"ok"})", {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, R"({"errcode":"0"})", {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, "[]", {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, "all fine", {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, " \n<!DOCTYPE html><p>Log in", {.verdict = retry, .reason = "html"}},
       {200, R"({"errcode":0,"err)", {.verdict = unknown, .reason = "cut_off"}},
       {200, "", {.verdict = unknown, .reason = "cut_off"}},
       {302, "", {.verdict = retry, .reason = "redirect"}},
       {404, "", {.verdict = retry, .reason = "http_4xx", .most_tries = 3}},
       {429, "", {.verdict = retry, .reason = "http_429", .too_often = true}},
       {502, "<html>", {.verdict = retry, .reason = "http_5xx"}}});
}

TEST_CASE("Slack's answers mean what status and body say together") {
  judge_all(
      "slack",
      {{200, "ok", {.verdict = delivered}},
       {200, "ok\n", {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, R"({"ok":true})", {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, "<html>Log in</html>", {.verdict = retry, .reason = "html"}},
       {200, "", {.verdict = unknown, .reason = "cut_off"}},
       {200, "o", {.verdict = unknown, .reason = "cut_off"}},
       {307, "", {.verdict = retry, .reason = "redirect"}},
       {400, "invalid_payload", {.verdict = refused, .reason = "http_400"}},
       {400, "msg_blocks_too_long", {.verdict = shorten, .reason = "http_400"}},
       {403,
        "action_prohibited",
        {.verdict = refused, .reason = "http_403", .channel_is_dead = true}},
       {404, "no_service", {.verdict = refused, .reason = "http_404", .channel_is_dead = true}},
       {410,
        "channel_is_archived",
        {.verdict = refused, .reason = "http_410", .channel_is_dead = true}},
       {418, "", {.verdict = retry, .reason = "http_4xx", .most_tries = 3}},
       {429,
        R"({"ok":false,"error":"rate_limited"})",
        {.verdict = retry, .reason = "http_429", .too_often = true}},
       {500, "rollup_error", {.verdict = retry, .reason = "http_5xx"}},
       {503, "", {.verdict = retry, .reason = "http_5xx"}}});
}

TEST_CASE("a webhook's answers mean what their status says, whatever the body") {
  judge_all("webhook",
            {{200, "", {.verdict = delivered}},
             {202, "<html>", {.verdict = delivered}},
             {204, "", {.verdict = delivered}},
             {301, "", {.verdict = retry, .reason = "redirect"}},
             {400, "", {.verdict = refused, .reason = "http_400"}},
             {401, "", {.verdict = refused, .reason = "http_401", .channel_is_dead = true}},
             {403, "", {.verdict = refused, .reason = "http_403", .channel_is_dead = true}},
             {404, "", {.verdict = refused, .reason = "http_404", .channel_is_dead = true}},
             {410, "", {.verdict = refused, .reason = "http_410", .channel_is_dead = true}},
             {413, "", {.verdict = shorten, .reason = "http_413"}},
             {418, "", {.verdict = retry, .reason = "http_4xx", .most_tries = 3}},
             {422, "", {.verdict = refused, .reason = "http_422"}},
             {429, "", {.verdict = retry, .reason = "http_429", .too_often = true}},
             {502, "", {.verdict = retry, .reason = "http_5xx"}},
             {504, "", {.verdict = retry, .reason = "http_5xx"}}});
}

TEST_CASE("every reason that a channel gives is in the closed list") {
  for (const auto type : channel_types()) {
    const auto reasons = reasons_of(*find_channel(type));
    for (int status = 100; status < 600; ++status)
      for (const char* body :
           {"", "ok", "<", "{}", "too_long", R"({"errcode":1})", R"({"errcode":45009})",
            R"({"errcode":40058})", R"({"errcode":93000})", R"({"errcode":-1})"}) {
        const auto delivery = find_channel(type)->judge(status, body);
        CAPTURE(type, status, body, delivery.reason);
        CHECK((delivery.verdict == delivered) == delivery.reason.empty());
        CHECK((delivery.reason.empty() ||
               std::ranges::find(reasons, delivery.reason) != reasons.end()));
      }
  }
}
