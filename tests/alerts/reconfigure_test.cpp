// Another config in the middle of it all: what is on the line, what waits and what comes arrives,
// once.
#include <SQLiteCpp/SQLiteCpp.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

ChannelSpec desk(const std::string& key = "old") {
  return {.name = "desk",
          .type = "wecom",
          .url = Secret{"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key}};
}

ChannelSpec macro(const std::string& key = "old") {
  return {.name = "macro",
          .type = "slack",
          .url = Secret{"https://hooks.slack.com/services/" + key},
          .language = Language::en};
}

const Routes routes{.rules = {{"oil-shock",
                               {{Tier::notice, {"desk"}},
                                {Tier::major, {"desk", "macro"}},
                                {Tier::critical, {"desk", "macro"}}}}},
                    .readers = {{"WTI", {"oil-shock"}}}};

enum class Fate { ok, unavailable, broken, dead };

/// A dispatcher in time that flies, whose requests end as the test says, when it says so.
struct Rig {
  struct Sent {
    std::string url;
    std::string body;
    bool accepted{};  ///< also where the answer was lost
  };

  explicit Rig(const std::vector<ChannelSpec>& channels) {
    spdlog::set_level(spdlog::level::off);
    DeliverySurroundings around;
    around.clock = time.clock();
    around.random = [] { return 0.5; };
    around.fetch = [this](HttpRequest request, HttpOptions) { return answer(std::move(request)); };
    around.sleep = time.sleep();
    dispatcher.emplace(io.get_executor(), store, channels, routes, around);
    dispatcher->start(tasks);
  }
  ~Rig() {
    tasks.cancel();
    release();
    settle();
  }

  asio::awaitable<HttpAnswer> answer(HttpRequest request) {
    const auto fate = fates ? fates() : Fate::ok;
    const bool accepted = fate == Fate::ok || fate == Fate::broken;
    sent.push_back({request.url, request.method + request.body, accepted});
    if (gate_shut) {
      boost::system::error_code ignored;
      co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    HttpAnswer answer;
    if (fate == Fate::broken) {
      answer.error = boost::system::errc::make_error_code(boost::system::errc::connection_reset);
      answer.sent = true;
      co_return answer;
    }
    answer.status = fate == Fate::ok ? 200 : fate == Fate::dead ? 404 : 503;
    const bool wecom = request.url.find("weixin") != std::string::npos;
    answer.body = fate != Fate::ok ? "" : wecom ? R"({"errcode":0,"errmsg":"ok"})" : "ok";
    co_return answer;
  }

  void release() {
    gate_shut = false;
    gate.cancel();
  }

  /// Runs until nothing moves any more, or for so many steps.
  void settle(int steps = 1'000'000) {
    io.restart();
    for (; steps > 0 && io.poll_one() > 0; --steps) {
    }
  }

  void accept(AlertEvent event) { dispatcher->accept({std::move(event)}, {}); }
  void reconfigure(const std::vector<ChannelSpec>& channels) {
    dispatcher->reconfigure({.channels = channels, .routes = routes, .zone = {}});
  }

  TempDir dir;
  Store store{dir.string(), {.busy_limit = 0ms}};
  VirtualTime time{hormuz};
  asio::io_context io{1};
  asio::steady_timer gate{io, asio::steady_timer::time_point::max()};
  bool gate_shut{};
  std::function<Fate()> fates;
  std::vector<Sent> sent;
  TaskGroup tasks{io.get_executor(),
                  [](const std::string& task, std::exception_ptr) { FAIL(task); }};
  std::optional<Dispatcher> dispatcher;
};

AlertEvent event_of(const std::string& id, Tier tier = Tier::notice) {
  auto event = oil(AlertKind::fire, id, tier);
  event.episode = "E" + id;
  return event;
}

bool names(const Rig::Sent& message, const std::string& id) {
  return message.body.find(id) != std::string::npos;
}

}  // namespace

TEST_CASE("a new address is for the next message; the one on the line keeps the old one") {
  Rig rig{{desk()}};
  rig.gate_shut = true;
  rig.accept(event_of("first"));
  rig.settle();
  rig.reconfigure({desk("new")});
  rig.accept(event_of("second"));
  rig.settle();
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0].url.ends_with("key=old"));

  rig.release();
  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[1].url.ends_with("key=new"));
  CHECK(names(rig.sent[1], "second"));
  CHECK_FALSE(names(rig.sent[1], "first"));
}

TEST_CASE("where a dead address is mended, what waits goes at once, and not at the next probe") {
  Rig rig{{desk()}};
  rig.fates = [] { return Fate::dead; };
  rig.gate_shut = true;
  rig.accept(event_of("a"));
  rig.settle();
  rig.reconfigure({desk("mended")});  // while the old one is being refused
  rig.fates = {};
  rig.release();
  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[1].url.ends_with("key=mended"));
  CHECK(rig.time.now == hormuz);
  CHECK_FALSE(rig.dispatcher->snapshot().channels.at(0).circuit_open);
}

TEST_CASE("a channel that stays keeps its circuit and what waits") {
  Rig rig{{desk()}};
  rig.fates = [&rig] {
    if (rig.sent.size() >= 5) rig.gate_shut = true;  // the probe, and time with it
    return Fate::unavailable;
  };
  rig.accept(event_of("a"));
  rig.settle();
  REQUIRE(rig.dispatcher->snapshot().channels.at(0).circuit_open);
  auto english = desk();
  english.language = Language::en;
  rig.reconfigure({english, macro()});
  const auto state = rig.dispatcher->snapshot();
  CHECK(state.channels.at(0).circuit_open);
  CHECK(state.channels.at(0).waiting == 1);
  CHECK(state.channels.at(1).name == "macro");
  rig.fates = {};
  rig.release();
  rig.settle();
  CHECK(names(rig.sent.back(), "Crude oil shock: FIRED"));
}

TEST_CASE("what waits for a channel that goes stays in the store, and goes out when it is back") {
  Rig rig{{desk(), macro()}};
  rig.fates = [] { return Fate::unavailable; };
  rig.gate_shut = true;
  rig.accept(event_of("a", Tier::major));
  rig.settle();
  rig.reconfigure({desk()});
  rig.fates = {};
  rig.release();
  rig.settle();
  CHECK(rig.store.waiting().value().size() == 1);
  CHECK(rig.dispatcher->snapshot().channels.size() == 1);

  rig.reconfigure({desk(), macro("back")});
  rig.settle();
  CHECK(rig.sent.back().url.ends_with("back"));
  CHECK(names(rig.sent.back(), "(id a)"));
  CHECK(rig.store.waiting().value().empty());
}

TEST_CASE("a channel of another type waits for the answer to what the old one has on the line") {
  Rig rig{{desk()}};
  rig.gate_shut = true;
  rig.accept(event_of("first"));
  rig.settle();
  auto other = macro();
  other.name = "desk";
  rig.reconfigure({other});
  rig.accept(event_of("second"));
  rig.settle();
  CHECK(rig.sent.size() == 1);

  rig.release();
  rig.settle();
  REQUIRE(rig.sent.size() == 2);
  CHECK(rig.sent[1].url.starts_with("https://hooks.slack.com"));
  CHECK(names(rig.sent[1], "second"));
  CHECK_FALSE(names(rig.sent[1], "first"));
}

TEST_CASE("what a channel that goes has on the line is not dropped: it may arrive") {
  Rig rig{{desk(), macro()}};
  rig.gate_shut = true;
  rig.accept(event_of("first", Tier::major));
  rig.settle();
  rig.reconfigure({desk()});
  OutboxQuery which;
  which.id = "first";
  which.channel = "macro";
  const auto refused = rig.dispatcher->drop(which);
  REQUIRE(refused.has_error());
  CHECK(refused.error().sentence == "first is being sent; ask again in a moment");

  rig.release();
  rig.settle();
  const auto rows = rig.store.outbox(which).value();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].row.state == OutboxState::delivered);
}

TEST_CASE("what waits for a channel that is gone can be dropped") {
  Rig rig{{desk(), macro()}};
  rig.fates = [] { return Fate::unavailable; };
  rig.gate_shut = true;
  rig.accept(event_of("first", Tier::major));
  rig.settle();
  rig.reconfigure({desk()});
  rig.fates = {};
  rig.release();
  rig.settle();
  OutboxQuery which;
  which.id = "first";
  which.channel = "macro";
  REQUIRE(rig.dispatcher->drop(which).has_value());
  CHECK(rig.store.waiting().value().empty());
}

TEST_CASE("a channel that comes while the store cannot commit loses nothing of what it took in") {
  Rig rig{{desk()}};
  {
    SQLite::Database other{rig.dir.string() + "/foghorn.db", SQLite::OPEN_READWRITE};
    other.exec("BEGIN IMMEDIATE");
    rig.accept(event_of("unsaved"));
    rig.settle();
    rig.reconfigure({desk(), macro()});
    rig.accept(event_of("both", Tier::major));
    rig.reconfigure({desk(), macro("newer")});
    rig.settle(1'000);
    other.exec("ROLLBACK");
  }
  rig.time.now += 1s;
  rig.accept(event_of("later", Tier::major));
  rig.reconfigure({desk(), macro("newer")});
  rig.settle();
  std::set<std::string> seen;
  for (const auto& message : rig.sent)
    if (message.url.ends_with("newer"))
      for (const std::string id : {"unsaved", "both", "later"})
        if (names(message, "(id " + id + ")")) seen.insert(id);
  CHECK(seen == std::set<std::string>{"both", "later"});
}

TEST_CASE("whoever sends to Alertmanager tells a new one at once what fires") {
  ChannelSpec pager{.name = "desk", .type = "alertmanager", .url = Secret{"http://127.0.0.1:1"}};
  Rig rig{{pager}};
  rig.fates = [&rig] {
    if (rig.sent.size() >= 2) rig.gate_shut = true;  // it repeats itself for ever
    return Fate::ok;
  };
  rig.accept(event_of("a"));
  rig.settle(50);
  const auto told = rig.sent.size();
  pager.url = Secret{"http://127.0.0.1:2"};
  rig.reconfigure({pager});
  rig.release();
  rig.settle(50);
  REQUIRE(rig.sent.size() > told);
  CHECK(rig.sent.back().url.starts_with("http://127.0.0.1:2"));
}

namespace {

/// A storm, and configs that change in the middle of it: what was taken in for which channel.
class Storm {
 public:
  explicit Storm(unsigned seed) : random_{seed}, rig_{{desk(), macro()}} {
    present_ = {"desk", "macro"};
    rig_.fates = [this] {
      if (calm_) return Fate::ok;
      const auto any = pick(16);
      return any < 3 ? Fate::unavailable : any == 3 ? Fate::broken : Fate::ok;
    };
  }

  void run() {
    for (int step = 0; step < 120; ++step) {
      const auto what = pick(8);
      if (what < 4) take_in();
      if (what == 4) change();
      if (what == 5) rig_.gate_shut = true;
      if (what == 6) rig_.release();
      rig_.settle(static_cast<int>(pick(40)));
    }
    calm_ = true;
    rig_.release();
    rig_.settle();
    rig_.reconfigure({desk("last"), macro("last")});
    rig_.settle();
  }

  void check() {
    CHECK(rig_.store.waiting().value().empty());
    for (const std::string channel : {"desk", "macro"}) {
      std::map<std::string, std::size_t> first_told;
      for (const auto& [id, channels] : expected_) {
        CAPTURE(id, channel);
        std::size_t unmarked = 0;
        for (std::size_t i = 0; i < rig_.sent.size(); ++i) {
          const auto& message = rig_.sent[i];
          if (!message.accepted || !names(message, id) || channel_of(message) != channel) continue;
          first_told.emplace(id, i);
          unmarked += marked(message) ? 0 : 1;
        }
        CHECK(first_told.contains(id) == channels.contains(channel));
        CHECK(unmarked <= 1);
        const auto fire = first_told.find("fire" + id.substr(4));
        if (id.starts_with("over") && first_told.contains(id))
          CHECK((fire == first_told.end() || fire->second <= first_told[id]));
      }
    }
  }

 private:
  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

  static bool marked(const Rig::Sent& message) {
    return names(message, "（可能重复）") || names(message, "(may be a repeat)") ||
           names(message, "repeat");
  }

  /// Every spec of the storm has its channel's name in its address.
  static std::string channel_of(const Rig::Sent& message) {
    const bool desks = message.url.find("desk") != std::string::npos ||
                       message.url.find("weixin") != std::string::npos;
    return desks ? "desk" : "macro";
  }

  /// Ids of one length, so that none is within another.
  std::string number(std::size_t n) { return std::to_string(1000 + n); }

  void take_in() {
    if (pick(3) == 0 && !open_.empty()) {
      const auto n = open_.front();
      open_.erase(open_.begin());
      auto event = oil(AlertKind::resolve, "over" + number(n), Tier::major);
      event.episode = "E" + number(n);
      for (const auto& channel : expected_["fire" + number(n)])
        if (present_.contains(channel)) expected_[event.id].insert(channel);
      expected_[event.id];
      event.time = rig_.time.now;
      rig_.accept(std::move(event));
      return;
    }
    const auto n = fired_++;
    auto event = oil(AlertKind::fire, "fire" + number(n), Tier::major);
    event.episode = "E" + number(n);
    event.time = rig_.time.now;
    expected_[event.id] = present_;
    open_.push_back(n);
    rig_.accept(std::move(event));
  }

  /// Each channel is there or not, and somewhere else; the desk may be of another type.
  void change() {
    std::vector<ChannelSpec> channels;
    present_.clear();
    const auto key = std::to_string(++changes_);
    if (pick(4) > 0) {
      auto spec = desk(key);
      if (pick(2) == 0) {
        spec.type = pick(2) == 0 ? "slack" : "webhook";
        spec.url = Secret{"https://hooks.slack.com/desk/" + key};
      }
      channels.push_back(spec);
      present_.insert("desk");
    }
    if (pick(3) > 0) {
      channels.push_back(macro(key));
      if (pick(2) == 0) std::ranges::reverse(channels);
      present_.insert("macro");
    }
    rig_.reconfigure(channels);
  }

  std::mt19937 random_;
  bool calm_{};
  Rig rig_;
  std::set<std::string> present_;
  std::map<std::string, std::set<std::string>> expected_;  // channels by event
  std::vector<std::size_t> open_;
  std::size_t fired_{};
  int changes_{};
};

}  // namespace

TEST_CASE("configs that change in the middle of a storm lose nothing and double nothing") {
  const auto seed = GENERATE(range(1U, 41U));
  CAPTURE(seed);
  Storm storm{seed};
  storm.run();
  storm.check();
}
