#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Venue& venue() {
  return *find_venue("massive");
}

Lines said(std::string_view text) {
  return Decoding{"massive"}.said(text);
}

/// Without the id, which is a hash.
Lines trades(std::string_view text) {
  auto lines = said(text);
  for (auto& line : lines) line = line.substr(0, line.find(" #"));
  return lines;
}

}  // namespace

TEST_CASE("massive: trades are ticks, named as they are subscribed to") {
  CHECK(trades(fixture("massive", "crypto_trades")) ==
        Lines{"trade XT.BTC-USD 77210.5 x0.0125 @1776470400120",
              "trade XT.BTC-USD 77211 x0.5 @1776470400121"});
  CHECK(trades(fixture("massive", "stock_trade")) ==
        Lines{"trade T.QQQ 601.25 x300 @1776470400462"});
}

TEST_CASE("massive: quotes are mids, and an index's value is a last price") {
  CHECK(said(fixture("massive", "forex_quote")) == Lines{"mid C.XAU/USD 4821 @1776470400784"});
  CHECK(said(fixture("massive", "crypto_quote")) == Lines{"mid XQ.BTC-USD 77210.5 @1776470400115"});
  CHECK(said(fixture("massive", "index_value")) == Lines{"last V.I:NDX 21988.5 @1776470400130"});
}

TEST_CASE("massive: one id at two exchanges is two trades") {
  Decoding decoding{"massive"};
  const auto id_at = [&](int exchange) {
    decoding.report(fmt::format(
        R"([{{"ev":"T","sym":"A","i":"7","x":{},"p":1,"s":1,"t":1776470400000}}])", exchange));
    return std::get<Tick>(decoding.events.at(0)).id;
  };
  CHECK(id_at(1) != id_at(2));
}

TEST_CASE("massive: a future's trade has no id, and perhaps nanoseconds") {
  CHECK(said(R"([{"ev":"T","sym":"CLM6","p":85.91,"s":2,"t":1776470400120000000,"q":7}])") ==
        Lines{"trade T.CLM6 85.91 x2 @1776470400120"});
}

TEST_CASE("massive: a frame of several kinds is data if one of them is") {
  CHECK(
      said(
          R"([{"ev":"status","status":"success","message":"x"},{"ev":"AM","sym":"A"},{"ev":"V","val":5,"T":"I:X","t":1}])") ==
      Lines{"last V.I:X 5 @1"});
  CHECK(said(R"([{"ev":"AM","sym":"A"}])") == Lines{"ignored: AM"});
}

TEST_CASE("massive: one bad row makes the frame malformed, and no event") {
  CHECK(said(R"([{"ev":"V","val":5,"T":"I:X","t":1},{"ev":"V","val":"x","T":"I:X","t":1}])") ==
        Lines{"malformed: event: val is not a number"});
  CHECK(said("[]") == Lines{"malformed: an empty list"});
}

TEST_CASE("massive: the login's success is the welcome; its failure an error") {
  CHECK(said(fixture("massive", "auth")) == Lines{"welcome: authenticated"});
  CHECK(said(R"([{"ev":"status","status":"auth_failed","message":"authentication failed"}])") ==
        Lines{"error: authentication failed"});
}

TEST_CASE("massive: an acknowledgement names what it is for; two in a frame, everything") {
  CHECK(said(fixture("massive", "ack")) == Lines{"ack [XT.BTC-USD]"});
  CHECK(
      said(
          R"([{"ev":"status","status":"success","message":"subscribed to: T.A"},{"ev":"status","status":"success","message":"subscribed to: T.B"}])") ==
      Lines{"ack"});
}

TEST_CASE("massive: each cluster has a connection, which logs in first") {
  FeedRequest request;
  request.prices = {{"XT.BTC-USD", PriceKind::trade},
                    {"C.XAU/USD", PriceKind::mid},
                    {"V.I:NDX", PriceKind::trade},
                    {"T.QQQ", PriceKind::trade},
                    {"XT.ETH-USD", PriceKind::trade}};
  request.key = Secret{"a-key"};
  auto plan = venue().plan(request);
  REQUIRE(plan.size() == 4);
  CHECK(plan[0].url == "wss://socket.massive.com/crypto");
  CHECK(plan[1].url == "wss://socket.massive.com/forex");
  CHECK(plan[2].url == "wss://socket.massive.com/indices");
  CHECK(plan[3].url == "wss://socket.massive.com/stocks");
  CHECK(plan[0].login == R"({"action":"auth","params":"a-key"})");
  CHECK(plan[0].subscribe == Lines{R"({"action":"subscribe","params":"XT.BTC-USD"})",
                                   R"({"action":"subscribe","params":"XT.ETH-USD"})"});
  CHECK(plan[0].streams[0].ack == "XT.BTC-USD");

  request.url = "wss://socket.massive.com/futures/nymex";
  plan = venue().plan(request);
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].streams.size() == 5);
}

TEST_CASE("massive: what the venue really sent") {
  check_captures({{"massive.control",
                   "massive",
                   {{"status: Connected Successfully"}, {"welcome: authenticated"}}},
                  {"massive.stocks_T",
                   "massive",
                   {{"trade T.AAPL 161.87 x300 @1651684192462 #6553384830069760926"},
                    {"trade T.AMZN 161.87 x1 @1651684192536 #16988936316483280663",
                     "trade T.AMZN 161.87 x100 @1651684192717 #5486315321295106133"}}}});
}
