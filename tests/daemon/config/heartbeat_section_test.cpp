// [heartbeat].

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const std::string desk = "[channel.desk]\ntype = \"wecom\"\nurl = \"${URL}\"\n[heartbeat]\n";
const Variables variables{{"URL", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0"},
                          {"PING", "https://ping.example/a-key"}};

HeartbeatSpec heartbeat(const std::string& keys) {
  return good(read(desk + keys, variables)).heartbeat;
}

Lines mistakes(const std::string& keys) {
  return mistakes_in(read(desk + keys, variables));
}

TEST_CASE("nobody is told that the daemon lives unless the config says so") {
  const auto spec = good(read("")).heartbeat;
  CHECK(spec.channels.empty());
  CHECK(spec.ping_url.empty());
}

TEST_CASE("a heartbeat is sent every hour, or at a time of the day") {
  const auto hourly = heartbeat("every = \"1h\"\nchannels = [\"desk\"]\n");
  CHECK(hourly.channels == Lines{"desk"});
  CHECK(hourly.every == 1h);
  CHECK(hourly.at == 0h);
  const auto daily = heartbeat("at = \"08:30\"\nchannels = [\"desk\"]\n");
  CHECK(daily.every == 24h);
  CHECK(daily.at == 8h + 30min);
}

TEST_CASE("a ping goes when the message does, or as it says itself, or every five minutes") {
  CHECK(heartbeat("ping_url = \"${PING}\"\n").ping_every == 5min);
  const auto with = heartbeat("at = \"08:30\"\nping_url = \"${PING}\"\n");
  CHECK(with.ping_every == 24h);
  CHECK(with.ping_at == 8h + 30min);
  const auto own = heartbeat(
      "at = \"08:30\"\nchannels = [\"desk\"]\nping_url = \"${PING}\"\nping_every = \"1m\"\n");
  CHECK(own.ping_every == 1min);
  CHECK(own.ping_at == 0min);
}

TEST_CASE("a ping's URL may stand in a file") {
  const TempDir dir;
  std::ofstream{dir.path() / "ping.url"} << "https://ping.example/a-key\n";
  const auto config =
      good(read("[heartbeat]\nping_url_file = \"ping.url\"\n", {}, dir.path() / "config.toml"));
  CHECK(config.heartbeat.ping_url == Secret{"https://ping.example/a-key"});
}

TEST_CASE("a heartbeat that cannot work is refused in words") {
  CHECK(mistakes("every = \"1h\"\n") ==
        Lines{"config.toml:4:1: [heartbeat]: the heartbeat goes nowhere; write channels = "
              "[\"NAME\"], or ping_url_file = \"FILE\""});
  CHECK(mistakes("channels = [\"desk\"]\n") ==
        Lines{"config.toml:4:1: [heartbeat]: nothing says when the heartbeat is sent; write every "
              "= \"1h\", or at = \"08:00\" for once a day"});
  CHECK(mistakes("at = \"8\"\nchannels = [\"desk\"]\n") ==
        Lines{"config.toml:5:6: [heartbeat] at: \"8\" is not a time of day; write hours and "
              "minutes in the reader's zone, like \"08:00\""});
  CHECK(mistakes("at = \"08:00\"\nevery = \"1h\"\nchannels = [\"desk\"]\n").size() == 1);
  CHECK(mistakes("every = \"10s\"\nchannels = [\"desk\"]\n").size() == 1);
  CHECK(mistakes("every = \"1h\"\nchannels = [\"desc\"]\n").size() == 1);
  CHECK(mistakes("ping_every = \"1m\"\nevery = \"1h\"\nchannels = [\"desk\"]\n").size() == 1);
  CHECK(mistakes("ping_url = \"http://ping.example/x\"\n").size() == 1);
}

TEST_CASE("no mistake and no warning holds the ping's URL, and check does not show it") {
  const std::string secret = "hush-a-key";
  const auto config =
      good(read("[heartbeat]\nping_url = \"https://ping.example/" + secret + "\"\n"));
  REQUIRE(config.warnings.size() == 1);
  CHECK(to_line(config.warnings[0]).find(secret) == std::string::npos);
  CHECK(describe(config).find(secret) == std::string::npos);
  CHECK(describe(config).find("a ping every 5m") != std::string::npos);
}

}  // namespace
}  // namespace foghorn::test
