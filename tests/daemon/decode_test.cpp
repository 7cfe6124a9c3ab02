#include "daemon/decode.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "feeds/venues/venue.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

struct Run {
  int exit{};
  std::string out;
  std::string errors;
};

Run decode(std::string_view venue, const std::string& frames, const std::string& contracts = {}) {
  std::istringstream in{frames};
  std::ostringstream out;
  std::ostringstream errors;
  const int exit = run_decode(venue, contracts, in, out, errors);
  return {exit, out.str(), errors.str()};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

constexpr const char* trade =
    R"({"arg":{"channel":"trades","instId":"CL-USDT-SWAP"},"data":[{"instId":"CL-USDT-SWAP","tradeId":"4","px":"85.92","sz":"120","side":"sell","ts":"1776470400130"}]})";
constexpr const char* liquidation =
    R"({"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkPx":"77190.2","posSide":"long","side":"sell","sz":"12.5","ts":"1776470401200"}],"instId":"BTC-USDT-SWAP"}]})";

}  // namespace

TEST_CASE("decode: a trade is one line, its keys in a fixed order") {
  CHECK(
      decode("okx", trade).out ==
      R"({"type":"tick","venue":"okx","symbol":"CL-USDT-SWAP","price_kind":"trade","time_ms":1776470400130,"price":85.92,"size":120,"side":"sell"})"
      "\n");
}

TEST_CASE("decode: what the venue does not say is null") {
  CHECK(
      decode(
          "hyperliquid",
          R"({"channel":"activeAssetCtx","data":{"coin":"xyz:CL","ctx":{"markPx":"85.91","midPx":"85.905"}}})")
          .out ==
      R"({"type":"tick","venue":"hyperliquid","symbol":"xyz:CL","price_kind":"mark","time_ms":null,"price":85.91,"size":null,"side":null})"
      "\n"
      R"({"type":"tick","venue":"hyperliquid","symbol":"xyz:CL","price_kind":"mid","time_ms":null,"price":85.905,"size":null,"side":null})"
      "\n");
}

TEST_CASE("decode: a liquidation counted in contracts has no value without their size") {
  CHECK(
      decode("okx", liquidation).out ==
      R"({"type":"liquidation","venue":"okx","symbol":"BTC-USDT-SWAP","time_ms":1776470401200,"position":"long","price":77190.2,"quantity":12.5,"quantity_unit":"contracts","notional_usd":null})"
      "\n");
}

TEST_CASE("decode: a contracts file tells the size") {
  const TempDir folder;
  const auto file = (folder.path() / "contracts.json").string();
  std::ofstream{file} << R"({"BTC-USDT-SWAP":{"multiplier":0.01,"inverse":false}})";
  CHECK_THAT(decode("okx", liquidation, file).out,
             ContainsSubstring(R"("notional_usd":9648.775})"));
}

TEST_CASE("decode: a line that is a JSON string is a frame of its text") {
  CHECK(decode("okx", "\"pong\"\n").out == R"({"type":"control","what":"pong","message":null})"
                                           "\n");
  CHECK(decode("okx", "pong\n").out == R"({"type":"control","what":"pong","message":null})"
                                       "\n");
}

TEST_CASE(
    "decode: frames of lines, and of base64, come as JSON strings, each with all its events") {
  const auto quotes = lines_of(
      decode(
          "sina",
          R"("hf_CL=85.92,,,,9,1,08:00:00,3,3,0,1,1,2026-04-18,纽约原油,7\nhf_GC=4821.3,,,,9,1,08:00:00,3,3,0,1,1,2026-04-18,x,7\n")")
          .out);
  REQUIRE(quotes.size() == 2);
  CHECK_THAT(quotes[1], ContainsSubstring(R"("symbol":"hf_GC","price_kind":"last",)"
                                          R"("time_ms":1776470400000,"price":4821.3)"));
  CHECK_THAT(decode("yahoo", R"("CgRDTD1GFQrXq0IYgPCY3rNn")").out,
             ContainsSubstring(R"("symbol":"CL=F","price_kind":"last",)"
                               R"("time_ms":1776470400000,"price":85.92)"));
}

TEST_CASE("decode: what a venue sends in gzip comes as the text inside") {
  CHECK(decode("htx", R"({"op":"ping","ts":"1776470405058"})").out ==
        R"({"type":"control","what":"ping","message":null})"
        "\n");
}

TEST_CASE("decode: a control frame carries the venue's message") {
  CHECK(decode("binance-futures", R"({"error":{"code":2,"msg":"say \"what\"\n"},"id":1})").out ==
        R"({"type":"control","what":"error","message":"say \"what\"\u000a"})"
        "\n");
}

TEST_CASE("decode: every line is answered, in order") {
  const auto out = lines_of(
      decode("okx", std::string{trade} + "\n\n{}\nnonsense\n\"pong\"\r\n" + trade + "\n").out);
  REQUIRE(out.size() == 6);
  CHECK_THAT(out[0], StartsWith(R"({"type":"tick")"));
  CHECK(out[1] == R"({"type":"malformed","error":"an empty frame"})");
  CHECK(out[2] == R"({"type":"ignored","what":"a frame without arg or event"})");
  CHECK_THAT(out[3], StartsWith(R"({"type":"malformed","error":")"));
  CHECK(out[4] == R"({"type":"control","what":"pong","message":null})");
  CHECK(out[5] == out[0]);
}

TEST_CASE("decode: data that changes no price is answered too") {
  CHECK(
      decode("bybit", R"({"topic":"tickers.X","type":"delta","data":{"symbol":"X"},"cs":1,"ts":1})")
          .out == R"({"type":"ignored","what":"data that changes no price"})"
                  "\n");
  CHECK(decode("bybit", R"({"topic":"publicTrade.X","type":"snapshot","ts":1,"data":[]})").out ==
        R"({"type":"ignored","what":"data that changes no price"})"
        "\n");
}

TEST_CASE("decode: deltas build on the lines before them") {
  const auto delta = [](std::string_view field) {
    return std::string{R"({"topic":"tickers.X","type":"delta","data":{"symbol":"X",)"} +
           std::string{field} +
           R"(},"ts":1})"
           "\n";
  };
  const auto out =
      lines_of(decode("bybit", delta(R"("bid1Price":"1")") + delta(R"("ask1Price":"2")")).out);
  REQUIRE(out.size() == 2);
  CHECK_THAT(out[1], ContainsSubstring(R"("price_kind":"mid","time_ms":1,"price":1.5)"));
}

TEST_CASE("decode: a line that is too long is malformed, and the next one read") {
  const auto out =
      lines_of(decode("okx", std::string(8 * 1024 * 1024 + 1, 'x') + "\n" + trade).out);
  REQUIRE(out.size() == 2);
  CHECK(out[0] == R"({"type":"malformed","error":"a line longer than 8 MiB"})");
  CHECK_THAT(out[1], StartsWith(R"({"type":"tick")"));
}

TEST_CASE("decode: bytes that are no UTF-8 are malformed, and the answer is") {
  const auto out = lines_of(decode("okx", "\xff\xfe\n\"\xff\"\n{\"event\":\"\xc3\x28\"}\n").out);
  REQUIRE(out.size() == 3);
  for (const auto& line : out) CHECK(line == R"({"type":"malformed","error":"not UTF-8"})");
}

TEST_CASE("decode: every answer is JSON, whatever the frame") {
  for (const auto venue : venue_names()) {
    for (
        const auto* frame :
        {R"({"topic":"a\"b\\\u0001","channel":"a\"b\\\u0001","event":"a\"b\\\u0001","e":"a\"b\\\u0001"})",
         "\"\"", "\"\\u0000\"", "null", "[", "{\"\":1}", "\"{}\""}) {
      for (const auto& line : lines_of(decode(venue, frame).out)) {
        boost::system::error_code error;
        CAPTURE(venue, frame, line);
        CHECK(boost::json::parse(line, error).is_object());
        CHECK_FALSE(error);
      }
    }
  }
}

TEST_CASE("decode: numbers read back as they were sent") {
  for (const auto* price : {"0.1", "83434.40", "0.000012345678901234567", "1e-9",
                            "123456789012345680", "-40.32", "2.2250738585072014e-308"}) {
    const auto out =
        decode(
            "okx",
            std::string{
                R"({"arg":{"channel":"mark-price","instId":"X"},"data":[{"instId":"X","markPx":")"} +
                price + R"(","ts":"1"}]})")
            .out;
    CAPTURE(price, out);
    CHECK(boost::json::parse(out).at("price").to_number<double>() == std::stod(price));
  }
}

TEST_CASE("decode: an unknown venue is named beside the known ones") {
  const auto run = decode("mtgox", trade);
  CHECK(run.exit == 2);
  CHECK(run.out.empty());
  CHECK(run.errors.starts_with(
      "--venue: no venue is called \"mtgox\"; write one of bybit, okx, hyperliquid, "));
}

TEST_CASE("decode: a contracts file that cannot be used ends the work in one line") {
  const TempDir folder;
  const auto file = (folder.path() / "contracts.json").string();
  const auto refused = [&](std::string_view content) {
    std::ofstream{file} << content;
    const auto run = decode("okx", trade, file);
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(lines_of(run.errors).size() == 1);
    return run.errors.substr(run.errors.find("contracts.json"));
  };
  CHECK_THAT(refused(""), StartsWith("contracts.json:1:1: is not JSON"));
  CHECK_THAT(refused("{\n  \"A\": x}"), StartsWith("contracts.json:2:8: is not JSON"));
  CHECK_THAT(refused("{} {}"), StartsWith("contracts.json:1:4: is not JSON"));
  CHECK_THAT(refused("[]"), StartsWith("contracts.json:1:1: is not a JSON object of symbols"));
  CHECK_THAT(refused("{\n \"A\": 3}"), StartsWith("contracts.json:2:2: A: is not an object"));
  CHECK_THAT(refused(R"({"A":{"inverse":true}})"),
             ContainsSubstring("A: has no multiplier that is a number"));
  CHECK_THAT(refused(R"({"A":{"multiplier":"1"}})"),
             ContainsSubstring("A: has no multiplier that is a number"));
  CHECK_THAT(refused(R"({"A":{"multiplier":0}})"),
             ContainsSubstring("A: multiplier is not above zero"));
  CHECK_THAT(refused(R"({"A":{"multiplier":1,"inverse":1}})"),
             ContainsSubstring("A: inverse is neither true nor false"));
}

TEST_CASE("decode: a contracts file that is not there, or a folder, is said to be unreadable") {
  const TempDir folder;
  for (const auto& path : {folder.path() / "none.json", folder.path()}) {
    const auto run = decode("okx", trade, path.string());
    CHECK(run.exit == 2);
    CHECK(run.errors ==
          path.string() + ": --contracts: cannot be read; name a readable JSON file\n");
  }
}
