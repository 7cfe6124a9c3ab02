#include "tests/sim/receiver.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>

#include "tests/sim/reader.hpp"

namespace foghorn::sim {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr ? value->if_object() : nullptr;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

Judged bad(int code, std::string reason) {
  return {.code = code, .reason = std::move(reason)};
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

}  // namespace

Judged judge_wecom(std::string_view body) {
  boost::system::error_code error;
  const auto value = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error || !value.is_object()) return bad(47001, "data format error");
  const auto& message = value.get_object();
  const auto type = text_at(message, "msgtype");
  const std::size_t limit = type == "text" ? 2048 : 4096;
  if (type != "text" && type != "markdown" && type != "markdown_v2")
    return bad(40008, "invalid message type");
  const auto* part = object_at(message, type);
  const auto content = part != nullptr ? text_at(*part, "content") : "";
  if (content.empty()) return bad(44004, "empty content");
  if (content.size() > limit)
    return bad(40058, fmt::format("{}.content exceed max length {}", type, limit));
  return {.good = true, .text = type == "text" ? content : wecom_to_plain(content)};
}

Judged judge_slack(std::string_view body) {
  boost::system::error_code error;
  const auto value = json::parse(json::string_view{body.data(), body.size()}, error);
  if (error || !value.is_object()) return bad(400, "invalid_payload");
  const auto& message = value.get_object();
  const auto fallback = text_at(message, "text");
  const auto* blocks = message.if_contains("blocks");
  if (blocks == nullptr) {
    if (fallback.empty()) return bad(400, "no_text");
    return {.good = true, .text = slack_to_plain(fallback)};
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

Receiver::Receiver(asio::any_io_executor executor, const Credentials& credentials,
                   ReceiverSpec spec, const std::string& log, WallClock clock, OnShown on_shown)
    : spec_{std::move(spec)},
      clock_{std::move(clock)},
      on_shown_{std::move(on_shown)},
      server_{std::move(executor), credentials, *this} {
  if (!log.empty()) log_.open(log, std::ios::app);
}

std::string Receiver::path() const {
  return spec_.kind == ReceiverSpec::Kind::wecom
             ? "/cgi-bin/webhook/send?key=simulated-robot-of-no-one"
             : "/services/T00000000/B00000000/foghornsimulated00000000";
}

std::string Receiver::url() const {
  return fmt::format("https://127.0.0.1:{}{}", port_, path());
}

const ScriptedAnswer* Receiver::scripted(std::uint64_t number) const {
  for (const auto& answer : spec_.answers)
    if (answer.request == number) return &answer;
  return nullptr;
}

// 20 messages a minute and robot: https://developer.work.weixin.qq.com/document/path/99110
bool Receiver::over_limit(Timestamp now) const {
  return std::count_if(received_.begin(), received_.end(),
                       [&](const Received& r) { return r.shown && now - r.at < 60s; }) >= 20;
}

HttpPlan Receiver::http(const HttpCall& call) {
  Received received{.number = received_.size() + 1, .at = clock_(), .body = call.body};
  const bool wecom = spec_.kind == ReceiverSpec::Kind::wecom;
  const auto judged = wecom ? judge_wecom(call.body) : judge_slack(call.body);
  received.text = judged.text;

  HttpPlan plan;
  if (call.method != "POST" || call.target != path()) {
    plan = wecom ? HttpPlan{.body = R"({"errcode":93000,"errmsg":"invalid webhook url"})"}
                 : HttpPlan{.status = 404, .content_type = "text/html", .body = "no_service"};
    received.answer = wecom ? "errcode 93000" : "404 no_service";
  } else if (const auto* script = scripted(received.number)) {
    plan = as_scripted(*script, received);
  } else {
    plan = wecom ? wecom_answer(received, judged) : slack_answer(received, judged);
  }

  if (log_.is_open())
    log_ << json::serialize(json::object{{"receiver", spec_.name},
                                         {"number", received.number},
                                         {"at", format_utc(received.at)},
                                         {"answer", received.answer},
                                         {"shown", received.shown},
                                         {"text", received.text},
                                         {"body", received.body}})
         << std::endl;
  received_.push_back(std::move(received));
  if (on_shown_) on_shown_(*this, received_.back());
  return plan;
}

HttpPlan Receiver::wecom_answer(Received& received, const Judged& judged) {
  int code = judged.code;
  std::string reason = judged.reason;
  if (judged.good && over_limit(received.at)) {
    code = 45009;
    reason = "api freq out of limit";
  }
  received.shown = code == 0;
  received.answer = fmt::format("errcode {}", code);
  return {.body =
              fmt::format(R"({{"errcode":{},"errmsg":"{}"}})", code, code == 0 ? "ok" : reason)};
}

HttpPlan Receiver::slack_answer(Received& received, const Judged& judged) {
  received.shown = judged.good;
  received.answer = judged.good ? "ok" : fmt::format("{} {}", judged.code, judged.reason);
  return {.status = judged.good ? 200 : judged.code,
          .content_type = "text/html",
          .body = judged.good ? "ok" : judged.reason};
}

HttpPlan Receiver::as_scripted(const ScriptedAnswer& script, Received& received) {
  using Kind = ScriptedAnswer::Kind;
  HttpPlan plan;
  switch (script.kind) {
    case Kind::errcode:
      received.answer = fmt::format("errcode {}", script.code);
      plan.body = fmt::format(R"({{"errcode":{},"errmsg":"{}"}})", script.code,
                              script.code == 45009 ? "api freq out of limit" : "simulated");
      break;
    case Kind::status:
      received.answer = fmt::format("{}", script.code);
      plan.status = script.code;
      plan.body = fmt::format(R"({{"ok":false,"error":"{}"}})",
                              script.code == 429 ? "rate_limited" : "simulated");
      if (script.retry_after)
        plan.headers.emplace_back("Retry-After", fmt::format("{}", *script.retry_after));
      break;
    case Kind::html:
      received.answer = "html";
      plan.content_type = "text/html; charset=utf-8";
      plan.body =
          "<!DOCTYPE html><html><head><title>Sign in to the "
          "network</title></head><body></body></html>";
      break;
    case Kind::hang:
      received.answer = "hang";
      plan.kind = HttpPlan::Kind::hang;
      break;
    case Kind::reset:
      received.answer = "reset";
      received.shown = true;
      plan.kind = HttpPlan::Kind::reset;
      break;
  }
  return plan;
}

}  // namespace foghorn::sim
