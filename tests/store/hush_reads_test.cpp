// What a new life is told of silences, and of what they and quiet_while hold.
#include <catch2/catch_test_macros.hpp>

#include "store/store.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

AlertEvent event(AlertKind kind, std::string episode, std::string id) {
  auto e = oil(kind, std::move(id));
  e.episode = std::move(episode);
  return e;
}

OutboxRow row_of(const AlertEvent& event, OutboxState state, std::string channel = "desk") {
  return {.id = outbox_id(event.id, channel),
          .event = event.id,
          .channel = std::move(channel),
          .episode = event.episode,
          .tier = event.tier,
          .state = state,
          .created = event.time,
          .settled = event.time};
}

Silence silence(std::string id, Timestamp until) {
  return {.id = std::move(id),
          .rule = "oil-shock",
          .author = "维护员",
          .reason = "OPEC 会议",
          .made = hormuz,
          .until = until};
}

struct Rig {
  TempDir dir;
  Store store{dir.string()};

  std::vector<std::string> unfinished() {
    std::vector<std::string> ids;
    for (const auto& message : store.unfinished().value()) ids.push_back(message.row.id);
    return ids;
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("silences are read by the time they were made, without those that ended") {
  Rig rig;
  auto ended = silence("s3", hormuz + 3h);
  ended.ended = hormuz + 1h;
  auto later = silence("s1", hormuz + 2h);
  later.made += 1s;
  REQUIRE(rig.store.commit({.silences = {later, silence("s2", hormuz + 2h), ended}}));
  CHECK(rig.store.silences(hormuz + 1h).value() == std::vector{silence("s2", hormuz + 2h), later});
  CHECK(rig.store.silences(hormuz + 2h).value().empty());
  CHECK(rig.store.silences(Timestamp::min()).value().size() == 3);
}

TEST_CASE("the last word on a silence stands") {
  Rig rig;
  auto s = silence("s1", hormuz + 2h);
  REQUIRE(rig.store.commit({.silences = {s}}));
  s.ended = hormuz + 1s;
  REQUIRE(rig.store.commit({.silences = {s}}));
  CHECK(rig.store.silences(Timestamp::min()).value() == std::vector{s});
}

TEST_CASE("an episode in progress is told row by row, told ones and hushed ones") {
  Rig rig;
  const auto fire = event(AlertKind::fire, "E1", "a");
  const auto escalate = event(AlertKind::escalate, "E1", "b");
  REQUIRE(rig.store.commit(
      {.events = {fire, escalate},
       .new_rows = {row_of(fire, OutboxState::delivered), row_of(fire, OutboxState::quiet, "macro"),
                    row_of(escalate, OutboxState::silenced)}}));
  CHECK(rig.unfinished() == Ids{"a/desk", "a/macro", "b/desk"});
}

TEST_CASE("of an episode that is over only an end that is hushed is left") {
  Rig rig;
  const auto fire = event(AlertKind::fire, "E1", "a");
  const auto resolve = event(AlertKind::resolve, "E1", "b");
  REQUIRE(rig.store.commit({.events = {fire, resolve},
                            .new_rows = {row_of(fire, OutboxState::delivered),
                                         row_of(fire, OutboxState::silenced, "macro"),
                                         row_of(resolve, OutboxState::silenced)}}));
  CHECK(rig.unfinished() == Ids{"b/desk"});
}

TEST_CASE(
    "of an instrument's trouble the last row that was told is left, and the hushed ones since") {
  Rig rig;
  const auto gone = event(AlertKind::no_data, "", "a");
  const auto back = event(AlertKind::data_back, "", "b");
  const auto again = event(AlertKind::no_data, "", "c");
  const auto doubted = event(AlertKind::unconfirmed, "", "d");
  REQUIRE(rig.store.commit(
      {.events = {gone, back, again, doubted},
       .new_rows = {
           row_of(gone, OutboxState::silenced), row_of(gone, OutboxState::silenced, "macro"),
           row_of(back, OutboxState::pending), row_of(back, OutboxState::silenced, "macro"),
           row_of(again, OutboxState::silenced), row_of(doubted, OutboxState::delivered)}}));
  CHECK(rig.unfinished() == Ids{"a/macro", "b/desk", "b/macro", "c/desk", "d/desk"});
}

TEST_CASE("an episode knows only the channels that were told of it") {
  Rig rig;
  const auto fire = event(AlertKind::fire, "E1", "a");
  REQUIRE(rig.store.commit(
      {.events = {fire},
       .new_rows = {row_of(fire, OutboxState::delivered), row_of(fire, OutboxState::quiet, "macro"),
                    row_of(fire, OutboxState::silenced, "boss")}}));
  CHECK(rig.store.channels_of("E1").value() == std::set<std::string>{"desk"});
}

TEST_CASE("an open episode is told by its last word") {
  Rig rig;
  const auto over = event(AlertKind::fire, "E0", "z");
  const auto end = event(AlertKind::resolve, "E0", "y");
  const auto fire = event(AlertKind::fire, "E1", "a");
  auto escalate = event(AlertKind::escalate, "E1", "b");
  escalate.time += 1s;
  REQUIRE(rig.store.commit({.events = {over, end, fire, escalate}}));
  CHECK(rig.store.open_episodes().value() == std::vector{escalate});
}

TEST_CASE("what is told late counts from when it was put out") {
  Rig rig;
  const auto fire = event(AlertKind::fire, "E1", "a");
  auto row = row_of(fire, OutboxState::silenced);
  REQUIRE(rig.store.commit({.events = {fire}, .new_rows = {row}}));
  row.state = OutboxState::pending;
  row.created += 1h;
  row.settled = no_time;
  REQUIRE(rig.store.commit({.changed_rows = {row}}));
  CHECK(rig.store.waiting().value().at(0).row == row);
}
