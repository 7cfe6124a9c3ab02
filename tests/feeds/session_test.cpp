#include "feeds/session.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

#include "feeds/relay.hpp"
#include "net/task_group.hpp"
#include "tests/feeds/recorder.hpp"
#include "tests/feeds/toy_venue.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/fake_ws.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const boost::system::error_code eof = asio::error::eof;
const boost::system::error_code no_listener = asio::error::connection_refused;

std::uint64_t reconnects(const LinkCounts& counts, std::string_view reason) {
  const auto found = std::ranges::find(reconnect_reasons, reason);
  return counts.reconnects[static_cast<std::size_t>(found - reconnect_reasons.begin())];
}

/// One session against a scripted wire.
struct Rig {
  FakeWire wire;
  ToyVenue venue;
  SourceTable sources;
  ManualClock clock{at(100s)};
  EngineTime engine;
  Recorder sink;
  ConnectPacer pacer{0s};
  std::vector<std::pair<bool, Timestamp>> seen;
  SessionPolicy policy;
  std::function<asio::awaitable<LoggedIn>()> log_in;
  std::unique_ptr<FeedBooks> books;
  std::unique_ptr<TappedBooks> tapped;

  Rig() {
    venue.connections = {toy_connection()};
    policy.backoff = {.first = 1ms, .longest = 4ms, .turned_away = 5ms, .longest_asked = 5ms};
    policy.write_limit = 5ms;
    policy.watch_every = 1ms;
    policy.least_age = 0s;
    policy.ask_again = 1h;
  }

  SessionContext context() {
    FeedOptions options;
    options.name = "toy";
    options.request = {.prices = {{"CL", PriceKind::trade}}, .liquidations = {"*"}, .url = {}};
    books = std::make_unique<FeedBooks>(
        venue, options,
        BooksEnvironment{.sources = sources,
                         .engine = engine,
                         .sink = sink,
                         .coverage = [this](std::string_view, bool is_seen,
                                            Timestamp t) { seen.emplace_back(is_seen, t); }},
        StreamPolicy{.overlap = 0s});
    tapped = std::make_unique<TappedBooks>(*books, nullptr);
    return {.books = *tapped,
            .link = 0,
            .clock = clock.arrival,
            .pacer = pacer,
            .connect = wire.connector(),
            .options = {},
            .log_in = log_in,
            .random = [] { return 0.5; },
            .policy = policy};
  }

  IntakeCounts taken() const { return books->counters().intake; }
  LinkCounts counts() const { return books->counters().links; }
  StreamState state(std::size_t stream, Timestamp now) const {
    return books->status(now).streams[stream].state;
  }
};

/// Runs a session until `enough` says so, then cancels it as the daemon would. Returns how many
/// tasks would not end.
asio::awaitable<std::size_t> run_until(Rig& rig, std::function<bool()> enough) {
  const auto executor = co_await asio::this_coro::executor;
  bool failed = false;
  TaskGroup group{executor, [&](const std::string&, std::exception_ptr) { failed = true; }};
  group.spawn("session", run_session(rig.context()));
  asio::steady_timer poll{executor};
  for (int i = 0; i < 2000 && !enough(); ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
  CHECK(enough());
  group.cancel();
  const auto left = co_await group.join(5s);
  CHECK_FALSE(failed);
  co_return left;
}

void run(Rig& rig, std::function<bool()> enough) {
  CHECK(test::run(run_until(rig, std::move(enough))) == 0);
  CHECK(rig.wire.open == 0);
}

}  // namespace

TEST_CASE("a session subscribes and turns frames into prices stamped with their arrival") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"ack T", "ack K", "ack L"},
                                 {"trade CL 77.5 1 99000", "trade CL 77.6 2 99500"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 2 && rig.wire.written.size() == 2; });
  CHECK(rig.wire.written == std::vector<std::string>{"sub T K", "sub L"});
  CHECK(rig.sink.prices[1] == Recorder::Price{SourceId{0}, 77.6, at(100s), at(99s + 500ms)});
  CHECK(rig.taken().frames_control == 3);
  CHECK(rig.state(0, at(100s)) == StreamState::live);
}

TEST_CASE("a session comes back after refusals and cuts, and counts them by reason") {
  Rig rig;
  rig.wire.fates = {{.refusal = no_listener},
                    {.refusal = make_error_code(Errc::unavailable_here), .http_status = 451},
                    {.batches = {{"trade CL 77 1 99000"}}, .end = eof},
                    {.batches = {{"trade CL 78 2 99000"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 2; });
  CHECK(rig.counts().connects == 4);
  CHECK(reconnects(rig.counts(), "connect") == 1);
  CHECK(reconnects(rig.counts(), "unavailable_here") == 1);
  CHECK(reconnects(rig.counts(), "eof") == 1);
  CHECK(rig.counts().gaps == 1);
}

TEST_CASE("after a reconnect a price from before the outage is not shown to be alive") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"trade CL 77 1 99000"}}, .end = eof},
                    {.batches = {{"alive CL", "trade CL 78 2 99500"}}}};
  run(rig, [&] { return rig.sink.prices.size() >= 2; });
  CHECK(rig.sink.prices[1].price == 78);
}

TEST_CASE("each connection is decoded by a decoder of its own") {
  Rig rig;
  rig.wire.fates = {{.end = eof}, {.end = eof}};
  run(rig, [&] { return rig.wire.connects == 3; });
  CHECK(rig.venue.decoders == 3);
}

TEST_CASE("a frame that cannot be read costs that frame, not the connection") {
  Rig rig;
  rig.wire.fates = {
      {.batches = {{"junk", "novelty", "trade CL 77 1 99000"}, {"junk"}, {"trade CL 78 2 99000"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 2; });
  CHECK(rig.wire.connects == 1);
  CHECK(rig.taken().frames_malformed == 2);
  CHECK(rig.taken().frames_ignored == 1);
  CHECK(rig.taken().frames_data == 2);
}

TEST_CASE("WebSocket pings and pongs are counted as control and not decoded") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"<ping>", "<pong>", "trade CL 77 1 99000"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 1; });
  CHECK(rig.taken().frames_control == 2);
  CHECK(rig.taken().frames_ignored == 0);
}

TEST_CASE("a refused subscription is counted, and named in the status, while the others go on") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"ack T", "error K no such symbol", "ack L", "error Z whatever"},
                                 {"trade CL 77 1 99000"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 1; });
  CHECK(rig.counts().refused_subscriptions == 2);
  CHECK(rig.state(0, at(100s)) == StreamState::live);
  CHECK(rig.state(1, at(100s)) == StreamState::dead);
}

TEST_CASE("a connection of nothing but refusals is left") {
  Rig rig;
  rig.clock.set_step(1s);
  rig.wire.fates = {{.batches = {{"error T no", "error K no", "error L no"}}}};
  run(rig, [&] { return rig.wire.connects == 2; });
  CHECK(reconnects(rig.counts(), "refused") == 1);
}

TEST_CASE("a session sends what keeps the connection open, again and again") {
  Rig rig;
  rig.venue.keeps = {.text = "still here", .every = 1ms};
  run(rig, [&] { return std::ranges::count(rig.wire.written, "still here") >= 2; });
  CHECK(rig.wire.written[0] == "sub T K");
}

TEST_CASE("a session answers at once what the venue wants answered") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"ping 7", "ping 8"}}}};
  run(rig, [&] { return rig.wire.written.size() == 4; });
  const std::vector<std::string> answers_first{"pong 7", "pong 8", "sub T K", "sub L"};
  CHECK(rig.wire.written == answers_first);
}

TEST_CASE("what a venue refused is asked for again, on another connection") {
  Rig rig;
  rig.policy.ask_again = 0s;
  rig.wire.fates = {{.batches = {{"ack T", "error K busy", "ack L"}, {"trade CL 77 1 99000"}}},
                    {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 78 2 99500"}}}};
  run(rig, [&] { return rig.counts().takeovers == 1 && rig.wire.open == 1; });
  CHECK(rig.counts().refused_subscriptions == 1);
  CHECK(rig.wire.connects == 2);
}

TEST_CASE("a mute connection is replaced, and its streams say that they are mute") {
  Rig rig;
  rig.clock.set_step(1s);  // each look at the clock is a second later
  rig.wire.fates = {{.batches = {{"ack T", "ack K", "ack L"}}}, {.connect_hangs = true}};
  run(rig, [&] { return rig.wire.connects == 2; });
  CHECK(reconnects(rig.counts(), "silent") == 1);
  CHECK(rig.state(0, at(200s)) == StreamState::mute);
}

TEST_CASE(
    "neither a connection nor an acknowledgement nor a pong forgives earlier failures; data does") {
  Rig rig;
  rig.wire.fates.assign(4, Fate{.batches = {{"ack T", "pong"}}, .end = eof});
  rig.wire.fates.push_back({.batches = {{"trade CL 77 1 99000"}}, .end = eof});
  run(rig, [&] { return rig.wire.connects == 6; });
  CHECK(reconnects(rig.counts(), "eof") == 5);
  CHECK(rig.counts().gaps == 1);  // only the last had data
}

TEST_CASE("a venue that does not read what is sent to it is left") {
  Rig rig;
  rig.wire.fates = {{.writes_hang = true}};
  run(rig, [&] { return rig.wire.connects == 2; });
  CHECK(reconnects(rig.counts(), "timed_out") == 1);
}

TEST_CASE("a liquidation older than its subscription is history, acknowledged or not") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"liq BTC 100 1 99000", "liq BTC 100 2 100000"}}}};
  run(rig, [&] { return rig.sink.liquidations.size() == 1; });
  CHECK(rig.taken().history == 1);
}

TEST_CASE("a liquidation older than its acknowledgement is history") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"ack L"}, {"liq BTC 100 1 99000"}, {"liq BTC 100 2 100000"}}}};
  run(rig, [&] { return rig.sink.liquidations.size() == 1; });
  CHECK(rig.taken().history == 1);
}

TEST_CASE(
    "liquidations are seen from their acknowledgement until the last frame before the line broke") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"ack L"}}, .end = eof}, {.connect_hangs = true}};
  run(rig, [&] { return rig.wire.connects == 2; });
  CHECK(rig.seen == std::vector<std::pair<bool, Timestamp>>{{true, at(100s)}, {false, at(100s)}});
}

TEST_CASE(
    "liquidations of a connection that fell silent were seen until its last data, pongs or not") {
  Rig rig;
  rig.clock.set_step(1s);
  rig.wire.fates = {{.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 77 1 99000"}, {"pong"}}},
                    {.connect_hangs = true}};
  run(rig, [&] { return rig.wire.connects == 2; });
  CHECK(reconnects(rig.counts(), "silent") == 1);
  REQUIRE(rig.seen.size() == 2);
  CHECK(rig.seen[1] == std::pair{false, rig.sink.prices.at(0).engine_time});
}

TEST_CASE("a session can be cancelled at any stage") {
  Rig rig;
  SECTION("while connecting") {
    rig.wire.fates = {{.connect_hangs = true}};
    run(rig, [&] { return rig.wire.connects == 1; });
  }
  SECTION("while subscribing") {
    rig.wire.fates = {{.writes_hang = true}};
    run(rig, [&] { return rig.wire.open == 1; });
  }
  SECTION("while listening") {
    rig.venue.keeps = {.text = "still here", .every = 1h};
    run(rig, [&] { return rig.wire.written.size() == 2; });
  }
  SECTION("while waiting") {
    rig.wire.fates = {
        {.refusal = make_error_code(Errc::rate_limited), .http_status = 429, .retry_after = 5ms}};
    run(rig, [&] {
      return rig.counts().connects == 1 && reconnects(rig.counts(), "rate_limited") == 1;
    });
  }
  CHECK(rig.sink.prices.empty());
}

TEST_CASE("a cancelled session does not count its own end as a loss") {
  Rig rig;
  rig.wire.fates = {{.batches = {{"trade CL 77 1 99000"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 1; });
  CHECK(rig.counts().gaps == 0);
  CHECK(std::ranges::all_of(rig.counts().reconnects, [](auto n) { return n == 0; }));
}

TEST_CASE("a venue that says it leaves is left, once another connection brings what it brought") {
  Rig rig;
  rig.wire.fates = {
      {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 77 1 99000"}, {"leaving"}}},
      {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 78 2 99500"}}}};
  run(rig, [&] { return rig.counts().takeovers == 1 && rig.wire.open == 1; });
  CHECK(rig.wire.connects == 2);
  CHECK(rig.wire.closed == 1);
  CHECK(rig.seen.size() == 1);  // of liquidations there is no gap
  CHECK(rig.counts().gaps == 0);
  CHECK(rig.sink.prices.size() == 2);
}

TEST_CASE("before its venue cuts a connection another is opened beside it") {
  Rig rig;
  rig.venue.allows.lifetime = 14400ms;
  rig.wire.fates = {{.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 77 1 99000"}}}};
  bool aged = false;
  run(rig, [&] {
    if (!aged && rig.sink.prices.size() == 1) rig.clock.advance(14300ms);
    aged = aged || rig.sink.prices.size() == 1;
    return rig.wire.open == 2;
  });
  CHECK(rig.wire.connects == 2);
}

TEST_CASE("the age of a renewal is spread, and well before the cut") {
  CHECK(renewal_age(24h, 0) == 23h + 50min);
  CHECK(renewal_age(24h, 0.5) == 23h + 40min);
  CHECK(renewal_age(24h, 1) == 23h + 30min);
}

TEST_CASE("where no other connection can be made the old one goes on, and that is tried again") {
  Rig rig;
  rig.wire.fates = {
      {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 77 1 99000"}, {"leaving"}}},
      {.refusal = no_listener},
      {.refusal = no_listener},
      {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 78 2 99500"}}}};
  run(rig, [&] { return rig.counts().takeovers == 1; });
  CHECK(rig.wire.connects == 4);
  CHECK(reconnects(rig.counts(), "connect") == 2);
  CHECK(rig.counts().gaps == 0);
}

TEST_CASE("a connection that is cut while it is being replaced leaves the link to the other") {
  Rig rig;
  rig.wire.fates = {
      {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 77 1 99000"}, {"leaving"}}, .end = eof},
      {.batches = {{"ack T", "ack K", "ack L"}, {"trade CL 78 2 99500"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 2; });
  CHECK(rig.wire.connects == 2);
  CHECK(reconnects(rig.counts(), "eof") == 1);
}

TEST_CASE("where no text keeps a connection open, pings do") {
  Rig rig;
  rig.venue.keeps = {.text = "", .every = 1ms};
  run(rig, [&] { return std::ranges::count(rig.wire.written, "<ping>") >= 2; });
}

TEST_CASE("a connection's own keep-alive replaces the venue's") {
  Rig rig;
  rig.venue.keeps = {.text = "still here", .every = 1ms};
  rig.venue.connections[0].keep_alive = "here with a key";
  run(rig, [&] { return std::ranges::count(rig.wire.written, "here with a key") >= 2; });
  CHECK(std::ranges::count(rig.wire.written, "still here") == 0);
}

TEST_CASE("a line on which nothing comes is asked for a sign of life, and left without one") {
  Rig rig;
  rig.venue.keeps = {.text = "still here", .every = 1h};
  rig.venue.connections[0].streams.erase(rig.venue.connections[0].streams.begin(),
                                         rig.venue.connections[0].streams.begin() + 2);
  rig.clock.set_step(1s);
  run(rig, [&] { return rig.wire.connects == 2; });
  CHECK(std::ranges::count(rig.wire.written, "<ping>") >= 1);
  CHECK(reconnects(rig.counts(), "silent") == 1);
}

TEST_CASE("texts on one connection are as far apart as the venue wants them") {
  Rig rig;
  rig.venue.allows.message_spacing = 1h;
  rig.wire.fates = {{.batches = {{"ack T"}, {"trade CL 77 1 99000"}}}};
  run(rig, [&] { return rig.sink.prices.size() == 1; });
  CHECK(rig.wire.written == std::vector<std::string>{"sub T K"});
}

TEST_CASE("a login is sent first, and the subscriptions once it is welcome") {
  Rig rig;
  rig.venue.connections[0].login = "let me in";
  SECTION("welcome") {
    rig.wire.fates = {{.batches = {{"welcome"}}}};
    run(rig, [&] { return rig.wire.written.size() == 3; });
    CHECK(rig.wire.written == std::vector<std::string>{"let me in", "sub T K", "sub L"});
  }
  SECTION("refused") {
    rig.wire.fates = {{.batches = {{"error X who are you"}}}, {.connect_hangs = true}};
    run(rig, [&] { return rig.wire.connects == 2; });
    CHECK(rig.wire.written == std::vector<std::string>{"let me in"});
    CHECK(reconnects(rig.counts(), "refused") == 1);
  }
}

TEST_CASE("what the login by REST gave stands in the texts; without it nothing is connected") {
  Rig rig;
  rig.venue.connections[0].subscribe = {"sub with {TOKEN}"};
  int asked = 0;
  rig.log_in = [&]() -> asio::awaitable<LoggedIn> {
    LoggedIn answer;
    if (++asked == 1) {
      answer.error = Errc::refused;
    } else {
      answer.tokens = {{"TOKEN", "a-token"}};
    }
    co_return answer;
  };
  run(rig, [&] { return rig.wire.written.size() == 1; });
  CHECK(rig.wire.written[0] == "sub with a-token");
  CHECK(rig.wire.connects == 1);
  CHECK(reconnects(rig.counts(), "refused") == 1);
}
