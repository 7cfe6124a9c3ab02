// What a channel's secrets must not get into: logs, the store, snapshots.

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

constexpr auto routing_key = "abcdefghijklmnopqrstuvwxyz012345";
constexpr auto signing = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
constexpr std::string_view secrets[] = {"psst", "AAECAwQF", routing_key};

std::vector<ChannelSpec> one_of_every_type() {
  std::vector<ChannelSpec> specs;
  for (const auto type : channel_types()) {
    ChannelSpec spec{.name = std::string{type},
                     .type = std::string{type},
                     .url = Secret{"https://127.0.0.1/psst?token=psst"},
                     .chat_id = "-1001"};
    const auto& wanted = find_channel(type)->facts().secret;
    for (const char* secret : {signing, "SEC-psst", routing_key})
      if (wanted.need != Need::none && wanted.fits(secret)) {
        spec.secret = Secret{secret};
        break;
      }
    specs.push_back(std::move(spec));
  }
  return specs;
}

/// All that is logged, for as long as it lives.
class LogCatcher {
 public:
  LogCatcher() {
    auto log = std::make_shared<spdlog::logger>(
        "caught", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    log->set_level(spdlog::level::trace);
    spdlog::set_default_logger(std::move(log));
  }
  ~LogCatcher() { spdlog::set_default_logger(before_); }
  LogCatcher(const LogCatcher&) = delete;
  LogCatcher& operator=(const LogCatcher&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_{spdlog::default_logger()};
};

std::string everything_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in{entry.path(), std::ios::binary};
    all.append(std::istreambuf_iterator<char>{in}, {});
  }
  return all;
}

HttpAnswer with(int status, std::string body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

HttpAnswer broken_line() {
  HttpAnswer answer;
  answer.error = boost::system::errc::make_error_code(boost::system::errc::connection_reset);
  answer.detail = "the peer hung up";
  answer.sent = true;
  return answer;
}

}  // namespace

TEST_CASE("whatever goes wrong, no secret of any channel is logged, stored or told") {
  LogCatcher log;
  TempDir dir;
  Store store{dir.string()};
  VirtualTime time{hormuz};
  asio::io_context io{1};
  std::size_t requests = 0;
  DeliverySurroundings around;
  around.clock = time.clock();
  around.sleep = time.sleep();
  around.fetch = [&](HttpRequest request, HttpOptions) -> asio::awaitable<HttpAnswer> {
    switch (++requests % 5) {
      case 0: co_return broken_line();
      case 1: co_return with(400, "you said " + request.body + " to " + request.url);
      case 2: co_return with(401, request.url);
      case 3: co_return with(503, request.url);
      default: co_return with(200, request.url);
    }
  };
  const auto specs = one_of_every_type();
  Route everywhere;
  for (const auto& spec : specs) everywhere[Tier::major].push_back(spec.name);
  Dispatcher dispatcher{io.get_executor(), store, specs,
                        Routes{.rules = {{"oil-shock", everywhere}}, .notices = {"slack"}}, around};
  TaskGroup tasks{io.get_executor(),
                  [](const std::string& task, std::exception_ptr) { FAIL(task); }};
  dispatcher.start(tasks);
  dispatcher.accept({oil(AlertKind::fire, "a"), oil(AlertKind::resolve, "b")}, {});
  for (int steps = 0; steps < 20'000 && io.poll_one() > 0; ++steps) {
  }
  CHECK(requests >= 5 * specs.size());
  std::string told;
  for (const auto& channel : dispatcher.snapshot().channels)
    for (const auto& [reason, count] : channel.counts.errors) told += reason + " ";
  tasks.cancel();
  io.restart();
  while (io.poll() > 0) {
  }

  const auto logged = log.text();
  CHECK(logged.find("channel down") != std::string::npos);
  const auto stored = everything_in(dir.path());
  CHECK(stored.find("oil-shock") != std::string::npos);
  for (const auto secret : secrets) {
    CHECK(logged.find(secret) == std::string::npos);
    CHECK(stored.find(secret) == std::string::npos);
    CHECK(told.find(secret) == std::string::npos);
  }
}
