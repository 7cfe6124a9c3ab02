#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch_test_macros.hpp>

#include <sqlite3.h>

#include "store/store.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

OutboxRow row_of(const AlertEvent& event, const std::string& channel) {
  return {.id = outbox_id(event.id, channel),
          .event = event.id,
          .channel = channel,
          .episode = event.episode,
          .tier = event.tier,
          .next_try = event.time,
          .created = event.time};
}

const auto fire = oil(AlertKind::fire, "K7Q2-0");
const auto resolve = oil(AlertKind::resolve, "K7Q2-1");

}  // namespace

TEST_CASE("events, rule states and outbox rows outlive the process") {
  TempDir dir;
  const StoredRule rule{"oil-shock", "hash", R"({"state":"firing"})"};
  {
    Store store{dir.string()};
    REQUIRE(store.commit({.events = {fire},
                          .new_rows = {row_of(fire, "desk"), row_of(fire, "macro")},
                          .rules = {rule}}));
  }
  Store store{dir.string()};
  CHECK(store.rules().value() == std::vector{rule});
  const auto waiting = store.waiting().value();
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].row == row_of(fire, "desk"));
  CHECK(waiting[0].event == fire);
  CHECK(waiting[1].row.id == "K7Q2-0/macro");
}

TEST_CASE("work redone after a crash is recognised and changes nothing") {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(store.commit({.events = {fire}, .new_rows = {row_of(fire, "desk")}}));
  auto delivered = row_of(fire, "desk");
  delivered.state = OutboxState::delivered;
  delivered.settled = fire.time + 1s;
  REQUIRE(store.commit({.changed_rows = {delivered}}));

  REQUIRE(store.commit({.events = {fire}, .new_rows = {row_of(fire, "desk")}}));
  CHECK(store.waiting().value().empty());
  CHECK(store.deliveries(fire.id).value() == std::vector{delivered});
}

TEST_CASE("a rule's empty state is forgotten") {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(store.commit({.rules = {{"a", "h", "1"}, {"b", "h", "2"}}}));
  REQUIRE(store.commit({.rules = {{"a", "", ""}, {"b", "h", "3"}}}));
  CHECK(store.rules().value() == std::vector<StoredRule>{{"b", "h", "3"}});
}

TEST_CASE("a commit that fails stores nothing of it, and succeeds when tried again") {
  TempDir dir;
  Store store{dir.string(), {.busy_limit = 0ms}};
  const Commit commit{.events = {fire}, .new_rows = {row_of(fire, "desk")}};
  {
    SQLite::Database other{dir.string() + "/foghorn.db", SQLite::OPEN_READWRITE};
    SQLite::Transaction holding{other, SQLite::TransactionBehavior::IMMEDIATE};
    const auto refused = store.commit(commit);
    REQUIRE(refused.has_error());
    CHECK(refused.error() == boost::system::error_code{SQLITE_BUSY, sqlite_category()});
  }
  CHECK(store.waiting().value().empty());
  CHECK(store.commit(commit));
  CHECK(store.waiting().value().size() == 1);
}

TEST_CASE("a row that an open row's message tells waits with it") {
  TempDir dir;
  Store store{dir.string()};
  auto told = row_of(fire, "desk");
  told.state = OutboxState::replaced;
  told.told_by = outbox_id(resolve.id, "desk");
  REQUIRE(store.commit({.events = {fire, resolve}, .new_rows = {told, row_of(resolve, "desk")}}));
  const auto waiting = store.waiting().value();
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].row == told);
}

TEST_CASE("an episode knows every channel it went to") {
  TempDir dir;
  Store store{dir.string()};
  REQUIRE(
      store.commit({.events = {fire}, .new_rows = {row_of(fire, "desk"), row_of(fire, "macro")}}));
  CHECK(store.channels_of("K7Q2").value() == std::set<std::string>{"desk", "macro"});
  CHECK(store.channels_of("other").value().empty());
  CHECK(store.channels_of("").value().empty());
}

TEST_CASE("events are read by time, the newest where there are too many") {
  TempDir dir;
  Store store{dir.string()};
  auto later = resolve;
  later.time += 1h;
  REQUIRE(store.commit({.events = {fire, later}}));
  CHECK(store.events(hormuz, hormuz + 1h, 10).value() == std::vector{fire});
  CHECK(store.events(hormuz, hormuz + 2h, 10).value() == std::vector{fire, later});
  CHECK(store.events(hormuz, hormuz + 2h, 1).value() == std::vector{later});
  CHECK(store.knows_event(fire.id).value());
  CHECK_FALSE(store.knows_event("nobody").value());
}

TEST_CASE("sends are remembered per channel, the last ones, oldest first") {
  TempDir dir;
  Store store{dir.string()};
  Commit commit;
  for (int i = 0; i < 5; ++i) commit.sends.push_back({"desk", hormuz + i * 1s, std::to_string(i)});
  commit.sends.push_back({"macro", hormuz, "0"});
  REQUIRE(store.commit(commit));
  REQUIRE(store.commit(commit));
  CHECK(store.last_sends("desk", 3).value() == std::vector{hormuz + 2s, hormuz + 3s, hormuz + 4s});
  CHECK(store.last_sends("macro", 3).value() == std::vector{hormuz});
}

TEST_CASE("a minute's bar is its last word") {
  TempDir dir;
  Store store{dir.string()};
  StoredBar bar{
      .instrument = "WTI", .minute = hormuz, .open = 96, .high = 97, .low = -40.3, .close = 0.1};
  REQUIRE(store.commit({.bars = {bar}}));
  bar.close = 0.30000000000000004;
  REQUIRE(store.commit({.bars = {bar}}));
  CHECK(store.bars("WTI", hormuz, hormuz + 1min).value() == std::vector{bar});
  CHECK(store.bars("BRENT", hormuz, hormuz + 1min).value().empty());
}

TEST_CASE("the observer stands on both sides of every commit") {
  TempDir dir;
  std::vector<CommitPoint> points;
  Store store{dir.string(), {.observer = [&](CommitPoint point) { points.push_back(point); }}};
  REQUIRE(store.commit({.events = {fire}}));
  CHECK(points == std::vector{CommitPoint::before, CommitPoint::after});
}

TEST_CASE("the last silence that a channel's platform asked for outlives the process") {
  TempDir dir;
  {
    Store store{dir.string()};
    REQUIRE(store.commit({.holds = {{"desk", fire.time}, {"macro", fire.time + 1s}}}));
    REQUIRE(store.commit({.holds = {{"desk", fire.time + 30min}}}));
  }
  Store store{dir.string()};
  const std::vector<ChannelHold> expected{{"desk", fire.time + 30min}, {"macro", fire.time + 1s}};
  CHECK(store.holds().value() == expected);
}
