#include "alerts/dispatcher.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include <deque>
#include <optional>
#include <set>

#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const std::vector<ChannelSpec> channels{
    {.name = "desk",
     .type = "wecom",
     .url = Secret{"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hush"}},
    {.name = "macro",
     .type = "slack",
     .url = Secret{"https://hooks.slack.com/services/hush"},
     .language = Language::en}};

const Routes routes{
    .rules = {{"oil-shock", {{Tier::notice, {"desk"}}, {Tier::major, {"desk", "macro"}}}}},
    .readers = {{"GOLD", {"oil-shock"}}},
    .notices = {"macro", "gone"}};

HttpAnswer answered(int status, std::string body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

HttpAnswer broke(bool sent) {
  HttpAnswer answer;
  answer.error = boost::system::errc::make_error_code(boost::system::errc::connection_reset);
  answer.sent = sent;
  return answer;
}

HttpAnswer ok_of(const std::string& url) {
  const bool wecom = url.find("weixin") != std::string::npos;
  return answered(200, wecom ? R"({"errcode":0,"errmsg":"ok"})" : "ok");
}

/// One of an episode of its own, at an engine time of its own.
AlertEvent single(const std::string& id, Tier tier) {
  static int made = 0;
  auto event = oil(AlertKind::fire, id, tier);
  event.episode = "E" + id;
  event.time += ++made * 1us;
  return event;
}

/// For the desk alone.
AlertEvent notice(const std::string& id) {
  return single(id, Tier::notice);
}

/// A dispatcher whose requests end as the test says, in time that flies.
struct Rig {
  struct Sent {
    Timestamp time;
    std::string url;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
  };

  explicit Rig(std::size_t most_rows = most_outbox_rows) {
    spdlog::set_level(spdlog::level::off);
    restart(channels, most_rows);
  }

  /// A new life over the same store.
  void restart(const std::vector<ChannelSpec>& specs = channels,
               std::size_t most_rows = most_outbox_rows) {
    if (tasks) stop();
    tasks.reset();
    DeliverySurroundings around;
    around.clock = time.clock();
    around.random = [] { return 0.5; };
    around.fetch = [this](HttpRequest request, HttpOptions) { return answer(std::move(request)); };
    around.sleep = time.sleep();
    around.most_rows = most_rows;
    dispatcher.emplace(io.get_executor(), store, specs, routes, around);
  }

  asio::awaitable<HttpAnswer> answer(HttpRequest request) {
    if (sent.size() >= hold_at) {
      asio::steady_timer forever{io, asio::steady_timer::time_point::max()};
      co_await forever.async_wait(asio::use_awaitable);
    }
    sent.push_back({time.now, request.url, request.body, request.headers});
    if (answers.empty()) co_return ok_of(request.url);
    auto next = std::move(answers.front());
    answers.pop_front();
    co_return next;
  }

  /// Runs until nothing moves any more.
  void settle() {
    if (!tasks) {
      tasks.emplace(io.get_executor(),
                    [](const std::string& task, std::exception_ptr) { FAIL(task); });
      dispatcher->start(*tasks);
    }
    io.restart();
    while (io.poll() > 0) {
    }
  }

  void stop() {
    tasks->cancel();
    settle();
  }

  ChannelSnapshot channel(std::size_t i) const { return dispatcher->snapshot().channels.at(i); }

  TempDir dir;
  Store store{dir.string(), {.busy_limit = 0ms}};
  VirtualTime time{hormuz};
  asio::io_context io{1};
  std::deque<HttpAnswer> answers;  ///< then success
  std::vector<Sent> sent;
  std::size_t hold_at{1000};  ///< requests that end; those after are never answered
  std::optional<Dispatcher> dispatcher;
  std::optional<TaskGroup> tasks;
};

}  // namespace

TEST_CASE(
    "an accepted event is durable before it is sent, and goes to every channel of its route") {
  Rig rig;
  CHECK(rig.dispatcher->accept({oil(AlertKind::fire, "a")}, {{"oil-shock", "h", "{}"}}));
  CHECK(rig.store.waiting().value().size() == 2);
  CHECK(rig.store.rules().value().size() == 1);
  CHECK(rig.sent.empty());

  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[0].body.find("原油剧烈波动：触发（编号 a）") != std::string::npos);
  CHECK(rig.sent[1].body.find("Crude oil shock: FIRED (id a)") != std::string::npos);
  CHECK(rig.store.waiting().value().empty());
  CHECK(rig.store.deliveries("a").value().at(0).state == OutboxState::delivered);
  rig.stop();
}

TEST_CASE("an event that is given again is told once") {
  Rig rig;
  rig.dispatcher->accept({oil(AlertKind::fire, "a"), oil(AlertKind::fire, "a")}, {});
  rig.settle();
  rig.dispatcher->accept({oil(AlertKind::fire, "a")}, {});
  rig.settle();
  CHECK(rig.sent.size() == 2);
  rig.stop();
}

TEST_CASE(
    "a resolve reaches every channel that had the episode, in the same commit or a later one") {
  Rig rig;
  rig.dispatcher->accept({oil(AlertKind::fire, "a"), oil(AlertKind::resolve, "b", Tier::notice)},
                         {});
  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[1].body.find("FIRED AND RESOLVED (id b)") != std::string::npos);

  auto fire = oil(AlertKind::fire, "c");
  auto resolve = oil(AlertKind::resolve, "d", Tier::notice);
  fire.episode = resolve.episode = "other";
  rig.dispatcher->accept({fire}, {});
  rig.settle();
  rig.dispatcher->accept({resolve}, {});
  rig.settle();
  CHECK(rig.sent.size() == 6);
  rig.stop();
}

TEST_CASE(
    "WeCom's quota is kept: after eighteen messages in a minute what comes waits for the first to "
    "leave it, and goes as one") {
  Rig rig;
  for (int i = 0; i < 20; ++i) {
    rig.dispatcher->accept({notice(std::to_string(i))}, {});
    if (i < 18) rig.settle();
  }
  rig.settle();
  REQUIRE(rig.sent.size() == 19);
  CHECK(rig.sent[17].time == hormuz);
  CHECK(rig.sent[18].time == hormuz + 60s);
  CHECK(rig.sent[18].body.find("18") != std::string::npos);
  CHECK(rig.sent[18].body.find("19") != std::string::npos);
  rig.stop();
}

TEST_CASE("a 45009 loses nothing and is not followed by another request for ten seconds") {
  Rig rig;
  rig.answers = {answered(200, R"({"errcode":45009,"errmsg":"api freq out of limit"})")};
  rig.dispatcher->accept({oil(AlertKind::fire, "a", Tier::notice)}, {});
  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[1].time - rig.sent[0].time >= 10s);
  CHECK(rig.sent[1].body.find("可能重复") == std::string::npos);
  CHECK(rig.channel(0).counts.errors.at("45009") == 1);
  CHECK(rig.channel(0).counts.delivered == 1);
  rig.stop();
}

TEST_CASE("Slack's Retry-After is waited for") {
  Rig rig;
  rig.answers = {answered(429, "ratelimited")};
  rig.answers[0].headers = {{"Retry-After", "17"}};
  rig.dispatcher->set_routes({.rules = {{"oil-shock", {{Tier::major, {"macro"}}}}}});
  rig.dispatcher->accept({oil(AlertKind::fire, "a")}, {});
  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[1].time - rig.sent[0].time >= 17s);
  rig.stop();
}

TEST_CASE(
    "a request that broke before it was sent is simply tried again; one that broke after is "
    "marked") {
  Rig rig;
  rig.answers = {broke(false), broke(true)};
  rig.dispatcher->accept({oil(AlertKind::fire, "a", Tier::notice)}, {});
  rig.settle();
  REQUIRE(rig.sent.size() == 3);
  CHECK(rig.sent[1].body.find("（可能重复）") == std::string::npos);
  CHECK(rig.sent[2].body.find("（可能重复）") != std::string::npos);
  CHECK(rig.channel(0).counts.errors.at("reset") == 2);
  CHECK(rig.channel(0).counts.unknown == 1);
  rig.stop();
}

TEST_CASE("what an earlier life left is sent, and what was on the line then is marked") {
  Rig rig;
  rig.dispatcher->accept({oil(AlertKind::fire, "a", Tier::notice)}, {});
  auto row = rig.store.waiting().value().at(0).row;
  row.state = OutboxState::sending;
  REQUIRE(rig.store.commit({.changed_rows = {row}}));

  rig.restart();
  rig.settle();
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].body.find("（可能重复）") != std::string::npos);
  CHECK(rig.store.waiting().value().empty());
  rig.stop();
}

TEST_CASE(
    "while the store cannot commit, messages go out from memory, marked, and are stored when it "
    "can") {
  Rig rig;
  SQLite::Database other{rig.dir.string() + "/foghorn.db", SQLite::OPEN_READWRITE};
  std::optional<SQLite::Transaction> jam{std::in_place, other,
                                         SQLite::TransactionBehavior::IMMEDIATE};
  CHECK_FALSE(
      rig.dispatcher->accept({oil(AlertKind::fire, "a", Tier::notice)}, {{"oil-shock", "h", "1"}}));
  rig.settle();
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].body.find("（未存盘，重启后可能重复）") != std::string::npos);
  CHECK(rig.dispatcher->snapshot().store_error.find("locked") != std::string::npos);
  CHECK(rig.dispatcher->snapshot().unsaved_events == 1);

  jam.reset();
  rig.time.now += 2s;
  CHECK(rig.dispatcher->accept({}, {}));
  CHECK(rig.store.deliveries("a").value().at(0).state == OutboxState::delivered);
  CHECK(rig.store.rules().value().size() == 1);
  CHECK(rig.dispatcher->snapshot().store_error.empty());
  rig.stop();
}

TEST_CASE(
    "at the outbox's bound a critical message takes a notice's place, and a notice is dropped") {
  Rig rig{2};
  rig.dispatcher->set_routes(
      {.rules = {{"oil-shock", {{Tier::notice, {"desk"}}, {Tier::critical, {"desk"}}}}}});
  rig.dispatcher->accept({notice("a"), notice("b"), notice("c"), single("d", Tier::critical)}, {});
  CHECK(rig.dispatcher->snapshot().dropped == 2);
  CHECK(rig.store.deliveries("a").value().at(0).state == OutboxState::dropped);
  CHECK(rig.store.deliveries("b").value().at(0).state == OutboxState::pending);
  CHECK(rig.store.deliveries("c").value().at(0).state == OutboxState::dropped);
  CHECK(rig.store.deliveries("d").value().at(0).state == OutboxState::pending);
  rig.settle();
  CHECK(rig.sent.size() == 2);
  rig.stop();
}

TEST_CASE("what is said of an instrument skips a channel that the config does not name") {
  Rig rig;
  rig.dispatcher->accept({about_gold(AlertKind::no_data, "g")}, {});
  rig.settle();
  CHECK(rig.sent.size() == 2);
  rig.stop();
}

TEST_CASE("a dispatcher that finishes leaves what waits in the outbox") {
  Rig rig;
  bool idle = false;
  const auto finish = [&]() -> asio::awaitable<void> {
    idle = co_await rig.dispatcher->finish(5s);
  };
  rig.settle();
  asio::co_spawn(rig.io, finish(), asio::use_future);
  rig.settle();
  CHECK(idle);
  rig.dispatcher->accept({oil(AlertKind::fire, "a")}, {});
  rig.settle();
  CHECK(rig.sent.empty());
  CHECK(rig.store.waiting().value().size() == 2);
  rig.stop();
}

TEST_CASE("quotas outlive a restart") {
  Rig rig;
  for (int i = 0; i < 18; ++i) {
    rig.dispatcher->accept({notice(std::to_string(i))}, {});
    rig.settle();
  }
  rig.restart();
  rig.dispatcher->accept({notice("18")}, {});
  rig.settle();
  REQUIRE(rig.sent.size() == 19);
  CHECK(rig.sent[18].time == hormuz + 60s);
  rig.stop();
}

TEST_CASE("while a channel is down its fallback gets what matters, and notices say so, both ways") {
  Rig rig;
  auto specs = channels;
  specs[0].fallback = "macro";
  rig.restart(specs);
  rig.dispatcher->set_routes(
      {.rules = {{"oil-shock", {{Tier::notice, {"desk"}}, {Tier::major, {"desk"}}}}},
       .notices = {"macro", "desk"}});
  rig.answers = {answered(200, R"({"errcode":93000,"errmsg":"invalid webhook url"})")};
  rig.dispatcher->accept({single("big", Tier::major), notice("small")}, {});
  rig.settle();

  std::string macro, desk;
  for (const auto& sent : rig.sent)
    (sent.url.find("slack") != std::string::npos ? macro : desk) += sent.body;
  const auto down =
      macro.find("Channel desk is down, will be tried again: NOTICE (id channel-desk-down-");
  const auto big = macro.find("FIRED (id big)");
  const auto back = macro.find("Channel desk is back");
  CHECK(down < big);
  CHECK(big < back);
  CHECK(back != std::string::npos);
  CHECK(macro.find("93000") != std::string::npos);
  CHECK(desk.find("small") != std::string::npos);
  CHECK(rig.channel(0).counts.delivered == 1);  // both have waited for the probe
  CHECK(rig.store.waiting().value().empty());
  rig.stop();
}

TEST_CASE("what is decided while a channel is down goes to its fallback as well") {
  Rig rig;
  auto specs = channels;
  specs[0].fallback = "macro";
  rig.restart(specs);
  rig.dispatcher->set_routes({.rules = {{"oil-shock", {{Tier::major, {"desk"}}}}}});
  rig.hold_at = 1;  // the line stands still once the circuit is open
  rig.answers = {answered(200, R"({"errcode":93000,"errmsg":"invalid webhook url"})")};
  rig.dispatcher->accept({oil(AlertKind::fire, "a")}, {});
  rig.settle();
  REQUIRE(rig.channel(0).circuit_open);
  rig.dispatcher->accept({oil(AlertKind::escalate, "b")}, {});
  CHECK(rig.store.deliveries("a").value().size() == 2);
  CHECK(rig.store.deliveries("b").value().size() == 2);
  rig.stop();
}

TEST_CASE("what a platform refuses is told to the notices' channels, but not to itself") {
  Rig rig;
  rig.dispatcher->set_routes(
      {.rules = {{"oil-shock", {{Tier::major, {"macro"}}}}}, .notices = {"macro", "desk"}});
  rig.answers = {answered(400, "invalid_blocks")};
  rig.dispatcher->accept({single("bad", Tier::major)}, {});
  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[1].url.find("weixin") != std::string::npos);
  CHECK(rig.sent[1].body.find("渠道 macro 拒收了一条消息（bad/macro）") != std::string::npos);
  CHECK(rig.sent[1].body.find("http_400") != std::string::npos);
  CHECK(rig.store.deliveries("bad").value().at(0).state == OutboxState::refused);
  rig.stop();
}

TEST_CASE("what matters and is given up goes to the fallback, and goes on from there") {
  Rig rig;
  auto specs = channels;
  specs[0].fallback = "macro";
  specs[1].fallback = "desk";
  rig.restart(specs);
  rig.dispatcher->set_routes(
      {.rules = {{"oil-shock", {{Tier::notice, {"desk"}}, {Tier::major, {"desk"}}}}}});
  const auto odd = answered(200, R"({"errcode":40008,"errmsg":"invalid message type"})");
  rig.answers = {odd, odd, odd, answered(400, "invalid_blocks")};
  rig.dispatcher->accept({single("big", Tier::major)}, {});
  rig.settle();
  rig.answers = {odd, odd, odd};
  rig.dispatcher->accept({notice("small")}, {});
  rig.settle();
  const auto big = rig.store.deliveries("big").value();
  REQUIRE(big.size() == 2);
  CHECK(big[0].state == OutboxState::refused);
  CHECK(big[1].channel == "macro");
  CHECK(big[1].state == OutboxState::refused);
  CHECK(rig.store.deliveries("small").value().size() == 1);
  rig.stop();
}

TEST_CASE("of many events that one message gave up one notice tells, by a few names") {
  Rig rig;
  rig.dispatcher->set_routes(
      {.rules = {{"oil-shock", {{Tier::major, {"desk"}}}}}, .notices = {"macro"}});
  rig.answers = {broke(true), broke(true)};
  std::vector<AlertEvent> events;
  for (int i = 0; i < 5; ++i) {
    events.push_back(single(std::to_string(i), Tier::major));
    events.back().time = hormuz;
  }
  rig.dispatcher->accept(events, {});
  rig.settle();
  std::string told;
  for (const auto& sent : rig.sent)
    if (sent.url.find("slack") != std::string::npos) told += sent.body;
  CHECK(told.find("5 messages of channel desk (0/desk, 1/desk, 2/desk and others)") !=
        std::string::npos);
  CHECK(rig.channel(1).counts.delivered == 1);
  rig.stop();
}

TEST_CASE("what was told together before two crashes is told after them") {
  Rig rig;
  rig.dispatcher->set_routes({.rules = {{"oil-shock", {{Tier::notice, {"desk"}}}}}});
  auto a = notice("a");
  auto b = notice("b");
  b.time = a.time;
  rig.hold_at = 0;
  rig.dispatcher->accept({a, b}, {});
  rig.settle();
  REQUIRE(rig.store.deliveries("a").value().at(0).told_by == "b/desk");
  rig.stop();

  rig.restart();
  for (const char* id : {"a", "b"}) {
    const auto row = rig.store.deliveries(id).value().at(0);
    CHECK(row.state == OutboxState::pending);
    CHECK(row.told_by.empty());
    CHECK(row.uncertain);
  }
  OutboxQuery only_b;
  only_b.id = "b";
  REQUIRE(rig.dispatcher->drop(only_b).has_value());
  rig.restart();
  rig.hold_at = 1000;
  rig.settle();
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.store.deliveries("a").value().at(0).state == OutboxState::delivered);
  rig.stop();
}

TEST_CASE("what a platform asked for is stored, and outlives a restart") {
  Rig rig;
  const Routes to_macro{.rules = {{"oil-shock", {{Tier::major, {"macro"}}}}}};
  rig.dispatcher->set_routes(to_macro);
  rig.answers = {answered(429, "ratelimited")};
  rig.answers[0].headers = {{"Retry-After", "1800"}};
  rig.dispatcher->accept({single("a", Tier::major)}, {});
  rig.settle();
  const auto holds = rig.store.holds().value();
  REQUIRE(holds.size() == 1);
  CHECK(holds[0].channel == "macro");
  CHECK(holds[0].until >= hormuz + 30min);

  const auto until = rig.time.now + 20min;
  REQUIRE(rig.store.commit({.holds = {{"macro", until}}}));
  rig.restart();
  rig.dispatcher->set_routes(to_macro);
  rig.dispatcher->accept({single("b", Tier::major)}, {});
  rig.settle();
  REQUIRE(rig.sent.size() == 3);
  CHECK(rig.sent[2].time == until);
  rig.stop();
}

namespace {

/// Three of them, each of which stands in for the one before it.
std::vector<ChannelSpec> in_line() {
  std::vector<ChannelSpec> specs;
  for (const char* name : {"desk", "macro", "ops"}) {
    specs.push_back({.name = name,
                     .type = "wecom",
                     .url = Secret{std::string{"https://qyapi.weixin.qq.com/"} + name}});
    if (specs.size() > 1) specs[specs.size() - 2].fallback = name;
  }
  return specs;
}

std::set<std::string> channels_of(Store& store, const std::string& event) {
  std::set<std::string> names;
  for (const auto& row : store.deliveries(event).value()) names.insert(row.channel);
  return names;
}

const auto dead_webhook = answered(200, R"({"errcode":93000,"errmsg":"invalid webhook url"})");

}  // namespace

TEST_CASE("what waits when a channel goes down goes down its line, to one that is up") {
  Rig rig;
  rig.restart(in_line());
  rig.dispatcher->set_routes(
      {.rules = {{"oil-shock", {{Tier::major, {"macro"}}, {Tier::critical, {"desk"}}}}}});
  rig.hold_at = 1;
  rig.answers = {dead_webhook};
  auto x = single("x", Tier::major);
  rig.dispatcher->accept({x}, {});
  rig.settle();
  REQUIRE(rig.channel(1).circuit_open);
  CHECK(channels_of(rig.store, "x") == std::set<std::string>{"macro", "ops"});

  rig.dispatcher->set_routes({.rules = {{"oil-shock", {{Tier::critical, {"desk"}}}}}});
  rig.hold_at = 2;
  rig.answers = {dead_webhook};
  rig.dispatcher->accept({single("y", Tier::critical)}, {});
  rig.settle();
  REQUIRE(rig.channel(0).circuit_open);
  CHECK(channels_of(rig.store, "y") == std::set<std::string>{"desk", "macro", "ops"});
  rig.stop();
}

TEST_CASE("what a silence releases while a channel is down goes to its fallback, a test does not") {
  Rig rig;
  rig.restart(in_line());
  rig.dispatcher->set_routes({.rules = {{"oil-shock", {{Tier::major, {"desk"}}}}}});
  Silence wish;
  wish.rule = "oil-shock";
  wish.author = "ops";
  wish.reason = "a test";
  wish.until = rig.time.now + 1h;
  const auto silence = rig.dispatcher->add_silence(wish);
  REQUIRE(silence.has_value());
  rig.dispatcher->accept({single("z", Tier::major)}, {});

  rig.hold_at = 1;
  rig.answers = {dead_webhook};
  const auto test = rig.dispatcher->send_test({.channel = "desk", .tier = Tier::critical});
  REQUIRE(test.has_value());
  rig.settle();
  REQUIRE(rig.channel(0).circuit_open);
  CHECK(channels_of(rig.store, test->event) == std::set<std::string>{"desk"});

  REQUIRE(rig.dispatcher->expire_silence(silence->id).has_value());
  CHECK(channels_of(rig.store, "z") == std::set<std::string>{"desk", "macro"});
  rig.stop();
}

TEST_CASE("what is for digests only takes no other row's place at the outbox's bound") {
  Rig rig{2};
  HeldBack held;
  held.rule = "oil-shock";
  held.began = hormuz - 1h;
  held.ended = hormuz;
  held.tier = Tier::major;
  rig.dispatcher->set_routes(
      {.rules = {{"oil-shock", {{Tier::notice, {"desk"}}, {Tier::major, {"desk"}}}}}});
  rig.dispatcher->accept({notice("a"), notice("b")}, {});
  rig.dispatcher->accept({}, {}, {held});
  CHECK(rig.store.deliveries("a").value().at(0).state == OutboxState::pending);
  CHECK(rig.store.deliveries("b").value().at(0).state == OutboxState::pending);
  CHECK(rig.dispatcher->snapshot().dropped == 1);
}

TEST_CASE("of a notice that is refused nobody is told") {
  Rig rig;
  rig.dispatcher->set_routes({.notices = {"macro", "desk"}});
  rig.answers = {answered(400, "invalid_blocks"), answered(400, "invalid_blocks")};
  auto word = about_gold(AlertKind::notice, "word");
  word.instrument.clear();
  rig.dispatcher->accept({word}, {});
  rig.settle();
  for (const auto& sent : rig.sent) CHECK(sent.body.find("refused-") == std::string::npos);
  rig.stop();
}

TEST_CASE("a courier at rest is woken by an event") {
  Rig rig;
  rig.settle();
  CHECK(rig.sent.empty());
  rig.dispatcher->accept({oil(AlertKind::fire, "a")}, {});
  rig.settle();
  CHECK(rig.sent.size() == 2);
  rig.stop();
}

TEST_CASE("every reason is counted from the start, and no snapshot holds a URL") {
  Rig rig;
  const auto counts = rig.channel(0).counts;
  CHECK(counts.errors.contains("45009"));
  CHECK(counts.errors.contains("timed_out"));
  CHECK(counts.errors.contains("other"));
  for (const auto& [reason, count] : counts.errors) CHECK(count == 0);
}

TEST_CASE(
    "a webhook gets every event of an episode, in order, each under its own id in every try") {
  Rig rig;
  rig.restart({{.name = "desk",
                .type = "webhook",
                .url = Secret{"https://127.0.0.1/hook"},
                .secret = Secret{"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}}});
  rig.answers = {answered(503, ""), broke(true)};
  rig.dispatcher->accept({oil(AlertKind::fire, "a", Tier::notice), oil(AlertKind::resolve, "b")},
                         {});
  rig.settle();
  std::vector<std::string> ids;
  for (const auto& sent : rig.sent) {
    ids.push_back(sent.headers.at(1).second);
    CHECK(sent.headers.at(3).second.starts_with("v1,"));
    CHECK(sent.headers.at(2).second == std::to_string(to_unix_ms(sent.time) / 1000));
  }
  CHECK(ids == std::vector<std::string>{"a", "a", "a", "b"});
  CHECK(rig.store.waiting().value().empty());
  rig.stop();
}
