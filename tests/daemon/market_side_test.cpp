// What the market side shows of itself.
#include "daemon/market_side.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/json.hpp>

#include "daemon/status_json.hpp"
#include "tests/daemon/snapshots.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

FeedSpec liquidations_of(std::string venue) {
  FeedSpec spec;
  spec.name = std::move(venue);
  spec.liquidations = {"*"};
  return spec;
}

/// Three venues of liquidations, of which the second repeats others; not started.
Snapshot shown() {
  Config config;
  config.engine.clock = EngineClock::events;
  for (const auto* venue : {"bybit", "coinglass", "okx"})
    config.feeds.push_back(liquidations_of(venue));
  asio::io_context io;
  MarketSide side{io, std::make_shared<const Config>(std::move(config)), [](Decisions) {}};
  return side.snapshot();
}

}  // namespace

TEST_CASE("each venue of liquidations is shown with its own stream, one that repeats others too") {
  const auto market = shown();
  REQUIRE(market.liquidations.size() == 3);
  for (const auto& venue : market.liquidations) {
    CHECK(venue.stream.venue == venue.venue);
    CHECK(venue.stream.seen == 0);
    CHECK(venue.stream.missing_since);
  }
}

TEST_CASE("before time begins a venue of liquidations is missed since no time that can be told") {
  const auto status = boost::json::parse(status_json(shown(), fresh_delivery()));
  for (const auto& venue : status.at("liquidations").as_array())
    CHECK(venue.at("missing_since").is_null());
}
