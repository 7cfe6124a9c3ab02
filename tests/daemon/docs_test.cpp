// What docs/rules.md and the READMEs show can be written: rules and configs load, rule tests are
// read.
#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>

#include "daemon/rule_test/test_file.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const std::filesystem::path docs = std::filesystem::path{FOGHORN_ROOT} / "docs";

/// What the examples name.
constexpr std::string_view surroundings = R"(
[channel.desk]
type = "wecom"
url = "http://127.0.0.1:9/a"
[channel.macro]
type = "slack"
url = "http://127.0.0.1:9/b"
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
underlying = "nymex-energy"
[instrument.GOLD]
unit = "USD/oz"
sources = ["bybit:XAUUSDT"]
underlying = "comex-metals"
[instrument.BTC]
unit = "USD"
sources = ["bybit:BTCUSDT", "okx:BTC-USDT-SWAP"]
[instrument.NASDAQ]
unit = "points"
sources = ["bybit:NAS100USDT"]
[instrument.LIQ]
class = "event"
unit = "USD"
)";

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  REQUIRE_FALSE(lines.empty());
  return lines;
}

/// The examples in TOML.
std::vector<std::string> fences(const std::filesystem::path& file) {
  std::vector<std::string> found;
  bool inside = false;
  for (const auto& line : lines_of(file)) {
    const bool fence = line.starts_with("```");
    if (fence) {
      inside = line == "```toml";
      if (inside) found.emplace_back();
    } else if (inside) {
      found.back() += line + "\n";
    }
  }
  return found;
}

/// The conditions of the table below "| what | `when` |".
std::vector<std::string> conditions(const std::filesystem::path& file) {
  std::vector<std::string> found;
  bool inside = false;
  for (const auto& line : lines_of(file)) {
    if (line == "| what | `when` |") inside = true;
    if (!line.starts_with('|')) inside = false;
    const auto from = line.find("| `");
    if (inside && from != line.npos && line.ends_with("` |") && !line.starts_with("| what"))
      found.push_back(line.substr(from + 3, line.size() - from - 6));
  }
  return found;
}

}  // namespace

TEST_CASE("the rules in docs/rules.md load") {
  for (const auto& example : fences(docs / "rules.md")) {
    if (example.find("[[test]]") != example.npos || example.find("[[rule]]") == example.npos)
      continue;
    CAPTURE(example);
    const bool own = example.find("[instrument.") != example.npos;
    CHECK(mistakes_in(read(own ? example : example + std::string{surroundings})).empty());
  }
}

TEST_CASE("the rule tests in docs/rules.md are read") {
  for (const auto& example : fences(docs / "rules.md")) {
    if (example.find("[[test]]") == example.npos) continue;
    CAPTURE(example);
    const auto outcome = read_test_file(example, docs / "example.toml", environment({}));
    const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome);
    CHECK((mistakes ? lines(*mistakes) : std::vector<std::string>{}) == std::vector<std::string>{});
  }
}

TEST_CASE("the conditions listed in docs/rules.md load") {
  const auto listed = conditions(docs / "rules.md");
  CHECK(listed.size() >= 10);
  for (const auto& when : listed) {
    CAPTURE(when);
    const auto rule = "[[rule]]\nid = \"example\"\nwhen = '" + when + "'\n";
    CHECK(mistakes_in(read(rule + std::string{surroundings})) == std::vector<std::string>{});
  }
}

TEST_CASE("the config that each README explains loads") {
  const TempDir folder;
  std::filesystem::create_directory(folder.path() / "secrets");
  std::ofstream{folder.path() / "secrets/wecom.url"} << "http://127.0.0.1:9/desk\n";
  for (const auto* name : {"README.md", "README.zh.md"}) {
    CAPTURE(name);
    const auto examples = fences(docs.parent_path() / name);
    REQUIRE(examples.size() == 1);
    CHECK(mistakes_in(read(examples[0], {}, folder.path() / "config.toml")) ==
          std::vector<std::string>{});
  }
}
