#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Address to{.channel = "desk", .url = Secret{"https://127.0.0.1/send?key=hush"}};

boost::json::value rendered(std::string_view type, const std::vector<AlertEvent>& events,
                            const RenderOptions& options = {}) {
  return boost::json::parse(find_channel(type)->render(events, to, options).body);
}

std::string wecom(const std::vector<AlertEvent>& events, const RenderOptions& options = {}) {
  return std::string{
      rendered("wecom", events, options).at_pointer("/markdown/content").as_string()};
}

}  // namespace

TEST_CASE("WeCom gets markdown with the headline in the colour of its mood") {
  CHECK(wecom({oil(AlertKind::fire, "K7Q2-0")}) ==
        "<font color=\"warning\">**【重大】原油剧烈波动：触发（编号 K7Q2-0）**</font>\n"
        "> WTI 原油 24 小时内下跌 10.94%：96.46 → 85.91 美元/桶\n"
        "> 一致来源：bybit:CLUSDT 85.91、okx:CL-USDT-SWAP 85.88；未采用：hyperliquid:xyz:CL 91.20\n"
        "> 时间：2026-04-17 22:15:02（北京时间）");
  CHECK(wecom({oil(AlertKind::resolve, "r")}).starts_with("<font color=\"info\">**"));
  CHECK(wecom({oil(AlertKind::fire, "f", Tier::notice)}).starts_with("**【提示】"));
}

TEST_CASE("Slack gets a section, and the headline as the text for notifications") {
  const auto message =
      rendered("slack", {oil(AlertKind::fire, "K7Q2-0")}, {.language = Language::en});
  CHECK(message.at("text").as_string() == "[MAJOR] Crude oil shock: FIRED (id K7Q2-0)");
  CHECK(message.at_pointer("/blocks/0/text/type").as_string() == "mrkdwn");
  CHECK(message.at_pointer("/blocks/0/text/text").as_string() ==
        "*[MAJOR] Crude oil shock: FIRED (id K7Q2-0)*\n"
        "WTI crude fell 10.94% in 24 h: 96.46 → 85.91 USD/bbl\n"
        "Sources agreeing: bybit:CLUSDT 85.91, okx:CL-USDT-SWAP 85.88; not used: "
        "hyperliquid:xyz:CL 91.20\n"
        "Time: 2026-04-17 14:15:02 UTC");
}

TEST_CASE("the URL is where the request goes and nowhere else") {
  for (const auto type : channel_types()) {
    const auto request =
        find_channel(type)->render(std::vector{oil(AlertKind::fire, "K7Q2-0")}, to, {});
    if (type == "alertmanager") {  // has a path of its own
      CHECK(request.url.reveal() == "https://127.0.0.1/send/api/v2/alerts?key=hush");
    } else {
      CHECK(request.url == to.url);
    }
    CHECK(request.body.find("hush") == std::string::npos);
  }
}

TEST_CASE("a secret is in the body or header that it opens the account with, and nowhere else") {
  constexpr std::string_view secrets[] = {"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "SEC0",
                                          "abcdefghijklmnopqrstuvwxyz012345"};
  for (const auto type : channel_types())
    for (const auto secret : secrets) {
      const auto& facts = find_channel(type)->facts();
      if (facts.secret.need == Need::none || !facts.secret.fits(secret)) continue;
      CAPTURE(type, secret);
      auto address = to;
      address.secret = Secret{std::string{secret}};
      const auto request =
          find_channel(type)->render(std::vector{oil(AlertKind::fire, "a")}, address, {});
      CHECK(request.url.reveal().find(secret) == std::string::npos);
      for (const auto& [name, value] : request.headers)
        CHECK((name == "Authorization" || value.find(secret) == std::string::npos));
      CHECK((request.body.find(secret) != std::string::npos) ==
            (facts.secret.need == Need::required));
    }
}

TEST_CASE("Slack's three special characters are escaped, and only they") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.title.en = "<!channel> & \"more\"";
  CHECK(rendered("slack", {e}, {.language = Language::en}).at("text").as_string() ==
        "[MAJOR] &lt;!channel&gt; &amp; \"more\": FIRED (id K7Q2-0)");
}

TEST_CASE("a title cannot open a tag in WeCom's markdown") {
  auto e = oil(AlertKind::fire, "K7Q2-0", Tier::notice);
  e.title.zh = "<@all>";
  CHECK(wecom({e}).starts_with("**【提示】＜@all＞：触发"));
}

TEST_CASE("a shorter rendering keeps the headline and leaves the details out") {
  CHECK(wecom({oil(AlertKind::fire, "K7Q2-0")}, {.shorter = true}) ==
        "<font color=\"warning\">**【重大】原油剧烈波动：触发（编号 K7Q2-0）**</font>");
}

TEST_CASE("what is critical calls people at WeCom: a text, without markup, names them") {
  auto calling = to;
  calling.mentions = {"@all", "zhang", "13800001111"};
  const auto message_of = [&](AlertKind kind, Tier tier) {
    const std::vector events{oil(kind, "K7Q2-0", tier)};
    return boost::json::parse(find_channel("wecom")->render(events, calling, {}).body);
  };
  const auto critical = message_of(AlertKind::fire, Tier::critical);
  CHECK(critical.at("msgtype") == "text");
  CHECK(critical.at_pointer("/text/content")
            .as_string()
            .starts_with("【紧急】原油剧烈波动：触发（编号 K7Q2-0）\nWTI 原油 24 小时内"));
  CHECK(critical.at_pointer("/text/mentioned_list") == boost::json::array{"@all", "zhang"});
  CHECK(critical.at_pointer("/text/mentioned_mobile_list") == boost::json::array{"13800001111"});
  CHECK(message_of(AlertKind::fire, Tier::major).at("msgtype") == "markdown");
  CHECK(message_of(AlertKind::resolve, Tier::critical).at("msgtype") == "markdown");
}

TEST_CASE("where nobody is to be called, what is critical looks like the rest") {
  const auto message = rendered("wecom", {oil(AlertKind::fire, "K7Q2-0", Tier::critical)});
  CHECK(message.at("msgtype") == "markdown");
}

TEST_CASE("WeCom gets a digest as a table, whose cells cannot break it") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.title.zh = "a|b\n<c>";
  const auto message = rendered("wecom", {e}, {.form = Form::digest});
  CHECK(message.at("msgtype") == "markdown_v2");
  CHECK(
      message.at_pointer("/markdown_v2/content").as_string() ==
      "**汇总：共 1 条（时区：北京时间）**\n\n"
      "| 时间 | 级别 | 事件 | 状态 | 行情 | 编号 | 备注 |\n"
      "| :--- | :--- | :--- | :--- | :--- | :--- | :--- |\n"
      "| 04-17 22:15 | 重大 | a｜b ＜c＞ | 触发 | WTI 原油 24 小时内下跌 10.94%，至 85.91 美元/桶 "
      "| K7Q2-0 |  |");
}

TEST_CASE("a critical event behind others that fill a text waits for a message of its own") {
  auto calling = to;
  calling.mentions = {"@all"};
  std::vector<AlertEvent> events;
  for (int i = 0; i < 40; ++i) {
    events.push_back(oil(AlertKind::fire, "id-" + std::to_string(i), Tier::notice));
    events.back().episode = events.back().id;
  }
  events.push_back(oil(AlertKind::fire, "last", Tier::critical));
  const auto request = find_channel("wecom")->render(events, calling, {});
  CHECK(request.told >= 20);
  CHECK(request.told <= 40);
  CHECK(boost::json::parse(request.body).at("msgtype") == "markdown");
}
