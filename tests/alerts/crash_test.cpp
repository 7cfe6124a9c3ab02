// kill -9 at every commit boundary: no alert is lost, none is told twice but one whose answer died
// with the daemon, which says so, and an episode's events arrive in order.
//
// A life is a forked process that runs the real Store and Dispatcher and ends at its k-th boundary
// by _exit(), as abrupt as a kill. What it sends goes through a pipe to this process, which plays
// the platforms: what is in the pipe has arrived.

#include <sys/wait.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <charconv>
#include <map>
#include <set>

#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const std::vector<ChannelSpec> channels{
    {.name = "desk", .type = "wecom", .url = Secret{"https://qyapi.weixin.qq.com/desk"}},
    {.name = "macro",
     .type = "slack",
     .url = Secret{"https://hooks.slack.com/macro"},
     .language = Language::zh}};
const Routes routes{
    .rules = {{"oil-shock", {{Tier::notice, {"desk"}}, {Tier::major, {"desk", "macro"}}}}},
    .notices = {"macro"}};

/// What the engine would say in this test, whichever life it says it in.
const std::vector<AlertEvent> script{
    oil(AlertKind::fire, "<0>", Tier::notice), about_gold(AlertKind::no_data, "<1>"),
    oil(AlertKind::escalate, "<2>", Tier::major), oil(AlertKind::resolve, "<3>", Tier::major),
    about_gold(AlertKind::data_back, "<4>")};

/// The channels that each event must reach.
const std::map<std::string, std::set<std::string>> expected{{"<0>", {"desk"}},
                                                            {"<1>", {"macro"}},
                                                            {"<2>", {"desk", "macro"}},
                                                            {"<3>", {"desk", "macro"}},
                                                            {"<4>", {"macro"}}};

constexpr int no_crash = 1'000'000;
constexpr int crashed = 42;

/// A life of the daemon. Never returns.
[[noreturn]] void live(const std::string& directory, int boundary, int to_platforms) {
  spdlog::set_level(spdlog::level::off);
  int passed = 0;
  Store store{directory, {.observer = [&](CommitPoint) {
                if (passed++ == boundary) _exit(crashed);
              }}};
  VirtualTime time{hormuz};
  asio::io_context io{1};
  DeliverySurroundings around;
  around.clock = time.clock();
  around.sleep = time.sleep();
  around.random = [] { return 0.5; };
  int attempts = 0;
  around.fetch = [&](HttpRequest request, HttpOptions) -> asio::awaitable<HttpAnswer> {
    HttpAnswer answer;
    answer.status = 503;
    // Every third attempt fails, so that retries and merged messages have their boundaries, too.
    if (++attempts % 3 == 0) co_return answer;
    const auto line = request.url + " " + request.body + "\n";
    if (::write(to_platforms, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      _exit(1);
    answer.status = 200;
    answer.body = request.url.ends_with("desk") ? R"({"errcode":0,"errmsg":"ok"})" : "ok";
    co_return answer;
  };
  Dispatcher dispatcher{io.get_executor(), store, channels, routes, around};
  TaskGroup tasks{io.get_executor(), [](const std::string&, std::exception_ptr) { _exit(2); }};
  dispatcher.start(tasks);
  const auto settle = [&] {
    io.restart();
    while (io.poll() > 0) {
    }
  };

  // The engine goes on from its stored state, but for one step: the work of the last moment is done
  // again.
  std::size_t step = 0;
  const auto rules = store.rules().value();
  if (!rules.empty())
    std::from_chars(rules[0].state.data(), rules[0].state.data() + rules[0].state.size(), step);
  for (std::size_t i = step > 0 ? step - 1 : 0; i < script.size(); ++i) {
    dispatcher.accept({script[i]}, {{"oil-shock", "hash", std::to_string(i + 1)}});
    if (i != 2) settle();  // the resolve finds the escalation still waiting
  }
  settle();
  _exit(store.waiting().value().empty() ? 0 : 3);
}

/// Runs a life; appends what it sent to `arrived`. Returns its exit code.
int run_life(const std::string& directory, int boundary, std::string& arrived) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(pipe[0]);
    live(directory, boundary, pipe[1]);
  }
  ::close(pipe[1]);
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(pipe[0], buffer.data(), buffer.size())) > 0;)
    arrived.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(pipe[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

struct Message {
  std::string channel;
  std::string body;

  bool marked() const { return body.find("（可能重复）") != std::string::npos; }
  bool tells(const std::string& id) const {
    return body.find("编号 " + escaped(id)) != std::string::npos;
  }

 private:
  /// Channels escape angle brackets each in its way; ids in this test have them to be told from
  /// everything else.
  std::string escaped(const std::string& id) const {
    return channel == "desk" ? "＜" + id.substr(1, 1) + "＞" : "&lt;" + id.substr(1, 1) + "&gt;";
  }
};

std::vector<Message> messages_of(const std::string& arrived) {
  std::vector<Message> messages;
  for (std::size_t at = 0; at < arrived.size();) {
    const auto end = arrived.find('\n', at);
    const auto line = arrived.substr(at, end - at);
    const auto space = line.find(' ');
    messages.push_back(
        {line.substr(0, space).ends_with("desk") ? "desk" : "macro", line.substr(space + 1)});
    at = end + 1;
  }
  return messages;
}

void check(const std::vector<Message>& messages, std::size_t most_doubted) {
  std::size_t doubted = 0;
  for (const auto& message : messages) doubted += message.marked() ? 1 : 0;
  CHECK(doubted <= most_doubted);

  for (const auto& channel : {"desk", "macro"}) {
    std::vector<std::string> first_told;  // in order of arrival
    for (const auto& event : script) {
      std::size_t unmarked = 0;
      std::size_t told = 0;
      for (const auto& message : messages) {
        if (message.channel != channel || !message.tells(event.id)) continue;
        ++told;
        unmarked += message.marked() ? 0 : 1;
      }
      CAPTURE(channel, event.id);
      CHECK((told > 0) == expected.at(event.id).contains(channel));
      CHECK(unmarked <= 1);
    }
    std::set<std::string> seen;
    for (const auto& message : messages) {
      if (message.channel != channel) continue;
      for (const auto& event : script)
        if (!event.episode.empty() && message.tells(event.id) && seen.insert(event.id).second)
          first_told.push_back(event.id);
    }
    CHECK(std::ranges::is_sorted(first_told));
  }
}

}  // namespace

TEST_CASE(
    "killed at any commit boundary and started again, nothing is lost and what may repeat says "
    "so") {
  int boundary = 0;
  for (bool reached = true; reached; ++boundary) {
    TempDir dir;
    std::string arrived;
    CAPTURE(boundary);
    const int first = run_life(dir.string(), boundary, arrived);
    reached = first == crashed;
    REQUIRE((reached || first == 0));
    if (reached) REQUIRE(run_life(dir.string(), no_crash, arrived) == 0);
    check(messages_of(arrived), reached ? channels.size() : 0);
  }
  CHECK(boundary > 30);
}

TEST_CASE("killed again and again, a boundary later each time, nothing is lost") {
  for (const int stride : {1, 2, 3, 5}) {
    TempDir dir;
    std::string arrived;
    CAPTURE(stride);
    std::size_t lives = 0;
    for (int boundary = 2; run_life(dir.string(), boundary, arrived) == crashed;
         boundary += stride) {
      ++lives;
      REQUIRE(lives < 100);
    }
    check(messages_of(arrived), lives * channels.size());
  }
}
