#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("finnhub");
}

Lines said(std::string_view text) {
  return Decoding{"finnhub"}.said(text);
}

FeedRequest request_of(std::vector<FeedRequest::Price> prices) {
  FeedRequest request;
  request.prices = std::move(prices);
  request.key = Secret{"a-key&more"};
  return request;
}

}  // namespace

TEST_CASE("finnhub: trades of several symbols come in one frame; a metal's have no size") {
  CHECK(said(fixture("finnhub", "trade")) ==
        Lines{"trade BINANCE:BTCUSDT 77185.21 x0.001 @1776470400215",
              "trade OANDA:XAU_USD 4821.31 @1776470400180"});
}

TEST_CASE("finnhub: the venue's ping is no data, and wants no answer") {
  Decoding decoding{"finnhub"};
  const auto report = decoding.report(fixture("finnhub", "ping"));
  CHECK(report.control == ControlKind::ping);
  CHECK(report.reply.empty());
}

TEST_CASE("finnhub: an error names no symbol") {
  CHECK(said(fixture("finnhub", "error")) == Lines{"error: Subscribing to too many symbols"});
}

TEST_CASE("finnhub: what is not a trade is ignored by its type") {
  CHECK(said(R"({"data":[{"headline":"x"}],"type":"news"})") == Lines{"ignored: news"});
}

TEST_CASE("finnhub: the key stands in the URL, and a message asks for each symbol") {
  const auto plan =
      venue().plan(request_of({{"OANDA:XAU_USD", PriceKind::trade}, {"AAPL", PriceKind::trade}}));
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://ws.finnhub.io/?token=a-key%26more");
  CHECK(plan[0].subscribe == Lines{R"({"type":"subscribe","symbol":"OANDA:XAU_USD"})",
                                   R"({"type":"subscribe","symbol":"AAPL"})"});
  CHECK(plan[0].streams[0].ack.empty());
  CHECK(venue().needs_key());
}

TEST_CASE("finnhub: there are trades, and neither mark nor mid") {
  CHECK(venue().has_price(PriceKind::trade));
  CHECK(venue().plan(request_of({{"A", PriceKind::mark}, {"A", PriceKind::mid}})).empty());
}

TEST_CASE("finnhub: what nobody has checked is said where it matters") {
  CHECK(venue().caveats(request_of({{"AAPL", PriceKind::trade}})).size() == 1);
  CHECK(venue().caveats(request_of({{"OANDA:XAU_USD", PriceKind::trade}})).size() == 2);
  std::vector<FeedRequest::Price> many;
  for (int i = 0; i < 51; ++i) many.push_back({std::to_string(i), PriceKind::trade});
  CHECK(venue().caveats(request_of(many)).size() == 2);
}

TEST_CASE("finnhub: captured frames say what the venue's page says") {
  check_captures({
      {"finnhub.control", "finnhub", {{"ping"}, {"error: Subscribing to too many symbols"}}},
      {"finnhub.trade",
       "finnhub",
       {{"trade BINANCE:BTCUSDT 7296.89 x0.011467 @1575526691134"},
        {"trade BINANCE:BTCUSDT 7296.89 x0.011467 @1575526691134"},
        {"trade BINANCE:BTCUSDT 10929.47 x0.0015 @1595916553550"}}},
  });
}
