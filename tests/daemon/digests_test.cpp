// Scheduled digests: when they are due, what they tell, and that each is told once.
#include "daemon/digests.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <set>

#include "daemon/zone.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

Timestamp utc(const char* text) {
  return parse_time(text).value();
}

DigestSchedule daily(Duration at, const std::string& zone) {
  return {.at = at, .zone = zone_of(zone)};
}

/// By the zone's clock.
std::string local(Timestamp t, const Zone& zone) {
  return format_local(t, zone.offset(t));
}

const Timestamp due = utc("2026-11-22T23:30:00Z");  // Monday, 07:30 in Beijing

/// A daemon's delivery and digests, in time that flies, over a store that holds two days of oil.
struct Rig {
  explicit Rig(const std::string& keys = "hours = 24", Timestamp now = due - 5min) : time{now} {
    spdlog::set_level(spdlog::level::off);
    config = good(read("[daemon]\ndata_dir = \"" + dir.string() +
                       "\"\n[instrument.WTI]\nname = { zh = \"WTI 原油\", en = \"WTI crude\" }\n"
                       "unit = \"USD/bbl\"\n[channel.desk]\ntype = \"wecom\"\n"
                       "url = \"http://127.0.0.1:9/k\"\n[[digest]]\nat = \"07:30\"\n"
                       "channels = [\"desk\"]\n" +
                       keys));
    make = [this](DigestOrder order) { return made(std::move(order)); };
    had_those_of_yesterday();
  }

  void watch_oil() {
    Commit commit;
    for (auto t = due - 48h; t < due + 24h; t += 1min) {
      const double price = t < due - 12h ? 96.46 : 85.91;
      commit.bars.push_back({"WTI", t, price, price, price, price});
    }
    REQUIRE(store->commit(commit));
  }

  /// A life of the daemon, until `enough` or for `span`.
  void live(
      Duration span, std::function<bool()> enough = [] { return false; }) {
    Loopback loopback;
    DeliverySurroundings delivery;
    delivery.clock = time.clock();
    delivery.sleep = time.sleep();
    delivery.fetch = [this](HttpRequest request, HttpOptions) { return hear(std::move(request)); };
    Dispatcher dispatcher{
        loopback.io().get_executor(), *store,
        std::vector<ChannelSpec>{
            {.name = "desk", .type = "wecom", .url = Secret{"http://127.0.0.1:9/k"}}},
        Routes{}, delivery};
    Digests digests{loopback.io().get_executor(),
                    config,
                    dispatcher,
                    *store,
                    {.make = make, .clock = time.clock(), .sleep = time.sleep()}};
    const auto end = time.now + span;
    loopback.run(nothing(),
                 until(loopback, dispatcher, digests, [&] { return time.now >= end || enough(); }));
  }

  /// Since the test began.
  std::vector<AlertEvent> told() { return store->events(due - 1h, Timestamp::max(), 100).value(); }

  std::vector<std::string> ids() {
    std::vector<std::string> ids;
    for (const auto& event : told()) ids.push_back(event.id);
    return ids;
  }

  TempDir dir;
  std::optional<Store> store{std::in_place, dir.string()};
  VirtualTime time;
  Config config;
  std::function<asio::awaitable<MadeDigest>(DigestOrder)> make;
  std::vector<std::string> messages;
  int asked{};

 private:
  static asio::awaitable<void> nothing() { co_return; }

  /// Else they would be missed, and told late.
  void had_those_of_yesterday() {
    Commit commit;
    for (const auto* id : {"digest-2026-11-22T07:30", "digest-2026-11-22T07:30@America/New_York"}) {
      AlertEvent event;
      event.time = due - 24h;
      event.kind = AlertKind::digest;
      event.id = id;
      commit.events.push_back(event);
    }
    REQUIRE(store->commit(commit));
  }

  asio::awaitable<MadeDigest> made(DigestOrder order) {
    ++asked;
    co_return make_digest(config, order);
  }

  asio::awaitable<HttpAnswer> hear(HttpRequest request) {
    messages.push_back(std::move(request.body));
    HttpAnswer answer;
    answer.status = 200;
    answer.body = R"({"errcode":0})";
    co_return answer;
  }

  static asio::awaitable<void> until(Loopback& loopback, Dispatcher& dispatcher, Digests& digests,
                                     std::function<bool()> enough) {
    TaskGroup tasks{loopback.io().get_executor(),
                    [](const std::string& task, std::exception_ptr) { FAIL(task); }};
    dispatcher.start(tasks);
    digests.start(tasks);
    while (!enough()) co_await asio::post(loopback.io(), asio::use_awaitable);
    tasks.cancel();
    co_await tasks.join(5s);
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a digest at 07:30 is due at 07:30 by its readers' clock") {
  const auto schedule = daily(7h + 30min, "Asia/Shanghai");
  CHECK(last_due(schedule, due)->time == due);
  CHECK(last_due(schedule, due - 1us)->time == due - 24h);
  CHECK(next_due(schedule, due)->time == due + 24h);
  CHECK(next_due(schedule, due - 1us)->time == due);
  CHECK(next_due(schedule, due - 1us)->day == std::chrono::sys_days{2026y / 11 / 23});
}

TEST_CASE("on some days of the week a digest is due on these alone") {
  auto schedule = daily(7h + 30min, "Asia/Shanghai");
  schedule.days = {false, true, false, false, false, true, false};
  CHECK(last_due(schedule, due)->time == due);
  CHECK(next_due(schedule, due)->time == due + 4 * 24h);  // Friday
  CHECK(last_due(schedule, due - 1us)->time == due - 3 * 24h);
  schedule.days = {};
  CHECK(next_due(schedule, due) == std::nullopt);
}

TEST_CASE(
    "where clocks are set a digest comes once each day, at its time or an hour that is left out "
    "later") {
  for (const auto* name : {"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"}) {
    for (const auto at : {7h + 30min, 2h + 30min, 1h + 30min, 0h + 0min, 23h + 59min}) {
      const auto schedule = daily(at, name);
      auto t = utc("2026-01-01T00:00:00Z");
      std::optional<DigestDue> before;
      int odd = 0;
      for (int day = 0; day < 370; ++day) {
        const auto next = next_due(schedule, t).value();
        CAPTURE(name, at, format_utc(next.time));
        CHECK(last_due(schedule, next.time) == next);
        if (before) CHECK(next.day == before->day + std::chrono::days{1});
        const auto clock = local(next.time, schedule.zone);
        CHECK(clock.substr(0, 10) == format_utc(Timestamp{next.day}).substr(0, 10));
        if (clock.substr(11, 5) != format_utc(Timestamp{next.day} + at).substr(11, 5)) ++odd;
        before = next;
        t = next.time;
      }
      CHECK(odd <= 2);
    }
  }
}

TEST_CASE("a digest goes out when it is due, with the section of its window") {
  Rig rig;
  rig.watch_oil();
  rig.live(24h, [&] { return !rig.messages.empty(); });
  REQUIRE(rig.ids() == Ids{"digest-2026-11-23T07:30"});
  const auto event = rig.told().at(0);
  CHECK(event.kind == AlertKind::digest);
  CHECK(event.time == due);
  CHECK(event.event_time == due - 2min);
  CHECK(event.began == due - 2min - 24h);
  CHECK(event.title == Text{"全球财经", "Global finance"});
  CHECK(event.body.zh.starts_with("11月22日07:28至11月23日07:28（北京时间）\n"));
  CHECK(rig.messages[0].find("较24小时前跌10.94%") != std::string::npos);
  CHECK(rig.messages[0].find("digest-2026-11-23T07:30") != std::string::npos);
}

TEST_CASE("a digest is told once a day, whatever restarts") {
  Rig rig;
  rig.watch_oil();
  rig.live(2min);
  CHECK(rig.messages.empty());
  rig.live(1h, [&] { return !rig.messages.empty(); });
  CHECK(rig.messages.size() == 1);
  for (int life = 0; life < 3; ++life) rig.live(10min);
  CHECK(rig.messages.size() == 1);
  CHECK(rig.asked == 1);
  rig.live(25h, [&] { return rig.messages.size() == 2; });
  CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30", "digest-2026-11-24T07:30"});
}

TEST_CASE("a digest that was missed is sent once, late, and says so") {
  Rig rig{"hours = 24", due + 3h};
  rig.watch_oil();
  rig.live(24h, [&] { return !rig.messages.empty(); });
  REQUIRE(rig.ids() == Ids{"digest-2026-11-23T07:30"});
  const auto event = rig.told().at(0);
  CHECK(event.title == Text{"全球财经（补发，原定 07:30）", "Global finance (late, due at 07:30)"});
  CHECK(event.event_time == due - 2min);
  rig.live(10min);
  CHECK(rig.messages.size() == 1);
}

TEST_CASE("a digest of yesterday's is told with its date, and one that is a day old not at all") {
  Rig rig{"days = [\"mon\"]", due + 20h};
  SECTION("20 hours") {
    rig.watch_oil();
    rig.live(24h, [&] { return !rig.messages.empty(); });
    CHECK(rig.told().at(0).title.zh == "全球财经（补发，原定 2026-11-23 07:30）");
  }
  SECTION("24 hours") {
    rig.time.now = due + 24h;
    rig.watch_oil();
    rig.live(3h);
    CHECK(rig.messages.empty());
    CHECK(rig.asked == 0);
  }
}

TEST_CASE("what was due before anything was watched is not sent late") {
  Rig rig{"hours = 24", due + 3h};
  rig.live(3h);
  CHECK(rig.messages.empty());
  CHECK(rig.asked == 1);
}

TEST_CASE("a digest that cannot be made is tried again each minute until it can") {
  Rig rig;
  rig.watch_oil();
  const auto real = rig.make;
  int refused = 0;
  rig.make = [&](DigestOrder order) -> asio::awaitable<MadeDigest> {
    if (++refused <= 3) co_return MadeDigest{.event = {}, .trouble = "the store cannot be read"};
    co_return co_await real(std::move(order));
  };
  rig.live(24h, [&] { return !rig.messages.empty(); });
  CHECK(refused == 4);
  CHECK(rig.told().at(0).title.zh == "全球财经（补发，原定 07:30）");
}

TEST_CASE("since the last one: a digest begins where that ended which all its channels got") {
  Rig rig{"since = \"last\""};
  rig.watch_oil();
  AlertEvent earlier;
  earlier.id = "digest-2026-11-22T20:00";
  earlier.kind = AlertKind::digest;
  earlier.body = {"事实", "a fact"};
  earlier.time = due - 11h - 30min;
  earlier.event_time = earlier.time - 2min;
  auto other = earlier;
  other.id = "digest-2026-11-22T22:00";
  other.time = other.event_time = due - 10h;
  Commit commit;
  commit.events = {earlier, other};
  commit.new_rows = {{.id = outbox_id(earlier.id, "desk"),
                      .event = earlier.id,
                      .channel = "desk",
                      .state = OutboxState::delivered},
                     {.id = outbox_id(other.id, "macro"),
                      .event = other.id,
                      .channel = "macro",
                      .state = OutboxState::delivered}};
  REQUIRE(rig.store->commit(commit));
  rig.live(24h, [&] { return !rig.messages.empty(); });
  REQUIRE(rig.told().size() == 1);
  CHECK(rig.told().at(0).began == earlier.event_time);
  CHECK(told_until(*rig.store, due, {}).value() == other.event_time);
}

TEST_CASE("a digest of a zone of its own has an id of its own") {
  Rig rig{"timezone = \"America/New_York\"", utc("2026-11-23T12:25:00Z")};
  rig.watch_oil();
  rig.live(24h, [&] { return !rig.messages.empty(); });
  CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30@America/New_York"});
  CHECK(rig.told().at(0).time == utc("2026-11-23T12:30:00Z"));
}
