// Silences, quiet rules and held-back episodes, from the dispatcher to the store and back.
#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <optional>

#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const std::vector<ChannelSpec> channels{
    {.name = "desk", .type = "wecom", .url = Secret{"https://127.0.0.1/desk"}},
    {.name = "macro", .type = "slack", .url = Secret{"https://127.0.0.1/macro"}}};

const Route both{{Tier::notice, {"desk"}}, {Tier::major, {"desk", "macro"}}};

const Routes routes{.rules = {{"oil-shock", both}, {"brent-shock", both}},
                    .readers = {{"WTI", {"oil-shock"}}, {"GOLD", {}}},
                    .quiet_while = {{"brent-shock", "oil-shock"}},
                    .notices = {"macro"}};

AlertEvent wti(AlertKind kind, std::string id, Tier tier = Tier::notice) {
  auto event = oil(kind, std::move(id), tier);
  event.episode = "W1";
  return event;
}

AlertEvent brent(AlertKind kind, std::string id, Tier tier = Tier::notice) {
  auto event = oil(kind, std::move(id), tier);
  event.rule = "brent-shock";
  event.instrument = "BRENT";
  event.episode = "B1";
  return event;
}

/// What is on its way is not sent: no courier runs.
struct Rig {
  Rig() {
    spdlog::set_level(spdlog::level::off);
    restart();
  }

  /// A new life over the same store.
  void restart(const Routes& with = routes) {
    dispatcher.reset();
    DeliverySurroundings around;
    around.clock = [this] { return now; };
    dispatcher.emplace(io.get_executor(), store, channels, with, around);
  }

  Granted<Silence> silence(std::string rule, Duration length) {
    Silence wish;
    wish.rule = std::move(rule);
    wish.author = "ops";
    wish.reason = "a test";
    wish.until = now + length;
    return dispatcher->add_silence(wish);
  }

  Granted<Silence> silence_gold(Duration length) {
    return dispatcher->add_silence(
        {.instrument = "GOLD", .author = "ops", .reason = "a test", .until = now + length});
  }

  /// "desk pending, macro quiet": what became of an event.
  std::string fate(const std::string& event) {
    std::string fate;
    for (const auto& row : store.deliveries(event).value())
      fate += (fate.empty() ? "" : ", ") + row.channel + " " + std::string{to_text(row.state)};
    return fate;
  }

  /// Other programs hold the database.
  void jam() {
    other.emplace(dir.string() + "/foghorn.db", SQLite::OPEN_READWRITE);
    holding.emplace(*other, SQLite::TransactionBehavior::IMMEDIATE);
  }

  TempDir dir;
  Store store{dir.string(), {.busy_limit = 0ms}};
  std::optional<SQLite::Database> other;
  std::optional<SQLite::Transaction> holding;
  Timestamp now{hormuz};
  asio::io_context io{1};
  std::optional<Dispatcher> dispatcher;
};

}  // namespace

TEST_CASE("a silence is stored when it is granted, under a short id of its own") {
  Rig rig;
  const auto first = rig.silence("oil-shock", 1h);
  const auto second = rig.silence("*", 2h);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->id == "s1");
  CHECK(second->id == "s2");
  CHECK(rig.store.silences(rig.now).value() == std::vector{*first, *second});
  CHECK(rig.dispatcher->silences() == std::vector{*first, *second});
  CHECK(rig.dispatcher->snapshot().silences.size() == 2);
}

TEST_CASE("ids of silences go on after a restart, whatever has ended") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  REQUIRE(rig.dispatcher->expire_silence("s1").has_value());
  rig.restart();
  CHECK(rig.silence("oil-shock", 1h)->id == "s2");
}

TEST_CASE("a store that cannot commit refuses a silence, and refuses to end one") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  rig.jam();
  const auto answer = rig.silence("oil-shock", 1h);
  REQUIRE(answer.has_error());
  CHECK(answer.error().sentence.find("cannot commit") != std::string::npos);
  CHECK(rig.dispatcher->expire_silence("s1").has_error());
  CHECK(rig.dispatcher->silences().size() == 1);
  rig.holding.reset();
  CHECK(rig.silence("oil-shock", 1h)->id == "s2");
}

TEST_CASE("only a silence that is in force can be ended") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  CHECK(rig.dispatcher->expire_silence("s7").has_error());
  CHECK(rig.dispatcher->expire_silence("s1")->ended == rig.now);
  CHECK(rig.dispatcher->expire_silence("s1").has_error());
  CHECK(rig.dispatcher->silences().empty());
}

TEST_CASE("a silence that names a rule or an instrument that there is not is refused") {
  Rig rig;
  CHECK(rig.silence("oil-shok", 1h).error().sentence.find("oil-shock") != std::string::npos);
  Silence wish;
  wish.instrument = "GOLD";
  wish.author = wish.reason = "me";
  wish.until = rig.now + 1h;
  CHECK(rig.dispatcher->add_silence(wish).has_value());
}

TEST_CASE("what a silence covers is stored at once and told when the silence is ended") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  rig.dispatcher->accept({wti(AlertKind::fire, "a", Tier::major)}, {});
  CHECK(rig.fate("a") == "desk silenced, macro silenced");
  CHECK(rig.store.deliveries("a").value().at(0).settled == rig.now);
  CHECK(rig.dispatcher->snapshot().channels.at(0).silenced == 1);
  CHECK(rig.dispatcher->snapshot().channels.at(0).waiting == 0);

  rig.now += 5min;
  REQUIRE(rig.dispatcher->expire_silence("s1").has_value());
  CHECK(rig.fate("a") == "desk pending, macro pending");
  const auto waiting = rig.store.waiting().value();
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].row.created == rig.now);
  CHECK(waiting[0].event.time == hormuz);
  CHECK(rig.dispatcher->snapshot().channels.at(0).silenced == 0);
  CHECK(rig.dispatcher->snapshot().channels.at(0).waiting == 1);
}

TEST_CASE("a silence that runs out tells what goes on, with the next batch at the latest") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  rig.dispatcher->accept({wti(AlertKind::fire, "a")}, {});
  rig.now += 1h;
  rig.dispatcher->accept({}, {});
  CHECK(rig.fate("a") == "desk pending");
}

TEST_CASE("a silence outlives the daemon, and one that ran out meanwhile tells what it held") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  rig.dispatcher->accept({wti(AlertKind::fire, "a")}, {});
  rig.restart();
  CHECK(rig.dispatcher->silences().size() == 1);
  CHECK(rig.fate("a") == "desk silenced");

  rig.now += 2h;
  rig.restart();
  CHECK(rig.fate("a") == "desk pending");
  CHECK(rig.dispatcher->snapshot().channels.at(0).waiting == 1);
}

TEST_CASE("an episode that was never told ends without a word") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  rig.dispatcher->accept({wti(AlertKind::fire, "a")}, {});
  rig.dispatcher->accept({wti(AlertKind::resolve, "b")}, {});
  CHECK(rig.store.knows_event("b").value());
  CHECK(rig.fate("b").empty());
  rig.now += 1h;
  rig.dispatcher->accept({}, {});
  CHECK(rig.fate("a") == "desk silenced");
}

TEST_CASE("at one time the rule that speaks for the other is heard first, whatever the order") {
  Rig rig;
  rig.dispatcher->accept({brent(AlertKind::fire, "b", Tier::major), wti(AlertKind::fire, "a")}, {});
  CHECK(rig.fate("a") == "desk pending");
  // WTI says less: Brent gets through.
  CHECK(rig.fate("b") == "desk pending, macro pending");

  Rig other;
  other.dispatcher->accept({brent(AlertKind::fire, "b"), wti(AlertKind::fire, "a", Tier::major)},
                           {});
  CHECK(other.fate("b") == "desk quiet");
}

TEST_CASE("a quiet episode is told when the rule that spoke for it is over, after a restart too") {
  Rig rig;
  rig.dispatcher->accept({wti(AlertKind::fire, "a")}, {});
  rig.dispatcher->accept({brent(AlertKind::fire, "b")}, {});
  CHECK(rig.fate("b") == "desk quiet");
  CHECK(rig.dispatcher->snapshot().channels.at(0).quiet == 1);
  rig.restart();
  CHECK(rig.fate("b") == "desk quiet");
  rig.dispatcher->accept({wti(AlertKind::resolve, "c")}, {});
  CHECK(rig.fate("b") == "desk pending");
  // From now on its end is told.
  rig.dispatcher->accept({brent(AlertKind::resolve, "d")}, {});
  CHECK(rig.fate("d") == "desk pending");
}

TEST_CASE("a quiet episode is told when its rule waits for no other any more") {
  Rig rig;
  rig.dispatcher->accept({wti(AlertKind::fire, "a"), brent(AlertKind::fire, "b")}, {});
  CHECK(rig.fate("b") == "desk quiet");
  auto without = routes;
  without.quiet_while.clear();
  rig.dispatcher->set_routes(without);
  CHECK(rig.fate("b") == "desk pending");
}

TEST_CASE("an instrument's trouble that outlasts its silence is told after it, restarts or not") {
  Rig rig;
  REQUIRE(rig.silence_gold(1h).has_value());
  rig.dispatcher->accept({about_gold(AlertKind::no_data, "a")}, {});
  CHECK(rig.fate("a") == "macro silenced");
  rig.restart();
  rig.now += 1h;
  rig.dispatcher->accept({}, {});
  CHECK(rig.fate("a") == "macro pending");
}

TEST_CASE("data that is back under a silence is told after it, restarts or not") {
  Rig rig;
  rig.dispatcher->accept({about_gold(AlertKind::no_data, "a")}, {});
  REQUIRE(rig.silence_gold(1h).has_value());
  rig.dispatcher->accept({about_gold(AlertKind::data_back, "b")}, {});
  CHECK(rig.fate("b") == "macro silenced");
  rig.restart();
  rig.now += 1h;
  rig.dispatcher->accept({}, {});
  CHECK(rig.fate("b") == "macro pending");
}

TEST_CASE("while the store cannot commit, what a silence covers is not told either") {
  Rig rig;
  REQUIRE(rig.silence("oil-shock", 1h).has_value());
  rig.jam();
  rig.dispatcher->accept({wti(AlertKind::fire, "a")}, {});
  CHECK(rig.dispatcher->snapshot().channels.at(0).waiting == 0);
  rig.dispatcher->accept({wti(AlertKind::resolve, "b")}, {});
  CHECK(rig.dispatcher->snapshot().channels.at(0).waiting == 0);
  rig.holding.reset();
  rig.now += 2s;
  CHECK(rig.dispatcher->accept({}, {}));
  CHECK(rig.fate("a") == "desk silenced");
}

TEST_CASE("an episode that a cooldown held back waits for the next digest of its tier's channels") {
  Rig rig;
  const HeldBack episode{.rule = "oil-shock",
                         .title = {"原油剧烈波动", "Crude oil shock"},
                         .instrument = "WTI",
                         .tier = Tier::notice,
                         .began = hormuz - 10min,
                         .ended = hormuz};
  CHECK(rig.dispatcher->accept({}, {}, {episode}));
  CHECK(rig.store.held_back(hormuz, hormuz + 1s).value() == std::vector{episode});
  const std::string id = "oil-shock@2026-04-17T14:05:03.000Z";
  CHECK(rig.fate(id) == "desk for_digest");
  const auto notice = rig.store.waiting().value().at(0).event;
  CHECK(notice.kind == AlertKind::notice);
  CHECK(notice.time == episode.began);
  CHECK(notice.title == episode.title);
  CHECK(notice.reason == "held back");

  CHECK(rig.dispatcher->accept({}, {}, {episode}));
  CHECK(rig.store.waiting().value().size() == 1);
}
