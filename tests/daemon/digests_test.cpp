// Scheduled digests: when they are due, what they tell, and that each is told once.
#include "daemon/digests.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

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
    // An earlier life, after the digest before.
    time.now = due - 1h;
    live(0s);
    time.now = now;
  }

  void watch_oil() {
    Commit commit;
    for (auto t = due - 48h; t < due + 24h; t += 1min) {
      const double price = t < due - 12h ? 96.46 : 85.91;
      commit.bars.push_back({"WTI", t, price, price, price, price});
    }
    REQUIRE(store->commit(commit));
  }

  /// What an earlier version would have left: it could not say which digests the config named.
  void as_left_by_schema_4() {
    store.reset();
    {
      SQLite::Database old{dir.string() + "/foghorn.db", SQLite::OPEN_READWRITE};
      old.exec(
          "DROP TABLE digests; ALTER TABLE bars DROP COLUMN told_later; PRAGMA user_version = 4");
    }
    store.emplace(dir.string());
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
    running = &digests;
    const auto end = time.now + span;
    loopback.run(nothing(),
                 until(loopback, dispatcher, digests, [&] { return time.now >= end || enough(); }));
    counts = digests.counts().digests;
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
  std::vector<DigestCounts::Digest> counts;  // of the last life
  Digests* running{};                        // likewise
  int asked{};

 private:
  static asio::awaitable<void> nothing() { co_return; }

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

TEST_CASE("whatever clocks do, a digest is due as a list of all times of the day says") {
  const auto name =
      GENERATE(as<std::string>{}, "Asia/Shanghai", "America/New_York", "Europe/Berlin",
               "America/Santiago", "Africa/Cairo", "Australia/Lord_Howe", "UTC");
  const auto zone = zone_of(name);
  std::minstd_rand random{static_cast<unsigned>(std::hash<std::string>{}(name))};
  for (int round = 0; round < 3; ++round) {
    DigestSchedule schedule{.at = 30min * static_cast<int>(random() % 48), .zone = zone};
    for (auto& day : schedule.days) day = random() % 3 != 0;
    schedule.days[random() % 7] = true;
    CAPTURE(name, schedule.at, schedule.days);

    // Two years with a February 29. Of each local day the moment that reads so; where none does,
    // the first after the clock jumped over it, as long after as it jumped.
    const auto begin = utc("2027-06-01T00:00:00Z"), end = utc("2029-06-01T00:00:00Z");
    std::map<std::chrono::sys_days, std::vector<Timestamp>> moments;
    for (auto t = begin; t < end; t += 30min) {
      const auto here = t + zone.offset(t);
      const auto day = std::chrono::floor<std::chrono::days>(here);
      const bool reads_so = here - Timestamp{day} == schedule.at;
      const auto jump = zone.offset(t) - zone.offset(t - 30min);
      const auto past = here - (Timestamp{day} + schedule.at);
      const bool jumped_over = past > 0s && past <= jump;
      if (schedule.days[std::chrono::weekday{day}.c_encoding()] && (reads_so || jumped_over))
        moments[day].push_back(jumped_over ? t - past + jump : t);
    }
    std::vector<DigestDue> all;
    auto t = begin + 24h;
    while (const auto next = next_due(schedule, t)) {
      t = next->time;
      if (t >= end - 24h) break;
      all.push_back(*next);
      REQUIRE(last_due(schedule, t) == next);
      CHECK(std::ranges::count(moments[next->day], t) == 1);
    }
    std::size_t days = 0;
    for (const auto& [day, times] : moments)
      if (!times.empty() && times.front() > begin + 24h && times.front() < end - 24h) ++days;
    CHECK(all.size() == days);
    for (int i = 0; i < 200; ++i) {
      const auto at = begin + 240h + std::chrono::seconds{random() % (700 * 86'400)};
      const auto next = std::ranges::upper_bound(all, at, {}, &DigestDue::time);
      CHECK(next_due(schedule, at) == *next);
      CHECK(last_due(schedule, at) == *(next - 1));
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

TEST_CASE("a digest that no config named when it was due is not sent late") {
  Rig rig;
  rig.watch_oil();
  SECTION("a new one") {
    rig.config.digests[0].title = {"晨报", "Morning"};  // the same one by another title
    rig.config.digests.push_back(rig.config.digests[0]);
    auto& added = rig.config.digests[1];
    added.at = 8h;
    added.place.text = "08:00";
    rig.time.now = due + 3h;
    rig.live(24h, [&] { return !rig.messages.empty(); });
    CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30"});
    rig.live(1h);
    CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30"});
  }
  SECTION("one that was taken out and is back") {
    const auto digests = std::exchange(rig.config.digests, {});
    rig.live(0s);
    rig.config.digests = digests;
    rig.time.now = due + 3h;
    rig.live(3h);
    CHECK(rig.asked == 0);
  }
  SECTION("the same on other days") {
    rig.config.digests[0].days = {false, true, false, false, false, false, false};
    rig.time.now = due + 3h;
    rig.live(3h);
    CHECK(rig.asked == 0);
  }
  CHECK(rig.messages.size() < 2);
}

TEST_CASE("a clock that was ahead for a while hinders no digest") {
  Rig rig;
  rig.watch_oil();
  rig.config.digests[0].days = {true, true, true, true, true, false, true};  // not known yet
  rig.time.now = due + 300 * 24h + 3h;
  rig.live(0s);
  rig.time.now = due - 5min;
  rig.live(24h, [&] { return !rig.messages.empty(); });
  CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30"});
  CHECK(rig.told().at(0).title.zh == "全球财经");
}

TEST_CASE("digests are counted: on time, late, and tries that made none") {
  Rig rig;
  rig.watch_oil();
  rig.live(24h, [&] { return !rig.messages.empty(); });
  REQUIRE(rig.counts.size() == 1);
  CHECK(rig.counts[0].name == "07:30");
  CHECK(rig.counts[0].sent == 1);
  CHECK(rig.counts[0].late == 0);
  CHECK(rig.counts[0].last >= due);

  rig.make = [&](DigestOrder order) -> asio::awaitable<MadeDigest> {
    if (rig.time.now < due + 24h + 3min) co_return MadeDigest{.event = {}, .trouble = "no"};
    co_return make_digest(rig.config, order);
  };
  rig.live(26h, [&] { return rig.messages.size() == 2; });
  CHECK(rig.counts[0].sent == 0);
  CHECK(rig.counts[0].late == 1);
  CHECK(rig.counts[0].failed == 3);
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

TEST_CASE(
    "a digest that another config brings is first sent when it is next due; one that it takes away "
    "is not") {
  Rig rig;
  rig.watch_oil();
  auto other = rig.config;
  other.digests[0].at = 7h + 20min;  // five minutes ago
  other.digests[0].place.text = "07:20";
  bool changed = false;
  rig.live(25h, [&] {
    if (!std::exchange(changed, true)) rig.running->reconfigure(other);
    return !rig.messages.empty();
  });
  CHECK(rig.ids() == Ids{"digest-2026-11-24T07:20"});
}

TEST_CASE("a digest that another config brings just after its time is first sent the next day") {
  Rig rig;
  rig.watch_oil();
  auto other = rig.config;
  other.digests[0].at = 7h + 24min + 30s;  // half a minute ago
  other.digests[0].place.text = "07:24";
  bool changed = false;
  rig.live(25h, [&] {
    if (!std::exchange(changed, true)) rig.running->reconfigure(other);
    return !rig.messages.empty();
  });
  CHECK(rig.ids() == Ids{"digest-2026-11-24T07:24"});
}

TEST_CASE("a store that could not remember digests owes those of the config none of today's") {
  Rig rig{"hours = 24", due + 3h};
  rig.watch_oil();
  rig.as_left_by_schema_4();
  rig.live(24h, [&] { return !rig.messages.empty(); });
  CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30"});
  CHECK(rig.told().at(0).title.zh == "全球财经（补发，原定 07:30）");
}

TEST_CASE("a digest of the same day and time by the clock of another zone is another one") {
  Rig rig;
  rig.watch_oil();
  rig.live(24h, [&] { return !rig.messages.empty(); });
  rig.config.daemon.timezone = "America/New_York";
  rig.live(13h + 10min, [&] { return rig.messages.size() == 2; });
  CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30", "digest-2026-11-23T07:30@America/New_York"});
  CHECK(rig.told().at(1).time == due + 13h);
  for (int life = 0; life < 3; ++life) rig.live(10min);
  CHECK(rig.messages.size() == 2);
}

TEST_CASE("a digest that another config leaves as it is goes on, and knows what it sent") {
  Rig rig;
  rig.watch_oil();
  rig.live(25h, [&] {
    rig.running->reconfigure(rig.config);
    return rig.messages.size() == 2;
  });
  CHECK(rig.ids() == Ids{"digest-2026-11-23T07:30", "digest-2026-11-24T07:30"});
}
