// Stores that earlier versions wrote: each becomes today's with all that it holds, and is kept as
// it was. schemas/schema-N.sql is what a version of schema N left behind; such a file is never
// changed.
#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>
#include <iterator>
#include <vector>

#include "store/schema.hpp"
#include "store/store.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string database_in(const TempDir& dir) {
  return (dir.path() / "foghorn.db").string();
}

void leave_store_of(int schema, const TempDir& dir) {
  const auto sql = text_of(std::string{FOGHORN_ROOT} + "/tests/store/schemas/schema-" +
                           std::to_string(schema) + ".sql");
  REQUIRE_FALSE(sql.empty());
  SQLite::Database old{database_in(dir), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
  old.exec("PRAGMA journal_mode = WAL");
  old.exec(sql);
}

const auto minute = std::chrono::floor<std::chrono::minutes>(hormuz);

}  // namespace

TEST_CASE("there is a store of each earlier schema to be upgraded") {
  for (int schema = 1; schema < newest_schema(); ++schema) {
    TempDir dir;
    leave_store_of(schema, dir);
    SQLite::Database old{database_in(dir)};
    CHECK(schema_of(old) == schema);
  }
}

TEST_CASE("a store of an earlier version becomes this one's with all that it holds") {
  const int schema = GENERATE(range(1, newest_schema()));
  CAPTURE(schema);
  TempDir dir;
  leave_store_of(schema, dir);
  Store store{dir.string()};

  CHECK(store.rules().value() ==
        std::vector<StoredRule>{{"oil-shock", "h1", R"({"phase":"firing"})"}});
  const auto events = store.events(hormuz - 1h, hormuz + 1h, 10).value();
  REQUIRE(events.size() == 1);
  CHECK(events[0].id == "K7Q2-0");
  CHECK(events[0].title.zh == "原油剧烈波动");
  CHECK(events[0].sources.size() == 2);
  const auto rows = store.deliveries("K7Q2-0").value();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].state == OutboxState::delivered);
  const auto waiting = store.waiting().value();
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].row.channel == "macro");
  CHECK(waiting[0].row.tries == 2);
  CHECK(store.last_sends("desk", 10).value() == std::vector{hormuz});
  const auto bars = store.bars("WTI", hormuz - 1h, hormuz + 1h).value();
  REQUIRE(bars.size() == 2);
  CHECK(bars[0] == StoredBar{"WTI", minute, 96.46, 96.5, 85.9, 85.91, false});

  CHECK(store.days("WTI").value().size() == (schema >= 2 ? 1 : 0));
  CHECK(store.held_back(hormuz - 24h, hormuz).value().size() == (schema >= 2 ? 1 : 0));
  CHECK(store.silences(hormuz).value().size() == (schema >= 3 ? 1 : 0));
  CHECK(store.liquidations(minute, minute + 1h).value().size() == (schema >= 4 ? 1 : 0));
  CHECK(store.liquidation_streams(minute, minute + 1h).value().size() == (schema >= 4 ? 1 : 0));
  CHECK(store.holds().value().size() == (schema >= 4 ? 1 : 0));
}

TEST_CASE("an upgraded store takes all that this version stores") {
  const int schema = GENERATE(range(1, newest_schema()));
  TempDir dir;
  leave_store_of(schema, dir);
  Store store{dir.string()};
  Commit commit;
  commit.events = {oil(AlertKind::resolve, "K7Q2-1")};
  commit.bars = {{"WTI", minute + 5min, 1, 1, 1, 1, true}};
  commit.days = {{"WTI", {.day = minute, .open = 1, .high = 1, .low = 1, .close = 1}, false}};
  commit.streams = {{"okx", minute, minute + 1min, true}};
  commit.holds = {{"desk", hormuz}};
  commit.digests = {{"07:30", hormuz}};
  CHECK(store.commit(commit));
  CHECK(store.digests().value().size() == 1);
}

TEST_CASE("before an upgrade the store is copied beside itself, as it was") {
  const int schema = GENERATE(range(1, newest_schema()));
  TempDir dir;
  leave_store_of(schema, dir);
  std::string copy;
  {
    const Store store{dir.string()};
    REQUIRE(store.upgraded());
    CHECK(store.upgraded()->from == schema);
    CHECK(store.upgraded()->to == newest_schema());
    copy = store.upgraded()->copy;
  }
  CHECK(copy == database_in(dir) + ".schema-" + std::to_string(schema));
  CHECK(std::filesystem::status(copy).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  SQLite::Database old{copy};
  CHECK(schema_of(old) == schema);
  CHECK(old.execAndGet("SELECT count(*) FROM outbox").getInt() == 2);
  CHECK_FALSE(Store{dir.string()}.upgraded());
}

TEST_CASE("of the copies that upgrades make the last is kept") {
  TempDir dir;
  leave_store_of(2, dir);
  { const Store store{dir.string()}; }
  std::filesystem::remove(database_in(dir));
  leave_store_of(3, dir);
  { const Store store{dir.string()}; }
  CHECK_FALSE(std::filesystem::exists(database_in(dir) + ".schema-2"));
  CHECK(std::filesystem::exists(database_in(dir) + ".schema-3"));
}

TEST_CASE(
    "an upgrade that is broken off leaves the store as it was, and its copy is the same again") {
  TempDir dir;
  leave_store_of(3, dir);
  const auto store_schema = [&] {
    SQLite::Database old{database_in(dir), SQLite::OPEN_READWRITE};
    return schema_of(old);
  };
  {
    // In the way of the last step.
    SQLite::Database old{database_in(dir), SQLite::OPEN_READWRITE};
    old.exec("CREATE TABLE digests (digest TEXT)");
  }
  CHECK_THROWS_AS(Store{dir.string()}, StoreError);
  CHECK(store_schema() == 3);
  {
    SQLite::Database old{database_in(dir), SQLite::OPEN_READWRITE};
    CHECK_FALSE(old.tableExists("liquidations"));
    old.exec("DROP TABLE digests");
  }
  CHECK(Store{dir.string()}.upgraded()->from == 3);
  CHECK(std::filesystem::exists(database_in(dir) + ".schema-3"));
}

TEST_CASE("an upgrade deletes nothing but what upgrades made") {
  TempDir dir;
  leave_store_of(4, dir);
  const std::vector<const char*> kept = {
      ".schema-3-before-the-move", ".schema-",      ".schema-3.bak", ".schema-old",
      ".schema-3.12.partial",      ".schema-3.part"};
  const std::vector<const char*> gone = {".schema-3", ".schema-12", ".schema-3.4711.part"};
  for (const auto& names : {kept, gone})
    for (const auto* name : names) std::ofstream{database_in(dir) + name} << "x";
  { const Store store{dir.string()}; }
  for (const auto* name : kept) CHECK(std::filesystem::exists(database_in(dir) + name));
  for (const auto* name : gone) CHECK_FALSE(std::filesystem::exists(database_in(dir) + name));
}

TEST_CASE("a copy put back in the store's place is upgraded anew") {
  TempDir dir;
  leave_store_of(4, dir);
  { const Store store{dir.string()}; }
  std::filesystem::rename(database_in(dir) + ".schema-4", database_in(dir));
  Store store{dir.string()};
  CHECK(store.upgraded()->from == 4);
  CHECK(store.waiting().value().size() == 1);
}

TEST_CASE("a store that cannot be copied is not upgraded") {
  TempDir dir;
  leave_store_of(4, dir);
  // In the way of the copy.
  std::filesystem::create_directories(database_in(dir) + ".schema-4/sub");
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring("foghorn.db.schema-4")));
  SQLite::Database old{database_in(dir)};
  CHECK(schema_of(old) == 4);
}
