// Channel URLs are secrets: where they come from, and that no mistake tells them.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>

#include "daemon/config/judging.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;

constexpr auto secret = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET";

/// A config beside files of its own.
struct Folder {
  TempDir dir;

  fs::path write(const fs::path& name, std::string_view text,
                 fs::perms perms = fs::perms::owner_read) const {
    const auto file = dir.path() / name;
    fs::create_directories(file.parent_path());
    std::ofstream{file} << text;
    fs::permissions(file, perms);
    return file;
  }

  ConfigOrMistakes read(std::string_view channel, Variables variables = {}) const {
    return test::read("[channel.desk]\ntype = \"wecom\"\n" + std::string{channel},
                      std::move(variables), dir.path() / "config.toml");
  }
};

TEST_CASE("a url_file lies beside the config, and its last newline is not part of the secret") {
  const Folder folder;
  folder.write("desk.url", std::string{secret} + "\n");
  const auto config = good(folder.read("url_file = \"desk.url\""));
  CHECK(config.channels[0].url.reveal() == secret);
  CHECK(config.warnings.empty());
}

TEST_CASE("under systemd a url_file is a credential") {
  const Folder folder;
  folder.write("credentials/desk.url", secret);
  const auto credentials = folder.dir.path() / "credentials";
  const auto config =
      good(folder.read("url_file = \"desk.url\"", {{"CREDENTIALS_DIRECTORY", credentials}}));
  CHECK(config.channels[0].url.reveal() == secret);
}

TEST_CASE("an absolute url_file is what it says, under systemd too") {
  const Folder folder;
  const auto file = folder.write("desk.url", secret);
  CHECK(good(folder.read("url_file = \"" + file.string() + "\"",
                         {{"CREDENTIALS_DIRECTORY", "/nowhere"}}))
            .channels[0]
            .url.reveal() == secret);
}

TEST_CASE("a url_file that every user may read loads with a warning") {
  const Folder folder;
  folder.write("desk.url", secret, fs::perms::owner_read | fs::perms::others_read);
  const auto config = good(folder.read("url_file = \"desk.url\""));
  REQUIRE(config.warnings.size() == 1);
  CHECK_THAT(to_line(config.warnings[0]), ContainsSubstring("chmod 600"));
}

TEST_CASE("a url may come from the environment, whole or in part") {
  const Folder folder;
  CHECK(good(folder.read("url = \"${WECOM_URL}\"", {{"WECOM_URL", secret}}))
            .channels[0]
            .url.reveal() == secret);
  CHECK(good(folder.read("url = \"https://localhost/${KEY}/x\"", {{"KEY", "SECRET"}}))
            .channels[0]
            .url.reveal() == "https://localhost/SECRET/x");
}

TEST_CASE("a secret in the config itself loads with a warning, unless it leads to this machine") {
  const Folder folder;
  const auto config = good(folder.read("url = \"" + std::string{secret} + "\""));
  CHECK(config.channels[0].url.reveal() == secret);
  REQUIRE(config.warnings.size() == 1);
  CHECK_THAT(to_line(config.warnings[0]), !ContainsSubstring("SECRET"));
  CHECK(good(folder.read("url = \"http://127.0.0.1:8080/x\"")).warnings.empty());
}

TEST_CASE("a ca_file may be named by a variable, and lies beside the config") {
  const Folder folder;
  const auto file = folder.write("tls/ca.pem", "-----BEGIN CERTIFICATE-----\n");
  const auto config = good(
      folder.read("url = \"https://localhost/x\"\nca_file = \"${CA}/ca.pem\"", {{"CA", "tls"}}));
  CHECK(config.channels[0].ca_file == file);
}

TEST_CASE("no mistake tells a secret") {
  const auto channel =
      GENERATE(as<std::string>{}, "url = \"http://host/SECRET\"",                    //
               "url = \"host/SECRET\"",                                              //
               "url = \"ftp://SECRET\"",                                             //
               "url = \"https://host/SECRET\"\nurl_file = \"desk.url\"",             //
               "url_file = \"desk.url\"",                                            //
               "url_file = \"https://host/SECRET\"",                                 //
               "url = \"${BAD}\"",                                                   //
               "url = \"https://host/SECRET\"\nfallback = \"https://host/SECRET\"",  //
               "url = \"https://host/SECRET\"\nca_file = \"https://host/SECRET\"",   //
               "url = \"https://host/SECRET\"\nlanguage = \"https://host/SECRET\"",  //
               "url = [\"https://host/SECRET\"]",                                    //
               "url = https://host/SECRET",                                          //
               "url = \"https://host/SECRET",                                        //
               "url = 'https://host/SECRET",                                         //
               "url = \"https://host/\\SECRET\"",                                    //
               "url = \"https://host/SECRET\" SECRET",                               //
               "url = SECRET");
  const Folder folder;
  folder.write("desk.url", "SECRET is no URL\n");
  const auto lines = mistakes_in(folder.read(channel, {{"BAD", "SECRET"}}));
  CAPTURE(channel);
  REQUIRE_FALSE(lines.empty());
  for (const auto& line : lines) CHECK_THAT(line, !ContainsSubstring("SECRET"));
}

TEST_CASE("a channel's files and variables that are missing are named") {
  const auto [channel, line] = GENERATE(table<std::string, std::string>({
      {"url_file = \"desk.url\"",
       ":3:12: [channel.desk] url_file: there is no such file; put the "
       "channel's URL into it and let the daemon's user read it"},
      {"url_file = \"empty.url\"",
       ":3:12: [channel.desk] url_file: what \"FOLDER/empty.url\" holds cannot be used: it is not "
       "an absolute https:// "
       "URL; let it hold the channel's https:// URL on one line and nothing else"},
      {"url = \"${WECOM_URL}\"",
       ":3:7: [channel.desk] url: the environment variable WECOM_URL is not set; set "
       "WECOM_URL where the daemon is started"},
      {"url = \"${EMPTY}\"",
       ":3:7: [channel.desk] url: the environment variable EMPTY is empty; set EMPTY where the "
       "daemon is started"},
      {"url = \"https://x/${WECOM_URL\"",
       ":3:7: [channel.desk] url: ${ begins a variable's name, and no name and } "
       "follow; write it like \"${WECOM_URL}\""},
      {"url = \"https://localhost\"\nca_file = \"ca.pem\"",
       ":4:11: [channel.desk] ca_file: there is no file "
       "\"FOLDER/ca.pem\"; name a PEM file that the daemon's user can "
       "read, or remove the key"},
      {"url = \"https://localhost\"\nca_file = \"empty.url\"",
       ":4:11: [channel.desk] ca_file: \"FOLDER/empty.url\" holds no "
       "certificate in PEM form; name a file with -----BEGIN "
       "CERTIFICATE-----"},
      {"url = \"https://localhost\"\nca_file = \"~/ca.pem\"",
       ":4:11: [channel.desk] ca_file: ~ is the shell's word, nobody "
       "expands it here; write the whole path, like \"/home/me/…\""},
  }));
  const Folder folder;
  folder.write("empty.url", "\n");
  auto lines = mistakes_in(folder.read(channel, {{"EMPTY", ""}}));
  REQUIRE(lines.size() == 1);
  for (auto at = lines[0].find(folder.dir.string()); at != std::string::npos;
       at = lines[0].find(folder.dir.string()))
    lines[0].replace(at, folder.dir.string().size(), "FOLDER");
  CHECK(lines[0] == "FOLDER/config.toml" + line);
}

TEST_CASE("who judges needs no secrets, and is not warned of them") {
  const Folder folder;
  const auto file = folder.write("config.toml", R"([feed.pyth]
key = "${NOT_SET}"
proxy = "nonsense"
[channel.desk]
type = "wecom"
url = "${NOT_SET}"
[channel.other]
type = "wecom"
url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET"
[instrument.X]
sources = ["pyth:X"]
)");
  const auto config = good(load_for_judging(file, environment({})));
  CHECK(config.instruments.size() == 1);
  CHECK(config.warnings.empty());
  CHECK(mistakes_in(load_config(file, environment({}))).size() == 3);
}

TEST_CASE("who judges is told the mistakes of what is judged") {
  const Folder folder;
  const auto file = folder.write("config.toml", "[instrument.X]\nsesion = \"always\"\n");
  CHECK(mistakes_in(load_for_judging(file, environment({}))).size() == 1);
}

}  // namespace
}  // namespace foghorn::test
