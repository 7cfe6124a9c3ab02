// The outbox as an operator asks for it.
#include <catch2/catch_test_macros.hpp>

#include "store/store.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

OutboxRow row_of(const AlertEvent& event, const std::string& channel, OutboxState state) {
  return {.id = outbox_id(event.id, channel),
          .event = event.id,
          .channel = channel,
          .episode = event.episode,
          .tier = event.tier,
          .state = state,
          .next_try = hormuz,
          .created = hormuz};
}

/// Three events, a to c, each to the desk and to macro; those to macro failed.
struct Rig {
  Rig() {
    Commit commit;
    for (const auto* id : {"a", "b", "c"}) {
      const auto event = oil(AlertKind::fire, id);
      commit.events.push_back(event);
      commit.new_rows.push_back(row_of(event, "desk", OutboxState::delivered));
      commit.new_rows.push_back(row_of(event, "macro", OutboxState::refused));
    }
    commit.new_rows.front().told_by = "c/desk";
    REQUIRE(store.commit(commit));
  }

  std::vector<std::string> ids(const OutboxQuery& query) {
    std::vector<std::string> found;
    for (const auto& message : store.outbox(query).value()) found.push_back(message.row.id);
    return found;
  }

  TempDir dir;
  Store store{dir.string()};
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("the outbox answers with the newest rows, oldest first") {
  CHECK(Rig{}.ids({.most = 3}) == Ids{"b/macro", "c/desk", "c/macro"});
}

TEST_CASE("the outbox is asked for a row by its id, and for all of an event by the event's") {
  CHECK(Rig{}.ids({.id = "b/desk"}) == Ids{"b/desk"});
  CHECK(Rig{}.ids({.id = "b"}) == Ids{"b/desk", "b/macro"});
  CHECK(Rig{}.ids({.id = "nothing"}).empty());
}

TEST_CASE("the outbox is asked by channel and by state") {
  CHECK(Rig{}.ids({.channel = "desk"}) == Ids{"a/desk", "b/desk", "c/desk"});
  CHECK(Rig{}.ids({.id = "a", .states = {OutboxState::refused, OutboxState::unknown}}) ==
        Ids{"a/macro"});
}

TEST_CASE("the outbox is read page by page, each older than the last one's first row") {
  CHECK(Rig{}.ids({.before = "b/macro", .most = 2}) == Ids{"a/macro", "b/desk"});
  CHECK(Rig{}.ids({.before = "a/desk"}).empty());
}

TEST_CASE("the outbox knows which rows a message told besides its own") {
  CHECK(Rig{}.ids({.told_by = "c/desk"}) == Ids{"a/desk"});
}
