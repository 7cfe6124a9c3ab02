#include "model/source.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace foghorn;

TEST_CASE("a source keeps its number") {
  SourceTable table;
  const auto first = table.intern("bybit", "CLUSDT");
  const auto second = table.intern("okx", "CLUSDT");
  CHECK(first != second);
  CHECK(table.intern("bybit", "CLUSDT") == first);
  CHECK(table.find("bybit", "CLUSDT") == first);
  CHECK_FALSE(table.find("bybit", "BZUSDT"));
  CHECK(to_text(table[*second]) == "okx:CLUSDT");
}

TEST_CASE("a venue that names ever new symbols cannot fill the table") {
  SourceTable table;
  for (std::size_t i = 0; i < SourceTable::capacity; ++i)
    REQUIRE(table.intern("okx", std::to_string(i)));
  CHECK_FALSE(table.intern("okx", "one more"));
  CHECK(table.intern("okx", "17"));
  CHECK_FALSE(SourceTable{}.intern("okx", std::string(SourceTable::longest_symbol + 1, 'x')));
}

TEST_CASE("a source's text splits at the first colon, for symbols hold colons too") {
  CHECK(parse_source("hyperliquid:xyz:CL")->symbol == "xyz:CL");
  CHECK_FALSE(parse_source("CLUSDT"));
  CHECK_FALSE(parse_source(":CLUSDT"));
  CHECK_FALSE(parse_source("bybit:"));
}
