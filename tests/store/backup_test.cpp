// Copies of a store: whole and of one moment, whatever its owner does meanwhile.
#include "store/backup.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <atomic>
#include <fstream>
#include <thread>

#include "store/schema.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

/// A store's folder, and one for its copies.
struct Rig {
  std::string data() const { return (dir.path() / "data").string(); }
  std::string copies() const { return (dir.path() / "copies").string(); }
  std::string out() const { return copies() + "/copy.db"; }

  /// What is in the folder of the copies.
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{copies()}, fs::directory_iterator{}));
  }

  Rig() { fs::create_directories(copies()); }

  TempDir dir;
};

Commit hour_of_minutes(int hour) {
  Commit commit;
  for (int m = 0; m < 60; ++m) {
    const double price = hour;
    commit.bars.push_back({"WTI", hormuz + std::chrono::hours{hour} + std::chrono::minutes{m},
                           price, price, price, price});
  }
  return commit;
}

}  // namespace

TEST_CASE("a copy made while the daemon has the store open is a store with all that it holds") {
  Rig rig;
  Store daemon{rig.data()};
  REQUIRE(
      daemon.commit({.events = {oil(AlertKind::fire, "a")}, .rules = {{"oil-shock", "h", "{}"}}}));
  const auto made = back_up(rig.data(), rig.out());
  CHECK(made.schema == newest_schema());
  CHECK(made.bytes == static_cast<std::int64_t>(fs::file_size(rig.out())));
  CHECK(rig.files() == 1);

  fs::create_directories(rig.dir.path() / "restored");
  fs::copy_file(rig.out(), rig.dir.path() / "restored/foghorn.db");
  Store restored{(rig.dir.path() / "restored").string()};
  CHECK(restored.knows_event("a").value());
  CHECK(restored.rules().value().size() == 1);
}

TEST_CASE("a copy can be made of a store that nobody has open") {
  Rig rig;
  { Store{rig.data()}.commit({.rules = {{"oil-shock", "h", "{}"}}}).value(); }
  CHECK(back_up(rig.data(), rig.out()).bytes > 0);
}

TEST_CASE("only its user may read a copy") {
  Rig rig;
  const Store daemon{rig.data()};
  back_up(rig.data(), rig.out());
  CHECK(fs::status(rig.out()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a copy takes nobody's place") {
  Rig rig;
  const Store daemon{rig.data()};
  std::ofstream{rig.out()} << "yesterday's";
  CHECK_THROWS_MATCHES(back_up(rig.data(), rig.out()), StoreError,
                       MessageMatches(ContainsSubstring("is there already")));
  CHECK(fs::file_size(rig.out()) == 11);
  CHECK_THROWS_AS(back_up(rig.data(), rig.data() + "/foghorn.db"), StoreError);
}

TEST_CASE("where no copy can be made it is said, and nothing is left behind") {
  Rig rig;
  CHECK_THROWS_MATCHES(back_up(rig.data(), rig.out()), StoreError,
                       MessageMatches(ContainsSubstring("there is no store")));
  const Store daemon{rig.data()};
  CHECK_THROWS_MATCHES(back_up(rig.data(), rig.copies() + "/sub/copy.db"), StoreError,
                       MessageMatches(ContainsSubstring("cannot be written")));
  CHECK(rig.files() == 0);
}

TEST_CASE("a damaged store gives no copy") {
  Rig rig;
  {
    Store store{rig.data()};
    for (int hour = 0; hour < 100; ++hour) REQUIRE(store.commit(hour_of_minutes(hour)));
  }
  {
    std::fstream file{rig.data() + "/foghorn.db", std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(4096 * 40);
    file << std::string(20'000, '\x5a');
  }
  CHECK_THROWS_AS(back_up(rig.data(), rig.out()), StoreError);
  CHECK(rig.files() == 0);
}

TEST_CASE("a copy is of one moment, however much is committed meanwhile, and ends") {
  Rig rig;
  Store daemon{rig.data()};
  for (int hour = 0; hour < 700; ++hour) REQUIRE(daemon.commit(hour_of_minutes(hour)));
  std::atomic<bool> copied{false};
  std::thread copier{[&] {
    back_up(rig.data(), rig.out());
    copied = true;
  }};
  int hour = 700;
  while (!copied && hour < 100'000) REQUIRE(daemon.commit(hour_of_minutes(hour++)));
  copier.join();
  REQUIRE(copied);
  SQLite::Database copy{rig.out()};
  // Whole hours, as they were committed, without a hole.
  const auto rows = copy.execAndGet("SELECT count(*) FROM bars").getInt();
  CHECK(rows % 60 == 0);
  CHECK(rows >= 700 * 60);
  CHECK(copy.execAndGet("SELECT max(open) FROM bars").getDouble() == rows / 60 - 1);
}
