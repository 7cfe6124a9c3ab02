// [[digest]]: when the section is sent, of what window, and to whom.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/daemon/config/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const std::string desk = "[channel.desk]\ntype = \"wecom\"\nurl = \"http://127.0.0.1:9/a\"\n";

Config with(const std::string& keys) {
  return good(read(desk + "[[digest]]\nchannels = [\"desk\"]\n" + keys));
}

struct Bad {
  std::string keys;  ///< from the fifth line on
  std::string line;
};

}  // namespace

TEST_CASE("a digest is of a day, every day, by the daemon's clock unless it says otherwise") {
  const auto digest = with("at = \"07:30\"").digests.at(0);
  CHECK(digest.at == 7h + 30min);
  CHECK(digest.channels == std::vector<std::string>{"desk"});
  CHECK(digest.hours == 24h);
  CHECK(digest.days == std::array<bool, 7>{true, true, true, true, true, true, true});
  CHECK(digest.timezone == "");
  CHECK(digest.title == Text{});
}

TEST_CASE("a digest may have days, a zone, a title and a window of its own") {
  const auto digest = with(R"(at = "18:00"
days = ["mon", "sun"]
timezone = "America/New_York"
since = "last"
title = { zh = "晚报", en = "Evening" })")
                          .digests.at(0);
  CHECK(digest.days == std::array<bool, 7>{true, true, false, false, false, false, false});
  CHECK(digest.hours == std::nullopt);
  CHECK(digest.timezone == "America/New_York");
  CHECK(digest.title == Text{"晚报", "Evening"});
}

TEST_CASE("a digest's mistakes say what to write") {
  const auto bad = GENERATE(
      Bad{"hours = 24",
          "[[digest]]: nothing says when the digest is sent; write at = \"07:30\", in "
          "the reader's zone"},
      Bad{"at = \"7:30\"",
          "[[digest]] at: \"7:30\" is not a time of day; write hours and minutes "
          "in the reader's zone, like \"07:30\""},
      Bad{"at = \"07:30\"\nhours = 800",
          "[[digest]] hours: 800 is more than 31 days, as long as "
          "minutes are kept; write at most 744"},
      Bad{"at = \"07:30\"\nsince = \"yesterday\"",
          "[[digest]] since: there is no \"yesterday\"; write \"last\", or hours = 24 in its "
          "place"},
      Bad{"at = \"07:30\"\nhours = 24\nsince = \"last\"",
          "[[digest]] since: the table has hours as well; write hours = 24, or since = \"last\" "
          "for "
          "what came since the last digest"},
      Bad{"at = \"07:30\"\ndays = [\"monday\"]",
          "[[digest]] days: there is no day \"monday\"; write days like \"mon\", \"tue\", \"wed\", "
          "\"thu\", \"fri\", \"sat\" and \"sun\""},
      Bad{"at = \"07:30\"\ntimezone = \"Mars/Olympus\"",
          "[[digest]] timezone: this machine knows no time zone \"Mars/Olympus\"; write a name "
          "like "
          "\"Asia/Shanghai\" or \"UTC\" (apt install tzdata has them all)"},
      Bad{"at = \"07:30\"\nhour = 24", "[[digest]] hour: no such key; did you mean \"hours\"?"});
  const auto lines = mistakes_in(read(desk + "[[digest]]\nchannels = [\"desk\"]\n" + bad.keys));
  REQUIRE(lines.size() == 1);
  CAPTURE(lines[0]);
  CHECK(lines[0].substr(lines[0].find("[[digest]]")) == bad.line);
}

TEST_CASE("a digest goes to channels that there are") {
  CHECK(mistakes_in(read("[[digest]]\nat = \"07:30\"")) ==
        std::vector<std::string>{
            "config.toml:1:1: [[digest]]: the digest goes nowhere; write channels = [\"NAME\"]"});
  const auto lines = mistakes_in(read("[[digest]]\nat = \"07:30\"\nchannels = [\"dsk\"]"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("there is no channel \"dsk\"") != std::string::npos);
}

TEST_CASE("a digest goes nowhere where it would be an incident") {
  const auto [channel, type] = GENERATE(table<std::string, std::string>(
      {{"type = \"pagerduty\"\nsecret = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "pagerduty"},
       {"type = \"alertmanager\"\nurl = \"http://127.0.0.1:9093\"", "alertmanager"}}));
  const auto lines = mistakes_in(
      read("[channel.duty]\n" + channel + "\n[[digest]]\nat = \"07:30\"\nchannels = [\"duty\"]"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "config.toml:6:12: [[digest]] channels: \"duty\" is of type \"" + type +
                        "\", and a digest is no incident; name a channel that people read, or a "
                        "webhook");
}

TEST_CASE("two digests at one time on one day would be one message") {
  const std::string one = "[[digest]]\nat = \"07:30\"\nchannels = [\"desk\"]\n";
  const auto lines = mistakes_in(read(desk + one + one));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] ==
        "config.toml:8:6: [[digest]] at: the digest of line 4 is sent at that time too; name the "
        "channels of both in one, or give them different days");
  CHECK(good(read(desk + one + "days = [\"mon\"]\n" + one + "days = [\"tue\"]\nhours = 72"))
            .digests.size() == 2);
  CHECK(good(read(desk + one + one + "timezone = \"UTC\"")).digests.size() == 2);
}

TEST_CASE("what would run names its digests") {
  const auto text = describe(with("at = \"07:30\"\ndays = [\"mon\", \"fri\"]"));
  CHECK(text.find("at 07:30 on mon, fri to desk: the last 24 h") != std::string::npos);
}
