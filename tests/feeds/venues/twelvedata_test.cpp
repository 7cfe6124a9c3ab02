#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("twelvedata");
}

Lines said(std::string_view text) {
  return Decoding{"twelvedata"}.said(text);
}

FeedRequest request_of(std::vector<FeedRequest::Price> prices) {
  FeedRequest request;
  request.prices = std::move(prices);
  request.key = Secret{"a-key"};
  return request;
}

}  // namespace

TEST_CASE("twelvedata: a price is the last one, as of a whole second") {
  CHECK(said(fixture("twelvedata", "price")) == Lines{"last BTC/USD 77185.2 @1776470400000"});
}

TEST_CASE("twelvedata: where a price has quotes, there is a mid") {
  CHECK(said(fixture("twelvedata", "price_with_quotes")) ==
        Lines{"last XAU/USD 4821.3 @1776470400000", "mid XAU/USD 4821.3 @1776470400000"});
}

TEST_CASE("twelvedata: a symbol is acknowledged or refused by name") {
  CHECK(said(fixture("twelvedata", "subscribed")) == Lines{"ack [XAU/USD]"});
  CHECK(said(fixture("twelvedata", "warning")) ==
        Lines{"error [WTI/USD]: You are not authorized to access this symbol."});
  CHECK(said(fixture("twelvedata", "error")) == Lines{"error: Cant parse message"});
}

TEST_CASE("twelvedata: a status of several symbols acknowledges all that wait for one") {
  CHECK(
      said(
          R"({"event":"subscribe-status","status":"ok","success":[{"symbol":"A"},{"symbol":"B"}]})") ==
      Lines{"ack"});
}

TEST_CASE("twelvedata: an error may come without an event") {
  CHECK(said(R"({"status":"error","code":401,"message":"**apikey** parameter is incorrect"})") ==
        Lines{"error: **apikey** parameter is incorrect"});
}

TEST_CASE("twelvedata: the answer to a heartbeat is no data") {
  CHECK(said(fixture("twelvedata", "heartbeat")) == Lines{"heartbeat"});
  CHECK(venue().keep_alive().text == R"({"action":"heartbeat"})");
  CHECK(venue().keep_alive().every == std::chrono::seconds{10});
}

TEST_CASE("twelvedata: the key stands in the URL, and a message asks for each symbol") {
  const auto plan =
      venue().plan(request_of({{"XAU/USD", PriceKind::mid}, {"BTC/USD", PriceKind::trade}}));
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://ws.twelvedata.com/v1/quotes/price?apikey=a-key");
  CHECK(plan[0].subscribe == Lines{R"({"action":"subscribe","params":{"symbols":"XAU/USD"}})",
                                   R"({"action":"subscribe","params":{"symbols":"BTC/USD"}})"});
  CHECK(plan[0].streams[0].ack == "XAU/USD");
  CHECK(venue().needs_key());
  CHECK_FALSE(venue().has_price(PriceKind::mark));
}

TEST_CASE("twelvedata: captured frames say what the venue's page says") {
  check_captures({
      {"twelvedata.control",
       "twelvedata",
       {{"ack [AAPL]"},
        {"error [1211]: You are not authorized to access XHKG data."},
        {"error [GBP/USD]"},
        {"error: Cant parse message"}}},
      {"twelvedata.price",
       "twelvedata",
       {{"last AAPL 172.87 @1643972766000"}, {"last BTC/USD 10964.8 @1600595462000"}}},
  });
}
