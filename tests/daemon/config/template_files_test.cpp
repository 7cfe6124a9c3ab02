#include "daemon/config/template_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

using Lines = std::vector<std::string>;

Lines mistakes_of(std::string_view text) {
  Templates templates;
  return lines(read_template_file(text, "zh.toml", Language::zh, templates));
}

constexpr std::string_view head = "fire = \"\"\"\n{tier}{title}{kind}{id}{marks}\n";

std::string line_of(const Templates& templates, TemplateName name, Language language) {
  return templates.of(name, language).line(0, [](Placeholder placeholder) {
    return placeholder == Placeholder::id ? std::string{"K7Q2"} : std::string{};
  });
}

}  // namespace

TEST_CASE("the built-in files are what a user's own look like, and what is built in") {
  for (const auto& [name, language] :
       {std::pair{"zh.toml", Language::zh}, std::pair{"en.toml", Language::en}}) {
    const auto file = std::filesystem::path{FOGHORN_ROOT} / "alerts/templates" / name;
    Templates read;
    CHECK(lines(read_template_file(read_file(file).text, file, language, read)).empty());
    for (std::size_t i = 0; i < template_names().size(); ++i) {
      const auto which = static_cast<TemplateName>(i);
      CAPTURE(name, template_names()[i]);
      const auto& one = read.of(which, language);
      const auto& other = Templates::built_in().of(which, language);
      REQUIRE(one.size() == other.size());
      const auto fill = [](Placeholder p) {
        return std::string{placeholder_names()[static_cast<std::size_t>(p)]};
      };
      for (std::size_t line = 0; line < one.size(); ++line)
        CHECK(one.line(line, fill) == other.line(line, fill));
    }
  }
}

TEST_CASE("a folder's texts take the place of the built-in ones, one by one") {
  const TempDir dir;
  std::ofstream{dir.path() / "zh.toml"} << head << "{value}\"\"\"";
  const auto config = good(read("[daemon]\ntemplates = \".\"", {}, dir.path() / "config.toml"));
  REQUIRE(config.daemon.templates);
  const auto& templates = *config.daemon.templates;
  CHECK(line_of(templates, TemplateName::fire, Language::zh) == "K7Q2");
  for (const auto& [name, language] : {std::pair{TemplateName::resolve, Language::zh},
                                       std::pair{TemplateName::fire, Language::en}})
    CHECK(line_of(templates, name, language) == line_of(Templates::built_in(), name, language));
}

TEST_CASE("without a folder the built-in texts stand") {
  CHECK_FALSE(good(read("[daemon]\nlog = \"info\"")).daemon.templates);
}

TEST_CASE("a template's mistakes are told with their place, all of them") {
  CHECK(mistakes_of(std::string{head} + "油价 {valeu}\n\"\"\"\nfirre = \"x\"\n") ==
        Lines{"zh.toml:3:4: fire: there is no placeholder {valeu}; did you mean {value}?",
              "zh.toml:5:9: firre: there is no template \"firre\"; did you mean \"fire\"?"});
  CHECK(mistakes_of("listed = \"{tier}{title}{kind}{marks}\"") ==
        Lines{"zh.toml:1:11: listed: the first line has no {id}; every message says it there: add "
              "it"});
  CHECK(mistakes_of("fire = [\"a\"]") ==
        Lines{"zh.toml:1:8: fire: a list is not text; write text alone"});
  CHECK(mistakes_of("fire = \"").front().starts_with("zh.toml:1:"));
}

TEST_CASE("a config's mistakes and its templates' are told together") {
  const TempDir dir;
  std::ofstream{dir.path() / "en.toml"} << "total = \"{count}\"";
  const auto told = mistakes_in(
      read("[daemon]\ntemplates = \".\"\nlog = \"loud\"", {}, dir.path() / "config.toml"));
  REQUIRE(told.size() == 3);  // {late}, {marks}, and the log
}

TEST_CASE("a folder without any texts is no folder of templates") {
  const TempDir dir;
  const auto told =
      mistakes_in(read("[daemon]\ntemplates = \"none\"", {}, dir.path() / "config.toml"));
  REQUIRE(told.size() == 1);
  CHECK(told[0].find(":2:13: [daemon] templates: ") != std::string::npos);
  CHECK(told[0].find("holds neither zh.toml nor en.toml; name a folder") != std::string::npos);
}
