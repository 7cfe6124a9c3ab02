// PagerDuty's Events API v2, https://developer.pagerduty.com/docs/events-api-v2-overview
//
//   POST https://events.pagerduty.com/v2/enqueue             (EU: events.eu.pagerduty.com)
//   {"routing_key":"…","event_action":"trigger","dedup_key":"…","client":"Foghorn",
//    "payload":{"summary":"…","source":"foghorn","severity":"error","timestamp":"…",
//               "component":"WTI","group":"oil-shock","class":"fire","custom_details":{…}}}
//
// The routing key, 32 characters, is the integration's and the only credential. One dedup_key is
// one alert: triggers add to it, {"event_action":"resolve"} ends it. A summary has at most 1024
// characters, a dedup_key 255, all of it 512 KB. 202 {"status":"success",…} is success; 400 is an
// event that is wrong, or a key that is; 429 too often, to be tried again after a minute.

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "alerts/channels/answer.hpp"
#include "alerts/channels/fit.hpp"
#include "alerts/channels/matter.hpp"
#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

constexpr std::array<std::string_view, 2> hosts{"events.pagerduty.com", "events.eu.pagerduty.com"};
constexpr std::array<std::string_view, 3> reasons{"http_400", "http_403", "http_413"};

// Limits are in characters and we count bytes, of which there are never fewer.
constexpr std::size_t longest_summary = 1'024;
constexpr std::size_t longest_key = 255;
constexpr std::size_t longest_details = 16'000;

bool is_routing_key(std::string_view secret) {
  return secret.size() == 32 && std::ranges::all_of(secret, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

std::string_view pagerduty_severity(const AlertEvent& event) {
  switch (event.tier.value_or(Tier::notice)) {
    case Tier::critical: return "critical";
    case Tier::major: return "error";
    case Tier::notice: break;
  }
  return "warning";
}

json::object details_of(const AlertEvent& event, const std::vector<ToldLine>& lines) {
  json::object details{{"text", shortened(joined_from(1, lines), longest_details)},
                       {"id", shortened(one_line(event.id), longest_key)}};
  if (event.tier) details["tier"] = to_text(*event.tier);
  if (event.value) details["value"] = *event.value;
  if (event.price) details["price"] = *event.price;
  return details;
}

json::object payload_of(const AlertEvent& event, const RenderOptions& options) {
  const auto lines = tell({&event, 1}, options);
  json::object payload{{"summary", headline_within({&event, 1}, options, longest_summary)},
                       {"source", "foghorn"},
                       {"severity", pagerduty_severity(event)},
                       {"timestamp", format_utc(event.event_time)},
                       {"class", to_text(event.kind)}};
  const auto text = [](const std::string& from) { return shortened(one_line(from), longest_key); };
  if (!event.instrument.empty()) payload["component"] = text(event.instrument);
  if (!event.rule.empty()) payload["group"] = text(event.rule);
  if (!options.shorter) payload["custom_details"] = details_of(event, lines);
  return payload;
}

class Pagerduty final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "pagerduty",
        .hosts = hosts,
        .url = "https://events.pagerduty.com/v2/enqueue",
        .secret = {.need = Need::required,
                   .form = "the integration's routing key, 32 letters and digits",
                   .fits = is_routing_key},
        .telling = Telling::one_by_one,
        .quota = {.sends = 100, .reserve = 10, .window = 60s, .penalty = 60s},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    const auto& event = events.back();
    const auto matter = matter_of(event);
    const json::object message{{"routing_key", to.secret.reveal()},
                               {"event_action", matter.over ? "resolve" : "trigger"},
                               {"dedup_key", shortened(one_line(matter.key), longest_key)},
                               {"client", "Foghorn"},
                               {"payload", payload_of(event, options)}};
    return {.url = to.url,
            .headers = {{"Content-Type", "application/json"}},
            .body = json::serialize(message),
            .told = events.size()};
  }

  Delivery judge(int status, std::string_view body) const override {
    switch (status) {
      case 202: return judge_accepted(body);
      case 400: {
        const bool key = body.find("routing_key") != std::string_view::npos;
        return {.verdict = refused, .reason = "http_400", .channel_is_dead = key};
      }
      case 403: return {.verdict = retry, .reason = "http_403", .too_often = true};
      case 413: return {.verdict = shorten, .reason = "http_413"};
      default: return judge_status(status);
    }
  }

 private:
  static Delivery judge_accepted(std::string_view body) {
    const auto answer = object_in(body);
    if (!answer.object) return answer.judgement;
    const auto* said = answer.object->if_contains("status");
    if (said && *said == "success") return {.verdict = delivered};
    return {.verdict = retry, .reason = "other", .most_tries = 3};
  }
};

}  // namespace

const Channel& pagerduty_channel() {
  static const Pagerduty channel;
  return channel;
}

}  // namespace foghorn
