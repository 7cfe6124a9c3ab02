// The daemon's own market side as feed_bench's client: config.toml's feeds and instruments, with
// its rules or without.
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

#include "bench/clients.hpp"
#include "daemon/market_side.hpp"

namespace foghorn::bench {
namespace {

double run_market(const Task& task, bool with_rules) {
  auto config = task.config;
  for (auto& feed : config.feeds) {
    feed.url = url_of(task, feed.name);
    feed.rest_url = "";
    feed.ca_file = task.ca_file;
  }
  if (!with_rules) config.rules.clear();
  const auto expected = task.messages * connections(task).size();

  asio::io_context io{1};
  MarketSide side{io, std::make_shared<const Config>(std::move(config)), [](Decisions) {}};
  side.start();
  Meter meter{expected};
  asio::steady_timer timer{io};
  std::function<void()> look = [&] {
    std::uint64_t seen = 0;
    for (const auto& feed : side.snapshot().feeds) seen += feed.counters.intake.frames_data;
    if (meter.note(seen)) return io.stop();
    timer.expires_after(std::chrono::milliseconds{20});
    timer.async_wait([&](boost::system::error_code) { look(); });
  };
  look();
  io.run();
  return meter.microseconds();
}

}  // namespace

double run_feeds(const Task& task) {
  return run_market(task, false);
}

double run_rules(const Task& task) {
  return run_market(task, true);
}

}  // namespace foghorn::bench
