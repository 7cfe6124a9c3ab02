// The config.toml that Foghorn ships.

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <regex>
#include <sstream>

#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {
namespace {

const std::filesystem::path shipped{FOGHORN_ROOT "/config.toml"};

TEST_CASE("the shipped config loads without a mistake, and can run") {
  const auto config = good(load_config(shipped, environment({{"HOME", "/home/me"}})));
  // Of venues there may be something that nobody has checked yet; of the file itself, nothing.
  for (const auto& warning : config.warnings) CHECK(warning.place.starts_with("[feed."));
  CHECK(missing_for_run(config).empty());
  CHECK(config.channels.empty());
  CHECK(config.instruments.size() == 6);
}

TEST_CASE("every line that the shipped config has switched off can be switched on as it says") {
  std::ostringstream text;
  text << std::ifstream{shipped}.rdbuf();
  const auto all = std::regex_replace(text.str(), std::regex{"(^|\n)#(?=[a-z\\[])"}, "$1");
  const TempDir dir;  // of the keys that it names
  const std::regex key_file{"(?:^|\n)key_file *= *\"([^\"]+)\""};
  for (std::sregex_iterator file{all.begin(), all.end(), key_file}; file != std::sregex_iterator{};
       ++file)
    std::ofstream{dir.path() / (*file)[1].str()} << "a-key\n";
  const auto config =
      good(read(all,
                {{"WECOM_URL", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0"},
                 {"SLACK_URL", "https://hooks.slack.com/services/0"},
                 {"PING_URL", "https://ping.example/0"}},
                dir.path() / "config.toml"));
  CHECK(config.channels.size() == 2);
  for (const auto& rule : config.rules) CHECK_FALSE(rule.route.empty());
}

TEST_CASE("a file that is not there is one mistake") {
  CHECK(mistakes_in(load_config("/no/such/config.toml", environment({}))) ==
        std::vector<std::string>{
            "/no/such/config.toml: there is no file \"/no/such/config.toml\"; name a config file "
            "that exists and may be read"});
}

}  // namespace
}  // namespace foghorn::test
