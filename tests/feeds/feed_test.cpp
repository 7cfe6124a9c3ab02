#include "feeds/feed.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <stdexcept>

#include "tests/feeds/recorder.hpp"
#include "tests/feeds/toy_venue.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/fake_ws.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

using Told = std::vector<std::pair<bool, Timestamp>>;

/// Remembers the verbs, to tell them to other books.
struct Tape final : Tap {
  std::vector<std::function<void(FeedBooks&)>> verbs;

  void opened(const LinkRef& link, std::uint32_t takes_over, Timestamp t) override {
    verbs.emplace_back([=](FeedBooks& b) { b.opened(link.link, link.serial, takes_over, t); });
  }
  void frame(const LinkRef& link, const Frame& frame, Timestamp t) override {
    const std::string text{frame.text()};
    verbs.emplace_back([=, kind = frame.kind](FeedBooks& b) {
      const OwnedFrame owned{text, kind};
      b.frame(link.link, link.serial, owned, t);
    });
  }
  void ended(const LinkRef& link, LinkEnd how, Timestamp t) override {
    verbs.emplace_back([=](FeedBooks& b) { b.ended(link.link, link.serial, how, t); });
  }
  void contracts(std::string_view, std::string_view body, Timestamp t) override {
    verbs.emplace_back(
        [body = std::string{body}, t](FeedBooks& b) { static_cast<void>(b.contracts(body, t)); });
  }
  void candles(std::string_view, std::string_view, std::string_view, Timestamp) override {}
};

struct Rig {
  FakeWire wire;
  Tape tape;
  std::vector<std::string> accepted;
  ToyVenue venue;
  SourceTable sources;
  EngineTime engine;
  ManualClock clock{at(100s)};
  Recorder sink;
  Told coverage;
  std::vector<std::string> asked;
  FeedOptions options;
  std::unique_ptr<Feed> made;

  Rig() {
    venue.connections = {toy_connection()};
    options.name = "toy";
    options.request = {.prices = {{"CL", PriceKind::trade}}, .liquidations = {"*"}, .url = {}};
  }

  FeedEnvironment environment() {
    return {
        .sources = sources,
        .engine = engine,
        .clock = clock.arrival,
        .sink = sink,
        .intake = {},
        .connect = wire.connector(),
        .fetch = [this](HttpRequest request, HttpOptions) { return answer(std::move(request)); },
        .coverage = [this](std::string_view, bool seen,
                           Timestamp t) { coverage.emplace_back(seen, t); },
        .contracts_accepted = [this](std::string_view,
                                     std::string_view body) { accepted.emplace_back(body); },
        .tap = &tape};
  }

  Feed& feed() {
    if (made) return *made;
    FeedPolicy policy;
    policy.session.backoff = {
        .first = 1ms, .longest = 2ms, .turned_away = 5ms, .longest_asked = 5ms};
    policy.streams.overlap = 0s;
    policy.session.watch_every = 1ms;
    policy.session.least_age = 0s;
    policy.connect_spacing = 0s;
    made = std::make_unique<Feed>(venue, options, environment(), policy);
    return *made;
  }

  asio::awaitable<HttpAnswer> answer(HttpRequest request) {
    asked.push_back(request.url);
    HttpAnswer told;
    told.status = 200;
    told.body = "BTC 0.01";
    co_return told;
  }
};

asio::awaitable<std::size_t> run_until(Rig& rig, std::function<bool()> enough) {
  const auto executor = co_await asio::this_coro::executor;
  TaskGroup group{executor, [](const std::string&, std::exception_ptr) {}};
  rig.feed().start(group);
  asio::steady_timer poll{executor};
  for (int i = 0; i < 2000 && !enough(); ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
  CHECK(enough());
  group.cancel();
  co_return co_await group.join(5s);
}

void run(Rig& rig, std::function<bool()> enough) {
  CHECK(test::run(run_until(rig, std::move(enough))) == 0);
}

}  // namespace

TEST_CASE("a feed is dead before it starts, and has had no data") {
  Rig rig;
  const auto status = rig.feed().status();
  CHECK(status.name == "toy");
  CHECK(status.state == StreamState::dead);
  REQUIRE(status.streams.size() == 3);
  CHECK(status.streams[0] == StreamStatus{"trades CL", StreamState::dead, no_time});
  CHECK_FALSE(rig.feed().had_data());
}

TEST_CASE("a feed shows each of its streams, and is as good as the best of them") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 77.5 1 99000"}}}};
  run(rig, [&] { return rig.feed().had_data(); });
  const auto status = rig.feed().status();
  CHECK(status.state == StreamState::live);
  CHECK(status.streams[0] == StreamStatus{"trades CL", StreamState::live, at(100s)});
  CHECK(status.streams[2] == StreamStatus{"liquidations *", StreamState::quiet, no_time});
}

TEST_CASE("a feed keeps one set of books over all its connections") {
  Rig rig;
  rig.venue.connections = {toy_connection(), toy_connection()};
  rig.wire.fates = {{.batches = {{"trade CL 77.5 1 99000"}}},
                    {.batches = {{"trade CL 77.5 1 99000"}}}};
  run(rig, [&] { return rig.feed().counters().intake.events() == 2; });
  CHECK(rig.feed().counters().links.connects == 2);
  CHECK(rig.feed().counters().intake.duplicate == 1);
  CHECK(rig.feed().status().streams.size() == 6);
}

TEST_CASE("liquidations are worth something once the contracts are known") {
  Rig rig;
  rig.venue.contracts = "/contracts";
  for (int i = 0; i < 500; ++i) {
    rig.wire.fates.push_back(
        {.batches = {{"liq BTC 100 2 " + std::to_string(100'000 + i)}}, .end = asio::error::eof});
  }
  run(rig, [&] { return !rig.sink.liquidations.empty() && rig.sink.liquidations.back().notional; });
  CHECK(rig.sink.liquidations.back().notional == usd(2));
  CHECK(rig.asked.at(0) == "https://toy.example/contracts");
}

TEST_CASE("an empty rest_url asks nobody; another replaces the venue's") {
  Rig rig;
  rig.venue.contracts = "/contracts";
  SECTION("empty") {
    rig.options.rest_url = "";
    run(rig, [&] { return rig.wire.connects == 1; });
    CHECK(rig.asked.empty());
  }
  SECTION("another") {
    rig.options.rest_url = "https://mirror.example/";
    run(rig, [&] { return !rig.asked.empty(); });
    CHECK(rig.asked[0] == "https://mirror.example/contracts");
  }
}

TEST_CASE(
    "liquidations are covered once all their streams are acknowledged, and not when one of them is "
    "lost") {
  Rig rig;
  auto other = toy_connection();
  other.streams[2].symbol = "BTC";
  rig.venue.connections = {toy_connection(), other};
  rig.wire.fates = {{.batches = {{"ack L"}}},
                    {.batches = {{"ack L"}}, .end = asio::error::eof},
                    {.connect_hangs = true}};
  run(rig, [&] { return rig.wire.connects == 3; });
  CHECK(rig.coverage == Told{{true, at(100s)}, {false, at(100s)}});
}

TEST_CASE("a refused liquidation stream does not keep the others from covering their venue") {
  Rig rig;
  auto connection = toy_connection();
  connection.streams[2].symbol = "BTC";
  connection.streams.push_back({"liquidations GONE", StreamKind::liquidations, "GONE", "G", true});
  rig.venue.connections = {connection};
  rig.wire.fates = {
      {.batches = {{"ack L", "error G no such symbol", "ack G"}}, .end = asio::error::eof},
      {.batches = {{"ack L"}}, .end = asio::error::eof},
      {.batches = {{"error G no such symbol", "ack L", "last CL 77 99"}}}};
  run(rig, [&] { return rig.feed().had_data(); });
  CHECK(rig.coverage == Told{{true, at(100s)}, {false, at(100s)}, {true, at(100s)}});
}

TEST_CASE("a venue that refuses all liquidations is not covered") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"error L not here", "trade CL 77.5 1 99000"}}}};
  run(rig, [&] { return rig.feed().had_data(); });
  CHECK(rig.coverage.empty());
}

TEST_CASE("the connections of the venues themselves can be opened") {
  for (const auto name : venue_names()) {
    Rig rig;
    const auto& venue = *find_venue(name);
    rig.options.request.prices = {
        {"BTCUSDT", PriceKind::trade}, {"XAUUSDT", PriceKind::mark}, {"CLUSDT", PriceKind::mid}};
    rig.options.request.liquidations.clear();
    if (venue.liquidations() == Venue::Liquidations::per_symbol)
      rig.options.request.liquidations = {"BTCUSDT"};
    if (venue.liquidations() == Venue::Liquidations::market_wide)
      rig.options.request.liquidations = {"*"};
    CAPTURE(name);
    Feed feed{venue, rig.options, rig.environment()};
    CHECK_FALSE(feed.status().streams.empty());
  }
}

TEST_CASE("a URL that is none stops a feed before it starts") {
  Rig rig;
  rig.venue.connections[0].url = "toy.example";
  CHECK_THROWS_AS(rig.feed(), std::invalid_argument);
}

TEST_CASE("what was known of contracts in an earlier life is known from the start") {
  Rig rig;
  rig.venue.contracts = "/contracts";
  rig.options.rest_url = "";
  rig.options.known_contracts = "BTC 0.01";
  rig.wire.fates = {{.batches = {{"liq BTC 100 2 100000"}}}};
  run(rig, [&] { return !rig.sink.liquidations.empty(); });
  CHECK(rig.sink.liquidations[0].notional == usd(2));
  CHECK(rig.accepted.empty());  // it is no news
}

TEST_CASE("an answer about contracts that was understood is handed on, to be remembered") {
  Rig rig;
  rig.venue.contracts = "/contracts";
  run(rig, [&] { return !rig.accepted.empty(); });
  CHECK(rig.accepted[0] == "BTC 0.01");
}

TEST_CASE("what a tap heard, told to other books, gives the same") {
  Rig rig;
  rig.venue.contracts = "/contracts";
  rig.venue.numbered = true;
  rig.options.known_contracts = "BTC 0.1";
  rig.venue.keeps = {.text = "", .every = 1ms};
  rig.clock.set_step(10us);
  rig.wire.fates = {
      {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 77 1 99000", "liq BTC 100 2 101000"}},
       .end = asio::error::eof},
      {.answers_pings = true,
       .batches = {{"ack T", "ack L"}, {"<ping>", "trade CL 78 4 99100"}, {"leaving"}}},
      {.answers_pings = true,
       .batches = {{"ack T", "ack K", "ack L"}, {"trade CL 79 5 99200", "liq BTC 100 3 102000"}}}};
  run(rig, [&] { return rig.feed().counters().links.takeovers == 1; });

  Recorder sink;
  Told coverage;
  SourceTable sources;
  EngineTime engine;
  FeedBooks books{rig.venue, rig.options,
                  BooksEnvironment{.sources = sources,
                                   .engine = engine,
                                   .sink = sink,
                                   .coverage = [&](std::string_view, bool seen,
                                                   Timestamp t) { coverage.emplace_back(seen, t); },
                                   .voice = Voice::quiet}};
  for (const auto& verb : rig.tape.verbs) verb(books);
  CHECK(sink.prices == rig.sink.prices);
  CHECK(sink.engine_times == rig.sink.engine_times);
  CHECK(sink.liquidations.size() == rig.sink.liquidations.size());
  CHECK(coverage == rig.coverage);
  CHECK(books.counters().intake.frames() == rig.feed().counters().intake.frames());
  CHECK(books.counters().links.takeovers == 1);
}
