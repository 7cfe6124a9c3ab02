#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("pyth");
}

Lines said(std::string_view text) {
  return Decoding{"pyth"}.said(text);
}

std::string update(std::string_view price) {
  return fmt::format(R"({{"type":"price_update","price_feed":{{"id":"925c","price":{{{}}}}}}})",
                     price);
}

constexpr const char* wti = "925ca92ff005ae943c158e3563f59698ce7e75c5a8c8dd43303a0a154887b3e6";

}  // namespace

TEST_CASE("pyth: an update is a price times a power of ten, its time in seconds") {
  CHECK(said(fixture("pyth", "price_update")) ==
        Lines{fmt::format("last {} 85.91 @1776470400000", wti)});
  CHECK(said(update(R"("price":"-3763","expo":-2,"publish_time":1587423600)")) ==
        Lines{"last 925c -37.63 @1587423600000"});
  CHECK(said(update(R"("price":"7","expo":2,"publish_time":1587423600)")) ==
        Lines{"last 925c 700 @1587423600000"});
}

TEST_CASE("pyth: a feed has the name that its config gives it") {
  FeedRequest request;
  request.prices = {{"WTI", PriceKind::trade}, {"BTC", PriceKind::trade}};
  SourceTable sources;
  const Contracts contracts;
  const auto decoder = venue().make_decoder(sources, contracts, request);
  std::vector<Event> events;
  decoder->decode(OwnedFrame{fixture("pyth", "price_update")}, events);
  decoder->decode(OwnedFrame{fixture("pyth", "parsed")}, events);
  REQUIRE(events.size() == 2);
  CHECK(sources[std::get<Tick>(events[0]).source].symbol == "WTI");
  CHECK(sources[std::get<Tick>(events[1]).source].symbol == "BTC");
}

TEST_CASE("pyth: a feed that nobody publishes to has no price") {
  CHECK(said(update(R"("price":"0","expo":-5,"publish_time":0)")) == Lines{"alive 925c"});
}

TEST_CASE("pyth: an exponent or a time that cannot be is malformed") {
  CHECK(said(update(R"("price":"1","expo":-23,"publish_time":1)")) ==
        Lines{"malformed: price_update: expo is not an exponent"});
  CHECK(said(update(R"("price":"1","expo":0.5,"publish_time":1)")) ==
        Lines{"malformed: price_update: expo is not an exponent"});
  CHECK(said(update(R"("price":"1","expo":0,"publish_time":1776470400000)")) ==
        Lines{"malformed: price_update: publish_time is not a time in seconds"});
}

TEST_CASE("pyth: errors come with a type and without, and may name an id") {
  CHECK(said(fixture("pyth", "ack")) == Lines{"ack"});
  CHECK(
      said(fixture("pyth", "error"))
          .at(0)
          .starts_with("error [00000000000000000000000000000000000000000000000000000000000000ff]: "
                       "Price ids"));
  CHECK(said(R"({"status":"error","error":"Rate limit exceeded"})") ==
        Lines{"error: Rate limit exceeded"});
}

TEST_CASE("pyth: a request for each id, by name, in letters of any case, or with 0x") {
  FeedRequest request;
  request.prices = {
      {"WTI", PriceKind::trade},
      {"0xE62DF6C8B4A85FE1A67DB44DC12DE5DB330F7AC66B72DC658AFEDF0F4A415B43", PriceKind::trade},
      {"BTC", PriceKind::mark}};
  request.key = Secret{"a-key"};
  const auto plan = venue().plan(request);
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://pyth.dourolabs.app/hermes/ws");
  CHECK(plan[0].headers == std::vector<Header>{{"Authorization", "Bearer a-key"}});
  REQUIRE(plan[0].subscribe.size() == 2);
  CHECK(
      plan[0].subscribe[0] ==
      fmt::format(
          R"({{"type":"subscribe","ids":["{}"],"verbose":false,"binary":false,"allow_out_of_order":false,"ignore_invalid_price_ids":false}})",
          wti));
  CHECK(plan[0].streams[0].ack == wti);
  CHECK(plan[0].streams[0].symbol == "WTI");
  CHECK(plan[0].streams[1].ack.starts_with("e62df6c8"));
}

TEST_CASE("pyth: a connection lives for a day, and the key is needed") {
  CHECK(venue().limits().lifetime == std::chrono::hours{24});
  CHECK(venue().needs_key());
  CHECK(venue().caveats({}).size() == 3);
}

TEST_CASE("pyth: what its interfaces really sent") {
  constexpr const char* btc = "e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43";
  constexpr const char* other = "c96458d393fe9deb7a7d63a0ac41e2898a67a7750dbd166673279e06c868df0a";
  const auto first = fmt::format("last {} 61632.6 @1714748300000", btc);
  const auto second = fmt::format("last {} 61630.88 @1714748301000", btc);
  const auto third = fmt::format("last {} 61409.93501 @1714746101000", btc);
  const auto fourth = fmt::format("last {} 0.04959503 @1714746101000", other);
  check_captures(
      {{"pyth_hermes.sse", "pyth", {{first}, {second}}},
       {"pyth_hermes.rest_latest", "pyth", {{third, fourth}}},
       {"pyth_hermes.ws_control_UNVERIFIED",
        "pyth",
        {{"ack"}, {"error: Connection timeout reached (24h)"}, {"error: Rate limit exceeded"}}}});
}
