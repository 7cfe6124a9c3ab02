#include <zlib.h>

#include <catch2/catch_test_macros.hpp>

#include "feeds/venues/gunzip.hpp"
#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"htx"}.said(text);
}

/// `text` as one gzip member.
std::string gzipped(std::string_view text) {
  z_stream stream{};
  constexpr int gzip_alone = 16 + MAX_WBITS;
  REQUIRE(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_alone, 8,
                       Z_DEFAULT_STRATEGY) == Z_OK);
  std::string source{text};
  std::string result(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(source.data());
  stream.avail_in = static_cast<uInt>(source.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

const Lines broken{"malformed: gzip that is broken, cut off or of more than 8 MiB"};

}  // namespace

TEST_CASE("htx: a liquidation's direction is the order's, its value what it turned over") {
  CHECK(said(fixture("htx", "liquidation_orders")) ==
        Lines{"long BTC-USDT 0.125 base at 77190.2 = 9648.775 USD @1776470401200",
              "short BTC-USDT 0.003 base at 77200 = 231.6 USD @1776470401210"});
}

TEST_CASE("htx: a direction that is none is malformed") {
  CHECK(
      said(
          R"({"op":"notify","topic":"public.X.liquidation_orders","ts":1,"data":[{"contract_code":"X","direction":"long","price":1,"created_at":1,"amount":1,"trade_turnover":1}]})") ==
      Lines{"malformed: liquidation_orders: direction is neither buy nor sell"});
}

TEST_CASE("htx: every trade of a frame is a tick, in coins") {
  CHECK(said(fixture("htx", "trade_detail")) ==
        Lines{"trade BTC-USDT 77210.3 x0.002 buy @1776470400135 #1316022650000",
              "trade BTC-USDT 77210.2 x0.014 sell @1776470400136 #1316022650001"});
}

TEST_CASE("htx: a detail's close is the last price, a mark candle's the mark") {
  CHECK(said(fixture("htx", "detail")) == Lines{"last BTC-USDT 77210.2 @1776470400528"});
  CHECK(said(fixture("htx", "mark_price")) == Lines{"mark BTC-USDT 77211.5 @1776470400831"});
}

TEST_CASE("htx: the best bid and ask make a mid; an empty side shows life") {
  CHECK(said(fixture("htx", "bbo")) == Lines{"mid BTC-USDT 77210.29999999999 @1776470400524"});
  CHECK(said(R"({"ch":"market.X.bbo","ts":1,"tick":{"bid":null,"ask":[2,1],"ts":1}})") ==
        Lines{"alive X"});
  CHECK(said(R"({"ch":"market.X.bbo","ts":1,"tick":{"bid":[],"ask":[2,1],"ts":1}})") ==
        Lines{"malformed: bbo: bid is not a level"});
}

TEST_CASE("htx: a ping is answered with its own letters") {
  Decoding decoding{"htx"};
  CHECK(decoding.report(fixture("htx", "ping")).reply == R"({"op":"pong","ts":"1776470405058"})");
  CHECK(decoding.report(R"({"op":"ping","ts":1776470405058})").reply ==
        R"({"op":"pong","ts":1776470405058})");
  CHECK(decoding.report(fixture("htx", "market_ping")).reply == R"({"pong":1776470405027})");
  CHECK(decoding.report(R"({"ping":"1776470405027"})").reply == R"({"pong":"1776470405027"})");
}

TEST_CASE("htx: a ping without a time, or with no time at all, is malformed and not answered") {
  for (const std::string_view text :
       {R"({"op":"ping"})", R"({"op":"ping","ts":null})", R"({"op":"ping","ts":[1]})",
        R"({"ping":{}})", R"({"ping":true})", R"({"ping":1776470405027)"}) {
    CAPTURE(text);
    Decoding decoding{"htx"};
    const auto report = decoding.report(text);
    CHECK(report.frame_class == FrameClass::malformed);
    CHECK(report.reply.empty());
  }
}

TEST_CASE("htx: answers name their topic") {
  CHECK(said(fixture("htx", "ack")) == Lines{"ack [public.*.liquidation_orders]"});
  CHECK(said(fixture("htx", "market_ack")) == Lines{"ack [market.BTC-USDT.bbo]"});
  CHECK(said(fixture("htx", "market_error")) ==
        Lines{"error [market.NOPE-USDT.bbo]: invalid topic market.NOPE-USDT.bbo"});
  CHECK(
      said(
          R"({"op":"sub","cid":"1","topic":"public.X.liquidation_orders","ts":1,"err-code":2011,"err-msg":"unknown"})") ==
      Lines{"error [public.X.liquidation_orders]: unknown"});
}

TEST_CASE("htx: a close is announced") {
  Decoding decoding{"htx"};
  CHECK(decoding.report(R"({"op":"close","ts":1776470405058})").leaving);
}

TEST_CASE("htx: what is of no use to us is ignored by name") {
  CHECK(said(R"({"op":"notify","topic":"public.X.funding_rate","ts":1,"data":[]})") ==
        Lines{"ignored: public.X.funding_rate"});
  CHECK(said(R"({"ch":"market.X.kline.1min","ts":1,"tick":{}})") ==
        Lines{"ignored: market.X.kline.1min"});
}

TEST_CASE("htx: a frame in gzip says what it says in plain text") {
  Decoding decoding{"htx"};
  for (const auto& name : fixtures_of("htx")) {
    CAPTURE(name);
    const auto text = fixture("htx", name);
    const auto plain = decoding.said(text);
    CHECK(decoding.said(gzipped(text)) == plain);
    decoding.events.clear();
    const OwnedFrame binary{gzipped(text), Frame::Kind::binary};
    CHECK(decoding.decoder->decode(binary, decoding.events).frame_class != FrameClass::malformed);
  }
}

TEST_CASE("htx: gzip cut off anywhere is malformed, and the next frame is read") {
  Decoding decoding{"htx"};
  const auto whole = gzipped(fixture("htx", "trade_detail"));
  for (std::size_t size = 2; size < whole.size(); ++size) {
    CAPTURE(size);
    REQUIRE(decoding.said(whole.substr(0, size)) == broken);
  }
  CHECK(decoding.said(whole).size() == 2);
}

TEST_CASE("htx: one wrong byte anywhere in gzip never makes another event") {
  Decoding decoding{"htx"};
  const auto whole = gzipped(fixture("htx", "liquidation_orders"));
  const auto original = decoding.said(whole);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char flip : {'\x01', '\x80', '\xff'}) {
      auto wrong = whole;
      wrong[i] = static_cast<char>(wrong[i] ^ flip);
      const auto got = decoding.said(wrong);
      CAPTURE(i, got);
      REQUIRE((got == original || got.at(0).starts_with("malformed: ")));
    }
  }
}

TEST_CASE("htx: something behind the gzip member is malformed") {
  const auto member = gzipped(fixture("htx", "ack"));
  CHECK(said(member + "x") == broken);
  CHECK(said(member + member) == broken);
}

TEST_CASE("htx: a bomb is refused, whether it tells its size or lies") {
  const auto bomb = gzipped(std::string(64 * 1024 * 1024, ' '));
  CHECK(said(bomb) == broken);
  auto liar = bomb;
  liar.replace(liar.size() - 4, 4, std::string{"\x00\x10\x00\x00", 4});
  CHECK(said(liar) == broken);
  auto boaster = gzipped("{}");
  boaster.replace(boaster.size() - 4, 4, std::string{"\x00\x00\x70\x00", 4});
  CHECK(said(boaster) == broken);
}

TEST_CASE("htx: gzip of 8 MiB is read, of a byte more it is not") {
  Decoding decoding{"htx"};
  const std::string frame = R"({"op":"new"})";
  const auto padded = [&](std::size_t size) {
    return gzipped(frame + std::string(size - frame.size(), ' '));
  };
  CHECK(decoding.said(padded(wire::Gunzip::most)) == Lines{"ignored: new"});
  CHECK(decoding.said(padded(wire::Gunzip::most + 1)) == broken);
}

TEST_CASE("htx: gzip in gzip, or of nothing, is malformed") {
  CHECK(said(gzipped(gzipped("{}"))).at(0).starts_with("malformed: "));
  CHECK(said(gzipped("")) == Lines{"malformed: an empty frame"});
}

TEST_CASE("htx: prices, marks and liquidations have a socket each") {
  const auto plan = find_venue("htx")->plan({.prices = {{"CL-USDT", PriceKind::trade},
                                                        {"BTC-USDT", PriceKind::mid},
                                                        {"ETH-USDT", PriceKind::mark}},
                                             .liquidations = {"*", "BTC-USDT"},
                                             .url = {}});
  REQUIRE(plan.size() == 3);
  CHECK(plan[0].url == "wss://api.hbdm.com/linear-swap-ws");
  CHECK(plan[0].subscribe ==
        Lines{R"({"sub":"market.CL-USDT.trade.detail","id":"market.CL-USDT.trade.detail"})",
              R"({"sub":"market.CL-USDT.detail","id":"market.CL-USDT.detail"})",
              R"({"sub":"market.BTC-USDT.bbo","id":"market.BTC-USDT.bbo"})"});
  CHECK(plan[0].streams.at(2).ack == "market.BTC-USDT.bbo");
  CHECK(plan[1].url == "wss://api.hbdm.com/ws_index");
  CHECK(plan[2].url == "wss://api.hbdm.com/linear-swap-notification");
  CHECK(plan[2].subscribe == Lines{R"({"op":"sub","topic":"public.*.liquidation_orders"})"});
  CHECK(plan[2].streams.at(0).ack == "public.*.liquidation_orders");
}

TEST_CASE("htx: liquidations of some contracts are asked for by contract") {
  FeedRequest request;
  request.liquidations = {"BTC-USDT", "ETH-USDT"};
  const auto plan = find_venue("htx")->plan(request);
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].streams.size() == 2);
  CHECK(plan[0].streams[1].ack == "public.ETH-USDT.liquidation_orders");
}

TEST_CASE("htx: prices are said to be read from the documentation alone") {
  FeedRequest request;
  request.liquidations = {"*"};
  CHECK(find_venue("htx")->caveats(request).empty());
  request.prices = {{"CL-USDT", PriceKind::trade}};
  CHECK(find_venue("htx")->caveats(request).size() == 1);
}

TEST_CASE("htx: minutes of trades are asked for in seconds; of marks there are none") {
  const auto* venue = find_venue("htx");
  CandleRequest request{"CL-USDT", PriceKind::mid, *from_unix_ms(1776470400000),
                        *from_unix_ms(1776470520000)};
  CHECK(venue->candles(request)->path ==
        "/linear-swap-ex/market/history/kline?contract_code=CL-USDT&period=1min&from=1776470400&to="
        "1776470519");
  request.kind = PriceKind::mark;
  CHECK_FALSE(venue->candles(request));
  CHECK(venue->parse_candles(R"({"status":"error","err-code":"bad-request","err-msg":"x","ts":1})")
            .error() == Errc::bad_protocol);
}

// clang-format off
TEST_CASE("htx: what the venue really sent") {
  check_captures({
    {"htx_linear.liquidation_orders", "htx", {
       {"short ETH-USDT 5 base at 2446.26 = 12231.3 USD @1789670297212"},
     }},
  });
}
// clang-format on
