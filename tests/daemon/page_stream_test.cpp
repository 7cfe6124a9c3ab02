// /api/v1/stream: who is told what, and who is asked for it.
#include "daemon/page_stream.hpp"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <map>
#include <random>

#include "daemon/traced_alerts.hpp"
#include "net/task_group.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

PagePart item(std::string_view group, std::string key, int value) {
  auto text = R"({"name":")" + key + R"(","value":)" + std::to_string(value) + "}";
  return {group, std::move(key), std::move(text)};
}

struct Heard {
  std::string name;
  json::object data;
};

Heard parse_event(const std::string& text) {
  Heard heard;
  const auto field = [&text](const std::string& key) {
    const auto at = text.find(key + ": ") + key.size() + 2;
    return text.substr(at, text.find('\n', at) - at);
  };
  CHECK(text.ends_with("\n\n"));
  heard.name = field("event");
  heard.data = json::parse(field("data")).as_object();
  return heard;
}

/// The stream over a market that says what the test says.
struct Rig {
  asio::io_context io{1};
  std::vector<PagePart> parts{
      item("instruments", "WTI", 1), item("rules", "oil", 1), {"store", "", R"("ok")"}};
  bool answers{true};
  bool steps{true};
  int asked{};
  int asked_for_past{};

  asio::awaitable<std::shared_ptr<const PageSnapshot>> market(bool with_past) {
    ++asked;
    if (with_past) ++asked_for_past;
    if (!answers) co_return nullptr;
    auto page = std::make_shared<PageSnapshot>();
    page->market.engine_time = Timestamp{} + 1s * asked;
    page->market.stepped = steps ? Timestamp{} + 1s * asked : Timestamp{} + 1s;
    co_return page;
  }

  PageStream stream{io.get_executor(),
                    {.market = [this](bool with_past) { return market(with_past); },
                     .parts = [this](const PageSnapshot&) { return parts; },
                     .clock = [] { return Timestamp{} + 1h; }},
                    {.every = 1ms, .alive = 3ms, .still = 5ms}};

  template <class T>
  T run(asio::awaitable<T> scene) {
    std::optional<T> result;
    auto all = [&]() -> asio::awaitable<void> {
      TaskGroup group{io.get_executor(), [](const auto&, auto) { FAIL("the stream failed"); }};
      group.spawn("stream", stream.run());
      result.emplace(co_await std::move(scene));
      group.cancel();
      CHECK(co_await group.join(10s) == 0);
    };
    run_on(io, all());
    return std::move(*result);
  }

  /// The next event of that name.
  asio::awaitable<Heard> next(HttpReply& reply, std::string name) {
    for (;;) {
      auto heard = parse_event(co_await reply.pieces());
      if (heard.name == name) co_return heard;
    }
  }
};

/// A page's own way of taking in what it is told.
struct Page {
  std::map<std::string, std::map<std::string, json::value>> lists;
  std::map<std::string, json::value> values;

  void take(const json::object& event) {
    for (const auto& [group, value] : event) {
      const std::string name{group};
      if (!value.is_array()) {
        values[name] = value;
        continue;
      }
      if (event.at("complete").as_bool()) lists[name].clear();
      for (const auto& thing : value.as_array())
        lists[name][std::string{thing.at("name").as_string()}] = thing;
    }
  }
};

}  // namespace

TEST_CASE("a reader is told everything first, then what changed") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto reply = rig.stream.open();
    CHECK(reply.content_type == "text/event-stream; charset=utf-8");
    CHECK(reply.body.starts_with("retry: "));
    const auto whole = co_await rig.next(reply, "state");
    CHECK(whole.data.at("complete").as_bool());
    CHECK(whole.data.at("instruments") == json::parse(R"([{"name":"WTI","value":1}])"));
    CHECK(whole.data.at("feeds") == json::parse("[]"));
    CHECK(whole.data.at("store") == "ok");
    rig.parts[1] = item("rules", "oil", 2);
    const auto delta = co_await rig.next(reply, "state");
    CHECK_FALSE(delta.data.at("complete").as_bool());
    CHECK(delta.data.at("rules") == json::parse(R"([{"name":"oil","value":2}])"));
    CHECK_FALSE(delta.data.contains("instruments"));
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("other instruments or rules than before are told whole") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto reply = rig.stream.open();
    co_await rig.next(reply, "state");
    rig.parts.insert(rig.parts.begin(), item("instruments", "BTC", 3));
    const auto whole = co_await rig.next(reply, "state");
    CHECK(whole.data.at("complete").as_bool());
    CHECK(whole.data.at("instruments").as_array().size() == 2);
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("while nothing changes a reader is told that we live, with the time") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto reply = rig.stream.open();
    co_await rig.next(reply, "state");
    const auto alive = parse_event(co_await reply.pieces());
    CHECK(alive.name == "alive");
    CHECK(alive.data.at("time") == "1970-01-01T01:00:00.000Z");
    CHECK(alive.data.contains("engine_time"));
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE(
    "a market thread that does not answer is told at once, and its return with what changed") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto reply = rig.stream.open();
    co_await rig.next(reply, "state");
    rig.answers = false;
    co_await rig.next(reply, "stalled");
    co_await rig.next(reply, "stalled");  // and again while it lasts
    rig.answers = true;
    rig.parts[0] = item("instruments", "WTI", 7);
    CHECK((co_await rig.next(reply, "state")).data.at("instruments") ==
          json::parse(R"([{"name":"WTI","value":7}])"));
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("an engine whose timers stand still is stalled, though its thread answers") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto reply = rig.stream.open();
    co_await rig.next(reply, "state");
    rig.steps = false;
    co_await rig.next(reply, "stalled");
    rig.steps = true;
    rig.parts[0] = item("instruments", "WTI", 7);
    CHECK((co_await rig.next(reply, "state")).data.at("instruments") ==
          json::parse(R"([{"name":"WTI","value":7}])"));
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("nobody is asked while nobody listens") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    for (int i = 0; i < 100; ++i) co_await asio::post(rig.io, asio::use_awaitable);
    CHECK(rig.asked == 0);
    {
      auto reply = rig.stream.open();
      co_await rig.next(reply, "state");
      CHECK(rig.stream.readers() == 1);
    }
    CHECK(rig.stream.readers() == 0);
    asio::steady_timer timer{rig.io, 5ms};  // a look that was due
    co_await timer.async_wait(asio::use_awaitable);
    const auto before = rig.asked;
    for (int i = 0; i < 100; ++i) co_await asio::post(rig.io, asio::use_awaitable);
    CHECK(rig.asked == before);
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("who comes after a pause is told nothing that was known before it") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    {
      auto reply = rig.stream.open();
      co_await rig.next(reply, "state");
    }
    asio::steady_timer timer{rig.io, 5ms};
    co_await timer.async_wait(asio::use_awaitable);
    rig.parts[0] = item("instruments", "WTI", 9);
    auto reply = rig.stream.open();
    const auto whole = co_await rig.next(reply, "state");
    CHECK(whole.data.at("instruments") == json::parse(R"([{"name":"WTI","value":9}])"));
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("many readers cost one look at the market, and its past is asked for once a minute") {
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    std::vector<HttpReply> replies;
    for (int i = 0; i < 16; ++i) replies.push_back(rig.stream.open());
    for (auto& reply : replies) co_await rig.next(reply, "state");
    CHECK(rig.asked <= 2);
    for (int i = 0; i < 5; ++i) co_await rig.next(replies[0], "alive");
    CHECK(rig.asked < 60);
    CHECK(rig.asked_for_past == 1);
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE(
    "a reader that misses any number of changes knows in the end what one that missed none does") {
  const auto seed = GENERATE(range(0U, 20U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  Rig rig;
  const auto scene = [&]() -> asio::awaitable<bool> {
    auto quick = rig.stream.open();
    auto slow = rig.stream.open();
    Page known_quick, known_slow;
    known_quick.take((co_await rig.next(quick, "state")).data);
    known_slow.take((co_await rig.next(slow, "state")).data);
    for (int step = 0; step < 30; ++step) {
      const auto which = random() % 8;
      if (which == 0) {
        rig.parts.insert(rig.parts.begin(), item("instruments", "I" + std::to_string(step), step));
      } else if (which == 1 && rig.parts.size() > 3) {
        rig.parts.erase(rig.parts.begin());
      } else if (which == 2) {
        rig.parts.back().json = "\"" + std::to_string(step) + "\"";
      } else {
        auto& part = rig.parts[random() % (rig.parts.size() - 1)];
        part = item(part.group, part.key, step + 100);
      }
      known_quick.take((co_await rig.next(quick, "state")).data);
      if (random() % 4 == 0) known_slow.take((co_await rig.next(slow, "state")).data);
    }
    // One more change, so that both have something to hear.
    rig.parts.back().json = "\"last\"";
    known_quick.take((co_await rig.next(quick, "state")).data);
    known_slow.take((co_await rig.next(slow, "state")).data);
    CHECK(known_quick.lists == known_slow.lists);
    CHECK(known_quick.values.at("store") == known_slow.values.at("store"));
    co_return true;
  };
  CHECK(rig.run(scene()));
}

TEST_CASE("the last alerts are read again when the store was written to, and only then") {
  TempDir dir;
  Store store{dir.string()};
  LatestAlerts latest{store, 30};
  CHECK(latest.read().empty());
  const auto fire = oil(AlertKind::fire, "K7Q2-0");
  OutboxRow row{.id = outbox_id(fire.id, "desk"),
                .event = fire.id,
                .channel = "desk",
                .episode = fire.episode,
                .tier = fire.tier,
                .next_try = fire.time,
                .created = fire.time};
  REQUIRE(store.commit({.events = {fire}, .new_rows = {row}}));
  const auto first = latest.read();
  REQUIRE(first.size() == 1);
  CHECK(latest.read().data() == first.data());
  row.state = OutboxState::delivered;
  REQUIRE(store.commit({.changed_rows = {row}}));
  REQUIRE(latest.read().size() == 1);
  CHECK(latest.read()[0].deliveries.at(0).state == OutboxState::delivered);
}
