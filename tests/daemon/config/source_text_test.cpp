// Where the content of a TOML string begins.

#include "daemon/config/source_text.hpp"

#include <catch2/catch_test_macros.hpp>

using foghorn::SourceText;
using foghorn::TextPlace;

TEST_CASE("a string begins one column after its quote") {
  CHECK(SourceText{R"(when = "x")"}.first_character({1, 8}) == TextPlace{1, 9});
  CHECK(SourceText{R"(when = 'x')"}.first_character({1, 8}) == TextPlace{1, 9});
}

TEST_CASE("columns count characters, whatever stands to the left") {
  CHECK(SourceText{R"("原油" = "x")"}.first_character({1, 8}) == TextPlace{1, 9});
}

TEST_CASE(
    "a multi-line string begins after three quotes, or on the next line where a newline follows") {
  CHECK(SourceText{"a = \"\"\"x\"\"\""}.first_character({1, 5}) == TextPlace{1, 8});
  CHECK(SourceText{"a = \"\"\"\nx\"\"\""}.first_character({1, 5}) == TextPlace{2, 1});
  CHECK(SourceText{"a = '''\r\nx'''"}.first_character({1, 5}) == TextPlace{2, 1});
}

TEST_CASE("a backslash at the end of a line takes the white space after it along") {
  CHECK(SourceText{"a = \"\"\"\\\n  \n   x\"\"\""}.first_character({1, 5}) == TextPlace{3, 4});
  CHECK(SourceText{"a = \"\"\"\n\\ \n x\"\"\""}.first_character({1, 5}) == TextPlace{3, 2});
}

TEST_CASE("a literal string has no line-ending backslash") {
  CHECK(SourceText{"a = '''\\\n x'''"}.first_character({1, 5}) == TextPlace{1, 8});
}

TEST_CASE("a byte order mark is no column") {
  CHECK(SourceText{"\xEF\xBB\xBF"
                   "a = \"x\""}
            .first_character({1, 5}) == TextPlace{1, 6});
}

TEST_CASE("a place outside the text is given back as it is") {
  CHECK(SourceText{"a = 1"}.first_character({7, 3}) == TextPlace{7, 3});
  CHECK(SourceText{""}.first_character({1, 1}) == TextPlace{1, 1});
}

TEST_CASE("what follows an escape stands as far as it is spelt") {
  using Jumps = std::vector<foghorn::Located::Jump>;
  CHECK(SourceText{R"(a = "x\"yz")"}.jumps({1, 5}, "x\"yz") == Jumps{{2, 1, 9}});
  CHECK(SourceText{R"(a = "\\\u00e9\n!")"}.jumps({1, 5}, "\\\u00e9\n!") ==
        Jumps{{1, 1, 8}, {3, 1, 14}, {4, 1, 16}});
  CHECK(SourceText{R"(a = 'x\"y')"}.jumps({1, 5}, R"(x\"y)").empty());
  CHECK(SourceText{"a = \"x > y\""}.jumps({1, 5}, "x > y").empty());
}

TEST_CASE("what follows a line-ending backslash stands on the line where it is written") {
  using Jumps = std::vector<foghorn::Located::Jump>;
  CHECK(SourceText{"a = \"\"\"\nx \\\n\n   y\\\"z\"\"\""}.jumps({1, 5}, "x y\"z") ==
        Jumps{{2, 4, 4}, {4, 4, 7}});
}
