#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"sina"}.said(text);
}

/// A line with these four values in their places.
std::string line(std::string_view last, std::string_view bid, std::string_view clock,
                 std::string_view date) {
  return fmt::format("hf_X={},,{},2.5,9,1,{},3,3,0,1,1,{},name,7\n", last, bid, clock, date);
}

}  // namespace

TEST_CASE("sina: every line of a frame is a ticker, its time Beijing's") {
  CHECK(said(fixture("sina", "futures")) == Lines{"last hf_CL 85.92 @1776470400000",
                                                  "mid hf_CL 85.92 @1776470400000",
                                                  "last hf_GC 4821.3 @1776470398000"});
}

TEST_CASE("sina: a line as it comes over HTTP says the same") {
  CHECK(said(fixture("sina", "quoted")) ==
        Lines{"last hf_OIL 91.724 @1776470397000", "mid hf_OIL 91.72 @1776470397000"});
  CHECK(said(R"(v_hf_CL="87.92,-1.69,87.93,87.95,1,1,16:59:00,1,1,0,5,3,2026-10-06,x";)") ==
        Lines{"last hf_CL 87.92 @1791277140000", "mid hf_CL 87.94 @1791277140000"});
}

TEST_CASE("sina: a quote may be lacking, a last price may not") {
  CHECK(said(line("2", "2.25", "08:00:01", "1970-01-01")) ==
        Lines{"last hf_X 2 @1000", "mid hf_X 2.375 @1000"});
  CHECK(said(line("2", "", "08:00:01", "1970-01-01")) == Lines{"last hf_X 2 @1000"});
  CHECK(said(line("2", "0.000", "08:00:01", "1970-01-01")) == Lines{"last hf_X 2 @1000"});
  CHECK(said(line("", "2", "08:00:01", "1970-01-01")) ==
        Lines{"malformed: hf_: the last price is not a number"});
  CHECK(said(line("2", "x", "08:00:01", "1970-01-01")) ==
        Lines{"malformed: hf_: a quote is not a number"});
}

TEST_CASE("sina: a date or time that is none is malformed") {
  for (const auto* clock :
       {"", "8:00:01", "24:00:00", "08:60:00", "08:00:60", "08:00:01 ", "aa:00:00"}) {
    CAPTURE(clock);
    CHECK(said(line("2", "2", clock, "2026-04-18")) ==
          Lines{"malformed: hf_: date or time is none"});
  }
  for (const auto* date :
       {"", "2026-02-30", "2026-13-01", "26-04-18", "2026-04-18T", "0001-01-01"}) {
    CAPTURE(date);
    CHECK(said(line("2", "2", "08:00:01", date)) == Lines{"malformed: hf_: date or time is none"});
  }
}

TEST_CASE("sina: one malformed line costs the frame") {
  CHECK(said(line("2", "2", "08:00:01", "1970-01-01") + "hf_Y=x\n").at(0).starts_with("malformed"));
  CHECK(said(line("2", "2", "08:00:01", "1970-01-01") + "nonsense\n") ==
        Lines{"malformed: a line without ="});
}

TEST_CASE("sina: lines of other layouts are passed over") {
  CHECK(said("gb_ixic=1,2,3\n") == Lines{"ignored: lines of no use"});
  CHECK(said("gb_ixic=1,2,3\n" + line("2", "", "08:00:01", "1970-01-01")) ==
        Lines{"last hf_X 2 @1000"});
}

TEST_CASE("sina: a line's name is a symbol") {
  for (const auto* text : {"=1", "hf_\xff=1", "hf \"x=1", "hf_X\n=1"}) {
    CAPTURE(text);
    CHECK(said(text).at(0).starts_with("malformed"));
  }
  CHECK(said(std::string(65, 'x') + "=1") == Lines{"malformed: a line without a symbol"});
  CHECK(said(R"(hf_X="1,2)") == Lines{"malformed: a quote that does not close"});
  CHECK(said("hf_X=\"") == Lines{"malformed: a quote that does not close"});
}

TEST_CASE("sina: a frame cut off anywhere is malformed, or lacks only what is not read") {
  const auto whole = fixture("sina", "quoted");
  Decoding decoding{"sina"};
  const auto original = decoding.said(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    const auto got = decoding.said(whole.substr(0, size));
    CHECK((got == original || got.at(0).starts_with("malformed")));
  }
}

TEST_CASE("sina: one wrong byte anywhere never makes an event of what is no number") {
  Decoding decoding{"sina"};
  const auto whole = fixture("sina", "futures");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char wrong : {'\0', '\n', ',', '=', '"', ';', '-', '9', 'e', '\x80', '\xff'}) {
      auto text = whole;
      text[i] = wrong;
      const auto report = decoding.report(text);
      if (report.frame_class != FrameClass::data) REQUIRE(decoding.events.empty());
      for (const auto& event : decoding.events) {
        REQUIRE(std::isfinite(std::get<Tick>(event).price));
      }
    }
  }
}

TEST_CASE("sina: the subscription stands in the URL, with the headers of a browser") {
  const auto plan = find_venue("sina")->plan(
      {.prices = {{"hf_CL", PriceKind::trade}, {"hf_GC", PriceKind::mid}, {"a,b&", {}}},
       .liquidations = {},
       .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://hq.sinajs.cn/wskt?list=hf_CL,hf_GC,a%2Cb%26");
  CHECK(plan[0].subscribe.empty());
  CHECK(plan[0].headers.at(0) == Header{"Origin", "https://finance.sina.com.cn"});
  CHECK(plan[0].headers.at(1).first == "User-Agent");
  REQUIRE(plan[0].streams.size() == 3);
  CHECK(plan[0].streams[0].name == "ticker hf_CL");
  CHECK(plan[0].streams[0].sparse);
  CHECK(find_venue("sina")->keep_alive().text == "ping");
}

TEST_CASE("sina: whoever uses it is told that it is unofficial and late, and what it cannot read") {
  FeedRequest request;
  request.prices = {{"hf_CL", PriceKind::trade}};
  CHECK(find_venue("sina")->caveats(request).size() == 2);
  request.prices = {{"gb_ixic", PriceKind::trade}};
  CHECK(find_venue("sina")->caveats(request).at(2).find("gb_ixic") != std::string::npos);
}

// clang-format off
TEST_CASE("sina: what the venue really sent") {
  check_captures({
    {"sina.hf", "sina", {
       {"last hf_OIL 91.724 @1776463197000", "mid hf_OIL 92.455 @1776463197000",
        "last hf_GC 4844.32 @1776459599000", "mid hf_GC 4849.25 @1776459599000"},
       {"last hf_CL 98.864 @1779314441000", "mid hf_CL 98.83000000000001 @1779314441000"},
       {"last hf_CL 87.92 @1791277140000", "mid hf_CL 87.94 @1791277140000"},
     }},
  });
}
// clang-format on
