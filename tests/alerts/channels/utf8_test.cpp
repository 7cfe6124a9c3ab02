#include "alerts/channels/utf8.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <array>
#include <random>
#include <string>
#include <vector>

using namespace foghorn;

namespace {

/// Characters as a reader sees them, of one to seven code points.
constexpr std::array<std::string_view, 12> characters{"a",
                                                      "é",
                                                      "油",
                                                      "亿",
                                                      "e\u0301",
                                                      "\U0001F6E2\uFE0F",
                                                      "\U0001F44D\U0001F3FD",
                                                      "\U0001F468\u200D\U0001F469\u200D\U0001F467",
                                                      "\U0001F1E8\U0001F1F3",
                                                      "\U0001F1FA\U0001F1F8",
                                                      "が",
                                                      "か\u3099"};

std::vector<std::string_view> some_text(unsigned seed) {
  std::mt19937 random{seed};
  std::vector<std::string_view> text;
  for (std::size_t n = random() % 40; n > 0; --n)
    text.push_back(characters[random() % characters.size()]);
  return text;
}

}  // namespace

TEST_CASE("a cut text is the longest run of whole characters that fits") {
  const auto text = some_text(GENERATE(range(0U, 200U)));
  std::string all;
  for (const auto character : text) all += character;
  for (std::size_t limit = 40; limit < 200; ++limit) {  // every character fits 40 bytes
    std::string expected;
    for (const auto character : text) {
      if (expected.size() + character.size() > limit) break;
      expected += character;
    }
    CAPTURE(limit, all);
    REQUIRE(cut_to_bytes(all, limit) == expected);
  }
}

TEST_CASE("a cut never splits a code point, however little room there is") {
  const auto text = some_text(GENERATE(range(0U, 50U)));
  std::string all;
  for (const auto character : text) all += character;
  for (std::size_t limit = 0; limit < 60; ++limit) {
    CAPTURE(limit, all);
    REQUIRE(is_utf8(cut_to_bytes(all, limit)));
    REQUIRE(cut_to_bytes(all, limit).size() <= limit);
    REQUIRE(shortened(all, limit).size() <= limit);
  }
}

TEST_CASE("a shortened text says so") {
  CHECK(shortened("原油剧烈波动", 18) == "原油剧烈波动");
  CHECK(shortened("原油剧烈波动", 17) == "原油剧烈…");
  CHECK(shortened("原油", 5) == "…");
  CHECK(shortened("原油", 2).empty());
}

TEST_CASE("a family is not torn apart, unless nothing else would be left") {
  const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";
  CHECK(cut_to_bytes("a" + family, 15) == "a");
  CHECK(cut_to_bytes(family, 7) == "\U0001F468\u200D");
}

TEST_CASE("what is not UTF-8 is told from what is") {
  for (const char* good : {"", "abc", "é", "油", "\U0001F6E2", "\xF4\x8F\xBF\xBF"})
    CHECK(is_utf8(good));
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xFF", "a\xE6\xB2"})
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("one line of UTF-8 is made of anything") {
  CHECK(one_line("a\nb\tc\x7F") == "a b c ");
  CHECK(one_line("油\xE6\xB2价") == "油\xEF\xBF\xBD\xEF\xBF\xBD价");
}

TEST_CASE("UTF-16 counts what lies beyond U+FFFF twice") {
  CHECK(utf16_size("") == 0);
  CHECK(utf16_size("aé油") == 3);
  CHECK(utf16_size("\U0001F6E2") == 2);
}

TEST_CASE("a text is shortened to UTF-16 units at a character") {
  CHECK(shortened_to_utf16("原油", 2) == "原油");
  CHECK(shortened_to_utf16("原油价", 2) == "原…");
  CHECK(shortened_to_utf16("a\U0001F6E2b", 3) == "a…");
  CHECK(shortened_to_utf16("ae\u0301e\u0301", 4) == "ae\u0301…");
  CHECK(shortened_to_utf16("ab", 0).empty());
}
