// The daemon's own sign of life: when it is due, what it says, and that an engine which stands
// still gives none.
#include "daemon/heartbeat.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "daemon/heartbeat_text.hpp"
#include "daemon/metrics.hpp"
#include "daemon/zone.hpp"
#include "tests/daemon/exposition.hpp"
#include "tests/daemon/snapshots.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

namespace ssl = boost::asio::ssl;

const Zone beijing = zone_of("Asia/Shanghai");

Timestamp utc(const char* text) {
  return parse_time(text).value();
}

const HeartbeatSpec hourly{.channels = {"desk"}, .every = 1h};

/// A heartbeat over a store and a channel of its own, in time that flies.
struct Rig {
  explicit Rig(const HeartbeatSpec& spec) {
    spdlog::set_level(spdlog::level::off);
    DeliverySurroundings delivery;
    delivery.clock = time.clock();
    delivery.sleep = time.sleep();
    delivery.fetch = [this](HttpRequest request, HttpOptions) { return hear(std::move(request)); };
    dispatcher.emplace(
        loopback.io().get_executor(), store,
        std::vector<ChannelSpec>{
            {.name = "desk",
             .type = "wecom",
             .url = Secret{"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"}}},
        Routes{}, delivery);
    begin(spec);
  }

  /// Another heartbeat in its place.
  void begin(const HeartbeatSpec& spec) {
    const HeartbeatSurroundings around{.market = [this] { return look(); },
                                       .clock = time.clock(),
                                       .sleep = time.sleep(),
                                       .zone = beijing};
    heartbeat.emplace(loopback.io().get_executor(), spec, *dispatcher, store, around);
  }

  /// Lives until `enough`, with `beside` running beside it.
  void live(std::function<bool()> enough, asio::awaitable<void> beside = nothing()) {
    loopback.run(std::move(beside), until(std::move(enough)));
  }

  HeartbeatCounts::Way way() const { return heartbeat->counts().ways.at(0); }

  TempDir dir;
  Store store{dir.string()};
  VirtualTime time{utc("2026-11-22T23:30:00Z")};  // 07:30 in Beijing
  Loopback loopback;
  std::vector<std::string> messages;
  bool answers{true};            ///< the market thread does
  std::size_t moves{1'000'000};  ///< so many looks see an engine that moves
  std::size_t looks{};
  std::optional<Dispatcher> dispatcher;
  std::optional<Heartbeat> heartbeat;

 private:
  static asio::awaitable<void> nothing() { co_return; }

  asio::awaitable<HttpAnswer> hear(HttpRequest request) {
    messages.push_back(std::move(request.body));
    HttpAnswer answer;
    answer.status = 200;
    answer.body = R"({"errcode":0})";
    co_return answer;
  }

  asio::awaitable<std::shared_ptr<const Snapshot>> look() {
    if (looks < moves) last_move = time.now;
    ++looks;
    if (!answers) co_return nullptr;
    auto market = fresh_market();
    market.stepped = last_move;
    co_return std::make_shared<const Snapshot>(std::move(market));
  }

  asio::awaitable<void> until(std::function<bool()> enough) {
    TaskGroup tasks{loopback.io().get_executor(),
                    [](const std::string& task, std::exception_ptr) { FAIL(task); }};
    dispatcher->start(tasks);
    heartbeat->start(tasks);
    asio::steady_timer pause{loopback.io()};
    while (!enough()) co_await asio::post(loopback.io(), asio::use_awaitable);
    tasks.cancel();
    co_await tasks.join(5s);
  }

  Timestamp last_move{no_time};
};

/// A service that counts on being called, over TLS: keeps what it was asked.
class Callee {
 public:
  Callee(Loopback& loopback, const TestCa& ca)
      : loopback_{loopback}, context_{server_context(ca.issue())} {}

  std::string answer{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"};
  std::vector<std::string> requests;

  asio::awaitable<void> run() {
    for (;;) {
      auto peer = co_await loopback_.accept();
      ssl::stream<asio::ip::tcp::socket&> stream{peer.socket(), context_};
      boost::system::error_code error;
      co_await stream.async_handshake(ssl::stream_base::server,
                                      asio::redirect_error(asio::use_awaitable, error));
      if (error) continue;  // a client that does not trust us
      std::string request;
      std::string piece(4096, '\0');
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto size = co_await stream.async_read_some(asio::buffer(piece), asio::use_awaitable);
        request.append(piece, 0, size);
      }
      requests.push_back(request);
      co_await asio::async_write(stream, asio::buffer(answer), asio::use_awaitable);
      co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
    }
  }

 private:
  Loopback& loopback_;
  ssl::context context_;
};

}  // namespace

TEST_CASE("a heartbeat at 08:00 is due at 08:00 by the reader's clock, and not at once again") {
  const HeartbeatSchedule schedule{.period = 24h, .phase = 8h};
  CHECK(next_beat(schedule, utc("2026-11-22T23:59:59Z"), beijing) == utc("2026-11-23T00:00:00Z"));
  CHECK(next_beat(schedule, utc("2026-11-23T00:00:00Z"), beijing) == utc("2026-11-24T00:00:00Z"));
}

TEST_CASE("an hourly heartbeat is due on the hour, where the zone is half an hour off too") {
  const HeartbeatSchedule schedule{.period = 1h, .phase = {}};
  CHECK(next_beat(schedule, utc("2026-11-23T10:17:00Z"), beijing) == utc("2026-11-23T11:00:00Z"));
  const Zone kolkata{"Asia/Kolkata", [](Timestamp) -> Duration { return 5h + 30min; }};
  CHECK(next_beat(schedule, utc("2026-11-23T10:17:00Z"), kolkata) == utc("2026-11-23T10:30:00Z"));
}

TEST_CASE("over a year with daylight saving a daily heartbeat comes once a day at its time") {
  const auto new_york = zone_of("America/New_York");
  const HeartbeatSchedule schedule{.period = 24h, .phase = 8h};
  auto t = utc("2026-01-01T00:00:00Z");
  for (int day = 0; day < 365; ++day) {
    const auto next = next_beat(schedule, t, new_york);
    CAPTURE(format_utc(next));
    CHECK((next.time_since_epoch() + new_york.offset(next)) % 24h == 8h);
    CHECK(next - t <= 25h);
    t = next;
  }
}

TEST_CASE("a heartbeat says in one line what is watched and what is not") {
  auto market = fresh_market();
  market.feeds.front().status.state = StreamState::live;
  for (const auto* name : {"okx", "gate", "htx", "kraken"}) {
    market.feeds.push_back(market.feeds.front());
    market.feeds.back().status.name = name;
    market.feeds.back().status.state = StreamState::mute;
  }
  auto delivery = fresh_delivery();
  delivery.channels.front().waiting = 3;
  const auto event = heartbeat_event(
      {.beat = utc("2026-11-23T00:00:00Z"), .next = utc("2026-11-24T00:00:00Z"), .alerts = 7},
      market, delivery, beijing);
  CHECK(event.kind == AlertKind::notice);
  CHECK(event.id == "heartbeat-2026-11-23T08:00");
  CHECK(event.title.zh ==
        "Foghorn 值守中：规则 1 条，行情源 1 正常、0 安静、4 "
        "中断（okx、gate、htx等）；上次以来警报事件 "
        "7，待发 3，存储正常；下次 2026-11-24 08:00");
  CHECK(event.title.en ==
        "Foghorn is watching: 1 rules; feeds 1 live, 0 quiet, 4 dead (okx, gate, htx, …); alert "
        "events since the last 7; waiting to be sent 3; store in order; next at 2026-11-24 08:00");
}

TEST_CASE("a heartbeat tells of channels that are down and of a store that fails") {
  auto delivery = fresh_delivery();
  delivery.channels.front().circuit_open = true;
  delivery.store_error = "foghorn.db: the disk is full";
  delivery.unsaved_events = 2;
  const auto event = heartbeat_event({}, fresh_market(), delivery, beijing);
  CHECK(event.title.zh.find("渠道中断（desk），存储故障（2 条未存盘）") != std::string::npos);
  CHECK(event.title.en.find("channels down (desk); STORE FAILING (2 events unsaved)") !=
        std::string::npos);
  CHECK(event.title.en.find("since the last unknown") != std::string::npos);
}

TEST_CASE("a message goes out each hour, to its channels, and is told once") {
  Rig rig{hourly};
  rig.live([&] { return rig.messages.size() == 3; });
  CHECK(rig.way().name == "message");
  CHECK(rig.way().failures == 0);
  const auto stored = rig.store.events({}, Timestamp::max(), 10).value();
  REQUIRE(stored.size() >= 3);
  CHECK(stored[0].id == "heartbeat-2026-11-23T08:00");
  CHECK(stored[1].id == "heartbeat-2026-11-23T09:00");
  CHECK(rig.messages[0].find("Foghorn 值守中") != std::string::npos);
}

TEST_CASE("a restart in the minute of a heartbeat does not tell it twice") {
  Rig rig{hourly};
  rig.live([&] { return rig.messages.size() == 1; });
  rig.time.now = utc("2026-11-22T23:59:59Z");
  Dispatcher& dispatcher = *rig.dispatcher;
  auto event = rig.store.events({}, Timestamp::max(), 1).value().at(0);
  dispatcher.tell(event, {"desk"});
  CHECK(dispatcher.snapshot().channels.at(0).waiting == 0);
}

TEST_CASE("alert events since the last heartbeat are counted, those of the daemon are not") {
  Rig rig{hourly};
  Commit commit;
  for (const auto* time :
       {"2026-11-22T22:59:00Z", "2026-11-22T23:01:00Z", "2026-11-22T23:10:00Z"}) {
    commit.events.push_back(oil(AlertKind::fire, std::string{"oil-"} + time));
    commit.events.back().time = utc(time);
  }
  commit.events.push_back(about_gold(AlertKind::no_data, "gold"));
  commit.events.back().time = utc("2026-11-22T23:20:00Z");
  REQUIRE(rig.store.commit(commit));
  rig.live([&] { return rig.messages.size() == 2; });
  CHECK(rig.messages[0].find("警报事件 2") != std::string::npos);
  CHECK(rig.messages[1].find("警报事件 0") != std::string::npos);
}

TEST_CASE("no heartbeat tells of a market thread that does not answer, or of a clock that stands") {
  Rig rig{hourly};
  SECTION("no answer") {
    rig.answers = false;
  }
  SECTION("no movement") {
    rig.moves = 0;
  }
  rig.live([&] { return rig.way().failures == 3; });
  CHECK(rig.messages.empty());
  CHECK(rig.way().last == no_time);
}

TEST_CASE("what was due while the machine slept is not made up for") {
  Rig rig{hourly};
  rig.live([&] {
    if (rig.messages.size() == 1 && rig.time.now < utc("2026-11-23T05:30:00Z"))
      rig.time.now = utc("2026-11-23T05:30:00Z");
    return rig.messages.size() == 2;
  });
  const auto stored = rig.store.events({}, Timestamp::max(), 10).value();
  CHECK(stored.at(1).id == "heartbeat-2026-11-23T14:00");
  CHECK(rig.way().failures == 0);
}

namespace {

/// A rig whose heartbeat pings `callee`'s port.
struct PingRig : Rig {
  PingRig() : Rig{HeartbeatSpec{}} { ping(ca.file()); }

  void ping(const std::string& trusted) {
    begin({.ping_url = Secret{loopback.origin("https") + "/ping/a-key"}, .ca_file = trusted});
  }

  TestCa ca;
  Callee callee{loopback, ca};
};

}  // namespace

TEST_CASE("the ping is a GET over TLS every five minutes, and none while the engine stands still") {
  PingRig rig;
  rig.moves = 4;  // two beats of two looks
  rig.live([&] { return rig.way().failures == 3; }, rig.callee.run());
  REQUIRE(rig.callee.requests.size() == 2);
  CHECK(rig.callee.requests[0].starts_with("GET /ping/a-key HTTP/1.1\r\n"));
  CHECK(rig.way().name == "ping");
  CHECK(rig.way().last - utc("2026-11-22T23:40:00Z") < 1min);
  CHECK(rig.messages.empty());
}

TEST_CASE("a ping that is refused is tried three times, and is a failure") {
  PingRig rig;
  rig.callee.answer = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
  rig.live([&] { return rig.way().failures == 1; }, rig.callee.run());
  CHECK(rig.callee.requests.size() == 3);
  CHECK(rig.way().last == no_time);
}

TEST_CASE("a ping does not trust a certificate that nobody vouches for") {
  PingRig rig;
  const TestCa other;
  rig.ping(other.file());
  rig.live([&] { return rig.way().failures == 1; }, rig.callee.run());
  CHECK(rig.callee.requests.empty());
}

TEST_CASE("the heartbeat's metrics are there at zero for each way that the config asks for") {
  Rig rig{hourly};
  const auto page = read_exposition(
      metrics_text(fresh_market(), fresh_delivery(), {}, {.heartbeat = rig.heartbeat->counts()}));
  CHECK(page.values.at(R"(foghorn_heartbeat_last_timestamp_seconds{way="message"})") == "0");
  CHECK(page.values.at(R"(foghorn_heartbeat_failures_total{way="message"})") == "0");
  CHECK_FALSE(page.values.contains(R"(foghorn_heartbeat_failures_total{way="ping"})"));
}

TEST_CASE("another schedule holds at once, and what was sent stays known") {
  Rig rig{hourly};
  bool changed = false;
  rig.live([&] {
    if (rig.messages.size() == 1 && !std::exchange(changed, true))
      rig.heartbeat->reconfigure({.channels = {"desk"}, .every = 24h, .at = 9h + 30min}, beijing);
    return rig.messages.size() == 2;
  });
  CHECK(rig.way().last >= utc("2026-11-23T01:30:00Z"));
  CHECK(rig.way().last < utc("2026-11-23T01:31:00Z"));
}

TEST_CASE("a heartbeat that another config drops ends, and one that it brings begins") {
  Rig rig{hourly};
  rig.live([&] { return !rig.messages.empty(); });
  rig.live([&] {
    rig.heartbeat->reconfigure({}, beijing);
    return rig.heartbeat->counts().ways.empty();
  });
  bool changed = false;
  rig.live([&] {
    if (!std::exchange(changed, true)) rig.heartbeat->reconfigure(hourly, beijing);
    return rig.messages.size() == 2;
  });
  CHECK(rig.way().last >= utc("2026-11-23T01:00:00Z"));
}

TEST_CASE("another config in the middle of a beat does not make the engine look as if it stood") {
  Rig rig{hourly};
  rig.live([&] {
    auto spec = hourly;
    spec.ping_at = 1s * (rig.time.now.time_since_epoch().count() % 7);  // of no ping
    rig.heartbeat->reconfigure(spec, beijing);
    return rig.messages.size() == 3;
  });
  CHECK(rig.way().failures == 0);
}
