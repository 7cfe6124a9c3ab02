// Mistakes with the place that they are about.
#include "daemon/mistake_lines.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>

#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

std::string written(Mistake mistake, bool carets, std::string_view content) {
  TempDir dir;
  const auto file = dir.path() / "c.toml";
  std::ofstream{file} << content;
  mistake.file = file.string();
  std::ostringstream out;
  write_mistakes({&mistake, 1}, carets, out);
  return out.str().substr(dir.string().size() + 1);
}

Mistake at(int line, int column, std::string place) {
  return {.file = {},
          .line = line,
          .column = column,
          .place = std::move(place),
          .what = "no",
          .remedy = "yes"};
}

constexpr std::string_view two_lines = "[[rule]]\nwhen = \"chnge(WTI, 1h) > 5%\"\n";

}  // namespace

TEST_CASE("below a mistake stands its line, with a caret under the place") {
  CHECK(written(at(2, 9, "[[rule]] when"), true, two_lines) ==
        "c.toml:2:9: [[rule]] when: no; yes\n"
        "  when = \"chnge(WTI, 1h) > 5%\"\n"
        "          ^\n");
}

TEST_CASE("other programs get one line each") {
  CHECK(written(at(2, 9, "[[rule]] when"), false, two_lines) ==
        "c.toml:2:9: [[rule]] when: no; yes\n");
}

TEST_CASE("a line that may hold a secret is not shown") {
  for (const auto* place : {"[channel.desk] url", "[feed.pyth] key", "[daemon] http", ""})
    CHECK(written(at(2, 1, place), true, "[channel.desk]\nurl = \"a-key\"\n").find("a-key") ==
          std::string::npos);
}

TEST_CASE("a caret stands under the character that is meant, however wide those before it are") {
  CHECK(caret_lines("title = \"原油\" x", 14) == "  title = \"原油\" x\n                 ^\n");
  CHECK(caret_lines("\twhen", 2) == "   when\n   ^\n");
}

TEST_CASE("of a long line the part around the place is shown") {
  const std::string line = std::string(200, 'a') + "b" + std::string(200, 'c');
  CHECK(caret_lines(line, 201) == "  …" + std::string(72, 'a') + "b" + std::string(39, 'c') +
                                      "…\n   " + std::string(72, ' ') + "^\n");
}

TEST_CASE("a place past the end of a line is its end") {
  CHECK(caret_lines("abc", 10) == "  abc\n     ^\n");
}
