// What delivery costs, measured:
//
//   latency   from Dispatcher::accept() to the platform's having read the whole request, and to our
//             having read its answer: real TLS on loopback, one connection a message as always, and
//             a real SQLite that waits for the disk (synchronous = FULL): two commits lie before
//             the request, accept()'s and the attempt's. One event at a time, as shocks come.
//   storm     500 events at once through one WeCom channel, on a clock that flies: how long until
//             the last of them is told, and in how many messages; beside what the platform's quota
//             and the size of a message would let through at best.
//
// usage: delivery_bench [DIRECTORY for the store, default /tmp] [MESSAGES]
#include <fmt/core.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "alerts/dispatcher.hpp"
#include "tests/sim/certificate.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/blocking_tls.hpp"
#include "tests/support/virtual_time.hpp"

namespace {

using namespace foghorn;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A directory of the bench's own, gone with it.
class OwnDirectory {
 public:
  explicit OwnDirectory(std::filesystem::path in) {
    auto name = (in / "delivery-bench-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error{"cannot make " + name};
    path_ = name;
  }
  ~OwnDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OwnDirectory(const OwnDirectory&) = delete;
  OwnDirectory& operator=(const OwnDirectory&) = delete;
  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// WeCom over TLS, on a thread of its own: reads a request whole, notes the time, says yes.
class Platform {
 public:
  explicit Platform(const sim::Credentials& credentials)
      : tls_{credentials.certificate_pem, credentials.key_pem}, thread_{[this] { serve(); }} {}
  ~Platform() {
    listener_.stop();
    thread_.join();
  }
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  /// When the last request had been read.
  Clock::time_point read_at() const { return Clock::time_point{Clock::duration{read_at_.load()}}; }

 private:
  void serve() {
    for (;;) {
      int socket = -1;
      try {
        socket = listener_.accept();
      } catch (const test::Hangup&) {
        return;
      }
      try {
        test::BlockingLine line{tls_, socket};
        const auto head = line.read_request();
        const std::string name = "\r\nContent-Length: ";
        const auto size = std::strtoul(head.c_str() + head.find(name) + name.size(), nullptr, 10);
        while (line.received.size() < size) line.read();
        read_at_ = Clock::now().time_since_epoch().count();
        line.write(
            "HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{\"errcode\":0,\"errmsg\":\"ok\"}");
      } catch (const test::Hangup&) {  // a client that is gone is no business of ours
      }
      close(socket);
    }
  }

  test::ServerTls tls_;
  test::BlockingListener listener_;
  std::atomic<Clock::rep> read_at_{};
  std::thread thread_;
};

ChannelSpec desk_at(const std::string& url, const std::string& ca_file) {
  return {.name = "desk", .type = "wecom", .url = Secret{url}, .ca_file = ca_file};
}

const Routes routes{
    .rules = {{"oil-shock",
               {{Tier::notice, {"desk"}}, {Tier::major, {"desk"}}, {Tier::critical, {"desk"}}}}}};

AlertEvent event_number(int i, Tier tier) {
  auto event = test::oil(AlertKind::fire, fmt::format("K7Q2{:04}-0", i), tier);
  event.episode = fmt::format("K7Q2{:04}", i);
  return event;
}

void print_percentiles(const char* what, std::vector<double> milliseconds) {
  std::ranges::sort(milliseconds);
  const auto at = [&](double share) {
    const auto last = static_cast<double>(milliseconds.size() - 1);
    return milliseconds[static_cast<std::size_t>(share * last)];
  };
  fmt::print("  {:34} p50 {:6.2f} ms  p99 {:6.2f} ms  worst {:6.2f} ms\n", what, at(0.5), at(0.99),
             milliseconds.back());
}

void measure_latency(const OwnDirectory& directory, int messages) {
  const auto credentials = sim::make_credentials();
  const auto ca_file = directory / "ca.pem";
  std::ofstream{ca_file} << credentials.ca_pem;
  Platform platform{credentials};
  Store store{directory / "latency"};
  asio::io_context io{1};
  DeliverySurroundings around;
  auto minute =
      test::hormuz;  // each event in a minute of its own: the quota is not what we measure
  around.clock = [&minute] { return minute; };
  Dispatcher dispatcher{
      io.get_executor(),
      store,
      {desk_at(fmt::format("https://127.0.0.1:{}/cgi-bin/webhook/send?key=k", platform.port()),
               ca_file)},
      routes,
      around};
  TaskGroup tasks{io.get_executor(),
                  [](const std::string&, std::exception_ptr e) { std::rethrow_exception(e); }};
  dispatcher.start(tasks);
  io.poll();

  const auto milliseconds = [](Clock::duration d) {
    return std::chrono::duration<double, std::milli>{d}.count();
  };
  std::vector<double> committed, requested, answered;
  constexpr int warm_up = 20;
  for (int i = 0; i < warm_up + messages; ++i) {
    minute += 1min;
    const auto begin = Clock::now();
    dispatcher.accept({event_number(i, Tier::major)}, {{"oil-shock", "h", std::to_string(i)}});
    const auto stored = Clock::now();
    while (dispatcher.snapshot().channels[0].waiting > 0) io.run_one();
    const auto end = Clock::now();
    if (i < warm_up) continue;
    committed.push_back(milliseconds(stored - begin));
    requested.push_back(milliseconds(platform.read_at() - begin));
    answered.push_back(milliseconds(end - begin));
  }
  fmt::print("latency: {} events, one at a time\n", messages);
  print_percentiles("accept(): the decision is durable", committed);
  print_percentiles("the platform has the request", requested);
  print_percentiles("its answer is stored", answered);
  tasks.cancel();
  io.poll();
}

struct Storm {
  std::size_t messages{};
  Timestamp last{};
  std::set<std::string> told;
  std::size_t largest{};  ///< bytes of a body
};

void measure_storm(const OwnDirectory& directory, int events) {
  Store store{directory / "storm"};
  asio::io_context io{1};
  test::VirtualTime time{test::hormuz};
  Storm storm;
  const auto hear = [&](HttpRequest request) -> asio::awaitable<HttpAnswer> {
    ++storm.messages;
    storm.last = time.now;
    storm.largest = std::max(storm.largest, request.body.size());
    for (int i = 0; i < events; ++i) {
      const auto id = fmt::format("K7Q2{:04}-0", i);
      if (request.body.find(id) != std::string::npos) storm.told.insert(id);
    }
    HttpAnswer answer;
    answer.status = 200;
    answer.body = R"({"errcode":0,"errmsg":"ok"})";
    co_return answer;
  };
  DeliverySurroundings around;
  around.clock = time.clock();
  around.sleep = time.sleep();
  around.random = [] { return 0.5; };
  around.fetch = [&hear](HttpRequest request, HttpOptions) { return hear(std::move(request)); };
  Dispatcher dispatcher{io.get_executor(),
                        store,
                        {desk_at("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", "")},
                        routes,
                        around};
  TaskGroup tasks{io.get_executor(),
                  [](const std::string&, std::exception_ptr e) { std::rethrow_exception(e); }};
  dispatcher.start(tasks);
  std::vector<AlertEvent> all;
  constexpr std::array tiers{Tier::notice, Tier::notice, Tier::major, Tier::critical};
  for (int i = 0; i < events; ++i)
    all.push_back(event_number(i, tiers[static_cast<std::size_t>(i) % tiers.size()]));
  const auto begin = Clock::now();
  dispatcher.accept(std::move(all), {});
  while (dispatcher.snapshot().channels[0].waiting > 0 && io.run_one() > 0) {
  }
  const std::chrono::duration<double> spent = Clock::now() - begin;
  const std::chrono::duration<double> took = storm.last - test::hormuz;
  const auto& quota = find_channel("wecom")->facts().quota;
  const auto a_minute = quota.sends + quota.reserve;
  fmt::print("storm: {} events at once through one WeCom channel\n", events);
  fmt::print(
      "  the last of them is told after {:.1f} s, in {} messages; {} of {} named; largest body {} "
      "bytes; {:.2f} s of our own\n",
      took.count(), storm.messages, storm.told.size(), events, storm.largest, spent.count());
  const auto alone = (static_cast<std::size_t>(events) - 1) / a_minute;
  fmt::print("  the quota lets {} messages out a minute: one event a message would take {} min\n",
             a_minute, alone);
  tasks.cancel();
  io.poll();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    spdlog::set_level(spdlog::level::off);
    const OwnDirectory directory{argc > 1 ? argv[1] : "/tmp"};
    measure_latency(directory, argc > 2 ? std::atoi(argv[2]) : 1'000);
    measure_storm(directory, 500);
  } catch (const std::exception& e) {
    fmt::print(stderr, "delivery_bench: {}\n", e.what());
    return 1;
  }
}
