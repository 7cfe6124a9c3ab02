#pragma once
// A feed as the daemon runs it, with its own policies and over real sockets, led to an imposter.

#include <catch2/catch_test_macros.hpp>

#include <fmt/core.h>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "feeds/feed.hpp"
#include "net/clock.hpp"
#include "net/http_client.hpp"
#include "net/ws_stream.hpp"
#include "tests/faults/imposter_venue.hpp"
#include "tests/support/tls.hpp"

namespace foghorn::test {

/// Counts what the intake lets through.
struct Tally final : IntakeSink {
  std::uint64_t prices{};
  std::uint64_t liquidations{};

  void price(SourceId, double, Timestamp, Timestamp) override { ++prices; }
  void liquidation(const Liquidation&, Timestamp) override { ++liquidations; }
  void late(SourceId, double, Timestamp) override {}
};

/// What several feeds of one test share.
struct FaultGround {
  boost::asio::io_context io{1};
  ArrivalClock clock;
  TestCa ca;

  /// Runs until `done`, or for `limit`; returns how long that was, in seconds.
  double run_until(const std::function<bool()>& done, std::chrono::seconds limit) {
    const auto began = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    while (!done() && elapsed() < static_cast<double>(limit.count())) {
      io.restart();
      io.run_for(std::chrono::milliseconds{5});
    }
    return elapsed();
  }
};

inline FeedRequest oil_and_liquidations() {
  return {.prices = {{"CLUSDT", PriceKind::trade}}, .liquidations = {"BTCUSDT"}, .url = {}};
}

struct FaultRig {
  explicit FaultRig(FaultGround& shared, std::string url,
                    FeedRequest request = oil_and_liquidations(), std::string ca_file = {},
                    std::string_view venue = "bybit")
      : ground{shared},
        feed{*find_venue(venue),
             options(std::move(url), std::move(request),
                     ca_file.empty() ? shared.ca.file() : std::move(ca_file)),
             {.sources = sources,
              .engine = engine,
              .clock = shared.clock,
              .sink = tally,
              .intake = {},
              .connect = connect_ws,
              .fetch = fetch,
              .coverage = {}}},
        tasks{shared.io.get_executor(), [](const std::string&, std::exception_ptr failure) {
                std::rethrow_exception(failure);
              }} {
    feed.start(tasks);
  }

  /// Stops the feed, and lets it go.
  ~FaultRig() {
    tasks.cancel();
    ground.run_until([this] { return tasks.size() == 0; }, std::chrono::seconds{5});
  }

  IntakeCounts intake() const { return feed.counters().intake; }
  /// Connections lost, or not made, for that reason.
  std::uint64_t lost(std::string_view reason) const {
    for (std::size_t i = 0; i < reconnect_reasons.size(); ++i)
      if (reconnect_reasons[i] == reason) return feed.counters().links.reconnects[i];
    return 0;
  }
  bool live() const { return feed.status().state == StreamState::live; }

  static FeedOptions options(std::string url, FeedRequest request, std::string ca_file) {
    FeedOptions made;
    made.name = "imposter";
    made.request = std::move(request);
    made.request.url = std::move(url);
    made.ca_file = std::move(ca_file);
    made.rest_url = "";
    return made;
  }

  FaultGround& ground;
  SourceTable sources;
  EngineTime engine;
  Tally tally;
  Feed feed;
  TaskGroup tasks;
};

/// Prints what was promised and what came of it, and checks it.
inline void within(const char* what, double seconds, double bound) {
  fmt::print("{}: {:.2f} s (bound {:.0f} s)\n", what, seconds, bound);
  INFO(what);
  CHECK(seconds <= bound);
}

}  // namespace foghorn::test
