// Prometheus Alertmanager, as Prometheus itself feeds it:
// https://prometheus.io/docs/alerting/latest/alerts_api/
//
//   POST …/api/v2/alerts
//   Authorization: Bearer …          where there is a secret; Basic … where it is "user:password"
//   [{"labels":{"alertname":"oil-shock","tier":"major",…},"annotations":{"summary":"…",…},
//     "startsAt":"2026-04-17T14:14:48.000Z","endsAt":"2026-04-17T14:19:03.000Z"},…]
//
// The labels are the alert's identity: equal ones, of whatever sender, are one alert. It fires
// until endsAt, so that one whose sender died ends by itself; what fires is sent again long before.
// What endsAt in the past has is over. 200 with nothing in it is success; 400 says that one of the
// alerts was wrong: the others were taken.

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

constexpr std::array<std::string_view, 8> reasons{"http_400", "http_401", "http_403", "http_404",
                                                  "http_405", "http_410", "http_413", "http_422"};

constexpr std::string_view path = "/api/v2/alerts";

/// What fires is told every minute; three of these may get lost.
constexpr Duration lifetime = 4min;

/// What neither begins nor ends, as a notice does, is an alert for so long: time enough for
/// whatever group_wait there is, and then it is gone by itself.
constexpr Duration passing = 5min;

// Nobody's limit but a proxy's before it: nginx takes 1 MiB of its own accord.
constexpr std::size_t largest_body = 1'000'000;
constexpr std::size_t largest_shorter_body = 100'000;

/// RFC 6750's b64token, or "user:password", which that cannot be.
bool is_credential(std::string_view secret) {
  const auto colon = secret.find(':');
  if (colon != std::string_view::npos) return colon > 0;
  return !secret.empty() && std::ranges::all_of(secret, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._~+/="}.find(c) != std::string_view::npos;
  });
}

/// The URL with the API's path, unless it has it: as Prometheus, we are given where Alertmanager
/// is.
std::string endpoint_of(const std::string& url) {
  const auto query = url.find('?');
  auto base = url.substr(0, query);
  while (base.ends_with('/')) base.pop_back();
  if (!base.ends_with(path)) base += path;
  return query == std::string::npos ? base : base + url.substr(query);
}

Timestamp end_of(const AlertEvent& event, Timestamp now) {
  if (passes(event.kind)) return event.time + passing;
  return matter_of(event).over ? event.time : now + lifetime;
}

json::object alert_of(const AlertEvent& event, const RenderOptions& options) {
  auto labels = labels_of(event);
  labels["job"] = "foghorn";
  // Two notices are two alerts, and nothing but their words tells them apart.
  if (passes(event.kind)) labels["title"] = label_text(event.title.in(Language::en));
  auto annotations = annotations_of(event, options);
  if (event.value) annotations["value"] = fmt::format("{}", *event.value);
  if (event.price) annotations["price"] = fmt::format("{}", *event.price);
  const auto ends = end_of(event, options.now);
  const auto starts = std::min(event.began > Timestamp{} ? event.began : event.time, ends);
  return {{"labels", std::move(labels)},
          {"annotations", std::move(annotations)},
          {"startsAt", format_utc(starts)},
          {"endsAt", format_utc(ends)}};
}

class Alertmanager final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "alertmanager",
        .url = "https://…",
        .secret = {.need = Need::optional,
                   .form = "a token, or \"user:password\"",
                   .fits = is_credential},
        .telling = Telling::firing,
        .quota = {.sends = 50, .window = 10s, .penalty = 5s, .apart = 200ms},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    // A state that is told twice is the same state.
    auto plain = options;
    plain.catch_up = plain.maybe_repeated = plain.unsaved = false;
    plain.form = Form::alert;
    const auto limit = options.shorter ? largest_shorter_body : largest_body;
    ChannelRequest request{.url = Secret{endpoint_of(to.url.reveal())},
                           .headers = {{"Content-Type", "application/json"}},
                           .body = "["};
    for (const auto& event : events) {
      const auto alert = json::serialize(alert_of(event, plain));
      if (request.told > 0 && request.body.size() + alert.size() + 2 > limit) break;
      if (request.told++ > 0) request.body += ',';
      request.body += alert;
    }
    request.body += ']';
    if (!to.secret.empty())
      request.headers.emplace_back("Authorization", authorization(to.secret.reveal()));
    return request;
  }

  Delivery judge(int status, std::string_view body) const override {
    if (status >= 200 && status < 300) {
      if (looks_like_html(body)) return {.verdict = retry, .reason = "html"};
      return {.verdict = delivered};
    }
    switch (status) {
      case 400: return {.verdict = refused, .reason = "http_400"};
      case 401: return {.verdict = refused, .reason = "http_401", .channel_is_dead = true};
      case 403: return {.verdict = refused, .reason = "http_403", .channel_is_dead = true};
      case 404: return {.verdict = refused, .reason = "http_404", .channel_is_dead = true};
      case 405: return {.verdict = refused, .reason = "http_405", .channel_is_dead = true};
      case 410: return {.verdict = refused, .reason = "http_410", .channel_is_dead = true};
      case 413: return {.verdict = shorten, .reason = "http_413"};
      case 422: return {.verdict = refused, .reason = "http_422"};
      default: return judge_status(status);
    }
  }

 private:
  static std::string authorization(const std::string& secret) {
    return secret.find(':') == std::string::npos ? "Bearer " + secret
                                                 : "Basic " + to_base64(secret);
  }
};

}  // namespace

const Channel& alertmanager_channel() {
  static const Alertmanager channel;
  return channel;
}

}  // namespace foghorn
