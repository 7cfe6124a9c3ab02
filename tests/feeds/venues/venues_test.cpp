// Rules that every venue keeps. A new venue is tested here from its line in venues.def on.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <set>

#include "tests/feeds/venues/decoding.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

std::string_view any_venue() {
  return GENERATE(from_range(venue_names()));
}

template <class Which>
std::vector<std::string_view> venues_where(Which which) {
  auto names = venue_names();
  std::erase_if(names, [&](std::string_view name) { return !which(*find_venue(name)); });
  return names;
}

/// Of trades, or where the venue tells of none, of what it does tell.
FeedRequest request_of(std::size_t symbols, const Venue& venue) {
  const auto kind = venue.has_price(PriceKind::trade) ? PriceKind::trade : PriceKind::mid;
  FeedRequest request;
  for (std::size_t i = 0; i < symbols; ++i)
    request.prices.push_back({"S" + std::to_string(i), kind});
  return request;
}

/// Venues that acknowledge nothing.
const std::set<std::string_view> silent{"finnhub", "sina", "yahoo"};

/// Venues that have no ticker beside their trades.
const std::set<std::string_view> trades_alone{"finnhub"};

/// Venues that have no prices at all.
const std::set<std::string_view> liquidations_alone{"coinglass"};

/// Venues whose frames are lines of text, no JSON.
const std::set<std::string_view> speak_in_lines{"sina"};

const Venue& any_venue_with_prices() {
  const auto priced = [](const Venue& v) { return !liquidations_alone.contains(v.name()); };
  return *find_venue(GENERATE_COPY(from_range(venues_where(priced))));
}

/// The first three minutes of 2026-04-18 at 85.91, 85.9 and 85.94, as the venue's REST interface
/// tells them.
std::string candle_answer(std::string_view venue) {
  return file_text(std::filesystem::path{FOGHORN_ROOT} / "tests/fixtures/candles" /
                   (std::string{venue} + ".json"));
}

constexpr Timestamp midnight{std::chrono::milliseconds{1'776'470'400'000}};

const Venue& any_venue_with_a_past() {
  const auto has_past = [](const Venue& v) {
    return v.candles({"S", PriceKind::trade, midnight, midnight + std::chrono::minutes{3}})
        .has_value();
  };
  return *find_venue(GENERATE_COPY(from_range(venues_where(has_past))));
}

}  // namespace

TEST_CASE("every venue in venues.def is found by its name, and no other") {
  for (const auto name : venue_names()) CHECK(find_venue(name)->name() == name);
  CHECK(find_venue("mtgox") == nullptr);
}

TEST_CASE("every venue is reached over TLS, unless told otherwise") {
  const auto* venue = find_venue(any_venue());
  auto request = request_of(1, *venue);
  if (liquidations_alone.contains(venue->name())) request.liquidations = {"*"};
  CHECK(venue->plan(request).at(0).url.starts_with("wss://"));
  request.url = "ws://127.0.0.1:8080/market/stream";
  CHECK(venue->plan(request).at(0).url.starts_with(request.url));
}

TEST_CASE("every venue asks for nothing where nothing is wanted") {
  CHECK(find_venue(any_venue())->plan({}).empty());
}

TEST_CASE("every venue spreads many symbols over connections, and loses none") {
  const auto& venue = any_venue_with_prices();
  CAPTURE(venue.name());
  const auto of_one = venue.plan(request_of(1, venue)).at(0).streams.size();
  const auto plan = venue.plan(request_of(450, venue));
  CHECK(plan.size() * 200 >= 450 * of_one);
  std::set<std::string> names;
  for (const auto& connection : plan) {
    CHECK(connection.streams.size() <= 200);
    for (const auto& stream : connection.streams) {
      CHECK(stream.ack.empty() == silent.contains(venue.name()));
      CHECK(names.insert(stream.name).second);
    }
  }
  CHECK(names.size() == 450 * of_one);
}

TEST_CASE("every venue that has a ticker shows by it that a thin market lives") {
  const auto& venue = any_venue_with_prices();
  CAPTURE(venue.name());
  const auto plan = venue.plan(request_of(1, venue));
  REQUIRE(plan.size() == 1);
  const auto& streams = plan[0].streams;
  CHECK(streams.back().kind ==
        (trades_alone.contains(venue.name()) ? StreamKind::trades : StreamKind::ticker));
  if (streams.size() > 1) CHECK(streams.front().kind == StreamKind::trades);
}

TEST_CASE("every venue plans the prices that it tells, and no others") {
  const auto& venue = any_venue_with_prices();
  for (const auto kind : {PriceKind::trade, PriceKind::mark, PriceKind::mid}) {
    CAPTURE(venue.name(), static_cast<int>(kind));
    FeedRequest request;
    request.prices.push_back({"S", kind});
    CHECK(venue.plan(request).empty() != venue.has_price(kind));
  }
}

TEST_CASE("every venue quotes what a person wrote, so that it cannot break the message") {
  FeedRequest request;
  request.prices.push_back({"A\"],\n\\", PriceKind::trade});
  const auto says_it = [&](const Venue& venue) {
    const auto plan = venue.plan(request);
    return !plan.empty() && !plan[0].subscribe.empty();
  };
  const auto plan = find_venue(GENERATE_COPY(from_range(venues_where(says_it))))->plan(request);
  const auto message = plan[0].subscribe.at(0);
  CHECK(message.find("\\\"],\\u000a\\\\") != std::string::npos);
}

TEST_CASE("every venue refuses what is no JSON object, and reads the next frame") {
  const std::string name{any_venue()};
  Decoding decoding{name};
  for (const std::string_view text : {"",
                                      " ",
                                      "<html>",
                                      "{",
                                      "}",
                                      "[]",
                                      "[{}]",
                                      "null",
                                      "7",
                                      "\"\"",
                                      "{]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"topic\":",
                                      "{}x",
                                      "{}{}",
                                      "\xff\xfe",
                                      "{\"\xff\":1}",
                                      "{\"a\":\"\x01\"}",
                                      "{\"a\":\"unclosed}"}) {
    CAPTURE(name, text);
    CHECK(decoding.report(text).frame_class == FrameClass::malformed);
    CHECK(decoding.events.empty());
  }
  const auto good = fixtures_of(name).front();
  CHECK(decoding.report(fixture(name, good)).frame_class != FrameClass::malformed);
}

TEST_CASE("every venue ignores an object that it has never heard of") {
  const auto speaks_json = [](const Venue& v) { return !speak_in_lines.contains(v.name()); };
  const auto name = GENERATE_COPY(from_range(venues_where(speaks_json)));
  Decoding decoding{name};
  CHECK(decoding.report("{}").frame_class == FrameClass::ignored);
  const auto report = decoding.report(R"({"x":[1,{"y":null}],"z":"w"})");
  CHECK(report.frame_class == FrameClass::ignored);
  CHECK_FALSE(report.text.empty());
}

TEST_CASE("every venue takes WebSocket pings and pongs for what they are") {
  Decoding decoding{any_venue()};
  CHECK(decoding.decoder->decode(OwnedFrame{"x", Frame::Kind::ping}, decoding.events).control ==
        ControlKind::ping);
  CHECK(decoding.decoder->decode(OwnedFrame{"", Frame::Kind::pong}, decoding.events).control ==
        ControlKind::pong);
}

TEST_CASE("every venue survives a frame of 8 MiB") {
  const auto name = any_venue();
  Decoding decoding{name};
  constexpr std::size_t size = 8 * 1024 * 1024;
  CHECK(decoding.report(std::string(size, '[')).frame_class == FrameClass::malformed);
  CHECK(decoding.report(std::string(size, 'x')).frame_class == FrameClass::malformed);
  std::string nested;
  while (nested.size() < size) nested += "{\"data\":";
  CHECK(decoding.report(nested).frame_class == FrameClass::malformed);
  CHECK(decoding.report("{\"x\":\"" + std::string(size, '\\') + "\"}").frame_class ==
        (speak_in_lines.contains(name) ? FrameClass::malformed : FrameClass::ignored));
}

TEST_CASE("every venue reads a long message with escapes to its end") {
  Decoding decoding{any_venue()};
  for (const std::string_view key :
       {"msg", "data", "ret_msg", "channel", "topic", "event", "stream", "e"}) {
    std::string escapes;
    for (int i = 0; i < 100'000; ++i) escapes += "\\u00e9";
    decoding.report(
        fmt::format(R"({{"{}":"{}","event":"error","op":"x","channel":"error"}})", key, escapes));
    CHECK(decoding.events.empty());
  }
}

TEST_CASE("a market that names more symbols than we hold is ignored, not malformed") {
  Decoding decoding{"binance-futures"};
  for (std::size_t i = 0; i < SourceTable::capacity; ++i)
    decoding.sources.intern("test", std::to_string(i));
  CHECK(decoding.said(fixture("binance-futures", "agg_trade")) ==
        Lines{"ignored: a symbol beyond what the source table holds"});
}

TEST_CASE("a symbol of more than 64 letters is malformed") {
  Decoding decoding{"hyperliquid"};
  const auto context = [&](std::size_t letters) {
    return decoding.report(fmt::format(
        R"({{"channel":"activeAssetCtx","data":{{"coin":"{}","ctx":{{"markPx":"1"}}}}}})",
        std::string(letters, 'A')));
  };
  CHECK(context(64).frame_class == FrameClass::data);
  CHECK(context(65).frame_class == FrameClass::malformed);
  CHECK(context(0).frame_class == FrameClass::malformed);
}

TEST_CASE("a decoder finds ten thousand symbols again") {
  Decoding decoding{"hyperliquid"};
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 10'000; ++i) {
      decoding.report(fmt::format(
          R"({{"channel":"activeAssetCtx","data":{{"coin":"A{}","ctx":{{"markPx":"1"}}}}}})", i));
      REQUIRE(std::get<Tick>(decoding.events.at(0)).source ==
              SourceId{static_cast<std::uint32_t>(i)});
    }
  }
}

TEST_CASE("every venue's candles come back in ascending order") {
  const auto& venue = any_venue_with_a_past();
  CAPTURE(venue.name());
  const auto candles = venue.parse_candles(candle_answer(venue.name()));
  REQUIRE(candles.has_value());
  CHECK(*candles ==
        std::vector<Candle>{{midnight, 85.91, 85.99, 85.8, 85.9},
                            {midnight + std::chrono::minutes{1}, 85.9, 86, 85.75, 85.94},
                            {midnight + std::chrono::minutes{2}, 85.94, 86.1, 85.9, 86.02}});
}

TEST_CASE("every venue refuses candles that were cut off") {
  const auto& venue = any_venue_with_a_past();
  CAPTURE(venue.name());
  const auto whole = candle_answer(venue.name());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(venue.parse_candles(std::string_view{whole}.substr(0, size)).has_value());
  }
}

TEST_CASE("every venue refuses an answer that holds no candles") {
  const auto& venue = any_venue_with_a_past();
  CAPTURE(venue.name());
  for (const auto* answer : {"<html>", "{}", "7", "null", "[[1]]", "[7]", R"({"data":[[]]})"}) {
    CAPTURE(answer);
    CHECK_FALSE(venue.parse_candles(answer).has_value());
  }
}

TEST_CASE("every venue says how many candles it answers with, and keeps a symbol in its place") {
  const auto& venue = any_venue_with_a_past();
  CAPTURE(venue.name());
  CHECK(venue.limits().candles_per_answer >= 1);
  const auto request =
      *venue.candles({"A&b=\"c", PriceKind::trade, midnight, midnight + std::chrono::minutes{3}});
  CHECK(request.path.starts_with("/"));
  CHECK(request.path.find_first_of("\" \\") == std::string::npos);
  CHECK((request.path + request.body).find("A&b=\"c") == std::string::npos);
}

TEST_CASE("every venue that has liquidations plans a sparse stream for them, and says how many") {
  const auto& venue = *find_venue(any_venue());
  CAPTURE(venue.name());
  FeedRequest request;
  request.liquidations = {"S1"};
  std::size_t sparse = 0;
  for (const auto& connection : venue.plan(request)) {
    for (const auto& stream : connection.streams) {
      if (stream.kind != StreamKind::liquidations) continue;
      CHECK(stream.sparse);
      ++sparse;
    }
  }
  CHECK(sparse == (venue.liquidations() == Venue::Liquidations::none ? 0 : 1));
}
