// What channels want beside a URL: secrets, groups, and URLs of the platform's form.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <fstream>

#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {
namespace {

ChannelConfig channel(const std::string& lines, Variables variables = {},
                      const std::filesystem::path& file = "config.toml") {
  return good(read("[channel.desk]\n" + lines, std::move(variables), file)).channels[0];
}

std::vector<std::string> mistakes(const std::string& lines, Variables variables = {}) {
  return mistakes_in(read("[channel.desk]\n" + lines, std::move(variables)));
}

using Lines = std::vector<std::string>;

// 24 bytes, 0 to 23.
constexpr auto signing = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

TEST_CASE("a webhook leads wherever its user says, without a ca_file") {
  CHECK(channel("type = \"webhook\"\nurl = \"https://bridge.example/hook\"").secret.empty());
}

TEST_CASE("a secret comes from the environment, or from a file beside the config") {
  const std::string webhook = "type = \"webhook\"\nurl = \"https://127.0.0.1/hook\"\n";
  CHECK(channel(webhook + "secret = \"${S}\"", {{"S", signing}}).secret.reveal() == signing);
  const TempDir dir;
  std::ofstream{dir.path() / "desk.secret"} << signing << "\n";
  CHECK(channel(webhook + "secret_file = \"desk.secret\"", {}, dir.path() / "config.toml")
            .secret.reveal() == signing);
}

TEST_CASE("what is no secret of the channel is refused, and not told") {
  CHECK(mistakes("type = \"webhook\"\nurl = \"https://127.0.0.1/hook\"\nsecret = \"${S}\"",
                 {{"S", "hush"}}) ==
        Lines{"config.toml:4:10: [channel.desk] secret: this is no secret of webhook; write "
              "\"whsec_\" and 24 to 64 bytes in base64"});
}

TEST_CASE("no mistake and no warning about a secret tells it") {
  const auto line =
      GENERATE(as<std::string>{}, "secret = \"hush\"", "secret = [\"hush\"]", "secret = 'hush",
               "secret = \"${BAD}\"", "secret = \"whsec_hush\"", "secret_file = \"hush\"",
               "secret_file = \"https://hush\"", "secrets = \"hush\"", "chat_id = \"hush\"",
               "secret = \"whsec_hushhushhushhushhushhushhushhush\"");
  CAPTURE(line);
  for (const char* type : {"wecom", "webhook", "pagerduty"}) {
    const auto told = read("[channel.desk]\ntype = \"" + std::string{type} +
                               "\"\nurl = \"https://127.0.0.1/x\"\n" + line,
                           {{"BAD", "hush"}});
    for (const auto& mistake : mistakes_in(told)) CHECK(mistake.find("hush") == std::string::npos);
    if (const auto* config = std::get_if<Config>(&told))
      for (const auto& warning : lines(config->warnings))
        CHECK(warning.find("hush") == std::string::npos);
  }
}

TEST_CASE("a channel that wants no secret and no group says so") {
  CHECK(mistakes("type = \"wecom\"\nurl = \"https://127.0.0.1/x\"\nsecret = \"hush\"") ==
        Lines{"config.toml:4:10: [channel.desk] secret: wecom wants no secret; remove it"});
  CHECK(mistakes("type = \"wecom\"\nurl = \"https://127.0.0.1/x\"\nchat_id = \"7\"") ==
        Lines{"config.toml:4:11: [channel.desk] chat_id: wecom wants no chat_id; remove it"});
}

TEST_CASE("mute hours are read as times of the day, over midnight or not") {
  const std::string webhook = "type = \"webhook\"\nurl = \"https://127.0.0.1/hook\"\n";
  CHECK(channel(webhook).mute == std::nullopt);
  const auto night = channel(webhook + "mute_hours = \"23:00-07:30\"").mute;
  CHECK(night == MuteHours{.from = std::chrono::hours{23}, .to = std::chrono::minutes{450}});
}

TEST_CASE("one secret, not two") {
  const auto told = mistakes(
      "type = \"webhook\"\nurl = \"https://127.0.0.1/x\"\nsecret = \"${S}\"\nsecret_file = "
      "\"none\"",
      {{"S", signing}});
  REQUIRE(told.size() == 2);
  CHECK(told[0] ==
        "config.toml:4:10: [channel.desk] secret: the channel has a secret_file as well; remove "
        "one of the two");
}

TEST_CASE("a URL at the platform's host that is not one of its webhooks is refused") {
  CHECK(mistakes("type = \"wecom\"\nurl = \"https://qyapi.weixin.qq.com/cgi-bin/send?key=${K}\"",
                 {{"K", "hush"}}) ==
        Lines{"config.toml:3:7: [channel.desk] url: this is no URL of wecom; write it like "
              "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"});
}

TEST_CASE("Lark is Feishu at another host") {
  for (const char* host : {"open.feishu.cn", "open.larksuite.com"})
    CHECK(channel("type = \"feishu\"\nurl = \"${URL}\"\nsecret = \"${S}\"",
                  {{"URL", std::string{"https://"} + host + "/open-apis/bot/v2/hook/a-token"},
                   {"S", "a-secret"}})
              .type == "feishu");
  CHECK(mistakes("type = \"feishu\"\nurl = \"${URL}\"",
                 {{"URL", "https://open.feishu.cn/open-apis/bot/hook/a-token"}}) ==
        Lines{"config.toml:3:7: [channel.desk] url: this is no URL of feishu; write it like "
              "https://open.feishu.cn/open-apis/bot/v2/hook/…"});
}

TEST_CASE("Telegram wants the bot's whole URL, and a chat") {
  const std::string telegram = "type = \"telegram\"\nurl = \"${URL}\"\n";
  const Variables bot{{"URL", "https://api.telegram.org/bot7:a-token/sendMessage"},
                      {"CHAT", "-1002"}};
  CHECK(channel(telegram + "chat_id = \"-1001\"", bot).chat_id == "-1001");
  CHECK(channel(telegram + "chat_id = \"${CHAT}\"", bot).chat_id == "-1002");
  CHECK(mistakes(telegram, bot) ==
        Lines{"config.toml:1:1: [channel.desk]: telegram wants a chat_id; write chat_id = "
              "\"-1001234567890\", the group's, or \"@channelname\""});
  CHECK(mistakes(telegram + "chat_id = \"-1001\"",
                 {{"URL", "https://api.telegram.org/bot7:a-token"}}) ==
        Lines{"config.toml:3:7: [channel.desk] url: this is no URL of telegram; write it like "
              "https://api.telegram.org/bot…/sendMessage"});
}

TEST_CASE(
    "an Alertmanager is named by where it is, and lets in a token, or a name and a password") {
  const std::string am = "type = \"alertmanager\"\nurl = \"http://127.0.0.1:9093\"\n";
  CHECK(channel(am).secret.empty());
  for (const char* secret : {"a-token", "user:pass"})
    CHECK(channel(am + "secret = \"${S}\"", {{"S", secret}}).secret.reveal() == secret);
  CHECK(mistakes(am + "secret = \"${S}\"", {{"S", "two words"}}) ==
        Lines{"config.toml:4:10: [channel.desk] secret: this is no secret of alertmanager; write a "
              "token, or \"user:password\""});
  CHECK(mistakes("type = \"alertmanager\"\nurl = \"http://am.example\"").size() == 1);
}

TEST_CASE("PagerDuty wants a routing key, and has a URL of its own") {
  const auto pagerduty = channel("type = \"pagerduty\"\nsecret = \"${KEY}\"",
                                 {{"KEY", "abcdefghijklmnopqrstuvwxyz012345"}});
  CHECK(pagerduty.url.reveal() == "https://events.pagerduty.com/v2/enqueue");
  CHECK(
      mistakes("type = \"pagerduty\"") ==
      Lines{"config.toml:1:1: [channel.desk]: pagerduty wants a secret: the integration's routing "
            "key, 32 letters and digits; write secret_file = \"FILE\" or secret = "
            "\"${VARIABLE}\""});
}

TEST_CASE("WeCom calls everybody for what is critical, unless told otherwise") {
  const std::string wecom = "type = \"wecom\"\nurl = \"https://127.0.0.1/send?key=k\"\n";
  CHECK(channel(wecom).mentions == Lines{"@all"});
  CHECK(channel(wecom + "mentions = []").mentions.empty());
  CHECK(channel(wecom + "mentions = [\"zhang\", \"13800001111\"]").mentions ==
        Lines{"zhang", "13800001111"});
  CHECK(mistakes(wecom + "mentions = [\"@zhang\"]") ==
        Lines{"config.toml:4:14: [channel.desk] mentions: \"@zhang\" is nobody on wecom; write "
              "\"@all\", a userid, or a mobile number"});
}

TEST_CASE("other channels call only whom they are told to, and some nobody") {
  const std::string slack = "type = \"slack\"\nurl = \"https://127.0.0.1/services/x\"\n";
  CHECK(channel(slack).mentions.empty());
  CHECK(channel(slack + "mentions = [\"@channel\"]").mentions == Lines{"@channel"});
  CHECK(mistakes("type = \"webhook\"\nurl = \"https://127.0.0.1/x\"\nmentions = [\"@all\"]") ==
        Lines{"config.toml:4:12: [channel.desk] mentions: webhook calls nobody by name; remove "
              "it"});
}

}  // namespace
}  // namespace foghorn::test
