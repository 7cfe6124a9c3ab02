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

TEST_CASE("a channel that wants no secret and no group says so") {
  CHECK(mistakes("type = \"wecom\"\nurl = \"https://127.0.0.1/x\"\nsecret = \"hush\"") ==
        Lines{"config.toml:4:10: [channel.desk] secret: wecom wants no secret; remove it"});
  CHECK(mistakes("type = \"wecom\"\nurl = \"https://127.0.0.1/x\"\nchat_id = \"7\"") ==
        Lines{"config.toml:4:11: [channel.desk] chat_id: wecom wants no chat_id; remove it"});
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

}  // namespace
}  // namespace foghorn::test
