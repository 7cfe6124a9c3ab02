#include "alerts/channels/templates.hpp"

#include <catch2/catch_test_macros.hpp>

#include "alerts/channels/text.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Template good(TemplateName name, std::string_view text) {
  auto read = Template::read(name, text);
  if (const auto* mistakes = std::get_if<std::vector<TemplateMistake>>(&read))
    FAIL(mistakes->front().what);
  return std::get<Template>(std::move(read));
}

std::vector<TemplateMistake> mistakes_of(TemplateName name, std::string_view text) {
  const auto read = Template::read(name, text);
  const auto* mistakes = std::get_if<std::vector<TemplateMistake>>(&read);
  return mistakes ? *mistakes : std::vector<TemplateMistake>{};
}

constexpr std::string_view head = "{tier}|{title}|{kind}|{id}|{marks}\n";

/// The second line of a template that begins with what every one has to.
std::string filled(const std::string& line, const std::string& value, const std::string& reason) {
  const auto read = good(TemplateName::fire, std::string{head} + line);
  return read.line(1, [&](Placeholder placeholder) {
    if (placeholder == Placeholder::value) return value;
    return placeholder == Placeholder::reason ? reason : std::string{};
  });
}

void only(const std::vector<TemplateMistake>& mistakes, std::size_t offset, std::string_view what,
          std::string_view remedy) {
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].offset == offset);
  CHECK(mistakes[0].what == what);
  CHECK(mistakes[0].remedy.find(remedy) != std::string::npos);
}

}  // namespace

TEST_CASE("a line is filled in, and left out where its placeholders have nothing to say") {
  CHECK(filled("is {value}, for {reason}", "1", "2") == "is 1, for 2");
  CHECK(filled("is {value}, for {reason}", "1", "") == "is 1, for ");
  CHECK(filled("is {value}, for {reason}", "", "").empty());
  CHECK(filled("only words", "", "") == "only words");
}

TEST_CASE("a part in double brackets is left out by itself") {
  CHECK(filled("is {value}[[, for {reason}]].", "1", "2") == "is 1, for 2.");
  CHECK(filled("is {value}[[, for {reason}]].", "1", "") == "is 1.");
  CHECK(filled("[[({value})]][[[{reason}]]]", "1", "2") == "(1)[2]");
  CHECK(filled("[[({value})]][[[{reason}]]]", "", "2") == "[2]");
  CHECK(filled("[[({value})]][[[{reason}]]]", "1", "") == "(1)");
}

TEST_CASE("brackets that open no part are words") {
  CHECK(filled("[{value}] ]] }", "1", "") == "[1] ]] }");
}

TEST_CASE("empty lines and ends of lines of any sort make no lines") {
  CHECK(good(TemplateName::fire, std::string{head} + "\n\r\na\r\n").size() == 2);
}

TEST_CASE(
    "a placeholder that nobody knows is refused where it stands, with the one that was meant") {
  only(mistakes_of(TemplateName::fire, std::string{head} + "was {valeu}"), head.size() + 4,
       "there is no placeholder {valeu}", "did you mean {value}?");
  only(mistakes_of(TemplateName::fire, std::string{head} + "{count}"), head.size(),
       "{count} has no place in this template", "write one of {tier}, {title}");
  only(mistakes_of(TemplateName::fire, std::string{head} + "{value"), head.size(),
       "this { is not closed on its line", "{title}");
}

TEST_CASE("what follows from a placeholder's mistake is no second one") {
  only(mistakes_of(TemplateName::fire, std::string{head} + "[[{valeu}]]"), head.size() + 2,
       "there is no placeholder {valeu}", "{value}");
  CHECK(mistakes_of(TemplateName::fire, "{x}").size() == 6);  // and all that is not there
}

TEST_CASE("a first line without what names the event is refused") {
  only(mistakes_of(TemplateName::fire, "{tier}{title}{kind}{marks}\n{id}"), 0,
       "the first line has no {id}", "add it");
  CHECK(mistakes_of(TemplateName::listed, "{value}").size() == 5);
  CHECK(mistakes_of(TemplateName::total, "{count}{late}{marks}").empty());
  only(mistakes_of(TemplateName::total, "{count}{marks}"), 0, "the first line has no {late}", "");
}

TEST_CASE("a part that nothing could leave out, or that does not end, is refused") {
  only(mistakes_of(TemplateName::fire, std::string{head} + "[[words]]"), head.size(),
       "this part holds no placeholder, so nothing would ever leave it out", "remove");
  only(mistakes_of(TemplateName::fire, std::string{head} + "a [[{value}"), head.size() + 2,
       "this part is not closed on its line", "]]");
}

TEST_CASE("a template of nothing, of too many lines, or of a speech for a headline is refused") {
  only(mistakes_of(TemplateName::fire, "\n"), 0, "this template is empty", "remove it");
  only(mistakes_of(TemplateName::earlier, "{tier}{title}{kind}{id}\nmore"), 0,
       "this template has one line", "as one");
  only(mistakes_of(TemplateName::fire, std::string(201, 'x') + std::string{head}), 0,
       "the first line's own words have 205 bytes", "at most 200");
}

TEST_CASE("all built-in templates load, in both languages") {
  for (const auto language : {Language::zh, Language::en})
    CHECK(built_in_texts(language).size() == template_names().size());
  for (std::size_t i = 0; i < template_names().size(); ++i)
    for (const auto language : {Language::zh, Language::en})
      CHECK(Templates::built_in().of(static_cast<TemplateName>(i), language).size() > 0);
}

TEST_CASE("a template of one's own is what messages say") {
  auto templates = Templates::built_in();
  templates.set(TemplateName::fire, Language::zh,
                good(TemplateName::fire, "{id}·{title}·{kind}·{tier}{marks}\n{rule}：{value}"));
  const std::vector events{oil(AlertKind::fire, "K7Q2-0")};
  const auto lines = tell(events, {.templates = &templates});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "K7Q2-0·原油剧烈波动·触发·重大");
  CHECK(lines[1].text == "oil-shock：WTI 原油 24 小时内下跌 10.94%：96.46 → 85.91 美元/桶");
}
