#include "tests/sim/platform.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "model/time.hpp"
#include "tests/sim/reader.hpp"

namespace foghorn::sim {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr ? value->if_object() : nullptr;
}

/// The object that `body` is; none for anything else.
std::optional<json::object> object_of(std::string_view body) {
  boost::system::error_code error;
  auto value = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

Judged bad(int code, std::string reason) {
  return {.code = code, .reason = std::move(reason)};
}

Judged shown(std::string text) {
  return {.good = true, .text = std::move(text)};
}

/// A block's text, in the order in which it is read; false where the block breaks a limit.
bool read_block(const json::object& block, std::string& text) {
  const auto add = [&](const json::object& part) {
    const auto line = text_at(part, "text");
    if (!line.empty()) text += slack_to_plain(line) + "\n";
    return characters(line) <= (text_at(block, "type") == "header" ? 150U : 3000U);
  };
  if (const auto* part = object_at(block, "text"); part != nullptr && !add(*part)) return false;
  for (const auto* key : {"fields", "elements"})
    if (const auto* list = block.if_contains(key); list != nullptr && list->is_array()) {
      if (list->get_array().size() > 10) return false;
      for (const auto& element : list->get_array())
        if (element.is_object() && !add(element.get_object())) return false;
    }
  return true;
}

// Prometheus Alertmanager's version 4: https://prometheus.io/docs/alerting/latest/configuration/
Judged judge_webhook(std::string_view body) {
  const auto message = object_of(body);
  if (!message) return bad(400, "not JSON");
  const auto* alerts = message->if_contains("alerts");
  const bool some = alerts != nullptr && alerts->is_array() && !alerts->get_array().empty();
  if (text_at(*message, "version") != "4" || !some) return bad(422, "not version 4");
  std::string text;
  for (const auto& alert : alerts->get_array()) {
    const auto* annotations =
        alert.is_object() ? object_at(alert.get_object(), "annotations") : nullptr;
    if (annotations == nullptr) return bad(422, "an alert without annotations");
    text += text_at(*annotations, "summary") + "\n" + text_at(*annotations, "description") + "\n";
  }
  return shown(std::move(text));
}

// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
Judged judge_alertmanager(std::string_view body) {
  boost::system::error_code error;
  const auto alerts = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error || !alerts.is_array()) return bad(400, "parsing alerts body failed");
  std::string text;
  for (const auto& alert : alerts.get_array()) {
    const auto* object = alert.if_object();
    const auto* labels = object != nullptr ? object_at(*object, "labels") : nullptr;
    const auto* annotations = object != nullptr ? object_at(*object, "annotations") : nullptr;
    if (labels == nullptr || labels->empty() || annotations == nullptr)
      return bad(400, "at least one label pair required");
    const auto ends = parse_time(text_at(*object, "endsAt"));
    if (!ends || parse_time(text_at(*object, "startsAt")) > ends)
      return bad(400, "start time must be before end time");
    text += text_at(*annotations, "summary") + "\n" + text_at(*annotations, "description") + "\n";
  }
  return shown(std::move(text));
}

// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: a body of at most 20 KB.
Judged judge_feishu(std::string_view body) {
  if (body.size() > 20'000) return bad(19036, "message too large");
  const auto message = object_of(body);
  const auto* card = message ? object_at(*message, "card") : nullptr;
  if (card == nullptr || text_at(*message, "msg_type") != "interactive")
    return bad(9499, "Bad Request");
  const auto* header = object_at(*card, "header");
  const auto* title = header != nullptr ? object_at(*header, "title") : nullptr;
  auto text = title != nullptr ? text_at(*title, "content") : "";
  const auto* elements = card->if_contains("elements");
  if (elements == nullptr || !elements->is_array() || elements->get_array().empty())
    return bad(9499, "Bad Request");
  for (const auto& element : elements->get_array())
    if (const auto* part = element.is_object() ? object_at(element.get_object(), "text") : nullptr)
      text += "\n" + text_at(*part, "content");
  return shown(std::move(text));
}

// https://open.dingtalk.com/document/robots/custom-robot-access: a body of at most 20,000 bytes.
Judged judge_dingtalk(std::string_view body) {
  if (body.size() > 20'000) return bad(460101, "message too long");
  const auto message = object_of(body);
  const auto* markdown = message ? object_at(*message, "markdown") : nullptr;
  if (markdown == nullptr || text_at(*message, "msgtype") != "markdown")
    return bad(400105, "message type is not supported");
  if (text_at(*markdown, "title").empty() || text_at(*markdown, "text").empty())
    return bad(40035, "title and text are wanted");
  return shown(wecom_to_plain(text_at(*markdown, "text")));
}

// https://core.telegram.org/bots/api#sendmessage: 4096 characters once tags and escapes are read.
Judged judge_telegram(std::string_view body) {
  const auto message = object_of(body);
  if (!message || text_at(*message, "chat_id").empty())
    return bad(400, "Bad Request: chat not found");
  const auto text = html_to_plain(text_at(*message, "text"));
  if (text.empty()) return bad(400, "Bad Request: message text is empty");
  if (characters(text) > 4096) return bad(400, "Bad Request: message is too long");
  return shown(text);
}

// https://developer.pagerduty.com/docs/events-api-v2-overview
Judged judge_pagerduty(std::string_view body) {
  const auto message = object_of(body);
  if (!message) return bad(400, "Event object is invalid");
  if (text_at(*message, "routing_key").size() != 32)
    return bad(400, "Length of 'routing_key' is incorrect (should be 32 characters)");
  const auto action = text_at(*message, "event_action");
  if (action != "trigger" && action != "resolve") return bad(400, "'event_action' is invalid");
  const auto* payload = object_at(*message, "payload");
  if (payload == nullptr || text_at(*payload, "summary").empty())
    return bad(400, "'payload.summary' is missing or blank");
  if (text_at(*payload, "summary").size() > 1024) return bad(400, "'payload.summary' is too long");
  auto text = action + " " + text_at(*message, "dedup_key") + "\n" + text_at(*payload, "summary");
  if (const auto* details = object_at(*payload, "custom_details"))
    text += "\n" + text_at(*details, "text");
  return shown(std::move(text));
}

/// "\n@zhang @13800001111", the people whom a WeCom text calls; empty for none.
std::string called_by(const json::object& text) {
  std::string called;
  for (const auto* key : {"mentioned_list", "mentioned_mobile_list"})
    if (const auto* list = text.if_contains(key); list != nullptr && list->is_array())
      for (const auto& name : list->get_array())
        if (name.is_string()) {
          const std::string_view who = name.get_string();
          called.append(called.empty() ? "\n" : " ").append(who.starts_with('@') ? "" : "@");
          called.append(who);
        }
  return called;
}

Said with_errcode(const Judged& judged) {
  const int code = judged.good ? 0 : judged.code;
  return {.plan = {.body = fmt::format(R"({{"errcode":{},"errmsg":"{}"}})", code,
                                       judged.good ? "ok" : judged.reason)},
          .called = fmt::format("errcode {}", code)};
}

Said as_slack(const Judged& judged) {
  return {.plan = {.status = judged.good ? 200 : judged.code,
                   .content_type = "text/html",
                   .body = judged.good ? "ok" : judged.reason},
          .called = judged.good ? "ok" : fmt::format("{} {}", judged.code, judged.reason)};
}

Said as_webhook(const Judged& judged) {
  if (judged.good) return {.plan = {.status = 204}, .called = "204"};
  return {.plan = {.status = judged.code, .body = judged.reason},
          .called = fmt::format("{}", judged.code)};
}

Said as_alertmanager(const Judged& judged) {
  if (judged.good) return {.plan = {.body = ""}, .called = "200"};
  return {.plan = {.status = judged.code, .body = "\"" + judged.reason + "\""},
          .called = fmt::format("{}", judged.code)};
}

Said as_feishu(const Judged& judged) {
  const int code = judged.good ? 0 : judged.code;
  return {.plan = {.status = code == 9499 ? 400 : 200,
                   .body = fmt::format(R"({{"code":{},"msg":"{}","data":{{}}}})", code,
                                       judged.good ? "success" : judged.reason)},
          .called = fmt::format("code {}", code)};
}

Said as_telegram(const Judged& judged) {
  if (judged.good)
    return {.plan = {.body = R"({"ok":true,"result":{"message_id":1}})"}, .called = "ok"};
  const auto* wait = judged.code == 429 ? R"(,"parameters":{"retry_after":9})" : "";
  return {.plan = {.status = judged.code,
                   .body = fmt::format(R"({{"ok":false,"error_code":{},"description":"{}"{}}})",
                                       judged.code, judged.reason, wait)},
          .called = fmt::format("{}", judged.code)};
}

Said as_pagerduty(const Judged& judged) {
  if (judged.good)
    return {.plan = {.status = 202, .body = R"({"status":"success","message":"Event processed"})"},
            .called = "202"};
  return {.plan = {.status = judged.code,
                   .body = fmt::format(R"({{"status":"invalid event","errors":["{}"]}})",
                                       judged.reason)},
          .called = fmt::format("{}", judged.code)};
}

}  // namespace

Judged judge_wecom(std::string_view body) {
  const auto message = object_of(body);
  if (!message) return bad(47001, "data format error");
  const auto type = text_at(*message, "msgtype");
  const std::size_t limit = type == "text" ? 2048 : 4096;
  if (type != "text" && type != "markdown" && type != "markdown_v2")
    return bad(40008, "invalid message type");
  const auto* part = object_at(*message, type);
  const auto content = part != nullptr ? text_at(*part, "content") : "";
  if (content.empty()) return bad(44004, "empty content");
  if (content.size() > limit)
    return bad(40058, fmt::format("{}.content exceed max length {}", type, limit));
  if (type == "text") return shown(content + called_by(*part));
  // A table's rows keep their bars: readers of old clients see them so.
  return shown(wecom_to_plain(content));
}

Judged judge_slack(std::string_view body) {
  const auto message = object_of(body);
  if (!message) return bad(400, "invalid_payload");
  const auto fallback = text_at(*message, "text");
  const auto* blocks = message->if_contains("blocks");
  if (blocks == nullptr) {
    if (fallback.empty()) return bad(400, "no_text");
    return shown(slack_to_plain(fallback));
  }
  if (!blocks->is_array() || blocks->get_array().empty() || blocks->get_array().size() > 50)
    return bad(400, "invalid_blocks");
  Judged judged{.good = true};
  for (const auto& block : blocks->get_array())
    if (!block.is_object() || !read_block(block.get_object(), judged.text))
      return bad(400, "invalid_blocks");
  if (characters(judged.text) > 13'200) return bad(400, "msg_blocks_too_long");
  return judged;
}

std::span<const Platform> platforms() {
  static const std::array<Platform, 8> all{
      {{"wecom", "WeCom", "/cgi-bin/webhook/send?key=simulated-robot-of-no-one", 20, judge_wecom,
        with_errcode, bad(93000, "invalid webhook url"), bad(45009, "api freq out of limit")},
       {"slack", "Slack", "/services/T00000000/B00000000/foghornsimulated00000000", 0, judge_slack,
        as_slack, bad(404, "no_service"), bad(429, "rate_limited")},
       {"webhook", "Webhook", "/alerts", 0, judge_webhook, as_webhook, bad(404, "not here"),
        bad(429, "too many")},
       {"feishu", "Feishu", "/open-apis/bot/v2/hook/simulated-bot-of-no-one", 100, judge_feishu,
        as_feishu, bad(19001, "param invalid: incoming webhook access token invalid"),
        bad(9499, "too many request")},
       {"dingtalk", "DingTalk", "/robot/send?access_token=simulated-robot-of-no-one", 20,
        judge_dingtalk, with_errcode, bad(300005, "token is not exist"),
        bad(130101, "send too fast, exceed 20 times per minute")},
       {"telegram", "Telegram", "/bot7:simulated-bot-of-no-one/sendMessage", 20, judge_telegram,
        as_telegram, bad(404, "Not Found"), bad(429, "Too Many Requests: retry after 9")},
       {"pagerduty", "PagerDuty", "/v2/enqueue", 120, judge_pagerduty, as_pagerduty,
        bad(400, "Length of 'routing_key' is incorrect (should be 32 characters)"),
        bad(429, "Too many requests")},
       {"alertmanager", "Alertmanager", "/api/v2/alerts", 0, judge_alertmanager, as_alertmanager,
        bad(404, "404 page not found"), bad(429, "too many")}}};
  return all;
}

const Platform* find_platform(std::string_view type) {
  for (const auto& platform : platforms())
    if (platform.type == type) return &platform;
  return nullptr;
}

}  // namespace foghorn::sim
