#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("binance-spot");
}

Lines said(std::string_view text) {
  return Decoding{"binance-spot"}.said(text);
}

std::vector<Connection> planned(std::vector<FeedRequest::Price> prices) {
  FeedRequest request;
  request.prices = std::move(prices);
  return venue().plan(request);
}

}  // namespace

TEST_CASE("binance-spot: a trade is a tick; its buyer being the maker, it sold") {
  CHECK(said(fixture("binance-spot", "agg_trade")) ==
        Lines{"trade BTCUSDT 77185.2 x0.0135 sell @1776470400214 #3902114407"});
  CHECK(said(fixture("binance-spot", "trade")) ==
        Lines{"trade BTCUSDT 77185.21 x0.001 buy @1776470400215 #5920331872"});
}

TEST_CASE("binance-spot: both tickers yield the last price") {
  CHECK(said(fixture("binance-spot", "ticker")) == Lines{"last BTCUSDT 77185.21 @1776470401000"});
  CHECK(said(fixture("binance-spot", "mini_ticker")) ==
        Lines{"last BTCUSDT 77185.21 @1776470401003"});
}

TEST_CASE("binance-spot: a quote has no name and no time; its a is the best ask") {
  CHECK(said(fixture("binance-spot", "book_ticker")) == Lines{"mid BTCUSDT 77185.29999999999"});
  CHECK(said(R"({"u":1,"s":"BTCUSDT","b":"2","B":"1","a":"4","A":"1"})") == Lines{"mid BTCUSDT 3"});
  CHECK(said(R"({"u":1,"s":"BTCUSDT","b":"0.00","B":"0","a":"4","A":"1"})") ==
        Lines{"alive BTCUSDT"});
}

TEST_CASE("binance-spot: a quote that lacks a side is malformed, whether it is named or not") {
  CHECK(said(R"({"u":1,"s":"BTCUSDT","b":"2"})") == Lines{"malformed: bookTicker: a is missing"});
  CHECK(said(R"({"stream":"btcusdt@bookTicker","data":{"s":"BTCUSDT","b":"2"}})") ==
        Lines{"malformed: bookTicker: a is missing"});
}

TEST_CASE("binance-spot: a shutdown is announced, and means leaving") {
  Decoding decoding{"binance-spot"};
  const auto report = decoding.report(fixture("binance-spot", "server_shutdown"));
  CHECK(report.control == ControlKind::notice);
  CHECK(report.leaving);
}

TEST_CASE("binance-spot: events of no use to us are ignored by name") {
  CHECK(said(R"({"stream":"btcusdt@depth5","data":{"lastUpdateId":1}})") ==
        Lines{"ignored: btcusdt@depth5"});
  CHECK(said(R"({"stream":"btcusdt@avgPrice","data":{"e":"avgPrice","E":1}})") ==
        Lines{"ignored: avgPrice"});
}

TEST_CASE("binance-spot: all streams are at one endpoint") {
  const auto plan = planned({{"BTCUSDT", PriceKind::trade}, {"PAXGUSDT", PriceKind::mid}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url ==
        "wss://stream.binance.com:443/stream?streams=btcusdt@aggTrade/btcusdt@ticker/"
        "paxgusdt@bookTicker");
  CHECK(
      plan[0].subscribe ==
      Lines{
          R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@ticker","paxgusdt@bookTicker"],"id":1})"});
}

TEST_CASE("binance-spot: there is no mark, neither live nor past") {
  CHECK_FALSE(venue().has_price(PriceKind::mark));
  CHECK(planned({{"BTCUSDT", PriceKind::mark}}).empty());
  CHECK_FALSE(venue().candles({"BTCUSDT", PriceKind::mark, {}, {}}));
}

TEST_CASE("binance-spot: minutes are asked for from the first to the last millisecond") {
  const Timestamp from{std::chrono::milliseconds{1'776'470'400'000}};
  const auto request =
      venue().candles({"BTCUSDT", PriceKind::trade, from, from + std::chrono::minutes{3}});
  REQUIRE(request);
  CHECK(request->path ==
        "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1776470400000&endTime=1776470579999"
        "&limit=1000");
}

TEST_CASE("binance-spot: its own limits leave room for a pong") {
  CHECK(venue().limits().message_spacing == std::chrono::milliseconds{250});
  CHECK(venue().limits().lifetime == std::chrono::hours{24});
  CHECK(venue().numbers_trades());
}

TEST_CASE("binance-spot: captured frames say what the venue's page says") {
  check_captures({
      {"binance_spot.aggTrade",
       "binance-spot",
       {{"trade BTCUSDT 95311.64 x0.00084 buy @1768627409825 #3814332932"},
        {"trade NKNUSDT 0.3528 x58 buy @1633998523963 #15683430"},
        {"trade BNBBTC 0.001 x100 sell @1672515782136 #12345"},
        {"trade BNBBTC 0.001 x100 sell @1672515782136 #12345"}}},
      {"binance_spot.bookTicker",
       "binance-spot",
       {{"mid ETHUSDT 3290.285"},
        {"mid BTCUSDT 8011.075"},
        {"mid NKNUSDT 0.35225"},
        {"mid NKNUSDT 0.35235000000000005"},
        {"mid NKNUSDT 0.35255000000000003"},
        {"mid NKNUSDT 0.35265"},
        {"mid NKNUSDT 0.3528"}}},
      {"binance_spot.control",
       "binance-spot",
       {{"ack [5000001]"},
        {"error [5000001]: Invalid request: streams must be an array"},
        {"notice: serverShutdown"},
        {"ack [1]"},
        {"ack [3]"},
        {"ack [5]"}}},
      {"binance_spot.miniTicker",
       "binance-spot",
       {{"last BTCUSDT 95311.63 @1768627410022"}, {"last BNBBTC 0.0025 @1672515782136"}}},
      {"binance_spot.ticker",
       "binance-spot",
       {{"last DOGEBNB 0.0001436 @1569805259088"}, {"last BNBBTC 0.0025 @86400000"}}},
      {"binance_spot.trade",
       "binance-spot",
       {{"trade BNBBTC 0.0042699 x33.82 buy @1554076800940 #40756030"},
        {"trade BNBBTC 0.0021965 x6.48 sell @1567296001034 #60276726"},
        {"trade BNBBTC 0.001 x100 sell @1672515782136 #12345"}}},
  });
}
