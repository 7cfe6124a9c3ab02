#include "alerts/store_writer.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>
#include <catch2/catch_test_macros.hpp>

#include <memory>

#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

struct Rig {
  Rig() { spdlog::set_level(spdlog::level::off); }

  TempDir dir;
  Store store{dir.string(), {.busy_limit = 0ms}};
  StoreWriter writer{store};
  SQLite::Database other{dir.string() + "/foghorn.db", SQLite::OPEN_READWRITE};
  std::unique_ptr<SQLite::Transaction> holding;

  /// Another program writes, and does not stop.
  void jam() {
    holding = std::make_unique<SQLite::Transaction>(other, SQLite::TransactionBehavior::IMMEDIATE);
  }
  void free() { holding.reset(); }
};

OutboxRow row_of(const AlertEvent& event, OutboxState state) {
  return {.id = outbox_id(event.id, "desk"),
          .event = event.id,
          .channel = "desk",
          .episode = event.episode,
          .state = state};
}

}  // namespace

TEST_CASE("what the store could not take is committed with what comes next") {
  Rig rig;
  const auto fire = oil(AlertKind::fire, "a");
  rig.jam();
  CHECK_FALSE(rig.writer.save({.events = {fire},
                               .new_rows = {row_of(fire, OutboxState::pending)},
                               .rules = {{"oil-shock", "h", "1"}}},
                              at(0s)));
  CHECK(rig.writer.failing());
  CHECK(rig.writer.unsaved_events() == 1);
  CHECK_FALSE(rig.writer.save(
      {.changed_rows = {row_of(fire, OutboxState::delivered)}, .rules = {{"oil-shock", "h", "2"}}},
      at(2s)));

  rig.free();
  CHECK(rig.writer.save({}, at(4s)));
  CHECK_FALSE(rig.writer.failing());
  CHECK(rig.store.deliveries("a").value().at(0).state == OutboxState::delivered);
  CHECK(rig.store.rules().value() == std::vector<StoredRule>{{"oil-shock", "h", "2"}});
}

TEST_CASE("a failing store is left alone for a second") {
  Rig rig;
  rig.jam();
  CHECK_FALSE(rig.writer.save({.rules = {{"a", "h", "1"}}}, at(0s)));
  rig.free();
  CHECK_FALSE(rig.writer.save({}, at(999ms)));
  CHECK(rig.writer.save({}, at(1s)));
}

TEST_CASE("an event is known from when it was given, stored or not") {
  Rig rig;
  rig.jam();
  const auto fire = oil(AlertKind::fire, "a");
  rig.writer.save({.events = {fire}, .new_rows = {row_of(fire, OutboxState::pending)}}, at(0s));
  CHECK(rig.writer.knows("a"));
  CHECK(rig.writer.channels_of(fire.episode) == std::set<std::string>{"desk"});
  rig.free();
  rig.writer.save({}, at(5s));
  CHECK(rig.writer.knows("a"));
  CHECK_FALSE(rig.writer.knows("b"));
}

TEST_CASE("a channel where an episode is only recorded has not had it, until it is told late") {
  Rig rig;
  rig.jam();
  const auto fire = oil(AlertKind::fire, "a");
  rig.writer.save({.events = {fire}, .new_rows = {row_of(fire, OutboxState::silenced)}}, at(0s));
  CHECK(rig.writer.channels_of(fire.episode)->empty());
  rig.writer.save({.changed_rows = {row_of(fire, OutboxState::pending)}}, at(0s));
  CHECK(rig.writer.channels_of(fire.episode) == std::set<std::string>{"desk"});
}

TEST_CASE("of the silences that platforms asked for meanwhile the last of each channel is kept") {
  Rig rig;
  rig.jam();
  CHECK_FALSE(rig.writer.save({.holds = {{"desk", at(1min)}, {"macro", at(2min)}}}, at(0s)));
  CHECK_FALSE(rig.writer.save({.holds = {{"desk", at(1h)}}}, at(2s)));
  rig.free();
  CHECK(rig.writer.save({}, at(4s)));
  const std::vector<ChannelHold> expected{{"desk", at(1h)}, {"macro", at(2min)}};
  CHECK(rig.store.holds().value() == expected);
}
