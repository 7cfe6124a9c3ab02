// Proxies and keys: where they come from, and that nothing tells them.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>

#include "net/url.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {
namespace {

using Catch::Matchers::ContainsSubstring;

const Url venue = parse_url("wss://ws.okx.com:8443").value();

/// The proxy of a feed that says `said`; "" for none.
std::string proxy_of(std::string_view said, Variables variables = {}) {
  const auto config = good(read("[feed.okx]\n" + std::string{said}, std::move(variables)));
  const auto proxy = config.feeds[0].proxy.for_url(venue);
  return proxy ? to_text(*proxy) : "";
}

TEST_CASE("a feed's proxy is its own, or none, or else the environment's") {
  const Variables variables{{"https_proxy", "http://env:1"}, {"no_proxy", "bybit.com"}};
  CHECK(proxy_of("proxy = \"socks5://127.0.0.1:7890\"", variables) == "socks5://127.0.0.1:7890");
  CHECK(proxy_of("proxy = \"none\"", variables).empty());
  CHECK(proxy_of("", variables) == "http://env:1");
  CHECK(proxy_of("").empty());
}

TEST_CASE("no_proxy is about the environment's proxy, not about a feed's own") {
  const Variables variables{{"ALL_PROXY", "http://env:1"}, {"NO_PROXY", "okx.com"}};
  CHECK(proxy_of("", variables).empty());
  CHECK(proxy_of("proxy = \"http://own:1\"", variables) == "http://own:1");
}

TEST_CASE("a proxy's password may come from the environment, and is not described") {
  const auto config = good(
      read("[feed.okx]\nproxy = \"http://me:${PROXY_PASS}@proxy:1\"", {{"PROXY_PASS", "SECRET"}}));
  CHECK(config.feeds[0].proxy.for_url(venue)->password.reveal() == "SECRET");
  CHECK(config.warnings.empty());
  const auto text = describe(config);
  CHECK_THAT(text, !ContainsSubstring("SECRET") && !ContainsSubstring("me:"));
  CHECK_THAT(text, !ContainsSubstring("through"));  // nothing is asked of okx yet
}

TEST_CASE("the description says which way a feed and a channel go") {
  const auto config =
      good(read(R"(
[feed.okx]
liquidations = ["*"]
proxy = "http://me:${PASS}@proxy:1"
[channel.desk]
type = "wecom"
url = "${URL}"
proxy = "socks5://proxy:2"
)",
                {{"PASS", "SECRET"},
                 {"URL", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET"}}));
  const auto text = describe(config);
  CHECK_THAT(text, ContainsSubstring(", through http://proxy:1\n"));
  CHECK_THAT(text, ContainsSubstring("wecom, zh, through socks5://proxy:2"));
  CHECK_THAT(text, !ContainsSubstring("SECRET") && !ContainsSubstring("me:"));
}

TEST_CASE("a channel has a proxy as a feed has") {
  const auto config =
      good(read("[channel.desk]\ntype = \"slack\"\nurl = \"${URL}\"",
                {{"URL", "https://hooks.slack.com/services/x"}, {"all_proxy", "socks5h://env:1"}}));
  const auto hooks = parse_url("https://hooks.slack.com").value();
  CHECK(to_text(config.channels[0].proxy.for_url(hooks).value()) == "socks5://env:1");
}

TEST_CASE("a password in the config itself loads with a warning that does not tell it") {
  const auto config = good(read("[feed.okx]\nproxy = \"http://me:SECRET@proxy:1\""));
  REQUIRE(config.warnings.size() == 1);
  CHECK_THAT(to_line(config.warnings[0]),
             ContainsSubstring("password") && !ContainsSubstring("SECRET"));
}

TEST_CASE("no mistake about a proxy tells what was written") {
  const auto* written =
      GENERATE("proxy = \"http://SECRET:SECRET@\"", "proxy = \"socks4://u:SECRET@proxy\"",
               "proxy = \"u:SECRET@proxy:1\"", "proxy = \"http://:SECRET@proxy\"",
               "proxy = [\"http://u:SECRET@proxy\"]", "proxy = \"http://u:${SECRET@proxy\"",
               "proxy = \"http://u:${P}@pro xy\"");
  CAPTURE(written);
  const auto lines = mistakes_in(read("[feed.okx]\n" + std::string{written}, {{"P", "SECRET"}}));
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], !ContainsSubstring("SECRET"));
}

TEST_CASE("an environment whose proxy is none of ours is told once, and only where it counts") {
  const Variables variables{{"all_proxy", "socks://u:SECRET@127.0.0.1:7890"}};
  CHECK(mistakes_in(read("[feed.okx]\n[feed.bybit]", variables)) ==
        std::vector<std::string>{
            "config.toml: proxy: the environment variable all_proxy holds no http://, socks5:// or "
            "socks5h:// proxy; set another, or write proxy = \"none\" where none is wanted"});
  CHECK(mistakes_in(read("[feed.okx]\nproxy = \"none\"", variables)).empty());
  CHECK(mistakes_in(read("[feed.okx]\nenabled = false", variables)).empty());
}

TEST_CASE("a key comes from a variable or a file, and goes with the request") {
  const TempDir dir;
  const auto file = dir.path() / "finnhub.key";
  std::ofstream{file} << "a-key\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  const auto* said = GENERATE("key = \"${FINNHUB_KEY}\"", "key_file = \"finnhub.key\"");
  const auto config = good(read("[feed.finnhub]\n" + std::string{said}, {{"FINNHUB_KEY", "a-key"}},
                                dir.path() / "config.toml"));
  CHECK(request_of(config, config.feeds[0]).key.reveal() == "a-key");
}

TEST_CASE("a feed that is switched off needs neither its key nor its variables") {
  CHECK(good(read("[feed.finnhub]\nenabled = false\nkey = \"${FINNHUB_KEY}\"\n"
                  "proxy = \"${PROXY}\""))
            .feeds[0]
            .key.empty());
}

TEST_CASE("no mistake, warning or description tells a key") {
  const auto* said = GENERATE("key = \"SECRET\"", "key = \"SEC\\nRET SECRET\"",
                              "key = \"SECRET\"\nkey_file = \"SECRET\"", "key_file = \"SECRET\"",
                              "key = [\"SECRET\"]", "key = \"\\u0022SECRET\"");
  CAPTURE(said);
  const auto outcome = read("[feed.finnhub]\n" + std::string{said} +
                            "\n[instrument.X]\nsources = [\"finnhub:AAPL\"]");
  auto told = mistakes_in(outcome);
  if (const auto* config = std::get_if<Config>(&outcome)) {
    told = lines(config->warnings);
    told.push_back(describe(*config));
  }
  REQUIRE_FALSE(told.empty());
  for (const auto& line : told) CHECK_THAT(line, !ContainsSubstring("SECRET"));
}

}  // namespace
}  // namespace foghorn::test
