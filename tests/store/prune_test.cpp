#include <catch2/catch_test_macros.hpp>

#include "store/store.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

OutboxRow delivered(const AlertEvent& event, Timestamp settled) {
  return {.id = outbox_id(event.id, "desk"),
          .event = event.id,
          .channel = "desk",
          .episode = event.episode,
          .tier = event.tier,
          .state = OutboxState::delivered,
          .created = event.time,
          .settled = settled};
}

constexpr auto day = 24h;

}  // namespace

TEST_CASE("minutes older than their keeping are forgotten") {
  TempDir dir;
  Store store{dir.string()};
  const StoredBar old{
      .instrument = "WTI", .minute = hormuz, .open = 1, .high = 1, .low = 1, .close = 1};
  auto young = old;
  young.minute += 1min;
  REQUIRE(store.commit({.bars = {old, young}}));
  REQUIRE(store.prune(young.minute + 31 * day));
  CHECK(store.bars("WTI", hormuz, hormuz + 1h).value() == std::vector{young});
}

TEST_CASE("settled rows of an ended episode are forgotten after 30 days") {
  TempDir dir;
  Store store{dir.string()};
  const auto fire = oil(AlertKind::fire, "a");
  const auto resolve = oil(AlertKind::resolve, "b");
  REQUIRE(store.commit({.events = {fire, resolve},
                        .new_rows = {delivered(fire, hormuz), delivered(resolve, hormuz + day)}}));
  REQUIRE(store.prune(hormuz + 30 * day + 1s));
  CHECK(store.deliveries("a").value().empty());
  CHECK(store.deliveries("b").value().size() == 1);
}

TEST_CASE("an episode without an end keeps the channels that its end must go to") {
  TempDir dir;
  Store store{dir.string()};
  const auto fire = oil(AlertKind::fire, "a");
  REQUIRE(store.commit({.events = {fire}, .new_rows = {delivered(fire, hormuz)}}));
  REQUIRE(store.prune(hormuz + 300 * day));
  CHECK(store.channels_of(fire.episode).value() == std::set<std::string>{"desk"});
}

TEST_CASE("of too many settled rows the newest are kept") {
  TempDir dir;
  Store store{dir.string()};
  Commit commit;
  for (int i = 0; i < 5; ++i) {
    commit.events.push_back(about_gold(AlertKind::no_data, std::to_string(i)));
    commit.new_rows.push_back(delivered(commit.events.back(), hormuz + i * 1s));
  }
  REQUIRE(store.commit(commit));
  REQUIRE(store.prune(hormuz + 1min, {.most_settled_rows = 2}));
  CHECK(store.deliveries("2").value().empty());
  CHECK(store.deliveries("3").value().size() == 1);
  CHECK(store.deliveries("4").value().size() == 1);
}

TEST_CASE("what still waits is never forgotten") {
  TempDir dir;
  Store store{dir.string()};
  const auto event = about_gold(AlertKind::no_data, "n");
  auto waiting = delivered(event, no_time);
  waiting.state = OutboxState::pending;
  REQUIRE(store.commit({.events = {event}, .new_rows = {waiting}}));
  REQUIRE(store.prune(hormuz + 1000 * day));
  CHECK(store.waiting().value().size() == 1);
}
