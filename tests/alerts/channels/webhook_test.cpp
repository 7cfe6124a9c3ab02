// What a bridge for Alertmanager's webhooks, or a verifier of Standard Webhooks, needs of ours.

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>

#include "alerts/channels/channel.hpp"
#include "alerts/channels/signature.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

// The secret, id, time and body of the examples in the standard's own libraries.
const Secret spec_secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

ChannelRequest request(const AlertEvent& event, const Secret& secret = {},
                       const RenderOptions& options = {}) {
  const Address to{.channel = "bridge", .url = Secret{"https://127.0.0.1/hook"}, .secret = secret};
  return find_channel("webhook")->render({&event, 1}, to, options);
}

boost::json::value message(const AlertEvent& event, const RenderOptions& options = {}) {
  return boost::json::parse(request(event, {}, options).body);
}

std::string at(const boost::json::value& message, std::string_view pointer) {
  return std::string{message.at_pointer({pointer.data(), pointer.size()}).as_string()};
}

std::string header(const ChannelRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "(none)";
}

}  // namespace

TEST_CASE("a fire is a firing alert of Alertmanager's version 4") {
  const auto m = message(oil(AlertKind::fire, "K7Q2-0"));
  CHECK(at(m, "/version") == "4");
  CHECK(at(m, "/status") == "firing");
  CHECK(at(m, "/receiver") == "bridge");
  CHECK(at(m, "/groupLabels/alertname") == "oil-shock");
  CHECK(m.at("truncatedAlerts").as_int64() == 0);
  REQUIRE(m.at("alerts").as_array().size() == 1);
  CHECK(at(m, "/alerts/0/status") == "firing");
  CHECK(at(m, "/alerts/0/labels/rule") == "oil-shock");
  CHECK(at(m, "/alerts/0/labels/instrument") == "WTI");
  CHECK(at(m, "/alerts/0/labels/tier") == "major");
  CHECK(at(m, "/alerts/0/labels/severity") == "warning");
  CHECK(at(m, "/alerts/0/startsAt") == "2026-04-17T14:14:48.000Z");
  CHECK(at(m, "/alerts/0/endsAt") == "0001-01-01T00:00:00Z");
  CHECK(m.at_pointer("/alerts/0/values/price").as_double() == 85.91);
  CHECK(m.at("commonLabels") == m.at_pointer("/alerts/0/labels"));
  CHECK(m.at("commonAnnotations") == m.at_pointer("/alerts/0/annotations"));
}

TEST_CASE("its annotations are in the channel's language") {
  const auto fire = oil(AlertKind::fire, "K7Q2-0");
  CHECK(at(message(fire), "/alerts/0/annotations/summary") ==
        "【重大】原油剧烈波动：触发（编号 K7Q2-0）");
  const auto en = message(fire, {.language = Language::en});
  CHECK(at(en, "/alerts/0/annotations/summary") == "[MAJOR] Crude oil shock: FIRED (id K7Q2-0)");
  CHECK(at(en, "/alerts/0/annotations/description")
            .starts_with("WTI crude fell 10.94% in 24 h: 96.46 → 85.91 USD/bbl\n"));
}

TEST_CASE("an end resolves the alert that its beginning opened, whatever the tier became") {
  const auto fire = message(oil(AlertKind::fire, "K7Q2-0", Tier::notice));
  const auto end = message(oil(AlertKind::resolve, "K7Q2-2", Tier::critical));
  CHECK(at(end, "/status") == "resolved");
  CHECK(at(end, "/alerts/0/endsAt") == "2026-04-17T14:15:03.000Z");
  for (const char* key : {"/groupKey", "/alerts/0/fingerprint", "/alerts/0/startsAt"})
    CHECK(at(fire, key) == at(end, key));
}

TEST_CASE("an instrument's trouble ends as it began, too") {
  const auto gone = message(about_gold(AlertKind::no_data, "n"));
  const auto back = message(about_gold(AlertKind::data_back, "b"));
  CHECK(at(gone, "/alerts/0/labels/alertname") == "no_data");
  CHECK(at(gone, "/status") == "firing");
  CHECK(at(back, "/status") == "resolved");
  CHECK(at(back, "/alerts/0/fingerprint") == at(gone, "/alerts/0/fingerprint"));
  CHECK(at(message(about_gold(AlertKind::confirmed, "c")), "/alerts/0/fingerprint") !=
        at(gone, "/alerts/0/fingerprint"));
}

TEST_CASE("the id is the event's, in every try, and fit for a header") {
  auto event = oil(AlertKind::fire, "K7Q2-0");
  CHECK(header(request(event, {}, {.now = hormuz}), "webhook-id") == "K7Q2-0");
  CHECK(header(request(event, {}, {.now = hormuz + 90s}), "webhook-id") == "K7Q2-0");
  event.id = "channel-油\r\n-1";
  CHECK(header(request(event), "webhook-id") == "channel-%E6%B2%B9%0D%0A-1");
}

TEST_CASE("the time is that of the try, and signed with it") {
  const auto event = oil(AlertKind::fire, "K7Q2-0");
  const auto first = request(event, spec_secret, {.now = hormuz});
  const auto second = request(event, spec_secret, {.now = hormuz + 90s});
  CHECK(header(first, "webhook-timestamp") == "1776435303");
  CHECK(header(second, "webhook-timestamp") == "1776435393");
  CHECK(header(first, "webhook-signature") != header(second, "webhook-signature"));
}

TEST_CASE("without a secret there is no signature, and the secret is nowhere in a request") {
  CHECK(header(request(oil(AlertKind::fire, "a")), "webhook-signature") == "(none)");
  const auto signed_request = request(oil(AlertKind::fire, "a"), spec_secret);
  for (const auto& [key, value] : signed_request.headers)
    CHECK(value.find("MfKQ9r8") == std::string::npos);
  CHECK(signed_request.body.find("MfKQ9r8") == std::string::npos);
}

TEST_CASE("the signature is the standard's over id, time and body") {
  // The example of the standard's libraries: this id, time and body give this signature.
  const auto key = decoded_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  CHECK(to_base64(
            hmac_sha256(key, "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}")) ==
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  const auto r = request(oil(AlertKind::fire, "K7Q2-0"), spec_secret, {.now = hormuz});
  CHECK(header(r, "webhook-signature") ==
        "v1," + to_base64(hmac_sha256(key, "K7Q2-0.1776435303." + r.body)));
}

TEST_CASE("only a secret of the standard's form is one") {
  const auto fits = find_channel("webhook")->facts().secret.fits;
  CHECK(fits("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  for (const char* wrong : {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_",
                            "whsec_c2hvcnQ=", "whsec_not base64 not base64 not base64!"})
    CHECK_FALSE(fits(wrong));
}

TEST_CASE("a rendering that was too large is the headline alone") {
  const auto m = message(oil(AlertKind::fire, "K7Q2-0"), {.shorter = true});
  CHECK_FALSE(m.at_pointer("/alerts/0/annotations").as_object().contains("description"));
  CHECK(at(m, "/alerts/0/annotations/summary").find("K7Q2-0") != std::string::npos);
}
