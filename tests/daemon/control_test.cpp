// What the control socket's commands do, over a store and a dispatcher of their own.
#include "daemon/control.hpp"

#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <functional>
#include <optional>
#include <random>

#include "net/clock.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
namespace json = boost::json;

namespace {

constexpr std::string_view config_text = R"(
[daemon]
timezone = "Asia/Shanghai"
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
[feed.bybit]
[channel.desk]
type = "slack"
url = "https://hooks.slack.com/services/hush"
[channel.macro]
type = "slack"
url = "https://hooks.slack.com/services/hush"
[[rule]]
id = "oil-shock"
title = { zh = "原油剧烈波动", en = "Crude oil shock" }
when = "abs(change(WTI, 24h)) >= tier"
tiers = { major = "10%" }
route = { major = ["desk"] }
)";

HttpAnswer said(int status, std::string body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

OutboxRow row_of(const AlertEvent& event, const std::string& channel, OutboxState state) {
  return {.id = outbox_id(event.id, channel),
          .event = event.id,
          .channel = channel,
          .episode = event.episode,
          .tier = event.tier,
          .state = state,
          .next_try = event.time,
          .created = event.time,
          .settled = open(state) ? no_time : event.time};
}

/// One of an episode of its own, decided just now.
AlertEvent event_of(const std::string& id) {
  auto event = oil(AlertKind::fire, id);
  event.time = event.event_time = event.began = wall_now();
  event.episode = "E" + id;
  return event;
}

class Rig {
 public:
  Rig() { spdlog::set_level(spdlog::level::off); }
  ~Rig() {
    if (!tasks_) return;
    tasks_->cancel();
    run_on(io_, end());
  }

  void keep(const std::string& id, const std::string& channel, OutboxState state,
            const std::string& told_by = {}, const std::string& episode = {}) {
    Commit commit;
    commit.events.push_back(event_of(id));
    if (!episode.empty()) commit.events.front().episode = episode;
    commit.new_rows.push_back(row_of(commit.events.front(), channel, state));
    commit.new_rows.front().told_by = told_by;
    REQUIRE(store.commit(commit));
  }

  /// What earlier lives kept stands in the store by then.
  Dispatcher& dispatcher() {
    if (!dispatcher_) {
      DeliverySurroundings around;
      around.fetch = [this](HttpRequest request, HttpOptions) {
        return answer_of(std::move(request));
      };
      std::vector<ChannelSpec> channels;
      for (const auto& c : config.channels)
        channels.push_back({.name = c.name, .type = c.type, .url = c.url});
      Routes routes;
      routes.rules = {{"oil-shock", {{Tier::major, {"desk"}}}}};
      routes.readers = {{"WTI", {"oil-shock"}}};
      dispatcher_.emplace(io_.get_executor(), store, channels, routes, around);
      tasks_.emplace(io_.get_executor(),
                     [](const std::string& task, std::exception_ptr) { FAIL(task); });
    }
    return *dispatcher_;
  }

  void start() { dispatcher().start(*tasks_); }

  std::string answer(std::string line) {
    Control control{{dispatcher(), store, std::make_shared<const Config>(config)}};
    return run_on(io_, control.answer(std::move(line)));
  }

  json::object ask(std::string line) {
    auto answered = json::parse(answer(std::move(line))).as_object();
    INFO(json::serialize(answered));
    REQUIRE_FALSE(answered.contains("error"));
    return answered;
  }

  std::string refusal(std::string line, std::string_view fault = "request") {
    const auto answered = json::parse(answer(std::move(line))).as_object();
    INFO(json::serialize(answered));
    REQUIRE(answered.contains("error"));
    CHECK(answered.at("fault").as_string() == json::string_view{fault.data(), fault.size()});
    return answered.at("error").as_string().c_str();
  }

  std::vector<std::string> ids(std::string line) {
    std::vector<std::string> found;
    const auto answered = ask(std::move(line));
    for (const auto& row : answered.at("rows").as_array())
      found.emplace_back(row.as_object().at("id").as_string().c_str());
    return found;
  }

  OutboxState state(const std::string& row) {
    OutboxQuery query;
    query.id = row;
    return store.outbox(query).value().at(0).row.state;
  }

  /// Lets the couriers do what there is to do.
  void settle() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }

  TempDir dir;
  Store store{dir.string()};
  Config config = good(read(config_text));
  HttpAnswer next = said(200, "ok");
  bool hold{};                    ///< requests are not answered
  std::vector<std::string> sent;  ///< bodies

 private:
  asio::awaitable<HttpAnswer> answer_of(HttpRequest request) {
    sent.push_back(request.body);
    while (hold) {
      asio::steady_timer forever{io_, asio::steady_timer::time_point::max()};
      co_await forever.async_wait(asio::use_awaitable);
    }
    co_return next;
  }

  asio::awaitable<void> end() { co_await tasks_->join(10s); }

  asio::io_context io_{1};
  std::optional<Dispatcher> dispatcher_;
  std::optional<TaskGroup> tasks_;
};

using Ids = std::vector<std::string>;
constexpr auto delivered = OutboxState::delivered;
constexpr auto refused = OutboxState::refused;
constexpr auto pending = OutboxState::pending;

}  // namespace

TEST_CASE("the outbox is listed with the newest rows, oldest first, and says that there are more") {
  Rig rig;
  for (const auto* id : {"a", "b", "c"}) rig.keep(id, "desk", delivered);
  const auto answer = rig.ask(R"({"command":"outbox list","limit":2})");
  CHECK(answer.at("more") == true);
  CHECK(answer.at("timezone") == "Asia/Shanghai");
  CHECK(rig.ids(R"({"command":"outbox list","limit":2})") == Ids{"b/desk", "c/desk"});
  CHECK(rig.ids(R"({"command":"outbox list","limit":2,"before":"b/desk"})") == Ids{"a/desk"});
}

TEST_CASE("the outbox is listed by channel, by state, and by what is dead") {
  Rig rig;
  rig.keep("a", "desk", refused);
  rig.keep("b", "macro", OutboxState::unknown);
  rig.keep("c", "macro", delivered);
  CHECK(rig.ids(R"({"command":"outbox list","channel":"macro"})") == Ids{"b/macro", "c/macro"});
  CHECK(rig.ids(R"({"command":"outbox list","states":["delivered"]})") == Ids{"c/macro"});
  CHECK(rig.ids(R"({"command":"outbox list","dead":true})") == Ids{"a/desk", "b/macro"});
  CHECK_THAT(rig.refusal(R"({"command":"outbox list","states":["refusd"]})"),
             ContainsSubstring("did you mean \"refused\""));
}

TEST_CASE("a row is shown with its event and with what its message tells besides") {
  Rig rig;
  rig.keep("a", "desk", OutboxState::replaced, "b/desk");
  rig.keep("b", "desk", refused);
  const auto answer = rig.ask(R"({"command":"outbox show","id":"b"})");
  const auto& row = answer.at("rows").at(0).as_object();
  CHECK(row.at("state") == "refused");
  CHECK(row.at("alert").at("rule") == "oil-shock");
  CHECK(row.at("title").at("en") == "Crude oil shock");
  CHECK(row.at("tells") == json::array{"a/desk"});
  CHECK_THAT(rig.refusal(R"({"command":"outbox show","id":"x"})", "work"),
             ContainsSubstring("no row and no event"));
}

TEST_CASE("a dead letter is tried again, and arrives") {
  Rig rig;
  rig.keep("a", "desk", refused);
  rig.start();
  CHECK(rig.ids(R"({"command":"outbox retry","id":"a"})") == Ids{"a/desk"});
  rig.settle();
  REQUIRE(rig.sent.size() == 1);
  CHECK_THAT(rig.sent.front(), ContainsSubstring("编号 a）"));
  CHECK(rig.state("a/desk") == delivered);
}

TEST_CASE("what is to be tried again is so in the store before that is said") {
  Rig rig;
  rig.keep("a", "desk", refused);
  rig.ask(R"({"command":"outbox retry","id":"a/desk"})");
  CHECK(rig.state("a/desk") == pending);
}

TEST_CASE("a dead letter takes along what its message was to tell besides") {
  Rig rig;
  rig.keep("a", "desk", OutboxState::replaced, "b/desk", "E");
  rig.keep("b", "desk", refused, "", "E");
  rig.start();
  CHECK(rig.ids(R"({"command":"outbox retry","id":"b/desk"})") == Ids{"a/desk", "b/desk"});
  rig.settle();
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.state("a/desk") == OutboxState::replaced);
  CHECK(rig.state("b/desk") == delivered);
}

TEST_CASE("all dead letters are tried again, of all channels or of one; never a test message") {
  Rig rig;
  rig.keep("a", "desk", refused);
  rig.keep("b", "macro", OutboxState::dropped);
  rig.keep("c", "macro", OutboxState::unknown);
  rig.keep("d", "desk", delivered);
  rig.keep("test-channel-desk-test-1", "desk", refused);
  CHECK(rig.ids(R"({"command":"outbox retry","dead":true,"channel":"macro"})") ==
        Ids{"b/macro", "c/macro"});
  CHECK(rig.ids(R"({"command":"outbox retry","dead":true})") == Ids{"a/desk"});
  CHECK(rig.ids(R"({"command":"outbox retry","dead":true})").empty());
}

TEST_CASE("what is not dead is not tried again") {
  Rig rig;
  rig.keep("a", "desk", delivered);
  CHECK_THAT(rig.refusal(R"({"command":"outbox retry","id":"a"})", "work"),
             ContainsSubstring("a is delivered"));
  CHECK_THAT(rig.refusal(R"({"command":"outbox retry","id":"x"})", "work"),
             ContainsSubstring("no row and no event"));
  rig.refusal(R"({"command":"outbox retry"})");
  rig.refusal(R"({"command":"outbox retry","id":"a","dead":true})");
}

TEST_CASE("what waits is dropped: in the store, and before it is sent") {
  Rig rig;
  rig.keep("a", "desk", pending);
  rig.keep("b", "desk", pending);
  CHECK(rig.ids(R"({"command":"outbox drop","id":"a"})") == Ids{"a/desk"});
  CHECK(rig.state("a/desk") == OutboxState::dropped);
  rig.start();
  rig.settle();
  CHECK(rig.sent.size() == 1);
  CHECK(rig.state("b/desk") == delivered);
  CHECK_THAT(rig.refusal(R"({"command":"outbox drop","id":"b"})", "work"),
             ContainsSubstring("b is delivered"));
}

TEST_CASE("what waits for a channel that is no more can be dropped") {
  Rig rig;
  rig.keep("a", "gone", pending);
  CHECK(rig.ids(R"({"command":"outbox drop","id":"a"})") == Ids{"a/gone"});
  CHECK(rig.state("a/gone") == OutboxState::dropped);
}

TEST_CASE("what is on the line is not dropped") {
  Rig rig;
  rig.hold = true;
  rig.keep("a", "desk", pending);
  rig.start();
  rig.settle();
  REQUIRE(rig.sent.size() == 1);
  CHECK_THAT(rig.refusal(R"({"command":"outbox drop","id":"a"})", "work"),
             ContainsSubstring("being sent"));
}

TEST_CASE("a silence is made, listed and ended") {
  Rig rig;
  const auto made = rig.ask(
      R"({"command":"silence add","rule":"oil-shock","for":"2h","author":"mei","reason":"维护"})");
  const auto& silence = made.at("silence").as_object();
  CHECK(silence.at("rule") == "oil-shock");
  CHECK(silence.at("instrument").is_null());
  CHECK(silence.at("reason") == "维护");
  const auto listed = rig.ask(R"({"command":"silence list"})");
  REQUIRE(listed.at("silences").as_array().size() == 1);
  CHECK(listed.at("silences").at(0) == made.at("silence"));
  const std::string id = silence.at("id").as_string().c_str();
  CHECK_FALSE(rig.ask(R"({"command":"silence expire","id":")" + id + R"("})")
                  .at("silence")
                  .at("ended")
                  .is_null());
  CHECK(rig.ask(R"({"command":"silence list"})").at("silences").as_array().empty());
  rig.refusal(R"({"command":"silence expire","id":")" + id + R"("})", "work");
}

TEST_CASE("a silence of all covers whatever has an instrument") {
  Rig rig;
  const auto made =
      rig.ask(R"({"command":"silence add","all":true,"for":"1h","author":"mei","reason":"move"})");
  CHECK(made.at("silence").at("rule").is_null());
  CHECK(made.at("silence").at("instrument") == "*");
}

TEST_CASE("the end of a silence is read by the daemon's own clock, unless a zone is written") {
  Rig rig;
  const auto in_three_days = format_utc(wall_now() + 72h).substr(0, 10);
  const auto until = [&](const std::string& written) -> std::string {
    return rig
        .ask(
            R"({"command":"silence add","rule":"oil-shock","author":"mei","reason":"r","until":")" +
            written + "\"}")
        .at("silence")
        .at("until")
        .as_string()
        .c_str();
  };
  CHECK(until(in_three_days + "T09:00") == in_three_days + "T01:00:00.000Z");
  CHECK(until(in_three_days + " 09:00:30") == in_three_days + "T01:00:30.000Z");
  CHECK(until(in_three_days + "T09:00:00Z") == in_three_days + "T09:00:00.000Z");
  CHECK(until(in_three_days + "T09:00:00-05:00") == in_three_days + "T14:00:00.000Z");
}

TEST_CASE("a silence of what is not there is refused with what may have been meant") {
  Rig rig;
  const std::string rest = R"(,"for":"2h","author":"mei","reason":"r"})";
  CHECK_THAT(rig.refusal(R"({"command":"silence add","rule":"oil-shok")" + rest),
             ContainsSubstring("did you mean \"oil-shock\""));
  CHECK_THAT(rig.refusal(R"({"command":"silence add","instrument":"WTO")" + rest),
             ContainsSubstring("did you mean \"WTI\""));
  CHECK_THAT(rig.refusal(R"({"command":"silence add")" + rest), ContainsSubstring("all"));
}

TEST_CASE("a silence has an end, and one only") {
  Rig rig;
  const std::string begin = R"({"command":"silence add","all":true,"author":"mei","reason":"r")";
  rig.refusal(begin + "}");
  rig.refusal(begin + R"(,"for":"2h","until":"2026-04-18"})");
  CHECK_THAT(rig.refusal(begin + R"(,"for":"2"})"), ContainsSubstring("\"2h\""));
  CHECK_THAT(rig.refusal(begin + R"(,"until":"tomorrow"})"), ContainsSubstring("no time"));
  rig.refusal(begin + R"(,"until":"2020-01-01"})", "work");
}

TEST_CASE("a test message goes its real way, and says what it is") {
  Rig rig;
  rig.start();
  const auto answer = rig.ask(R"({"command":"send-test","channel":"desk"})");
  CHECK(answer.at("row").at("state") == "delivered");
  CHECK(answer.at("row").at("kind") == "notice");
  CHECK(answer.at("circuit") == "closed");
  REQUIRE(rig.sent.size() == 1);
  CHECK_THAT(rig.sent.front(), ContainsSubstring("测试消息"));
}

TEST_CASE("a test message speaks as a rule would") {
  Rig rig;
  rig.start();
  const auto answer = rig.ask(R"({"command":"send-test","channel":"desk","rule":"oil-shock"})");
  CHECK(answer.at("row").at("tier") == "major");
  CHECK_THAT(rig.sent.at(0), ContainsSubstring("测试消息：原油剧烈波动，触发（样例）"));
}

TEST_CASE("a test message that the platform will not have is no dead letter to come back to") {
  Rig rig;
  rig.start();
  rig.next = said(400, "invalid_payload");
  const auto answer = rig.ask(R"({"command":"send-test","channel":"desk"})");
  CHECK(answer.at("row").at("state") == "refused");
  CHECK_FALSE(answer.at("row").at("last_error").is_null());
  CHECK(rig.ids(R"({"command":"outbox retry","dead":true})").empty());
}

TEST_CASE("a test of a channel that is dead says so at once, and leaves nothing behind") {
  Rig rig;
  rig.start();
  rig.next = said(404, "no_service");
  const auto answer = rig.ask(R"({"command":"send-test","channel":"desk"})");
  CHECK(answer.at("row").at("state") == "pending");
  CHECK(answer.at("circuit") == "open");
  CHECK(rig.ids(R"({"command":"outbox list","states":["pending"]})").empty());
}

TEST_CASE("a test needs a channel, a rule and a tier that there are") {
  Rig rig;
  rig.refusal(R"({"command":"send-test"})");
  CHECK_THAT(rig.refusal(R"({"command":"send-test","channel":"desc"})"),
             ContainsSubstring("did you mean \"desk\""));
  CHECK_THAT(rig.refusal(R"({"command":"send-test","channel":"desk","rule":"oil"})"),
             ContainsSubstring("oil-shock"));
  CHECK_THAT(rig.refusal(R"({"command":"send-test","channel":"desk","tier":"huge"})"),
             ContainsSubstring("no tier"));
}

TEST_CASE("what is no request is answered with what one looks like") {
  Rig rig;
  for (const auto* garbage : {"", "x", "[]", "null", "\"outbox list\"", "{", "{\"command\":1}",
                              "{\"command\":\"\"}", "{\"a\":1}", "\xFF\xFE", "{\"command\":null}"})
    CHECK_FALSE(rig.refusal(garbage).empty());
  CHECK_FALSE(rig.refusal(std::string(60'000, '[')).empty());
}

TEST_CASE("an unknown command or key is told with the one that may be meant") {
  Rig rig;
  CHECK_THAT(rig.refusal(R"({"command":"outbox lst"})"),
             ContainsSubstring("did you mean \"outbox list\""));
  CHECK_THAT(rig.refusal(R"({"command":"outbox list","chanel":"desk"})"),
             ContainsSubstring("did you mean \"channel\""));
  CHECK_THAT(rig.refusal(R"({"command":"outbox list","limit":"many"})"),
             ContainsSubstring("from 1 to 200"));
  rig.refusal(R"({"command":"outbox list","limit":0})");
  rig.refusal(R"({"command":"outbox list","limit":-1})");
  rig.refusal(R"({"command":"outbox list","dead":"yes"})");
  rig.refusal(R"({"command":"outbox list","states":"pending"})");
  rig.refusal(R"({"command":"outbox list","channel":7})");
}

TEST_CASE("whatever is asked, the answer is one object on one line") {
  const auto seed = GENERATE(range(0, 20));
  CAPTURE(seed);
  std::mt19937 random{static_cast<unsigned>(seed)};
  const auto any = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
  };
  Rig rig;
  rig.keep("a", "desk", refused);
  const std::vector<std::string> requests{
      R"({"command":"outbox list","channel":"desk","states":["refused"],"limit":3})",
      R"({"command":"outbox show","id":"a"})", R"({"command":"outbox retry","dead":true})",
      R"({"command":"silence add","rule":"oil-shock","for":"2h","author":"m","reason":"r"})"};
  for (int i = 0; i < 50; ++i) {
    auto request = requests[any(requests.size())];
    for (auto changes = any(4); changes > 0; --changes) {
      const auto at = any(request.size());
      if (any(2) == 0) {
        request[at] = static_cast<char>(any(256));
      } else {
        request.erase(at, any(5));
      }
    }
    const auto answer = rig.answer(request);
    CAPTURE(request, answer);
    CHECK(answer.find('\n') == std::string::npos);
    CHECK(json::parse(answer, {}, {.allow_invalid_utf8 = true}).is_object());
  }
}

TEST_CASE("no answer holds a channel's URL") {
  Rig rig;
  rig.keep("a", "desk", refused);
  rig.start();
  for (const auto* request :
       {R"({"command":"outbox list"})", R"({"command":"outbox show","id":"a"})",
        R"({"command":"send-test","channel":"desk"})", R"({"command":"outbox retry","id":"a"})",
        R"({"command":"silence list"})", R"({"command":"send-test","channel":"hush"})"}) {
    const auto answer = rig.answer(request);
    CHECK(answer.find("/services/") == std::string::npos);
    CHECK(answer.find("slack.com") == std::string::npos);
  }
}
