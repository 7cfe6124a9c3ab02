#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>
#include <optional>

#include "store/schema.hpp"
#include "store/store.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

TEST_CASE("a store is made where there was none, with its directory") {
  TempDir dir;
  Store store{dir.string() + "/var/lib"};
  CHECK(std::filesystem::exists(dir.path() / "var/lib/foghorn.db"));
  CHECK(store.rules().value().empty());
}

TEST_CASE("a store waits for the disk at every commit") {
  TempDir dir;
  Store store{dir.string()};
  SQLite::Database other{dir.string() + "/foghorn.db", SQLite::OPEN_READONLY};
  CHECK(other.execAndGet("PRAGMA journal_mode").getString() == "wal");
  CHECK(other.execAndGet("PRAGMA user_version").getInt() == newest_schema());
}

TEST_CASE("a data_dir that cannot be made is refused in words") {
  TempDir dir;
  std::ofstream{dir.path() / "file"} << "x";
  CHECK_THROWS_MATCHES(Store{dir.string() + "/file/sub"}, StoreError,
                       MessageMatches(ContainsSubstring("data_dir cannot be made") &&
                                      ContainsSubstring("/file/sub")));
}

TEST_CASE("a data_dir in use by another foghorn is refused in words, with its pid") {
  TempDir dir;
  Store first{dir.string()};
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring("another foghorn (pid") &&
                                      ContainsSubstring("give this one its own")));
}

TEST_CASE("a data_dir is free again once its foghorn is gone") {
  TempDir dir;
  { Store first{dir.string()}; }
  CHECK_NOTHROW(Store{dir.string()});
}

TEST_CASE("a database of a later version is refused in words") {
  TempDir dir;
  { Store store{dir.string()}; }
  SQLite::Database{dir.string() + "/foghorn.db", SQLite::OPEN_READWRITE}.exec(
      "PRAGMA user_version = 99");
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring("later Foghorn (schema 99") &&
                                      ContainsSubstring("move the file")));
}

TEST_CASE("a file that is no database is refused in words, and left alone") {
  TempDir dir;
  std::ofstream{dir.path() / "foghorn.db"} << std::string(8192, 'x');
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring("damaged or not a database")));
  CHECK(std::filesystem::file_size(dir.path() / "foghorn.db") == 8192);
}

TEST_CASE("a damaged database is refused in words when it is opened") {
  TempDir dir;
  {
    Store store{dir.string()};
    Commit commit;
    for (int i = 0; i < 2000; ++i)
      commit.bars.push_back({.instrument = "WTI",
                             .minute = Timestamp{std::chrono::minutes{i}},
                             .open = 1,
                             .high = 1,
                             .low = 1,
                             .close = 1});
    REQUIRE(store.commit(commit));
  }
  {
    std::fstream file{dir.path() / "foghorn.db", std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(4096 * 12);
    file << std::string(20'000, '\x5a');
  }
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring("damaged")));
}

TEST_CASE("an empty database is brought to today's schema") {
  TempDir dir;
  {
    SQLite::Database old{dir.string() + "/foghorn.db",
                         SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
  }
  Store store{dir.string()};
  CHECK(store.commit({.rules = {{"oil-shock", "h", "{}"}}}));
}
