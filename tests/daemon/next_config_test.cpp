// A config that is to take another's place: what is read, and when it may not.
#include "daemon/next_config.hpp"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>

#include "daemon/control_config.hpp"
#include "store/store.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

const std::string plain = R"([daemon]
data_dir = "data"
[feed.bybit]
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
[channel.desk]
type = "slack"
url_file = "url"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
route = ["desk"]
)";

/// A config in a folder of its own, as a daemon runs it.
struct Rig {
  Rig() {
    write("url", "https://hooks.slack.com/services/hush");
    write("config.toml", plain);
    running = good(load_config(dir.path() / "config.toml", environment({})));
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream{dir.path() / name} << text;
    std::filesystem::permissions(dir.path() / name, std::filesystem::perms::owner_read |
                                                        std::filesystem::perms::owner_write);
  }

  TempDir dir;
  Config running;
};

}  // namespace

TEST_CASE("a secret that is another in its file is found, and the config is ready") {
  Rig rig;
  CHECK(load_next_config(rig.running).difference.empty());
  rig.write("url", "https://hooks.slack.com/services/other");
  const auto next = load_next_config(rig.running);
  CHECK(to_text(next.difference) == "~ channel desk: url changed\n");
  REQUIRE(next.ready);
  CHECK(next.ready->after.channels.at(0).url.reveal().ends_with("other"));
  CHECK(next.ready->before.channels.at(0).url.reveal().ends_with("hush"));
}

TEST_CASE("with a mistake, or without a feed, there is no next config") {
  Rig rig;
  rig.write("config.toml", plain + "[[rule]]\nid = \"gold\"\nwhen = \"last(GOLD) >= 1\"\n");
  CHECK_FALSE(load_next_config(rig.running).config);
  rig.write("config.toml", "[daemon]\ndata_dir = \"data\"\n");
  const auto nothing = load_next_config(rig.running);
  CHECK_FALSE(nothing.ready);
  CHECK_THAT(to_line(nothing.mistakes.at(0)), ContainsSubstring("no feed is enabled"));
}

TEST_CASE("what only a restart can change stands in the way of all the rest") {
  Rig rig;
  rig.write("config.toml", plain + "[engine]\nclock = \"events\"\nmax_skew = \"9s\"\n");
  const auto next = load_next_config(rig.running);
  CHECK_FALSE(next.ready);
  CHECK_THAT(restart_needed(next.difference), ContainsSubstring("can change [engine] clock, so"));
}

TEST_CASE("an instrument that is new brings what the store has of it") {
  Rig rig;
  std::filesystem::create_directory(rig.dir.path() / "data");
  Store store{(rig.dir.path() / "data").string()};
  Commit commit;
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
  const Timestamp minute{now - std::chrono::hours{1}};
  commit.bars.push_back({"GOLD", minute, 1, 1, 1, 1});
  commit.bars.push_back({"WTI", minute, 1, 1, 1, 1});
  REQUIRE(store.commit(commit));
  rig.write("config.toml", plain +
                               "[instrument.GOLD]\nunit = \"USD/oz\"\n"
                               "sources = [\"bybit:XAUUSDT\"]\n");
  const auto next = load_next_config(rig.running);
  REQUIRE(next.ready);
  REQUIRE(next.ready->market.past.size() == 1);
  CHECK(next.ready->market.past[0].instrument == "GOLD");
  CHECK(next.ready->market.past[0].minutes.size() == 1);
}

TEST_CASE("a text that is not in the file's place is judged as if it were, by its own name") {
  Rig rig;
  const auto same = load_next_config(rig.running, {.text = plain, .name = "new.toml"});
  CHECK(same.difference.empty());
  CHECK_FALSE(same.ready);

  const auto bad =
      load_next_config(rig.running, {.text = plain + "[nothing]\n", .name = "new.toml"});
  const auto answer = json::parse(control_json(bad)).as_object();
  REQUIRE(answer.at("mistakes").as_array().size() == 1);
  CHECK_THAT(std::string{answer.at("mistakes").as_array()[0].as_string().c_str()},
             ContainsSubstring("new.toml:"));
}

TEST_CASE("the difference goes over the control socket without a secret") {
  Rig rig;
  rig.write("url", "https://hooks.slack.com/services/other");
  const auto text = control_json(load_next_config(
      rig.running, {.text = plain + "[engine]\nmax_skew = \"9s\"\n", .name = "new.toml"}));
  CHECK(text.find("services") == std::string::npos);
  const auto answer = json::parse(text).as_object();
  const auto& changes = answer.at("changes").as_array();
  REQUIRE(changes.size() == 2);
  CHECK(json::serialize(changes[0].at("keys")) ==
        R"([{"key":"max_skew","from":"5s","to":"9s","needs_restart":false}])");
  CHECK(json::serialize(changes[1].at("keys")) ==
        R"([{"key":"url","from":null,"to":null,"needs_restart":false}])");
  CHECK(answer.at("needs_restart").as_array().empty());
}
