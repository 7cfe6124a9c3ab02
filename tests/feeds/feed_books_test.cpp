#include "feeds/feed_books.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>

#include "tests/feeds/recorder.hpp"
#include "tests/feeds/toy_venue.hpp"
#include "tests/support/frame.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

using Told = std::vector<std::pair<bool, Timestamp>>;

/// The books of one feed, told what happens second by second.
struct Rig {
  ToyVenue venue;
  SourceTable sources;
  EngineTime engine;
  Recorder sink;
  Told coverage;
  std::vector<Candle> candles;
  std::unique_ptr<FeedBooks> made;

  Rig() {
    venue.connections = {toy_connection()};
    venue.numbered = true;
  }

  FeedBooks& books() {
    if (made) return *made;
    FeedOptions options;
    options.name = "toy";
    options.request = {.prices = {{"CL", PriceKind::trade}}, .liquidations = {"*"}, .url = {}};
    BooksEnvironment environment{
        .sources = sources,
        .engine = engine,
        .sink = sink,
        .coverage = [this](std::string_view, bool seen,
                           Timestamp t) { coverage.emplace_back(seen, t); },
        .candles = [this](SourceId, std::span<const Candle> minutes,
                          Timestamp) { candles.assign(minutes.begin(), minutes.end()); },
        .voice = Voice::quiet};
    made = std::make_unique<FeedBooks>(venue, options, environment);
    return *made;
  }

  FrameAnswer hear(std::uint32_t serial, std::string_view text, Timestamp t) {
    const OwnedFrame owned{text};
    return books().frame(0, serial, owned, t);
  }
  void open(std::uint32_t serial, Timestamp t, std::uint32_t takes_over = 0) {
    books().opened(0, serial, takes_over, t);
  }
  void acknowledge(std::uint32_t serial, Timestamp t) {
    for (const auto* text : {"ack T", "ack K", "ack L"}) hear(serial, text, t);
  }
  /// One carries the link since 100 s, another is to take over since 200 s.
  void overlap() {
    open(1, at(100s));
    acknowledge(1, at(101s));
    hear(1, "trade CL 77 10 199000", at(199s));
    open(2, at(200s), 1);
  }
  IntakeCounts taken() { return books().counters().intake; }
  LinkCounts links() { return books().counters().links; }
};

}  // namespace

TEST_CASE("what is told of a connection that is not open is ignored") {
  Rig rig;
  rig.hear(1, "trade CL 77 10 99000", at(100s));
  rig.books().ended(0, 1, LinkEnd::lost, at(100s));
  CHECK(rig.taken().frames() == 0);
  CHECK(rig.links().gaps == 0);
}

TEST_CASE("a connection takes over without a gap") {
  Rig rig;
  rig.overlap();
  rig.acknowledge(2, at(201s));
  rig.hear(2, "trade CL 77 11 202000", at(202s));
  rig.hear(1, "trade CL 77 11 202000", at(203s));
  REQUIRE(rig.books().may_hand_over(0, at(203s)));
  rig.books().ended(0, 1, LinkEnd::retired, at(203s));
  CHECK(rig.books().carrier(0) == 2);
  CHECK(rig.coverage == Told{{true, at(101s)}});
  CHECK(rig.links().takeovers == 1);
  CHECK(rig.links().gaps == 0);
  CHECK(rig.sink.prices.size() == 2);
  CHECK(rig.taken().duplicate == 1);
}

TEST_CASE("one that does not bring what the other brings may not take over") {
  Rig rig;
  rig.overlap();
  rig.hear(1, "pong", at(201s));
  SECTION("nothing yet") {}
  SECTION("data, but liquidations are not acknowledged") {
    rig.hear(2, "ack T", at(201s));
    rig.hear(2, "ack K", at(201s));
    rig.hear(2, "trade CL 77 11 202000", at(202s));
  }
  SECTION("acknowledgements, but no data where the other has some") {
    rig.acknowledge(2, at(201s));
    rig.hear(1, "trade CL 77 11 202000", at(202s));
  }
  CHECK_FALSE(rig.books().may_hand_over(0, at(215s)));
}

TEST_CASE("in a market without trades one may take over once it was patient") {
  Rig rig;
  rig.overlap();
  rig.acknowledge(2, at(201s));
  rig.hear(1, "pong", at(205s));
  CHECK_FALSE(rig.books().may_hand_over(0, at(205s)));
  CHECK(rig.books().may_hand_over(0, at(210s)));
}

TEST_CASE("one that is not known to live does not hand over: it may have been gone for long") {
  Rig rig;
  rig.overlap();
  rig.acknowledge(2, at(201s));
  rig.hear(2, "trade CL 77 11 202000", at(202s));
  CHECK_FALSE(rig.books().may_hand_over(0, at(202s)));
}

TEST_CASE("where the older is cut after the newer saw all, there is no gap") {
  Rig rig;
  rig.overlap();
  rig.acknowledge(2, at(201s));
  rig.hear(2, "trade CL 77 11 202000", at(202s));
  rig.hear(1, "pong", at(203s));
  rig.books().ended(0, 1, LinkEnd::lost, at(204s));
  CHECK(rig.coverage == Told{{true, at(101s)}});
  CHECK(rig.links().gaps == 0);
  CHECK(rig.links().takeovers == 1);
}

TEST_CASE("what neither of two connections saw is a gap, told when it is known") {
  Rig rig;
  rig.overlap();
  rig.acknowledge(2, at(210s));
  rig.books().ended(0, 1, LinkEnd::silent, at(225s));
  CHECK(rig.coverage == Told{{true, at(101s)}, {false, at(199s)}, {true, at(210s)}});
}

TEST_CASE("where the older is cut before the newer sees anything, that goes on alone") {
  Rig rig;
  rig.overlap();
  rig.books().ended(0, 1, LinkEnd::lost, at(201s));
  rig.acknowledge(2, at(202s));
  CHECK(rig.coverage == Told{{true, at(101s)}, {false, at(199s)}, {true, at(202s)}});
  CHECK(rig.links().gaps == 1);
  CHECK(rig.books().carrier(0) == 2);
}

TEST_CASE("a newer connection that fails changes nothing for the older") {
  Rig rig;
  rig.overlap();
  rig.acknowledge(2, at(201s));
  rig.books().ended(0, 2, LinkEnd::lost, at(202s));
  rig.hear(1, "trade CL 78 11 203000", at(203s));
  CHECK(rig.coverage == Told{{true, at(101s)}});
  CHECK(rig.sink.prices.size() == 2);
  CHECK(rig.books().successor(0) == 0);
  CHECK(rig.links().gaps == 0);
}

TEST_CASE("liquidations from before the newer connection are no history while the older saw them") {
  Rig rig;
  rig.overlap();
  rig.acknowledge(2, at(205s));
  rig.hear(2, "liq BTC 100 2 204000", at(206s));
  rig.hear(1, "liq BTC 100 2 204000", at(207s));
  CHECK(rig.sink.liquidations.size() == 1);
  CHECK(rig.taken().duplicate == 1);
  CHECK(rig.taken().history == 0);
}

TEST_CASE("a ticker without a time is the older's to tell until it goes") {
  Rig rig;
  rig.overlap();
  rig.hear(2, "last CL 70", at(301s));
  rig.hear(1, "last CL 71", at(302s));
  rig.books().ended(0, 1, LinkEnd::retired, at(303s));
  rig.hear(2, "last CL 72", at(304s));
  REQUIRE(rig.sink.prices.size() == 3);
  CHECK(rig.sink.prices[1].price == 71);
  CHECK(rig.sink.prices[2].price == 72);
}

TEST_CASE("a stream that the newer connection alone is granted is seen from then on") {
  Rig rig;
  rig.open(1, at(100s));
  rig.hear(1, "error L not now", at(101s));
  rig.open(2, at(200s), 1);
  rig.hear(2, "ack L", at(201s));
  CHECK(rig.coverage == Told{{true, at(201s)}});
  rig.books().ended(0, 1, LinkEnd::retired, at(202s));
  CHECK(rig.coverage.size() == 1);
}

TEST_CASE("a hole in the numbers of trades is counted, and its trades") {
  Rig rig;
  rig.open(1, at(100s));
  rig.hear(1, "trade CL 77 10 101000", at(101s));
  rig.hear(1, "trade CL 77 14 102000", at(102s));
  CHECK(rig.taken().trade_holes == 1);
  CHECK(rig.taken().trades_missed == 3);
  CHECK(rig.coverage.empty());
}

TEST_CASE("trades that went by while nothing was connected are counted apart") {
  Rig rig;
  rig.open(1, at(100s));
  rig.hear(1, "trade CL 77 10 101000", at(101s));
  rig.books().ended(0, 1, LinkEnd::lost, at(102s));
  rig.open(2, at(110s));
  rig.hear(2, "trade CL 77 21 111000", at(111s));
  CHECK(rig.taken().trade_holes == 0);
  CHECK(rig.taken().trades_missed_offline == 10);
}

TEST_CASE("where liquidations are trades, a hole in these is a gap in those") {
  Rig rig;
  rig.venue.among_trades = true;
  rig.venue.connections[0].streams[2].symbol = "CL";
  rig.open(1, at(100s));
  rig.acknowledge(1, at(101s));
  rig.hear(1, "trade CL 77 10 102000", at(102s));
  rig.hear(1, "trade CL 77 12 104000", at(104s));
  CHECK(rig.coverage == Told{{true, at(101s)}, {false, at(102s)}, {true, at(104s)}});
}

TEST_CASE("a hole in the numbers of frames is counted, and a gap of liquidations") {
  Rig rig;
  rig.open(1, at(100s));
  rig.acknowledge(1, at(101s));
  rig.hear(1, "#1 alive CL", at(102s));
  rig.hear(1, "junk", at(103s));  // frame 2, which cannot be read, came all the same
  rig.hear(1, "#3 alive CL", at(104s));
  CHECK(rig.links().frame_holes == 0);
  rig.hear(1, "#7 alive CL", at(105s));
  CHECK(rig.links().frame_holes == 1);
  CHECK(rig.links().frames_missed == 3);
  CHECK(rig.coverage == Told{{true, at(101s)}, {false, at(104s)}, {true, at(105s)}});
}

TEST_CASE("behind a login, subscriptions count from the welcome") {
  Rig rig;
  rig.venue.connections[0].login = "let me in";
  rig.open(1, at(100s));
  CHECK_FALSE(rig.hear(1, "ack L", at(101s)).welcome);
  CHECK(rig.coverage.empty());
  CHECK(rig.hear(1, "welcome", at(102s)).welcome);
  CHECK_FALSE(rig.hear(1, "welcome", at(102s)).welcome);
  rig.hear(1, "ack L", at(103s));
  CHECK(rig.coverage == Told{{true, at(103s)}});
}

TEST_CASE("a login is refused, or not answered within ten seconds") {
  Rig rig;
  rig.venue.connections[0].login = "let me in";
  rig.open(1, at(100s));
  CHECK(rig.books().judge(0, 1, at(109s)) == LineVerdict::good);
  CHECK(rig.books().judge(0, 1, at(110s)) == LineVerdict::unanswered);
  rig.hear(1, "error X who are you", at(111s));
  CHECK(rig.books().judge(0, 1, at(111s)) == LineVerdict::refused);
}

TEST_CASE("contracts that cannot be read leave those that are known") {
  Rig rig;
  CHECK(rig.books().contracts("BTC 0.01", at(100s)).value() == 1);
  CHECK_FALSE(rig.books().contracts("<html>", at(101s)));
  rig.open(1, at(100s));
  rig.hear(1, "liq BTC 100 2 102000", at(102s));
  CHECK(rig.sink.liquidations.at(0).notional == usd(2));
}

TEST_CASE("candles are read by the venue and handed on") {
  Rig rig;
  CHECK(rig.books().candles("CL", "77 78", at(100s)).value() == 2);
  REQUIRE(rig.candles.size() == 2);
  CHECK(rig.candles[1].close == 78);
  CHECK_FALSE(rig.books().candles("CL", "<html>", at(101s)));
}

TEST_CASE("rows that come newest first are judged as they happened") {
  SourceTable sources;
  EngineTime engine;
  Recorder sink;
  FeedOptions options;
  options.name = "coinbase-advanced";
  options.request = {.prices = {{"BTC-USD", PriceKind::trade}}, .liquidations = {}, .url = {}};
  FeedBooks books{*find_venue("coinbase-advanced"),
                  options,
                  {.sources = sources, .engine = engine, .sink = sink, .voice = Voice::quiet}};
  const auto now = from_unix_ms(1'776'470'401'000).value();
  books.opened(0, 1, 0, now);
  const OwnedFrame two_trades{
      R"({"channel":"market_trades","client_id":"","timestamp":"2026-04-18T00:00:00.500Z",)"
      R"("sequence_num":1,"events":[{"type":"update","trades":[)"
      R"({"trade_id":"12","product_id":"BTC-USD","price":"78002","size":"1",)"
      R"("time":"2026-04-18T00:00:00.400Z","side":"SELL"},)"
      R"({"trade_id":"11","product_id":"BTC-USD","price":"78001","size":"1",)"
      R"("time":"2026-04-18T00:00:00.300Z","side":"SELL"}]}]})"};
  books.frame(0, 1, two_trades, now);
  REQUIRE(sink.prices.size() == 2);
  CHECK(sink.prices[0].price == 78001);
  CHECK(sink.prices[1].price == 78002);
  CHECK(books.counters().intake.late == 0);
}
