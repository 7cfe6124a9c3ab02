#include "alerts/channel_spec.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;

namespace {

ChannelSpec spec(std::string type, std::string url, std::string ca_file = {}) {
  return {.name = "desk",
          .type = std::move(type),
          .url = Secret{std::move(url)},
          .ca_file = std::move(ca_file)};
}

std::string told(const ChannelSpec& spec) {
  const auto mistake = check_channel(spec);
  return mistake ? mistake->place + ": " + mistake->what + "; " + mistake->remedy : "";
}

}  // namespace

TEST_CASE("a webhook on its own platform is fine") {
  CHECK(told(spec("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hush")).empty());
  CHECK(told(spec("slack", "https://hooks.slack.com/services/T0/B0/hush")).empty());
}

TEST_CASE("a URL elsewhere needs a ca_file or a loopback address") {
  CHECK_FALSE(
      told(spec("wecom", "https://qyapi.weixin.qq.com.evil.example/send?key=hush")).empty());
  CHECK_FALSE(told(spec("slack", "https://qyapi.weixin.qq.com/hush")).empty());
  CHECK(
      told(spec("wecom", "https://relay.example/send?key=hush", "/etc/foghorn/relay.pem")).empty());
  CHECK(told(spec("slack", "https://127.0.0.1:8443/services/hush")).empty());
  CHECK(told(spec("slack", "http://localhost:8080/services/hush")).empty());
}

TEST_CASE("a webhook is never called in the clear, but for loopback") {
  CHECK(told(spec("wecom", "http://qyapi.weixin.qq.com/send?key=hush", "/ca.pem"))
            .find("not encrypted") != std::string::npos);
}

TEST_CASE("what is no URL, or of a scheme that is not HTTP, is named as such") {
  for (const char* url : {"", "hush", "wss://qyapi.weixin.qq.com/send?key=hush", "${WECOM_URL}"}) {
    CAPTURE(url);
    CHECK(told(spec("wecom", url))
              .find("[channel.desk] url: is not a URL; write the webhook's whole URL, "
                    "https://qyapi.weixin.qq.com/") == 0);
  }
}

TEST_CASE("an unknown type is named, with the nearest known one") {
  CHECK(told(spec("wecon", "")) ==
        "[channel.desk] type: there is no channel type \"wecon\"; write \"wecom\"");
  CHECK(told(spec("carrier-pigeon", "")).find("write one of wecom, slack") != std::string::npos);
}

TEST_CASE("no mistake tells the URL") {
  for (const char* url :
       {"https://evil.example/hush", "http://qyapi.weixin.qq.com/hush", "hush", "ftp://hush"})
    CHECK(told(spec("wecom", url)).find("hush") == std::string::npos);
}
