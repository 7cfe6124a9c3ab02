// The store's bad days, from a full disk to a torn page: somebody is told what is wrong and what to
// do, alerts go out from memory, and what was accepted is there in the end.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <array>
#include <fstream>
#include <optional>

#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

const std::vector<ChannelSpec> channels{
    {.name = "desk",
     .type = "wecom",
     .url = Secret{"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hush"}}};
const Routes routes{.rules = {{"oil-shock", {{Tier::major, {"desk"}}}}}};

AlertEvent fire(const std::string& id) {
  auto event = oil(AlertKind::fire, id);
  event.episode = "E" + id;
  return event;
}

std::string database_of(const TempDir& dir) {
  return dir.string() + "/foghorn.db";
}

/// A dispatcher whose every message arrives, in time that flies.
struct Rig {
  explicit Rig(const std::string& directory) : store{directory, {.busy_limit = 0ms}} {
    spdlog::set_level(spdlog::level::off);
    DeliverySurroundings around;
    around.clock = time.clock();
    around.sleep = time.sleep();
    around.random = [] { return 0.5; };
    around.fetch = [this](HttpRequest request, HttpOptions) { return hear(std::move(request)); };
    dispatcher.emplace(io.get_executor(), store, channels, routes, around);
    dispatcher->start(tasks);
    settle();
  }
  ~Rig() {
    tasks.cancel();
    settle();
  }

  void settle() {
    io.restart();
    while (io.poll() > 0) {
    }
  }

  /// True: it was stored.
  bool accept(const std::string& id) {
    const bool saved = dispatcher->accept({fire(id)}, {{"oil-shock", "h", "\"" + id + "\""}});
    settle();
    return saved;
  }

  /// Time passes, in which the store is tried again.
  bool try_again() {
    time.now += 2s;
    return dispatcher->keep({});
  }

  DispatcherSnapshot snapshot() const { return dispatcher->snapshot(); }
  bool stored_as_delivered(const std::string& id) {
    const auto rows = store.deliveries(id);
    return rows.has_value() && rows->size() == 1 && rows->front().state == OutboxState::delivered;
  }

  Store store;
  VirtualTime time{hormuz};
  asio::io_context io{1};
  std::vector<std::string> messages;
  std::optional<Dispatcher> dispatcher;
  TaskGroup tasks{io.get_executor(),
                  [](const std::string& task, std::exception_ptr) { FAIL(task); }};

 private:
  asio::awaitable<HttpAnswer> hear(HttpRequest request) {
    messages.push_back(std::move(request.body));
    HttpAnswer answer;
    answer.status = 200;
    answer.body = R"({"errcode":0})";
    co_return answer;
  }
};

bool unsaved(const std::string& message) {
  return message.find("未存盘") != std::string::npos;
}

/// Another process, which opens the database, runs `sql`, and lives until this is gone.
class OtherProgram {
 public:
  OtherProgram(const std::string& database, const std::string& sql) {
    std::array<int, 2> ready{};
    REQUIRE(::pipe(ready.data()) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      SQLite::Database own{database, SQLite::OPEN_READWRITE};
      own.exec(sql);
      static_cast<void>(::write(ready[1], "x", 1));
      for (;;) ::pause();
    }
    char got = 0;
    REQUIRE(::read(ready[0], &got, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~OtherProgram() { end(); }

  pid_t pid() const { return child_; }
  void end() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  pid_t child_{};
};

/// Overwrites what is on the disk behind the first page, which has the schema.
void tear_pages(const TempDir& dir) {
  std::fstream file{database_of(dir), std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(4096);
  const auto size = std::filesystem::file_size(database_of(dir));
  file << std::string(size - 4096, '\x5a');
}

/// The same under a running daemon, which has to read its pages anew.
void tear_under(const TempDir& dir) {
  {
    SQLite::Database other{database_of(dir), SQLite::OPEN_READWRITE};
    other.exec("INSERT INTO bars VALUES ('X', 0, 1, 1, 1, 1, 0)");
    other.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  tear_pages(dir);
}

struct Failure {
  int code;
  StoreTrouble trouble;
  std::string says;
};

}  // namespace

TEST_CASE("whatever the disk refuses, alerts go out from memory and are stored when it is over") {
  const auto failure =
      GENERATE(Failure{SQLITE_FULL, StoreTrouble::full, "the disk is full; make room"},
               Failure{SQLITE_READONLY, StoreTrouble::read_only, "mount its disk writable"},
               Failure{SQLITE_IOERR_WRITE, StoreTrouble::io, "see whether its disk is in order"},
               Failure{SQLITE_CORRUPT, StoreTrouble::corrupt, "move the file and its -wal away"});
  const auto after = GENERATE(0, 1, 3);  // in the middle of a commit, too
  CAPTURE(failure.says, after);
  TempDir dir;
  FaultyVfs disk;
  Rig rig{dir.string()};
  REQUIRE(rig.accept("before"));

  disk.fail(failure.code, after);
  CHECK_FALSE(rig.accept("while-1"));
  rig.time.now += 2s;
  CHECK_FALSE(rig.accept("while-2"));
  rig.dispatcher->keep({.bars = {{.instrument = "WTI",
                                  .minute = Timestamp{},
                                  .open = 80,
                                  .high = 81,
                                  .low = 79,
                                  .close = 80}}});
  REQUIRE(rig.messages.size() == 3);
  CHECK_FALSE(unsaved(rig.messages[0]));
  CHECK(unsaved(rig.messages[1]));
  CHECK(unsaved(rig.messages[2]));
  const auto failing = rig.snapshot();
  CHECK_THAT(failing.store_error,
             ContainsSubstring(database_of(dir)) && ContainsSubstring(failure.says));
  CHECK(failing.unsaved_events == 2);
  CHECK(failing.store_failures[static_cast<std::size_t>(failure.trouble)] >= 2);

  disk.heal();
  CHECK(rig.try_again());
  CHECK(rig.snapshot().store_error.empty());
  CHECK(rig.snapshot().unsaved_events == 0);
  for (const auto* id : {"before", "while-1", "while-2"}) CHECK(rig.stored_as_delivered(id));
  CHECK(rig.store.rules().value().at(0).state == "\"while-2\"");
  CHECK(rig.store.bars("WTI", {}, Timestamp::max()).value().size() == 1);
  CHECK(rig.store.waiting().value().empty());
}

TEST_CASE("locked by another program, alerts go out from memory and are stored when it ends") {
  TempDir dir;
  { Store made{dir.string()}; }
  OtherProgram other{database_of(dir), "BEGIN EXCLUSIVE"};
  Rig rig{dir.string()};
  CHECK_FALSE(rig.accept("while"));
  REQUIRE(rig.messages.size() == 1);
  CHECK(unsaved(rig.messages[0]));
  CHECK_THAT(rig.snapshot().store_error, ContainsSubstring("another program has it locked"));
  CHECK(rig.snapshot().store_failures[static_cast<std::size_t>(StoreTrouble::locked)] > 0);

  other.end();
  CHECK(rig.try_again());
  CHECK(rig.stored_as_delivered("while"));
}

TEST_CASE("a page torn while the daemon runs is told, and alerts go out all the same") {
  TempDir dir;
  Rig rig{dir.string()};
  REQUIRE(rig.accept("before"));
  tear_under(dir);
  CHECK_FALSE(rig.accept("while"));
  REQUIRE(rig.messages.size() == 2);
  CHECK(unsaved(rig.messages[1]));
  CHECK_THAT(rig.snapshot().store_error,
             ContainsSubstring("is damaged") && ContainsSubstring("stop foghorn"));
}

TEST_CASE("a resolve finds its channels by the routes where the store cannot say which had it") {
  TempDir dir;
  Rig rig{dir.string()};
  REQUIRE(rig.accept("before"));
  tear_under(dir);
  auto resolve = oil(AlertKind::resolve, "after");
  resolve.episode = "Ebefore";
  rig.dispatcher->accept({resolve}, {});
  rig.settle();
  REQUIRE(rig.messages.size() == 2);
  CHECK(rig.messages[1].find("恢复") != std::string::npos);
}

TEST_CASE("a file that was moved away is not written to as if nothing had happened") {
  TempDir dir;
  Rig rig{dir.string()};
  REQUIRE(rig.accept("before"));
  std::filesystem::rename(database_of(dir), dir.path() / "elsewhere.db");
  CHECK_FALSE(rig.accept("while"));
  CHECK_THAT(rig.snapshot().store_error, ContainsSubstring("was moved or deleted"));
  CHECK(unsaved(rig.messages.at(1)));

  std::filesystem::rename(dir.path() / "elsewhere.db", database_of(dir));
  CHECK(rig.try_again());
  CHECK(rig.stored_as_delivered("while"));
}

TEST_CASE("killed while the store fails, what was accepted before is there after") {
  TempDir dir;
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    FaultyVfs disk;
    Rig rig{dir.string()};
    const bool before = rig.accept("before");
    disk.fail(SQLITE_FULL, 1);
    const bool whilst = rig.accept("while");
    if (!before || whilst || rig.messages.size() != 2) _exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));

  Rig rig{dir.string()};
  CHECK(rig.stored_as_delivered("before"));
  CHECK(rig.store.rules().value().at(0).state == "\"before\"");
  CHECK_FALSE(rig.store.knows_event("while").value());
  // The engine goes on from the state that is stored, and says it again.
  CHECK(rig.accept("while"));
  CHECK(rig.messages.size() == 1);
}

TEST_CASE("at the start a locked store is refused, with who holds it") {
  TempDir dir;
  { Store made{dir.string()}; }
  OtherProgram other{database_of(dir), "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT"};
  CHECK_THROWS_MATCHES(
      (Store{dir.string(), {.busy_limit = 0ms}}), StoreError,
      MessageMatches(ContainsSubstring("another program (pid " + std::to_string(other.pid())) &&
                     ContainsSubstring("end that program")));
}

TEST_CASE("at the start a torn store is refused, with what to do and what is lost") {
  TempDir dir;
  { Rig{dir.string()}.accept("before"); }
  tear_pages(dir);
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring(database_of(dir)) &&
                                      ContainsSubstring("move the file and its -wal away") &&
                                      ContainsSubstring("are lost")));
}

TEST_CASE("at the start a full disk and one that cannot be written are refused in words") {
  TempDir dir;
  FaultyVfs disk;
  disk.fail(SQLITE_FULL);
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring("the disk is full; make room")));
  disk.fail(SQLITE_READONLY);
  CHECK_THROWS_MATCHES(Store{dir.string()}, StoreError,
                       MessageMatches(ContainsSubstring("mounted writable")));
  disk.heal();
  CHECK_NOTHROW(Store{dir.string()});
}
