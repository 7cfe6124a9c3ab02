// What Alertmanager hears from the dispatcher: the present, again and again, over failures and
// restarts.

#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <deque>
#include <optional>

#include "alerts/dispatcher.hpp"
#include "alerts/firing.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const std::vector<ChannelSpec> channels{
    {.name = "am", .type = "alertmanager", .url = Secret{"http://127.0.0.1:9093"}},
    {.name = "desk", .type = "wecom", .url = Secret{"https://127.0.0.1/x"}}};

const Route to_am{{Tier::notice, {"am"}}, {Tier::major, {"am"}}, {Tier::critical, {"am"}}};

const Routes routes{.rules = {{"oil-shock", to_am},
                              {"gold-shock", to_am},
                              {"desk-only", {{Tier::major, {"desk"}}}}},
                    .readers = {{"GOLD", {"oil-shock"}}},
                    .notices = {"desk"}};

/// A dispatcher whose Alertmanager is a list of posts, in time that moves when the test says.
struct Rig {
  struct Post {
    Timestamp time;
    boost::json::array alerts;
  };
  struct Sleeper {
    asio::steady_timer* timer;
    Timestamp until;
  };

  Rig() {
    spdlog::set_level(spdlog::level::off);
    start();
  }
  ~Rig() { stop(); }
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  void start() {
    DeliverySurroundings around;
    around.clock = [this] { return now; };
    around.random = [] { return 0.5; };
    around.fetch = [this](HttpRequest request, HttpOptions) { return answer(std::move(request)); };
    around.sleep = [this](asio::steady_timer& timer, Duration wait) { return sleep(timer, wait); };
    dispatcher.emplace(io.get_executor(), store, channels, routes, around);
    tasks.emplace(io.get_executor(),
                  [](const std::string& task, std::exception_ptr) { FAIL(task); });
    dispatcher->start(*tasks);
  }

  void stop() {
    tasks->cancel();
    run();
    tasks.reset();
    dispatcher.reset();
    sleepers.clear();
  }

  /// A new life over the same store.
  void restart() {
    stop();
    start();
    run();
  }

  void run() {
    io.restart();
    while (io.poll() > 0) {
    }
  }

  void accept(const AlertEvent& event) {
    dispatcher->accept({event}, {});
    run();
  }

  void pass(Duration wait) {
    const auto end = now + wait;
    for (;;) {
      const auto next = std::ranges::min_element(sleepers, {}, &Sleeper::until);
      if (next == sleepers.end() || next->until > end) break;
      now = next->until;
      next->timer->cancel();
      run();
    }
    now = end;
  }

  asio::awaitable<void> sleep(asio::steady_timer& timer, Duration wait) {
    sleepers.push_back({&timer, now + wait});
    timer.expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    std::erase_if(sleepers, [&](const Sleeper& one) { return one.timer == &timer; });
  }

  asio::awaitable<HttpAnswer> answer(HttpRequest request) {
    HttpAnswer answer;
    answer.status = 200;
    if (request.url.find("/api/v2/alerts") == std::string::npos) {
      answer.body = R"({"errcode":0})";
      to_desk.push_back(request.body);
      co_return answer;
    }
    posts.push_back({now, boost::json::parse(request.body).as_array()});
    if (!statuses.empty()) {
      answer.status = statuses.front();
      statuses.pop_front();
    }
    answer.error = line;
    answer.sent = true;
    co_return answer;
  }

  OutboxState state_of(const std::string& event) {
    return store.deliveries(event).value().at(0).state;
  }

  ChannelSnapshot am() const { return dispatcher->snapshot().channels.at(0); }

  /// The alerts of the last post: "major firing", "major over"; "no_data firing" for those of no
  /// tier.
  std::vector<std::string> last() const {
    std::vector<std::string> all;
    for (const auto& alert : posts.back().alerts) {
      const auto& labels = alert.at("labels").as_object();
      const std::string name{labels.at(labels.contains("tier") ? "tier" : "alertname").as_string()};
      const auto ends = parse_time(std::string_view{alert.at("endsAt").as_string()});
      all.push_back(name + (ends > posts.back().time ? " firing" : " over"));
    }
    return all;
  }

  TempDir dir;
  Store store{dir.string(), {.busy_limit = 0ms}};
  Timestamp now{hormuz};
  asio::io_context io{1};
  std::vector<Sleeper> sleepers;
  std::vector<Post> posts;
  std::vector<std::string> to_desk;
  std::deque<int> statuses;  ///< then 200
  boost::system::error_code line;
  std::optional<Dispatcher> dispatcher;
  std::optional<TaskGroup> tasks;
};

AlertEvent step(AlertKind kind, Tier tier, Duration after, int number) {
  auto event = oil(kind, "K7Q2-" + std::to_string(number), tier);
  event.time += after;
  event.event_time += after;
  return event;
}

AlertEvent gold(AlertKind kind, int number) {
  auto event = step(kind, Tier::notice, 0s, number);
  event.rule = event.episode = "gold-shock";
  event.id = "gold-" + std::to_string(number);
  return event;
}

const auto fire = step(AlertKind::fire, Tier::major, 0s, 0);
const auto escalate = step(AlertKind::escalate, Tier::critical, 90s, 1);

using Stand = std::vector<std::string>;

}  // namespace

TEST_CASE("what fires is posted at once, and every minute, until five minutes after its end") {
  Rig rig;
  rig.accept(fire);
  REQUIRE(rig.posts.size() == 1);
  CHECK(rig.last() == Stand{"major firing"});
  CHECK(rig.state_of(fire.id) == OutboxState::delivered);

  rig.pass(3min);
  REQUIRE(rig.posts.size() == 4);
  CHECK(rig.posts[3].time == hormuz + 3min);
  CHECK(rig.last() == Stand{"major firing"});

  rig.accept(step(AlertKind::resolve, Tier::major, 3min, 1));
  rig.pass(1s);  // two posts are a moment apart
  REQUIRE(rig.posts.size() == 5);
  CHECK(rig.last() == Stand{"major over"});
  rig.pass(1h);
  CHECK(rig.posts.size() == 9);
  CHECK(rig.last() == Stand{"major over"});
  CHECK(rig.store.waiting().value().empty());
}

TEST_CASE("at an escalation the lower tier's alert ends in the post in which the higher begins") {
  Rig rig;
  rig.accept(fire);
  rig.pass(90s);
  rig.accept(escalate);
  CHECK(rig.last() == Stand{"major over", "critical firing"});
}

TEST_CASE("after a restart what fires is posted again, and of what ended what ended lately") {
  Rig rig;
  rig.accept(gold(AlertKind::fire, 0));
  rig.accept(gold(AlertKind::resolve, 1));
  rig.pass(1h);
  rig.accept(fire);
  rig.accept(about_gold(AlertKind::no_data, "gold-no-data"));
  rig.pass(90s);
  rig.accept(escalate);
  const auto before = rig.posts.size();

  rig.restart();
  rig.pass(1s);
  REQUIRE(rig.posts.size() == before + 1);
  CHECK(rig.last() == Stand{"no_data firing", "major over", "critical firing"});
  rig.stop();
  rig.now += 24h;
  rig.start();
  rig.run();
  CHECK(rig.posts.size() == before + 2);
  CHECK(rig.last() == Stand{"no_data firing", "critical firing"});
}

TEST_CASE("only what went to the channel fires there") {
  Rig rig;
  auto other = fire;
  other.rule = "desk-only";
  rig.accept(other);
  CHECK(rig.to_desk.size() == 1);
  rig.restart();
  rig.pass(1h);
  CHECK(rig.posts.empty());
}

TEST_CASE("what could not be posted for an hour is posted as it is then, in one request") {
  Rig rig;
  rig.statuses.assign(1'000, 503);
  rig.accept(fire);
  rig.pass(90s);
  rig.accept(escalate);
  rig.pass(1h);
  rig.accept(step(AlertKind::resolve, Tier::critical, 1h, 2));
  CHECK(rig.am().circuit_open);
  CHECK(rig.am().waiting == 3);
  CHECK(rig.state_of(fire.id) == OutboxState::pending);
  rig.statuses.clear();
  rig.pass(10min);
  CHECK(rig.last() == Stand{"major over", "critical over"});
  CHECK(rig.am().counts.delivered >= 1);
  CHECK(rig.store.waiting().value().empty());
  CHECK_FALSE(rig.am().circuit_open);
}

TEST_CASE("an Alertmanager that fails between two pieces of news opens the circuit, too") {
  Rig rig;
  rig.accept(fire);
  rig.statuses.assign(1'000, 502);
  rig.pass(10min);
  CHECK(rig.am().circuit_open);
  CHECK(rig.am().waiting == 0);
  CHECK(rig.to_desk.size() == 1);  // of the channel that is down
  rig.statuses.clear();
  rig.pass(11min);
  CHECK_FALSE(rig.am().circuit_open);
  CHECK(rig.to_desk.size() == 2);
}

TEST_CASE("nothing that is firing is given up: not as refused, too long or unanswered") {
  Rig rig;
  rig.statuses = {400, 413, 413, 413, 418, 418, 418, 422};
  rig.accept(fire);
  rig.pass(1h);
  CHECK(rig.state_of(fire.id) == OutboxState::delivered);

  rig.line = boost::system::errc::make_error_code(boost::system::errc::connection_reset);
  rig.accept(escalate);
  rig.pass(1h);
  CHECK(rig.state_of(escalate.id) == OutboxState::pending);
  rig.line = {};
  rig.pass(1h);
  CHECK(rig.state_of(escalate.id) == OutboxState::delivered);
}

TEST_CASE("a silence hides what it covers, and no end of what was posted before") {
  Rig rig;
  rig.accept(fire);
  REQUIRE(rig.dispatcher
              ->add_silence(
                  {.rule = "oil-shock", .author = "me", .reason = "known", .until = hormuz + 1h})
              .has_value());
  rig.pass(90s);
  rig.accept(escalate);
  rig.pass(1min);
  CHECK(rig.last() == Stand{"major firing"});
  const auto before = rig.posts.size();
  rig.restart();
  rig.pass(1s);
  CHECK(rig.posts.size() == before + 1);
  CHECK(rig.last() == Stand{"major firing"});
  rig.accept(step(AlertKind::resolve, Tier::critical, 150s, 2));
  CHECK(rig.state_of("K7Q2-2") != OutboxState::silenced);
  rig.pass(1s);
  CHECK(rig.last() == Stand{"major over"});
}

TEST_CASE("data that is back ends its alert under a silence, too, and only where there is one") {
  Rig rig;
  rig.accept(about_gold(AlertKind::no_data, "a"));
  REQUIRE(rig.dispatcher
              ->add_silence(
                  {.instrument = "GOLD", .author = "me", .reason = "known", .until = hormuz + 1h})
              .has_value());
  rig.pass(1min);
  rig.accept(about_gold(AlertKind::data_back, "b"));
  rig.pass(1s);
  CHECK(rig.last() == Stand{"no_data over"});
  rig.accept(about_gold(AlertKind::no_data, "c"));
  rig.accept(about_gold(AlertKind::data_back, "d"));
  CHECK(rig.store.deliveries("d").value().back().state == OutboxState::silenced);
}

TEST_CASE("what is firing is neither dropped nor tried again by order") {
  Rig rig;
  rig.statuses.assign(1'000, 503);
  rig.accept(fire);
  const auto refused = rig.dispatcher->drop({.id = fire.id});
  REQUIRE(refused.has_error());
  CHECK(refused.error().sentence ==
        "this channel tells what is firing; silence it in Alertmanager");
  CHECK(rig.state_of(fire.id) == OutboxState::pending);
}

TEST_CASE("an alert above the most there may be is dropped, and said to be") {
  Rig rig;
  Routes many;
  std::vector<AlertEvent> events;
  for (std::size_t i = 0; i <= Firing::most; ++i) {
    auto event = fire;
    event.rule = event.episode = "rule-" + std::to_string(i);
    event.id = event.episode + "-0";
    many.rules[event.rule] = to_am;
    events.push_back(event);
  }
  rig.dispatcher->set_routes(many);
  rig.dispatcher->accept(events, {});
  rig.run();
  CHECK(rig.state_of(events.front().id) != OutboxState::dropped);
  CHECK(rig.state_of(events.back().id) == OutboxState::dropped);
  CHECK(rig.dispatcher->snapshot().dropped == 1);
  CHECK(rig.dispatcher->retry({.id = events.back().id}).has_error());
}

TEST_CASE("more alerts than one request holds arrive by several, and settle together") {
  Rig rig;
  Routes many;
  std::vector<AlertEvent> events;
  for (int i = 0; i < 2'500; ++i) {
    auto event = fire;
    event.rule = event.episode = "rule-" + std::to_string(i);
    event.id = event.episode + "-0";
    many.rules[event.rule] = to_am;
    events.push_back(event);
  }
  rig.dispatcher->set_routes(many);
  rig.dispatcher->accept(events, {});
  rig.run();
  REQUIRE(rig.posts.size() == 2);
  CHECK(rig.posts[0].alerts.size() + rig.posts[1].alerts.size() == events.size());
  CHECK(rig.store.waiting().value().empty());
  CHECK(rig.am().counts.delivered == 1);
}
