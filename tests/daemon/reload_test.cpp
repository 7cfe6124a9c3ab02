// When a reload is done, and what is said of it; what it does is its steps' business.
#include "daemon/reload.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <deque>
#include <vector>

#include "net/task_group.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

NextConfig fine() {
  NextConfig next{.config = std::make_shared<const Config>()};
  next.ready.emplace();
  return next;
}

NextConfig mistaken(const std::string& what) {
  return {.mistakes = {{.file = "config.toml",
                        .line = 3,
                        .column = 1,
                        .place = "[daemon] log",
                        .what = what,
                        .remedy = {}}}};
}

NextConfig wanting_restart() {
  auto next = fine();
  next.ready.reset();
  next.difference.tables.push_back({.how = TableChange::How::changed,
                                    .what = "daemon",
                                    .name = {},
                                    .brief = {},
                                    .keys = {{.key = "http", .needs_restart = true}},
                                    .consequences = {}});
  return next;
}

struct Rig {
  Rig() { spdlog::set_level(spdlog::level::off); }
  ~Rig() {
    tasks.cancel();
    settle();
  }

  asio::awaitable<NextConfig> load() {
    ++loads;
    if (slow) {
      boost::system::error_code ignored;
      co_await done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (files.empty()) co_return fine();
    auto next = std::move(files.front());
    files.pop_front();
    co_return next;
  }

  asio::awaitable<bool> take(NextConfig) {
    ++taken;
    co_return true;
  }

  void settle() {
    io.restart();
    while (io.poll() > 0) {
    }
  }

  void ask(NextConfig next) {
    files.push_back(std::move(next));
    reload.ask();
    settle();
  }

  asio::io_context io{1};
  asio::steady_timer done{io, asio::steady_timer::time_point::max()};
  std::deque<NextConfig> files;
  std::vector<AlertEvent> told;
  int loads{}, taken{};
  bool slow{};
  Reload reload{io.get_executor(),
                {.load = [this] { return load(); },
                 .take = [this](NextConfig next) { return take(std::move(next)); },
                 .tell = [this](AlertEvent event) { told.push_back(std::move(event)); },
                 .clock = [] { return at(1s); }}};
  TaskGroup tasks{io.get_executor(),
                  [](const std::string& task, std::exception_ptr) { FAIL(task); }};
};

}  // namespace

TEST_CASE("a reload that was asked for before there is anybody to do it is done") {
  Rig rig;
  rig.reload.ask();
  rig.tasks.spawn("reload", rig.reload.run());
  rig.settle();
  CHECK(rig.taken == 1);
  CHECK(rig.reload.counts().successes == 1);
}

TEST_CASE("however often it is asked for during a reload, the file is read once more after it") {
  Rig rig;
  rig.tasks.spawn("reload", rig.reload.run());
  rig.slow = true;
  for (int i = 0; i < 50; ++i) {
    rig.reload.ask();
    rig.settle();
  }
  CHECK(rig.loads == 1);
  rig.slow = false;
  rig.done.cancel();
  rig.settle();
  CHECK(rig.loads == 2);
  CHECK(rig.taken == 2);
}

TEST_CASE("a config with a mistake is taken by nobody, and people are told once") {
  Rig rig;
  rig.tasks.spawn("reload", rig.reload.run());
  rig.ask(mistaken("no level is called loud"));
  rig.ask(mistaken("no level is called loud"));
  CHECK(rig.taken == 0);
  CHECK_FALSE(rig.reload.counts().last_successful);
  CHECK(rig.reload.counts().failures == 2);
  REQUIRE(rig.told.size() == 1);
  CHECK_THAT(rig.told[0].title.en, ContainsSubstring("the config has 1 mistake; the old one"));
  CHECK_THAT(rig.told[0].reason, ContainsSubstring("config.toml:3:1: [daemon] log: no level"));

  rig.ask(mistaken("another"));
  CHECK(rig.told.size() == 2);
}

TEST_CASE("that it works again is told as well, and only then") {
  Rig rig;
  rig.tasks.spawn("reload", rig.reload.run());
  rig.ask(fine());
  CHECK(rig.told.empty());
  rig.ask(mistaken("a"));
  rig.ask(fine());
  rig.ask(fine());
  CHECK(rig.told.size() == 2);
  CHECK(rig.told[1].title.en == "Reload done: the new config is in force");
  CHECK(rig.reload.counts().last_successful);
}

TEST_CASE("what wants a restart is refused whole, by the names of its keys") {
  Rig rig;
  rig.tasks.spawn("reload", rig.reload.run());
  rig.ask(wanting_restart());
  CHECK(rig.taken == 0);
  CHECK_FALSE(rig.reload.counts().last_successful);
  REQUIRE(rig.told.size() == 1);
  CHECK_THAT(rig.told[0].title.en, ContainsSubstring("[daemon] http"));
}
