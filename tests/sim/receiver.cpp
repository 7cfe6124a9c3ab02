#include "tests/sim/receiver.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cassert>

namespace foghorn::sim {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

}  // namespace

Receiver::Receiver(asio::any_io_executor executor, const Credentials& credentials,
                   ReceiverSpec spec, const std::string& log, WallClock clock, OnShown on_shown)
    : spec_{std::move(spec)},
      platform_{find_platform(spec_.type)},
      clock_{std::move(clock)},
      on_shown_{std::move(on_shown)},
      server_{std::move(executor), credentials, *this} {
  assert(platform_ != nullptr);
  if (!log.empty()) log_.open(log, std::ios::app);
}

std::string Receiver::url() const {
  return fmt::format("https://127.0.0.1:{}{}", port_, platform_->target);
}

const ScriptedAnswer* Receiver::scripted(std::uint64_t number) const {
  for (const auto& answer : spec_.answers)
    if (answer.request == number) return &answer;
  return nullptr;
}

bool Receiver::over_limit(Timestamp now) const {
  if (platform_->a_minute == 0) return false;
  const auto shown = std::count_if(received_.begin(), received_.end(),
                                   [&](const Received& r) { return r.shown && now - r.at < 60s; });
  return static_cast<std::size_t>(shown) >= platform_->a_minute;
}

HttpPlan Receiver::http(const HttpCall& call) {
  Received received{.number = received_.size() + 1, .at = clock_(), .body = call.body};
  const auto judged = platform_->judge(call.body);
  received.text = judged.text;

  HttpPlan plan;
  // What signs a request may be joined to the webhook's own target.
  if (call.method != "POST" || !call.target.starts_with(platform_->target)) {
    plan = said(platform_->elsewhere, received);
  } else if (const auto* script = scripted(received.number)) {
    plan = as_scripted(*script, received);
  } else if (judged.good && over_limit(received.at)) {
    plan = said(platform_->too_often, received);
  } else {
    plan = said(judged, received);
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

HttpPlan Receiver::said(const Judged& judged, Received& received) const {
  auto [plan, called] = platform_->answer(judged);
  received.shown = judged.good;
  received.answer = std::move(called);
  return std::move(plan);
}

HttpPlan Receiver::as_scripted(const ScriptedAnswer& script, Received& received) const {
  using Kind = ScriptedAnswer::Kind;
  HttpPlan plan;
  switch (script.kind) {
    case Kind::errcode: {
      const bool too_often = script.code == platform_->too_often.code;
      return said(
          {.code = script.code, .reason = too_often ? platform_->too_often.reason : "simulated"},
          received);
    }
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
