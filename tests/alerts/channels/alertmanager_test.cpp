// What Alertmanager makes of ours: which alerts are the same, and from when to when they fire.

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "alerts/channels/signature.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

ChannelRequest request(const std::vector<AlertEvent>& events, const RenderOptions& options = {},
                       const std::string& url = "https://127.0.0.1",
                       const std::string& secret = {}) {
  const Address to{.channel = "am", .url = Secret{url}, .secret = Secret{secret}};
  return find_channel("alertmanager")->render(events, to, options);
}

boost::json::array alerts(const std::vector<AlertEvent>& events, RenderOptions options = {}) {
  options.now = hormuz;
  return boost::json::parse(request(events, options).body).as_array();
}

std::string at(const boost::json::value& alert, std::string_view pointer) {
  return std::string{alert.at_pointer({pointer.data(), pointer.size()}).as_string()};
}

std::string authorization(const std::string& secret) {
  for (const auto& [name, value] :
       request({oil(AlertKind::fire, "a")}, {}, "https://h", secret).headers)
    if (name == "Authorization") return value;
  return "(none)";
}

}  // namespace

TEST_CASE("an alert's labels are what stays the same over episodes, and nothing else") {
  auto later = oil(AlertKind::fire, "Z9-0");
  later.episode = "Z9";
  later.time += 24h;
  later.began += 24h;
  later.value = 0.2;
  later.sources.pop_back();
  const auto both = alerts({oil(AlertKind::fire, "K7Q2-0"), later});
  CHECK(both[0].at("labels") == both[1].at("labels"));
  CHECK(both[0].at("labels") == boost::json::value{{"alertname", "oil-shock"},
                                                   {"severity", "warning"},
                                                   {"rule", "oil-shock"},
                                                   {"instrument", "WTI"},
                                                   {"tier", "major"},
                                                   {"job", "foghorn"}});
}

TEST_CASE("what fires ends by itself four minutes from now, unless it is told again") {
  const auto alert = alerts({oil(AlertKind::fire, "a")})[0];
  CHECK(at(alert, "/startsAt") == "2026-04-17T14:14:48.000Z");
  CHECK(at(alert, "/endsAt") == "2026-04-17T14:19:03.000Z");
}

TEST_CASE("what is over ended when it was over") {
  auto over = oil(AlertKind::resolve, "b");
  over.time -= 1s;
  CHECK(at(alerts({over})[0], "/endsAt") == "2026-04-17T14:15:02.000Z");
  CHECK(at(alerts({about_gold(AlertKind::data_back, "c")})[0], "/endsAt") ==
        "2026-04-17T14:15:03.000Z");
}

TEST_CASE("an instrument's trouble is an alert of its own name, the same at both ends") {
  const auto told =
      alerts({about_gold(AlertKind::no_data, "a"), about_gold(AlertKind::data_back, "b"),
              about_gold(AlertKind::unconfirmed, "c")});
  CHECK(at(told[0], "/labels/alertname") == "no_data");
  CHECK(told[0].at("labels") == told[1].at("labels"));
  CHECK(at(told[2], "/labels/alertname") == "unconfirmed");
  CHECK(at(told[2], "/labels/instrument") == "GOLD");
}

TEST_CASE("a notice is an alert for five minutes, known by its words") {
  auto notice = about_gold(AlertKind::notice, "channel-desk-down-1776435303000");
  notice.instrument.clear();
  notice.title = {"渠道 desk 恢复发送", "Channel desk is back"};
  const auto alert = alerts({notice})[0];
  CHECK(at(alert, "/labels/title") == "Channel desk is back");
  CHECK(at(alert, "/endsAt") == "2026-04-17T14:20:03.000Z");
}

TEST_CASE("every annotation is text, and a repeat says what the first said") {
  const auto fire = oil(AlertKind::fire, "K7Q2-0");
  const auto alert = alerts({fire}, {.language = Language::en})[0];
  CHECK(at(alert, "/annotations/summary") == "[MAJOR] Crude oil shock: FIRED (id K7Q2-0)");
  CHECK(at(alert, "/annotations/value") == "0.109372");
  CHECK(at(alert, "/annotations/price") == "85.91");
  CHECK(alerts({fire}, {.language = Language::en,
                        .catch_up = true,
                        .maybe_repeated = true,
                        .unsaved = true})[0] == alert);
}

TEST_CASE("Alertmanager is told where it is, and its API's path is added") {
  const auto fire = std::vector{oil(AlertKind::fire, "a")};
  for (const char* url : {"https://h:9093", "https://h:9093/", "https://h:9093/api/v2/alerts"})
    CHECK(request(fire, {}, url).url.reveal() == "https://h:9093/api/v2/alerts");
  CHECK(request(fire, {}, "https://h/prefix/").url.reveal() == "https://h/prefix/api/v2/alerts");
}

TEST_CASE("a secret is a token, or a name and a password") {
  CHECK(authorization("") == "(none)");
  CHECK(authorization("a-token") == "Bearer a-token");
  CHECK(authorization("user:pass") == "Basic " + to_base64("user:pass"));
  const auto fits = find_channel("alertmanager")->facts().secret.fits;
  CHECK(fits("a-token"));
  CHECK(fits("user:p ss"));
  for (const char* wrong : {"", ":pass", "two words"}) CHECK_FALSE(fits(wrong));
}

TEST_CASE("more than a request holds is left for the next one") {
  const std::vector<AlertEvent> many(3'000, oil(AlertKind::fire, "a"));
  for (const bool shorter : {false, true}) {
    const auto first = request(many, {.now = hormuz, .shorter = shorter});
    CHECK(first.told > 1);
    CHECK(first.told < many.size());
    CHECK(first.body.size() <= (shorter ? 100'000 : 1'000'000));
    CHECK(boost::json::parse(first.body).as_array().size() == first.told);
  }
}
