// What a scrape of /metrics costs a daemon of many instruments and rules: the market thread's part
// (the snapshot), the service thread's (text), and the whole GET as Prometheus sees it, on
// loopback.
//
// usage: scrape_bench [INSTRUMENTS, default 100] [RULES, default 500] [ROUNDS, default 200]
#include <fmt/core.h>
#include <spdlog/spdlog.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "daemon/api.hpp"
#include "daemon/market_side.hpp"
#include "daemon/metrics.hpp"
#include "daemon/page_json.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace foghorn;
using Clock = std::chrono::steady_clock;

/// Feeds that nobody answers, instruments with three sources, rules over windows of an hour and a
/// day.
std::string config_of(int instruments, int rules) {
  std::string toml = "[daemon]\nhttp = \"127.0.0.1:0\"\n";
  for (const auto* feed : {"bybit", "okx", "hyperliquid", "binance-futures"})
    toml += fmt::format(
        "[feed.{}]\nurl = \"wss://127.0.0.1:9/\"\nrest_url = \"\"\nproxy = \"none\"\n", feed);
  for (const auto* channel : {"desk", "macro"})
    toml += fmt::format("[channel.{}]\ntype = \"wecom\"\nurl = \"http://127.0.0.1:9/\"\n", channel);
  for (int i = 0; i < instruments; ++i) {
    toml += fmt::format(
        "[instrument.I{0}]\nunit = \"USD\"\nsources = [\"bybit:S{0}\", \"okx:S{0}-USDT-SWAP\", "
        "\"hyperliquid:S{0}\"]\n",
        i);
  }
  for (int r = 0; r < rules; ++r) {
    toml += fmt::format(
        "[[rule]]\nid = \"rule-{0}\"\nwhen = \"abs(change(I{1}, 1h)) >= tier or fall(I{1}, 24h) <= "
        "-{2}%\"\ntiers = {{ notice = \"5%\", major = \"10%\" }}\n"
        "route = {{ notice = [\"desk\"], major = [\"desk\", \"macro\"] }}\n",
        r, r % instruments, r % 8 + 1);
  }
  return toml;
}

/// A day of minutes for each instrument, so that what is exported has values.
void warm(MarketSide& side, const Config& config) {
  const auto now = std::chrono::floor<std::chrono::minutes>(wall_now());
  for (const auto& instrument : config.instruments) {
    std::vector<StoredBar> bars;
    for (int m = 26 * 60; m > 0; --m) {
      const double price = 100 + std::sin(m / 60.0);
      bars.push_back({.instrument = instrument.id,
                      .minute = now - std::chrono::minutes{m},
                      .open = price,
                      .high = price,
                      .low = price,
                      .close = price});
    }
    side.warm(instrument.id, bars);
  }
}

struct Figures {
  double median{};
  double most{};
};

/// Milliseconds.
Figures measure(int rounds, const std::function<void()>& once) {
  std::vector<double> took;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = Clock::now();
    once();
    took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  std::ranges::sort(took);
  return {took[took.size() / 2], took.back()};
}

void tell(const char* what, Figures figures) {
  fmt::print("{:<42} median {:7.3f} ms, most {:7.3f} ms\n", what, figures.median, figures.most);
}

/// One GET on a connection that stays, as Prometheus does it; the body's length.
std::size_t get(asio::ip::tcp::socket& socket, std::string& buffer) {
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  asio::write(socket, asio::buffer(request));
  buffer.clear();
  const auto head = asio::read_until(socket, asio::dynamic_buffer(buffer), std::string{"\r\n\r\n"});
  const auto field = buffer.find("Content-Length: ");
  if (!buffer.starts_with("HTTP/1.1 200") || field > head)
    throw std::runtime_error{"the server says " + buffer.substr(0, buffer.find('\r'))};
  const auto length = static_cast<std::size_t>(std::atol(buffer.c_str() + field + 16));
  const auto had = buffer.size() - head;
  asio::read(socket, asio::dynamic_buffer(buffer), asio::transfer_exactly(length - had));
  return length;
}

/// The daemon's two threads, joined as App joins them.
class Daemon {
 public:
  Daemon(asio::io_context& market, MarketSide& side, Dispatcher& dispatcher, Store& store,
         asio::io_context& service)
      : market_{market},
        side_{side},
        api_{{.market = [this] { return ask(); },
              .explain = {},
              .dispatcher = dispatcher,
              .store = store}},
        server_{service.get_executor(),
                [this](HttpQuery query) { return api_.answer(std::move(query)); }} {}

  HttpServer& server() { return server_; }

 private:
  asio::awaitable<std::shared_ptr<const Snapshot>> ask() {
    const auto here = co_await asio::this_coro::executor;
    co_await asio::post(market_, asio::use_awaitable);
    auto seen = std::make_shared<const Snapshot>(side_.snapshot());
    co_await asio::post(here, asio::use_awaitable);
    co_return seen;
  }

  asio::io_context& market_;
  MarketSide& side_;
  Api api_;
  HttpServer server_;
};

void run(int instruments, int rules, int rounds) {
  const test::TempDir folder;
  const auto config =
      std::make_shared<const Config>(test::good(test::read(config_of(instruments, rules))));
  asio::io_context market{1};
  asio::io_context service{1};
  Store store{folder.string()};
  std::vector<ChannelSpec> channels;
  for (const auto& c : config->channels)
    channels.push_back({.name = c.name, .type = c.type, .url = c.url});
  Dispatcher dispatcher{service.get_executor(), store, channels, {}};
  MarketSide side{market, config, [](Decisions) {}};
  warm(side, *config);
  side.start();
  market.run_for(std::chrono::milliseconds{1'500});

  fmt::print("{} instruments, {} rules, {} feeds, {} channels; {} rounds\n", instruments, rules,
             config->feeds.size(), config->channels.size(), rounds);
  tell("market thread: snapshot", measure(rounds, [&] { side.snapshot(); }));
  const auto snapshot = side.snapshot();
  tell("service thread: process, delivery, text",
       measure(rounds, [&] { metrics_text(snapshot, dispatcher.snapshot(), process_facts()); }));

  // What the status page costs while it is watched, once a second.
  std::vector<std::string> rule_ids, instrument_ids;
  for (const auto& rule : config->rules) rule_ids.push_back(rule.id);
  for (const auto& instrument : config->instruments) instrument_ids.push_back(instrument.id);
  const auto some = [](const std::vector<std::string>& ids, std::size_t most) {
    return std::span{ids}.first(std::min(ids.size(), most));
  };
  tell("market thread: the page's first piece", measure(rounds, [&] { side.page_snapshot(); }));
  tell("market thread: 40 of its rules",
       measure(rounds, [&] { side.page_rules(some(rule_ids, 40)); }));
  tell("market thread: the past of 10 instruments",
       measure(rounds, [&] { side.page_pasts(some(instrument_ids, 10)); }));
  auto page = side.page_snapshot();
  page.rules = side.page_rules(rule_ids);
  page.pasts = side.page_pasts(instrument_ids);
  const PageDaemon about{.language = "zh", .timezone = "Asia/Shanghai"};
  tell("service thread: the page's parts",
       measure(rounds, [&] { page_parts(page, dispatcher.snapshot(), {}, about); }));

  Daemon daemon{market, side, dispatcher, store, service};
  if (const auto listening = daemon.server().listen("127.0.0.1:0"); !listening)
    throw std::runtime_error{listening.error().message()};
  TaskGroup tasks{service.get_executor(),
                  [](const std::string&, std::exception_ptr e) { std::rethrow_exception(e); }};
  tasks.spawn("http", daemon.server().run());
  const auto market_works = asio::make_work_guard(market);
  const auto service_works = asio::make_work_guard(service);
  std::thread market_thread{[&] { market.run(); }};
  std::thread service_thread{[&] { service.run(); }};

  asio::io_context client;
  asio::ip::tcp::socket socket{client};
  socket.connect({asio::ip::address_v4::loopback(), daemon.server().port()});
  std::string buffer;
  const auto bytes = get(socket, buffer);
  tell("whole GET /metrics", measure(rounds, [&] { get(socket, buffer); }));
  const auto body = buffer.substr(buffer.find("\r\n\r\n") + 4);
  const auto samples = std::ranges::count(body, '\n') - 2 * [&] {
    std::ptrdiff_t families = 0;
    for (auto at = body.find("# TYPE"); at != body.npos; at = body.find("# TYPE", at + 1))
      ++families;
    return families;
  }();
  fmt::print("{} samples, {} KiB\n", samples, bytes / 1024);
  market.stop();
  service.stop();
  market_thread.join();
  service_thread.join();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    spdlog::set_level(spdlog::level::off);
    const auto argument = [&](int i, int otherwise) {
      return argc > i ? std::max(1, std::atoi(argv[i])) : otherwise;
    };
    run(argument(1, 100), argument(2, 500), argument(3, 200));
  } catch (const std::exception& e) {
    fmt::print(stderr, "scrape_bench: {}\n", e.what());
    return 1;
  }
}
