#include "feeds/capture/record.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>

#include "feeds/capture/base64.hpp"
#include "feeds/capture/chunk.hpp"
#include "tests/support/frame.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const LinkRef bybit{.feed = "bybit", .link = 2, .serial = 7};

std::string line_of(const CaptureRecord& record) {
  std::string line;
  append_line(line, record);
  return line;
}

/// The line that a line's record makes again; or why it is none.
std::string again(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  const OwnedFrame padded{line};
  CaptureParser parser;
  const auto parsed = parser.parse(static_cast<Frame>(padded).text());
  if (const auto* wrong = std::get_if<CaptureParser::Wrong>(&parsed)) return wrong->what;
  return line_of(std::get<CaptureRecord>(parsed));
}

std::string text_again(std::string_view text) {
  const auto line = line_of(LinkFrame{bybit, Frame::Kind::text, text, at(1s)});
  const OwnedFrame padded{std::string_view{line}.substr(0, line.size() - 1)};
  CaptureParser parser;
  const auto parsed = parser.parse(static_cast<Frame>(padded).text());
  return std::string{std::get<LinkFrame>(std::get<CaptureRecord>(parsed)).text};
}

}  // namespace

TEST_CASE("a captured frame is a line that a person can read") {
  CHECK(line_of(LinkFrame{bybit, Frame::Kind::text, R"({"topic":"x"})", at(1500us)}) ==
        R"({"at":1735689600001500,"what":"frame","feed":"bybit","link":2,"serial":7,)"
        R"("text":"{\"topic\":\"x\"}"})"
        "\n");
}

TEST_CASE("every kind of record reads back as it was written") {
  const std::vector<CaptureRecord> records{
      FileBegins{.foghorn = "0.1.0",
                 .run = at(1s),
                 .part = 3,
                 .setup = R"({"feeds":{"okx":[["a","b"]]}})",
                 .at = at(2s)},
      FileBegins{.foghorn = "0.1.0",
                 .run = at(1s),
                 .part = 4,
                 .setup = "{}",
                 .at = at(2s),
                 .after_loss = true},
      StateKept{"oil-shock", R"({"rule":"oil-shock"})", at(2s)},
      MinuteKept{"WTI", at(60s), {77.5, 78.25, -1e-7, 123456.789}},
      DayKept{"WTI",
              {.day = at(0s),
               .open = 96.46,
               .high = 97,
               .low = -40.3,
               .close = 85.91,
               .seen = 0.0006944444444444445}},
      DayKept{"WTI",
              {.day = at(0s), .open = 86, .high = 86, .low = 86, .close = 86, .closes_only = true}},
      RunBegins{at(3s)},
      LinkOpened{bybit, 6, at(4s)},
      LinkFrame{bybit, Frame::Kind::binary, "\x1f\x8b", at(5s)},
      LinkFrame{bybit, Frame::Kind::ping, "", at(5s)},
      LinkEnded{bybit, LinkEnd::lost, at(6s)},
      LinkEnded{bybit, LinkEnd::silent, at(6s)},
      LinkEnded{bybit, LinkEnd::retired, at(6s)},
      ContractsTold{"okx", "[1,\n2]", at(7s)},
      CandlesTold{"okx", "CL-USDT-SWAP", "[]", at(8s)},
      TimePassed{at(9s)},
      RunEnds{at(10s)},
      RecordsLost{12, at(10s), at(11s)}};
  for (const auto& record : records) {
    const auto line = line_of(record);
    CAPTURE(line);
    CHECK(again(line) == line);
  }
}

TEST_CASE("a frame's text comes back byte for byte, be it UTF-8 or not") {
  for (const std::string_view text :
       {std::string_view{"plain"}, std::string_view{"\"\\\n\r\t\x01\x7f/"},
        std::string_view{"原油 \xF0\x9F\x98\x80"}, std::string_view{"nul \0 inside", 12},
        std::string_view{"\xff\xfe not UTF-8"}, std::string_view{}}) {
    CHECK(text_again(text) == text);
  }
}

TEST_CASE("random bytes come back as they were") {
  std::mt19937 random{static_cast<unsigned>(GENERATE(range(1, 20)))};
  std::string bytes(random() % 200, ' ');
  for (auto& byte : bytes) byte = static_cast<char>(random() % (random() % 2 ? 256 : 96));
  CHECK(text_again(bytes) == bytes);
}

TEST_CASE("what is not UTF-8 is base64 in the line") {
  CHECK(line_of(LinkFrame{bybit, Frame::Kind::binary, "\xff\x00\x01", at(0s)})
            .find(R"("kind":"binary","base64":"/w==")") != std::string::npos);
}

TEST_CASE("base64 is read as strictly as it is written") {
  CHECK(from_base64("Zm9vYg==") == "foob");
  for (const auto* wrong : {"Zm9vYg=", "Zm9vYh==", "Zm9v Yg=", "====", "Z===", "Zm9vYg==Zm9v"})
    CHECK_FALSE(from_base64(wrong));
}

TEST_CASE("a line that is no record says why") {
  CHECK(again("not JSON") == "this is not a JSON object");
  CHECK(again("") == "this is not a JSON object");
  CHECK(again(R"({"what":"time"})") == R"("at" is missing)");
  CHECK(again(R"({"at":-1,"what":"time"})") == R"("at" is not such a whole number)");
  CHECK(again(R"({"at":1,"what":"wonder"})") == R"("what" is none that this version knows)");
  CHECK(again(R"({"at":1,"what":"ended","feed":"a","link":0,"serial":1,"how":"gently"})") ==
        R"("how" is none that this version knows)");
  CHECK(again(R"({"at":1,"what":"frame","feed":"a","link":0,"serial":1})") ==
        R"("base64" is missing)");
  CHECK(again(R"({"at":1,"what":"minute","instrument":"WTI","prices":[1,2,3]})") ==
        R"("prices" is not a list of four numbers)");
}

TEST_CASE("a newer format is refused in words, whatever else is in it") {
  CHECK(again(R"({"at":1,"what":"capture","format":2,"brave":"new world"})") ==
        "the file is of format 2, and this foghorn reads 1");
}

TEST_CASE("a chunk holds copies of all that its records borrow") {
  CaptureChunk chunk;
  std::vector<std::string> lines;
  for (int i = 0; i < 50; ++i) {
    std::string text(static_cast<std::size_t>(i) * 400, static_cast<char>('a' + i % 26));
    std::string feed = "feed " + std::to_string(i);
    const LinkFrame frame{{feed, 0, 1}, Frame::Kind::text, text, at(1s)};
    lines.push_back(line_of(frame));
    chunk.add(frame);
  }
  CHECK_FALSE(chunk.has_room(20'000));
  REQUIRE(chunk.records().size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) CHECK(line_of(chunk.records()[i]) == lines[i]);
  chunk.clear();
  CHECK(chunk.empty());
  CHECK(chunk.has_room(CaptureChunk::usual_bytes));
}
