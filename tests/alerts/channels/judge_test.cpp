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

TEST_CASE("Alertmanager's answers mean what their status says, and its success is no web page") {
  judge_all("alertmanager",
            {{200, "", {.verdict = delivered}},
             {200, R"({"status":"success"})", {.verdict = delivered}},
             {202, "", {.verdict = delivered}},
             {200, "<html>Log in</html>", {.verdict = retry, .reason = "html"}},
             {302, "", {.verdict = retry, .reason = "redirect"}},
             {400,
              R"("invalid label set: invalid name \"1alertname\"")",
              {.verdict = refused, .reason = "http_400"}},
             {401, "", {.verdict = refused, .reason = "http_401", .channel_is_dead = true}},
             {403, "", {.verdict = refused, .reason = "http_403", .channel_is_dead = true}},
             {404, "", {.verdict = refused, .reason = "http_404", .channel_is_dead = true}},
             {405, "", {.verdict = refused, .reason = "http_405", .channel_is_dead = true}},
             {410, "", {.verdict = refused, .reason = "http_410", .channel_is_dead = true}},
             {413, "<html>", {.verdict = shorten, .reason = "http_413"}},
             {418, "", {.verdict = retry, .reason = "http_4xx", .most_tries = 3}},
             {422, "", {.verdict = refused, .reason = "http_422"}},
             {429, "", {.verdict = retry, .reason = "http_429", .too_often = true}},
             {500, "", {.verdict = retry, .reason = "http_5xx"}},
             {503, "", {.verdict = retry, .reason = "http_5xx"}}});
}

TEST_CASE("Feishu's answers mean what its body says, with HTTP 200 and with 400") {
  const auto dead = [](std::string_view reason) {
    return Delivery{.verdict = refused, .reason = reason, .channel_is_dead = true};
  };
  judge_all("feishu",
            {{200,
              R"({"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"})",
              {.verdict = delivered}},
             {400,
              R"({"code":9499,"msg":"too many request","data":{}})",
              {.verdict = retry, .reason = "9499", .too_often = true}},
             {400,
              R"({"code":9499,"msg":"Bad Request","data":{}})",
              {.verdict = retry, .reason = "9499", .most_tries = 3}},
             {200,
              R"({"code":11232,"msg":"frequency limited psm[lark.oapi.app_platform_runtime]"})",
              {.verdict = retry, .reason = "11232", .too_often = true}},
             {200, R"({"code":19001,"msg":"param invalid: incoming webhook access token invalid"})",
              dead("19001")},
             {200, R"({"code":19021,"msg":"sign match fail or timestamp is not within one hour"})",
              dead("19021")},
             {200, R"({"code":19022,"msg":"Ip Not Allowed"})", dead("19022")},
             {200, R"({"code":19024,"msg":"Key Words Not Found"})", dead("19024")},
             {200, R"({"code":19036,"msg":"too large"})", {.verdict = shorten, .reason = "19036"}},
             {200, R"({"code":7})", {.verdict = retry, .reason = "other", .most_tries = 3}},
             {200, R"({"StatusCode":0})", {.verdict = retry, .reason = "other", .most_tries = 3}},
             {200, R"({"code":0,"ms)", {.verdict = unknown, .reason = "cut_off"}},
             {200, "<html>", {.verdict = retry, .reason = "html"}},
             {400, "nginx", {.verdict = retry, .reason = "http_4xx", .most_tries = 3}},
             {302, "", {.verdict = retry, .reason = "redirect"}},
             {429, "", {.verdict = retry, .reason = "http_429", .too_often = true}},
             {504, "", {.verdict = retry, .reason = "http_5xx"}}});
}

TEST_CASE("DingTalk's answers mean what its body says") {
  judge_all("dingtalk",
            {{200, R"({"errcode":0,"errmsg":"ok"})", {.verdict = delivered}},
             {200, R"({"errcode":-1,"errmsg":"系统繁忙"})", {.verdict = retry, .reason = "busy"}},
             {200,
              R"({"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"})",
              {.verdict = retry, .reason = "130101", .too_often = true}},
             {200,
              R"({"errcode":410100,"errmsg":"too fast"})",
              {.verdict = retry, .reason = "410100", .too_often = true}},
             {200,
              R"({"errcode":460101,"errmsg":"message too long"})",
              {.verdict = shorten, .reason = "460101"}},
             {200, R"({"errcode":43004})", {.verdict = retry, .reason = "other", .most_tries = 3}},
             {200, "", {.verdict = unknown, .reason = "cut_off"}},
             {200, "<html>", {.verdict = retry, .reason = "html"}},
             {403, "", {.verdict = retry, .reason = "http_4xx", .most_tries = 3}},
             {502, "", {.verdict = retry, .reason = "http_5xx"}}});
  for (const char* code :
       {"90030", "300001", "300005", "310000", "400013", "400101", "400102", "400106"}) {
    CAPTURE(code);
    const auto delivery =
        find_channel("dingtalk")
            ->judge(200, std::string{R"({"errmsg":"no","errcode":)"} + code + "}");
    CHECK(delivery == Delivery{.verdict = refused, .reason = code, .channel_is_dead = true});
  }
}

TEST_CASE("Telegram's answers mean what status and body say, and its body says how long to wait") {
  judge_all(
      "telegram",
      {{200, R"({"ok":true,"result":{"message_id":7}})", {.verdict = delivered}},
       {200, R"({"ok":false})", {.verdict = retry, .reason = "other", .most_tries = 3}},
       {200, R"({"ok":tr)", {.verdict = unknown, .reason = "cut_off"}},
       {200, "<html>", {.verdict = retry, .reason = "html"}},
       {400,
        R"({"ok":false,"error_code":400,"description":"Bad Request: message is too long"})",
        {.verdict = shorten, .reason = "http_400"}},
       {400,
        R"({"ok":false,"error_code":400,"description":"Bad Request: can't parse entities"})",
        {.verdict = refused, .reason = "http_400"}},
       {400,
        R"({"ok":false,"error_code":400,"description":"Bad Request: chat not found"})",
        {.verdict = refused, .reason = "http_400", .channel_is_dead = true}},
       {400,
        R"({"ok":false,"description":"Bad Request: group chat was upgraded to a supergroup chat"})",
        {.verdict = refused, .reason = "http_400", .channel_is_dead = true}},
       {401,
        R"({"ok":false,"error_code":401,"description":"Unauthorized"})",
        {.verdict = refused, .reason = "http_401", .channel_is_dead = true}},
       {403,
        R"({"ok":false,"error_code":403,"description":"Forbidden: bot was kicked"})",
        {.verdict = refused, .reason = "http_403", .channel_is_dead = true}},
       {404, "", {.verdict = refused, .reason = "http_404", .channel_is_dead = true}},
       {429,
        R"({"ok":false,"error_code":429,"parameters":{"retry_after":17}})",
        {.verdict = retry,
         .reason = "http_429",
         .asked_wait = std::chrono::seconds{17},
         .too_often = true}},
       {429,
        R"({"parameters":{"retry_after":-5}})",
        {.verdict = retry, .reason = "http_429", .too_often = true}},
       {429, "later", {.verdict = retry, .reason = "http_429", .too_often = true}},
       {502, "", {.verdict = retry, .reason = "http_5xx"}}});
}

TEST_CASE("PagerDuty's answers mean what status and body say") {
  judge_all("pagerduty",
            {{202,
              R"({"status":"success","message":"Event processed","dedup_key":"K7Q2"})",
              {.verdict = delivered}},
             {202, R"({"status":"succ)", {.verdict = unknown, .reason = "cut_off"}},
             {202, "{}", {.verdict = retry, .reason = "other", .most_tries = 3}},
             {200, "<html>", {.verdict = retry, .reason = "other", .most_tries = 3}},
             {400,
              R"({"status":"invalid event","errors":["'payload.severity' is missing or blank"]})",
              {.verdict = refused, .reason = "http_400"}},
             {400,
              R"({"status":"invalid event","errors":["Length of 'routing_key' is incorrect"]})",
              {.verdict = refused, .reason = "http_400", .channel_is_dead = true}},
             {403, "", {.verdict = retry, .reason = "http_403", .too_often = true}},
             {413, "", {.verdict = shorten, .reason = "http_413"}},
             {429, "", {.verdict = retry, .reason = "http_429", .too_often = true}},
             {500, "", {.verdict = retry, .reason = "http_5xx"}}});
}

TEST_CASE("every reason that a channel gives is in the closed list") {
  for (const auto type : channel_types()) {
    const auto reasons = reasons_of(*find_channel(type));
    for (int status = 100; status < 600; ++status)
      for (const char* body :
           {"", "ok", "<", "{}", "too_long", R"({"errcode":1})", R"({"errcode":45009})",
            R"({"errcode":40058})", R"({"errcode":93000})", R"({"errcode":-1})",
            R"({"errcode":310000})", R"({"code":9499})", R"({"code":19021})", R"({"ok":true})",
            R"({"status":"success"})", "routing_key"}) {
        const auto delivery = find_channel(type)->judge(status, body);
        CAPTURE(type, status, body, delivery.reason);
        CHECK((delivery.verdict == delivered) == delivery.reason.empty());
        CHECK((delivery.reason.empty() ||
               std::ranges::find(reasons, delivery.reason) != reasons.end()));
      }
  }
}
