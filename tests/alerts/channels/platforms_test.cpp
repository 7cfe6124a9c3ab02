// What each platform's messages look like, and its signatures.

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

ChannelRequest request(std::string_view type, const std::vector<AlertEvent>& events,
                       const std::string& secret = {}, const RenderOptions& options = {}) {
  const Address to{.channel = "desk",
                   .url = Secret{"https://127.0.0.1/send?token=a-token"},
                   .secret = Secret{secret},
                   .chat_id = "-1001"};
  return find_channel(type)->render(events, to, options);
}

boost::json::value message(std::string_view type, const std::vector<AlertEvent>& events,
                           const RenderOptions& options = {}) {
  return boost::json::parse(request(type, events, {}, options).body);
}

std::string at(const boost::json::value& message, std::string_view pointer) {
  return std::string{message.at_pointer({pointer.data(), pointer.size()}).as_string()};
}

const AlertEvent fire = oil(AlertKind::fire, "K7Q2-0");
const AlertEvent over = oil(AlertKind::resolve, "K7Q2-2");

}  // namespace

TEST_CASE("Feishu gets a card in the colour of its mood, its headline on the head") {
  const auto m = message("feishu", {fire});
  CHECK(at(m, "/msg_type") == "interactive");
  CHECK(at(m, "/card/header/template") == "red");
  CHECK(at(m, "/card/header/title/content") == "【重大】原油剧烈波动：触发（编号 K7Q2-0）");
  CHECK(at(m, "/card/elements/0/text/tag") == "plain_text");
  CHECK(at(m, "/card/elements/0/text/content")
            .starts_with("WTI 原油 24 小时内下跌 10.94%：96.46 → 85.91 美元/桶\n一致来源："));
  CHECK(at(message("feishu", {over}), "/card/header/template") == "green");
  CHECK_FALSE(m.as_object().contains("sign"));
}

// The platforms publish how they sign, and no example: these are what their published code gives.
TEST_CASE("Feishu's signature has the secret in its key, signs nothing, and goes into the body") {
  const auto m = boost::json::parse(request("feishu", {fire}, "a-secret", {.now = hormuz}).body);
  CHECK(at(m, "/timestamp") == "1776435303");
  CHECK(at(m, "/sign") == "t2lVsKZZLEFUqKHwCXRQwBFk5hs0YZvXdNMcwZTTcuA=");
}

TEST_CASE("DingTalk's signature has the secret for its key, and goes into the URL, escaped") {
  CHECK(request("dingtalk", {fire}, "a-secret", {.now = hormuz}).url.reveal() ==
        "https://127.0.0.1/send?token=a-token&timestamp=1776435303000&sign="
        "g4kTJMfm5f9CGOxmMvkdfvfSuIXruYWVE%2Bs%2Be3PWPAk%3D");
  CHECK(request("dingtalk", {fire}).url.reveal() == "https://127.0.0.1/send?token=a-token");
}

TEST_CASE("DingTalk gets markdown with a title for its notification") {
  auto event = fire;
  event.title.zh = "<@all>";
  const auto m = message("dingtalk", {event});
  CHECK(at(m, "/msgtype") == "markdown");
  CHECK(at(m, "/markdown/title") == "【重大】＜@all＞：触发（编号 K7Q2-0）");
  CHECK(at(m, "/markdown/text")
            .starts_with("**【重大】＜@all＞：触发（编号 K7Q2-0）**\n\n> WTI 原油 24 小时内下跌"));
}

TEST_CASE("Telegram gets HTML with its three special characters escaped, for its chat") {
  auto event = fire;
  event.title.en = "<b> & \"more\"";
  const auto m = message("telegram", {event}, {.language = Language::en});
  CHECK(at(m, "/chat_id") == "-1001");
  CHECK(at(m, "/parse_mode") == "HTML");
  CHECK(
      at(m, "/text")
          .starts_with(
              "<b>[MAJOR] &lt;b&gt; &amp; \"more\": FIRED (id K7Q2-0)</b>\nWTI crude fell 10.94%"));
  CHECK(m.at_pointer("/link_preview_options/is_disabled").as_bool());
}

TEST_CASE("PagerDuty's alert is the episode: triggered, triggered higher, resolved") {
  const auto begun = message("pagerduty", {oil(AlertKind::fire, "K7Q2-0", Tier::notice)});
  const auto higher = message("pagerduty", {oil(AlertKind::escalate, "K7Q2-1", Tier::critical)});
  const auto ended = message("pagerduty", {over});
  for (const auto& m : {begun, higher, ended}) CHECK(at(m, "/dedup_key") == "K7Q2");
  CHECK(at(begun, "/event_action") == "trigger");
  CHECK(at(begun, "/payload/severity") == "warning");
  CHECK(at(higher, "/event_action") == "trigger");
  CHECK(at(higher, "/payload/severity") == "critical");
  CHECK(at(ended, "/event_action") == "resolve");
}

TEST_CASE("PagerDuty gets the facts as fields, and the key that names its service") {
  const auto key = "abcdefghijklmnopqrstuvwxyz012345";
  const auto m =
      boost::json::parse(request("pagerduty", {fire}, key, {.language = Language::en}).body);
  CHECK(at(m, "/routing_key") == key);
  CHECK(at(m, "/payload/summary") == "[MAJOR] Crude oil shock: FIRED (id K7Q2-0)");
  CHECK(at(m, "/payload/severity") == "error");
  CHECK(at(m, "/payload/component") == "WTI");
  CHECK(at(m, "/payload/group") == "oil-shock");
  CHECK(at(m, "/payload/timestamp") == "2026-04-17T14:15:02.920Z");
  CHECK(m.at_pointer("/payload/custom_details/price").as_double() == 85.91);
}

TEST_CASE("what is of no episode ends what it is the end of, at PagerDuty too") {
  const auto gone = message("pagerduty", {about_gold(AlertKind::unconfirmed, "u")});
  const auto back = message("pagerduty", {about_gold(AlertKind::confirmed, "c")});
  CHECK(at(gone, "/dedup_key") == "unconfirmed:GOLD");
  CHECK(at(back, "/dedup_key") == "unconfirmed:GOLD");
  CHECK(at(back, "/event_action") == "resolve");
  CHECK(at(message("pagerduty", {about_gold(AlertKind::notice, "n-1")}), "/dedup_key") == "n-1");
}

TEST_CASE("DingTalk calls people by number in its text as well, for what is critical") {
  const Address to{.url = Secret{"https://127.0.0.1/x"},
                   .mentions = {"@all", "13800001111", "zhang"}};
  const std::vector critical{oil(AlertKind::fire, "K7Q2-0", Tier::critical)};
  const auto m = boost::json::parse(find_channel("dingtalk")->render(critical, to, {}).body);
  CHECK(m.at_pointer("/at/isAtAll").as_bool());
  CHECK(m.at_pointer("/at/atMobiles") == boost::json::array{"13800001111"});
  CHECK(m.at_pointer("/at/atUserIds") == boost::json::array{"zhang"});
  CHECK(at(m, "/markdown/text").ends_with("\n\n@13800001111 @zhang"));
  const auto major =
      boost::json::parse(find_channel("dingtalk")->render(std::vector{fire}, to, {}).body);
  CHECK_FALSE(major.as_object().contains("at"));
}

TEST_CASE("Feishu calls people in an element that reads tags, and nothing else does") {
  const Address to{.url = Secret{"https://127.0.0.1/x"}, .mentions = {"@all", "ou_7d8a"}};
  auto critical = oil(AlertKind::fire, "K7Q2-0", Tier::critical);
  critical.title.zh = "<at id=all></at>";
  const auto m =
      boost::json::parse(find_channel("feishu")->render(std::vector{critical}, to, {}).body);
  CHECK(at(m, "/card/elements/0/text/tag") == "plain_text");
  CHECK(at(m, "/card/elements/1/text/tag") == "lark_md");
  CHECK(at(m, "/card/elements/1/text/content") == "<at id=all></at><at id=ou_7d8a></at>");
}

TEST_CASE("Slack calls a channel, or members by their ids") {
  const Address to{.url = Secret{"https://127.0.0.1/x"}, .mentions = {"@channel", "U012AB3CD"}};
  const std::vector critical{oil(AlertKind::fire, "K7Q2-0", Tier::critical)};
  const auto m = boost::json::parse(find_channel("slack")->render(critical, to, {}).body);
  CHECK(at(m, "/blocks/0/text/text").starts_with("<!channel> <@U012AB3CD> *【紧急】"));
  CHECK(at(m, "/text").starts_with("【紧急】"));
}
