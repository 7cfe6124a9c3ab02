// Columns as a terminal shows them.
#include "daemon/control_table.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;

TEST_CASE("a Chinese character takes two places of a terminal, a combining mark none") {
  CHECK(shown_width("WTI") == 3);
  CHECK(shown_width("原油，") == 6);
  CHECK(shown_width("e\xCC\x81") == 1);
  CHECK(shown_width("") == 0);
}

TEST_CASE("a text is cut between characters, to what its places hold") {
  CHECK(cut_to_width("原油剧烈波动", 12) == "原油剧烈波动");
  CHECK(cut_to_width("原油剧烈波动", 11) == "原油剧烈波…");
  CHECK(cut_to_width("原油剧烈波动", 10) == "原油剧烈…");
  CHECK(cut_to_width("oil", 1) == "…");
  CHECK(cut_to_width("oil", 0).empty());
}

TEST_CASE("columns stand below each other, whatever their script") {
  Table table{{"STATE", "TITLE", "ID"}};
  table.add({"delivered", "原油剧烈波动", "a"});
  table.add({"refused", "Gold", "b"});
  CHECK(table.text(0) ==
        "STATE      TITLE         ID\n"
        "delivered  原油剧烈波动  a\n"
        "refused    Gold          b\n");
}

TEST_CASE("a column without a word in it is left out, and no line ends in spaces") {
  Table table{{"STATE", "ERROR", "ID"}};
  table.add({"pending", "", ""});
  table.add({"pending", "", "b"});
  CHECK(table.text(0) == "STATE    ID\npending\npending  b\n");
}

TEST_CASE("lines are cut to a terminal's width") {
  Table table{{"A", "B"}};
  table.add({"1234", "5678"});
  CHECK(table.text(8) == "A     B\n1234  5…\n");
}

TEST_CASE("what would upset a terminal does not reach it") {
  Table table{{"REASON"}};
  table.add({"a\x1b[2Jb\nc"});
  CHECK(table.text(0) == "REASON\na [2Jb c\n");
}
