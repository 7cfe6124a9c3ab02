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

TEST_CASE("much that is old is forgotten a little at a time, the oldest first") {
  TempDir dir;
  Store store{dir.string()};
  Commit commit;
  for (const auto* instrument : {"BTC", "GOLD", "WTI"}) {
    for (int m = 0; m < 40; ++m) commit.bars.push_back({instrument, hormuz + m * 1min, 1, 1, 1, 1});
  }
  for (int m = 0; m < 40; ++m) {
    commit.liquidations.push_back({.minute = hormuz + m * 1min,
                                   .venue = "okx",
                                   .asset = "BTC",
                                   .position = Position::long_side,
                                   .part = hormuz,
                                   .orders = 1,
                                   .unsummed = 0,
                                   .usd = {},
                                   .largest = {},
                                   .largest_time = hormuz});
    commit.events.push_back(about_gold(AlertKind::no_data, std::to_string(m)));
  }
  REQUIRE(store.commit(commit));
  const auto left = [&] {
    std::size_t rows = store.liquidations(hormuz, hormuz + 1h).value().size() +
                       store.events(Timestamp{}, Timestamp::max(), 1000).value().size();
    for (const auto* instrument : {"BTC", "GOLD", "WTI"})
      rows += store.bars(instrument, hormuz, hormuz + 1h).value().size();
    return rows;
  };
  auto before = left();
  int calls = 1;
  while (store.prune(hormuz + 400 * day, {.most_at_once = 7}).value()) {
    ++calls;
    const auto now_left = left();
    CHECK(before - now_left <= 3 * 7);
    CHECK(now_left < before);
    before = now_left;
    if (const auto bars = store.bars("BTC", hormuz, hormuz + 1h).value(); !bars.empty())
      CHECK(bars.size() == static_cast<std::size_t>((hormuz + 40min - bars[0].minute) / 1min));
  }
  CHECK(left() == 0);
  CHECK(calls >= 120 / 7);
}

TEST_CASE("a minute that was seen stands before what venues told of it, whichever came first") {
  TempDir dir;
  Store store{dir.string()};
  const StoredBar told{"WTI", hormuz, 90, 95, 85, 91, true};
  const StoredBar seen{"WTI", hormuz, 92, 93, 91, 92, false};
  REQUIRE(store.commit({.bars = {told}}));
  auto told_again = told;
  told_again.close = 90;
  REQUIRE(store.commit({.bars = {told_again}}));
  CHECK(store.bars("WTI", hormuz, hormuz + 1min).value() == std::vector{told_again});
  REQUIRE(store.commit({.bars = {seen}}));
  REQUIRE(store.commit({.bars = {told}}));
  CHECK(store.bars("WTI", hormuz, hormuz + 1min).value() == std::vector{seen});
}

TEST_CASE("a clock that is ahead is believed for a day beyond the newest minute, and no more") {
  TempDir dir;
  Store store{dir.string()};
  CHECK(store.believable(hormuz).value() == std::nullopt);
  const StoredBar oil_bar{"WTI", hormuz, 1, 1, 1, 1};
  auto gold = oil_bar;
  gold.instrument = "GOLD";
  gold.minute -= 40 * day;
  REQUIRE(store.commit({.bars = {oil_bar, gold}}));
  CHECK(store.believable(hormuz + 12h).value() == hormuz + 12h);
  CHECK(store.believable(hormuz + 400 * day).value() == hormuz + day);
  // Told by that very clock.
  auto event = about_gold(AlertKind::no_data, "n");
  event.time = hormuz + 400 * day;
  REQUIRE(store.commit({.events = {event}}));
  CHECK(store.believable(hormuz + 400 * day).value() == hormuz + day);

  REQUIRE(store.prune(*store.believable(hormuz + 400 * day).value()));
  CHECK(store.bars("WTI", hormuz, hormuz + 1h).value().size() == 1);
  CHECK(store.bars("GOLD", hormuz - 41 * day, hormuz).value().empty());
}

TEST_CASE("where there are no prices, liquidations or alert events say what time it may be") {
  TempDir dir;
  Store store{dir.string()};
  auto event = about_gold(AlertKind::no_data, "n");
  event.time = hormuz;
  REQUIRE(store.commit({.events = {event}}));
  CHECK(store.believable(hormuz + 400 * day).value() == hormuz + day);
  REQUIRE(store.commit({.liquidations = {{.minute = hormuz + 2 * day,
                                          .venue = "okx",
                                          .asset = "BTC",
                                          .position = Position::long_side,
                                          .part = hormuz,
                                          .orders = 1,
                                          .unsummed = 0,
                                          .usd = {},
                                          .largest = {},
                                          .largest_time = hormuz}}}));
  CHECK(store.believable(hormuz + 400 * day).value() == hormuz + 3 * day);
}
