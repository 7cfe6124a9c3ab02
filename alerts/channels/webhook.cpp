// A program of your own, or any bridge that takes Prometheus Alertmanager's webhooks,
// https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, signed as
// https://github.com/standard-webhooks/standard-webhooks says:
//
//   POST …
//   webhook-id: K7Q2-0                    the alert event's id: the same in every try
//   webhook-timestamp: 1776435303         of the try
//   webhook-signature: v1,<base64 of HMAC-SHA256(key, id "." timestamp "." body)>
//   {"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":…},…}],…}
//
// The key is what base64 makes of the secret behind "whsec_". Any 2xx is success, whatever the
// body.

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "alerts/channels/answer.hpp"
#include "alerts/channels/matter.hpp"
#include "alerts/channels/prometheus_alert.hpp"
#include "alerts/channels/signature.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

constexpr std::array<std::string_view, 7> reasons{"http_400", "http_401", "http_403", "http_404",
                                                  "http_410", "http_413", "http_422"};

// What the Go programs on the other side make of a time that is not there.
constexpr std::string_view never = "0001-01-01T00:00:00Z";

constexpr std::string_view secret_prefix = "whsec_";

/// Empty for what is no secret of the standard: "whsec_" and 24 to 64 bytes in base64.
std::string key_of(std::string_view secret) {
  if (!secret.starts_with(secret_prefix)) return {};
  auto key = decoded_base64(secret.substr(secret_prefix.size())).value_or("");
  return key.size() >= 24 && key.size() <= 64 ? key : "";
}

bool is_secret(std::string_view secret) {
  return !key_of(secret).empty();
}

/// Numbers as numbers, under Grafana's name for them.
json::object values_of(const AlertEvent& event) {
  json::object values;
  if (event.value) values["value"] = *event.value;
  if (event.price) values["price"] = *event.price;
  return values;
}

json::object alert_of(const AlertEvent& event, const RenderOptions& options) {
  const auto matter = matter_of(event);
  const auto began = event.began > Timestamp{} ? event.began : event.time;
  return {{"status", matter.over ? "resolved" : "firing"},
          {"labels", labels_of(event)},
          {"annotations", annotations_of(event, options)},
          {"values", values_of(event)},
          {"startsAt", format_utc(began)},
          {"endsAt", matter.over ? format_utc(event.time) : std::string{never}},
          {"generatorURL", ""},
          {"fingerprint", label_text(matter.key)}};
}

/// What all alerts say alike at `key`.
json::object common(const json::array& alerts, std::string_view key) {
  auto shared = alerts.front().at(key).as_object();
  for (const auto& alert : alerts)
    for (const auto& [name, value] : alerts.front().at(key).as_object()) {
      const auto* same = alert.at(key).as_object().if_contains(name);
      if (!same || *same != value) shared.erase(name);
    }
  return shared;
}

/// An event's id as a header may say it: visible ASCII.
std::string header_text(std::string_view id) {
  std::string out;
  for (const char c : id) {
    if (c > 0x20 && c < 0x7F && c != '%') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

class Webhook final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "webhook",
        .url = "https://…",
        .secret = {.need = Need::optional,
                   .form = "\"whsec_\" and 24 to 64 bytes in base64",
                   .fits = is_secret},
        .telling = Telling::one_by_one,
        .quota = {.sends = 50, .window = 1s, .penalty = 5s},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    json::array alerts;
    for (const auto& event : events) alerts.push_back(alert_of(event, options));
    const auto& last = events.back();
    const auto matter = matter_of(last);
    const json::object message{{"version", "4"},
                               {"groupKey", fmt::format("{{}}:{{fingerprint={}}}",
                                                        json::serialize(label_text(matter.key)))},
                               {"truncatedAlerts", 0},
                               {"status", matter.over ? "resolved" : "firing"},
                               {"receiver", label_text(to.channel)},
                               {"groupLabels", {{"alertname", label_text(matter.name)}}},
                               {"commonLabels", common(alerts, "labels")},
                               {"commonAnnotations", common(alerts, "annotations")},
                               {"externalURL", ""},
                               {"alerts", alerts}};
    ChannelRequest request{.url = to.url,
                           .headers = {{"Content-Type", "application/json"}},
                           .body = json::serialize(message),
                           .told = events.size()};
    sign(request, header_text(last.id), to.secret, options.now);
    return request;
  }

  Delivery judge(int status, std::string_view) const override {
    if (status >= 200 && status < 300) return {.verdict = delivered};
    switch (status) {
      case 400: return {.verdict = refused, .reason = "http_400"};
      case 401: return {.verdict = refused, .reason = "http_401", .channel_is_dead = true};
      case 403: return {.verdict = refused, .reason = "http_403", .channel_is_dead = true};
      case 404: return {.verdict = refused, .reason = "http_404", .channel_is_dead = true};
      case 410: return {.verdict = refused, .reason = "http_410", .channel_is_dead = true};
      case 413: return {.verdict = shorten, .reason = "http_413"};
      case 422: return {.verdict = refused, .reason = "http_422"};
      default: return judge_status(status);
    }
  }

 private:
  static void sign(ChannelRequest& request, const std::string& id, const Secret& secret,
                   Timestamp now) {
    const auto time = std::to_string(to_unix_ms(now) / 1000);
    request.headers.emplace_back("webhook-id", id);
    request.headers.emplace_back("webhook-timestamp", time);
    if (secret.empty()) return;
    const auto signature =
        hmac_sha256(key_of(secret.reveal()), fmt::format("{}.{}.{}", id, time, request.body));
    request.headers.emplace_back("webhook-signature", "v1," + to_base64(signature));
  }
};

}  // namespace

const Channel& webhook_channel() {
  static const Webhook channel;
  return channel;
}

}  // namespace foghorn
