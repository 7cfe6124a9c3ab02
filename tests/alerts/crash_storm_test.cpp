// One storm of 500 alert events over many lives of the daemon, each of which ends by a kill: at one
// of its commits, or at any instant. Whatever the platforms answer meanwhile, every event arrives
// at every channel of its route, again only in a message that says so, and an episode's in order.
//
// FOGHORN_CRASH_LIVES sets how many; 100 unless it is set.

#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t storm_events = 500;

const std::vector<ChannelSpec> channels{
    {.name = "desk", .type = "wecom", .url = Secret{"https://qyapi.weixin.qq.com/desk"}},
    {.name = "macro",
     .type = "slack",
     .url = Secret{"https://hooks.slack.com/macro"},
     .language = Language::zh}};
const Routes routes{.rules = {{"oil-shock",
                               {{Tier::notice, {"desk"}},
                                {Tier::major, {"desk", "macro"}},
                                {Tier::critical, {"desk", "macro"}}}}}};

std::string storm_id(std::size_t i) {
  auto digits = std::to_string(i);
  return "storm-" + std::string(4 - digits.size(), '0') + digits;
}

/// Seven episodes at a time fire, escalate and resolve; two events at one engine time.
AlertEvent storm_event(std::size_t i) {
  const auto phase = i % 21 / 7;
  const auto episode = i / 21 * 7 + i % 7;
  constexpr std::array kinds{AlertKind::fire, AlertKind::escalate, AlertKind::resolve};
  const auto top = episode % 5 == 0 ? Tier::critical : Tier::major;
  auto event = oil(kinds[phase], storm_id(i), phase == 0 ? Tier::notice : top);
  event.episode = "E" + std::to_string(episode);
  event.time += static_cast<std::int64_t>(i / 2) * 1s;
  return event;
}

std::set<std::string> channels_of(std::size_t i) {
  return i % 21 / 7 == 0 ? std::set<std::string>{"desk"} : std::set<std::string>{"desk", "macro"};
}

struct Life {
  std::size_t feed_until{};  ///< events of the storm
  int boundary{-1};          ///< of its commits, at which it ends
  int instant_us{};          ///< after which it ends; 0: never
  Timestamp begins{};
  unsigned seed{};
};

constexpr int crashed = 42;
constexpr int longest_life_s = 10;

/// What a killed process wrote is the kernel's, on a disk or not: no disk need be waited for.
std::filesystem::path fastest() {
  const char* memory = "/dev/shm";
  return ::access(memory, W_OK | X_OK) == 0 ? std::filesystem::path{memory}
                                            : std::filesystem::temp_directory_path();
}

/// Never returns.
[[noreturn]] void live(const std::string& directory, const Life& life, int to_platforms) {
  spdlog::set_level(spdlog::level::off);
  itimerval timer{};  // its signal kills; nobody lives for ever
  (life.instant_us > 0 ? timer.it_value.tv_usec : timer.it_value.tv_sec) =
      life.instant_us > 0 ? life.instant_us : longest_life_s;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
  int passed = 0;
  Store store{directory, {.observer = [&](CommitPoint) {
                if (passed++ == life.boundary) _exit(crashed);
              }}};
  VirtualTime time{life.begins};
  std::mt19937 random{life.seed};
  asio::io_context io{1};
  DeliverySurroundings around;
  around.clock = time.clock();
  around.sleep = time.sleep();
  around.random = [] { return 0.5; };
  around.fetch = [&](HttpRequest request, HttpOptions) -> asio::awaitable<HttpAnswer> {
    HttpAnswer answer;
    answer.status = 503;
    const auto fate = random() % 16;
    if (fate < 2) co_return answer;
    const auto line =
        std::to_string(to_unix_ms(time.now)) + " " + request.url + " " + request.body + "\n";
    if (::write(to_platforms, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      _exit(1);
    if (fate == 2) {  // it arrived, and the line broke
      answer.error = boost::system::errc::make_error_code(boost::system::errc::connection_reset);
      answer.sent = true;
      co_return answer;
    }
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

  // The engine goes on from its stored state, but for its last step, which it does again.
  std::size_t step = 0;
  const auto rules = store.rules().value();
  if (!rules.empty())
    std::from_chars(rules[0].state.data(), rules[0].state.data() + rules[0].state.size(), step);
  for (std::size_t i = step > 0 ? step - 1 : 0; i < life.feed_until;) {
    std::vector<AlertEvent> events;
    for (std::size_t batch = 1 + random() % 4; batch > 0 && i < life.feed_until; --batch)
      events.push_back(storm_event(i++));
    dispatcher.accept(std::move(events), {{"oil-shock", "hash", std::to_string(i)}});
    if (random() % 2 == 0) settle();
  }
  settle();
  _exit(store.waiting().value().empty() ? 0 : 3);
}

/// What it sent is appended to `arrived`. True: it came to its end.
bool run_life(const std::string& directory, const Life& life, std::string& arrived) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(pipe[0]);
    live(directory, life, pipe[1]);
  }
  ::close(pipe[1]);
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(pipe[0], buffer.data(), buffer.size())) > 0;)
    arrived.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(pipe[0]);
  // A kill in the middle of a write leaves a line without its end: it did not arrive.
  arrived.resize(arrived.rfind('\n') + 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status)) {
    REQUIRE(WTERMSIG(status) == SIGALRM);
    return false;
  }
  const auto code = WEXITSTATUS(status);
  REQUIRE((code == crashed || code == 0));
  return code == 0;
}

struct Arrived {
  Timestamp time;
  std::string channel;
  bool marked{};
  std::vector<std::string> ids;  ///< in order, each once
};

Arrived parse(const std::string& line) {
  std::istringstream in{line};
  std::int64_t ms = 0;
  std::string url;
  in >> ms >> url;
  Arrived message{.time = Timestamp{std::chrono::milliseconds{ms}},
                  .channel = url.ends_with("desk") ? "desk" : "macro",
                  .marked = line.find("（可能重复）") != std::string::npos,
                  .ids = {}};
  for (auto at = line.find("storm-"); at != std::string::npos; at = line.find("storm-", at + 1)) {
    auto id = line.substr(at, 10);
    if (std::ranges::find(message.ids, id) == message.ids.end())
      message.ids.push_back(std::move(id));
  }
  return message;
}

void check(const std::vector<Arrived>& messages) {
  for (const std::string channel : {"desk", "macro"}) {
    std::map<std::string, int> told, unmarked;
    std::map<std::string, std::string> last_first_told;  // by episode
    for (const auto& message : messages) {
      if (message.channel != channel) continue;
      std::map<std::string, std::set<std::string>> news;  // of this message, by episode
      for (const auto& id : message.ids) {
        if (told[id]++ == 0) news[storm_event(std::stoul(id.substr(6))).episode].insert(id);
        if (!message.marked) ++unmarked[id];
      }
      for (const auto& [episode, ids] : news) {
        CAPTURE(channel, episode);
        CHECK(last_first_told[episode] < *ids.begin());
        last_first_told[episode] = *ids.rbegin();
      }
    }
    for (std::size_t i = 0; i < storm_events; ++i) {
      CAPTURE(channel, storm_id(i));
      CHECK((told[storm_id(i)] > 0) == channels_of(i).contains(channel));
      CHECK(unmarked[storm_id(i)] <= 1);
    }
  }
}

}  // namespace

TEST_CASE(
    "a storm of 500 events over lives that are all killed reaches its readers whole and in order") {
  const auto* wish = std::getenv("FOGHORN_CRASH_LIVES");
  const std::size_t lives = wish ? std::stoul(wish) : 100;
  std::mt19937 random{20'260'417};
  TempDir dir{fastest()};
  std::vector<Arrived> messages;
  std::size_t killed = 0;
  auto now = hormuz;
  for (std::size_t i = 0; i <= lives; ++i) {
    Life life{.feed_until = std::min(storm_events, storm_events * (i + 1) / lives),
              .begins = now,
              .seed = static_cast<unsigned>(random())};
    const bool last = i == lives;
    if (!last && random() % 2 == 0) life.boundary = static_cast<int>(random() % 40);
    if (!last && life.boundary < 0) life.instant_us = 1'000 + static_cast<int>(random() % 60'000);
    std::string arrived;
    killed += run_life(dir.string(), life, arrived) ? 0 : 1;
    std::istringstream lines{arrived};
    for (std::string line; std::getline(lines, line);) {
      messages.push_back(parse(line));
      now = std::max(now, messages.back().time);
    }
    now += static_cast<std::int64_t>(random() % 40) * 1s;
  }
  CHECK(killed > lives / 4);
  check(messages);
  Store store{dir.string()};
  CHECK(store.waiting().value().empty());
}
