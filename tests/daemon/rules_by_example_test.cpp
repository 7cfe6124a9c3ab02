// docs/rules-by-example.md, run: each rule loads, each test of it passes, and each message is what
// its first event says. FOGHORN_WRITE_GOLDEN=1 writes the messages anew.

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "alerts/channels/text.hpp"
#include "daemon/rule_test/command.hpp"
#include "daemon/rule_test/run.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {
namespace {

const std::string file = std::string{FOGHORN_ROOT} + "/docs/rules-by-example.md";

/// What stands below one "## " of the file.
struct Example {
  std::string title;
  std::string rules{};    ///< TOML without tests
  std::string all{};      ///< TOML, tests included
  std::string message{};  ///< of the ```text block
  std::size_t tests{};    ///< how many [[test]]
  bool has_message{};
};

std::string whole_file() {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void add_block(Example& example, const std::string& language, const std::string& block) {
  if (language == "text") {
    example.message = block;
    example.has_message = true;
  }
  if (language != "toml") return;
  const bool tested = block.starts_with("[[test]]") || block.starts_with("[[reject]]");
  if (!tested) example.rules += block + "\n";
  example.all += block + "\n";
  for (auto at = block.find("[[test]]"); at != block.npos; at = block.find("[[test]]", at + 1))
    ++example.tests;
}

/// The first of them is what all share.
std::vector<Example> examples() {
  std::vector<Example> found;
  std::istringstream lines{whole_file()};
  std::string block, language;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      if (inside) add_block(found.back(), language, block);
      inside = !inside;
      language = line.substr(3);
      block.clear();
    } else if (inside) {
      block += line + "\n";
    } else if (line.starts_with("## ")) {
      found.push_back({.title = line.substr(3)});
    }
  }
  return found;
}

/// What the first event of the example's first test says.
std::string first_message(const std::string& toml) {
  const auto outcome = read_test_file(toml, "example.toml", environment({}));
  const auto* read = std::get_if<TestFile>(&outcome);
  if (!read || read->tests.empty()) return {};
  const auto events = run_rule_test(*read, read->tests.front());
  if (events.empty()) return {};
  std::string message;
  for (const auto& line : tell(std::vector{events.front()}, {.language = Language::en}))
    message += line.text + "\n";
  return message;
}

TEST_CASE("each of the worked rules loads, and says what its tests expect") {
  const auto all = examples();
  REQUIRE(all.size() > 20);
  const TempDir folder;
  for (std::size_t i = 1; i < all.size(); ++i) {
    CAPTURE(all[i].title);
    CHECK(mistakes_in(read(all[0].rules + all[i].rules)) == std::vector<std::string>{});
    CHECK(all[i].tests > 0);
    const auto path = folder.path() / "example.toml";
    std::ofstream{path} << all[0].rules << all[i].all;
    std::ostringstream out, log;
    const int code = run_rule_tests({path}, "", environment({}), out, log);
    INFO(out.str() << log.str());
    CHECK(code == 0);
  }
}

TEST_CASE("each message among the worked rules is what is told") {
  const auto all = examples();
  auto text = whole_file();
  for (std::size_t i = 1; i < all.size(); ++i) {
    CAPTURE(all[i].title);
    CHECK(all[i].has_message);
    const auto now = first_message(all[0].rules + all[i].all);
    CHECK_FALSE(now.empty());
    if (!std::getenv("FOGHORN_WRITE_GOLDEN")) {
      CHECK(all[i].message == now);
      continue;
    }
    const std::string open{"```text\n"};
    const auto from = text.find(open, text.find("\n## " + all[i].title + "\n")) + open.size();
    text.replace(from, text.find("```\n", from) - from, now);
  }
  if (std::getenv("FOGHORN_WRITE_GOLDEN")) std::ofstream{file, std::ios::binary} << text;
}

}  // namespace
}  // namespace foghorn::test
