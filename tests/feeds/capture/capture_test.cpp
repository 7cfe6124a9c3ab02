#include "feeds/capture/capture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <thread>

#include "tests/feeds/capture/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const LinkRef okx{.feed = "okx", .link = 0, .serial = 1};

struct Rig {
  TempDir dir;
  CaptureOptions options;
  CaptureState state;
  std::unique_ptr<Capture> made;

  Rig() {
    options.folder = dir.path() / "capture";
    options.foghorn = "0.1.0";
    options.setup = R"({"feeds":{}})";
  }

  Capture& capture() {
    if (!made) made = std::make_unique<Capture>(options, [this] { return state; });
    return *made;
  }
  void frame(std::string_view text, Timestamp t, LinkRef link = okx) {
    capture().frame(link, OwnedFrame{text}, t);
  }
  /// Ends the capture and reads all of it.
  WasRead read() {
    made.reset();
    return read_folder(options.folder);
  }
};

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (auto i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("a capture holds what it was told, in order, between its state and its end") {
  Rig rig;
  rig.state.kept = {{"oil-shock", R"({"rule":"oil-shock"})"}};
  rig.state.minutes = {{"WTI", at(0s), {77, 78, 76, 77.5}}};
  rig.state.days = {
      {"WTI", {.day = at(0s), .open = 75, .high = 79, .low = 74, .close = 77, .seen = 0.5}}};
  rig.capture().begin(at(60s), at(61s));
  rig.capture().opened(okx, 0, at(62s));
  rig.frame("hello", at(63s));
  rig.capture().contracts("okx", "[]", at(64s));
  rig.capture().candles("okx", "CL", "[1]", at(65s));
  rig.capture().ended(okx, LinkEnd::silent, at(66s));
  rig.capture().time(at(67s));
  rig.capture().end(at(68s));
  CHECK(
      rig.read().lines ==
      R"({"at":1735689660000000,"what":"capture","format":1,"foghorn":"0.1.0","run":1735689660000000,"part":1,"setup":{"feeds":{}}}
{"at":1735689660000000,"what":"state","key":"oil-shock","text":"{\"rule\":\"oil-shock\"}"}
{"at":1735689600000000,"what":"day","instrument":"WTI","prices":[75,79,74,77],"seen":0.5}
{"at":1735689600000000,"what":"minute","instrument":"WTI","prices":[77,78,76,77.5]}
{"at":1735689661000000,"what":"begins"}
{"at":1735689662000000,"what":"opened","feed":"okx","link":0,"serial":1,"takes_over":0}
{"at":1735689663000000,"what":"frame","feed":"okx","link":0,"serial":1,"text":"hello"}
{"at":1735689664000000,"what":"contracts","feed":"okx","text":"[]"}
{"at":1735689665000000,"what":"candles","feed":"okx","symbol":"CL","text":"[1]"}
{"at":1735689666000000,"what":"ended","feed":"okx","link":0,"serial":1,"how":"silent"}
{"at":1735689667000000,"what":"time"}
{"at":1735689668000000,"what":"ends"}
)");
}

TEST_CASE("what is told before the run begins is not captured, but known contracts are state") {
  Rig rig;
  rig.capture().contracts("okx", "[1]", at(0s));
  rig.frame("too early", at(0s));
  rig.capture().begin(at(1s), at(1s));
  const auto read = rig.read();
  CHECK_FALSE(read.has("too early"));
  CHECK(read.lines.find("contracts") < read.lines.find("begins"));
}

TEST_CASE("a new file begins at each whole multiple of `rotate`, with the state as it is then") {
  Rig rig;
  rig.options.rotate = 1h;
  rig.capture().begin(at(30min), at(30min));
  const LinkRef gone{.feed = "bybit", .link = 0, .serial = 1};
  rig.capture().opened(okx, 0, at(31min));
  rig.capture().opened(gone, 0, at(31min));
  rig.capture().contracts("okx", "[]", at(32min));
  rig.capture().ended(gone, LinkEnd::lost, at(33min));
  rig.frame("in the first", at(59min));
  rig.state.kept = {{"oil-shock", "{}"}};
  rig.frame("in the second", at(1h));
  rig.made.reset();
  const auto names = names_in(rig.options.folder);
  REQUIRE(names.size() == 2);
  const auto first = read_all(rig.options.folder / names[0]);
  CHECK(first.has("in the first"));
  CHECK_FALSE(first.has("in the second"));
  const auto second = read_all(rig.options.folder / names[1]);
  const auto begins = second.lines.find("begins");
  CHECK(second.has(R"("part":2)"));
  CHECK(second.lines.find("oil-shock") < begins);
  CHECK(second.lines.find("contracts") < begins);
  CHECK(second.lines.find(R"("opened","feed":"okx")") < begins);
  CHECK_FALSE(second.has("bybit"));
  CHECK(second.lines.find("in the second") > begins);
}

TEST_CASE("a capture stays within its bytes") {
  Rig rig;
  rig.options.max_bytes = 64u << 10;
  rig.capture().begin(at(0s), at(0s));
  std::string noise(4000, ' ');
  std::uint32_t random = 1;
  for (int i = 0; i < 600; ++i) {
    for (auto& c : noise) c = static_cast<char>('0' + ((random = random * 1664525 + 1) >> 25) % 64);
    rig.frame(noise, at(std::chrono::seconds{i}));
    rig.capture().time(at(std::chrono::seconds{i}));
  }
  rig.made.reset();
  std::uint64_t bytes = 0;
  for (const auto& name : names_in(rig.options.folder))
    bytes += std::filesystem::file_size(rig.options.folder / name);
  CHECK(bytes <= rig.options.max_bytes);
  CHECK(bytes > 0);
}

TEST_CASE("every record is either written or counted as dropped, and the file says how many") {
  Rig rig;
  rig.options.chunks = 1;
  rig.capture().begin(at(0s), at(0s));
  const std::string large(CaptureChunk::usual_bytes / 2, 'x');
  for (int i = 0; i < 200; ++i) rig.frame(large, at(1s));
  rig.capture().end(at(2s));
  const auto dropped = rig.capture().counts().dropped;
  const auto read = rig.read();
  CHECK(count(read.lines, R"("what":"frame")") + dropped == 200);
  CHECK(read.has(R"("what":"ends")"));
}

TEST_CASE("a disk that refuses stops the capture, not the run, and is tried again") {
  Rig rig;
  write_bytes(rig.dir.path() / "capture", "in the way");
  rig.capture().begin(at(0s), at(0s));
  CaptureCounters counters;
  CaptureWriter writer{rig.options.folder, 1u << 20, counters};
  CaptureChunk chunk;
  const auto header =
      FileBegins{.foghorn = "0.1.0", .run = at(0s), .part = 1, .setup = "{}", .at = at(0s)};
  chunk.add(header);
  chunk.add(RunBegins{at(0s)});
  writer.write(chunk);
  CHECK_FALSE(counters.up);
  CHECK(counters.dropped == 2);
  std::filesystem::remove(rig.dir.path() / "capture");
  writer.write(chunk);
  CHECK(counters.up);
  const auto read = read_folder(rig.options.folder);
  CHECK(read.has(R"("what":"lost","records":2)"));
  CHECK(read.has(R"("after_loss":1)"));
}

TEST_CASE("after a loss a file begins as soon as the disk keeps up, and says what it follows") {
  Rig rig;
  rig.options.chunks = 1;
  rig.capture().begin(at(0s), at(0s));
  const std::string large(CaptureChunk::usual_bytes / 2, 'x');
  for (int i = 0; i < 100'000 && rig.capture().counts().dropped == 0; ++i) rig.frame(large, at(1s));
  REQUIRE(rig.capture().counts().dropped > 0);
  const auto files = [&] {
    return std::filesystem::exists(rig.options.folder) ? names_in(rig.options.folder).size() : 0u;
  };
  for (int i = 0; i < 10'000'000 && files() < 2; ++i) {
    rig.capture().time(at(2s));
    std::this_thread::yield();
  }
  CHECK(rig.read().has(R"("part":2,"after_loss":1)"));
}

TEST_CASE("a file that begins with a connection's opening has it once, behind its state") {
  Rig rig;
  rig.options.rotate = 1h;
  rig.capture().begin(at(30min), at(30min));
  rig.capture().opened(okx, 0, at(31min));
  const LinkRef next{.feed = "okx", .link = 0, .serial = 2};
  rig.capture().opened(next, 1, at(1h));
  rig.capture().ended(okx, LinkEnd::retired, at(2h));
  rig.made.reset();
  const auto names = names_in(rig.options.folder);
  REQUIRE(names.size() == 3);
  const auto second = read_all(rig.options.folder / names[1]);
  CHECK(count(second.lines, R"("serial":2)") == 1);
  CHECK(second.lines.find(R"("serial":2)") > second.lines.find("begins"));
  const auto third = read_all(rig.options.folder / names[2]);
  const auto begins = third.lines.find("begins");
  CHECK(third.lines.find(R"("serial":1,"takes_over":0)") < begins);
  CHECK(third.lines.find(R"("serial":2,"takes_over":1)") < begins);
  CHECK(third.lines.find("ended") > begins);
}

TEST_CASE("a writer says which part is full, not that some part was") {
  const TempDir dir;
  CaptureCounters counters;
  CaptureWriter writer{dir.path(), 320, counters};
  for (const std::uint64_t part : {1u, 2u}) {
    CaptureChunk chunk;
    chunk.add(
        FileBegins{.foghorn = "0.1.0", .run = at(0s), .part = part, .setup = "{}", .at = at(0s)});
    writer.write(chunk);
    CHECK(writer.full_part() == part);
  }
  CaptureChunk nothing;
  nothing.add(
      FileBegins{.foghorn = "0.1.0", .run = at(0s), .part = 3, .setup = "{}", .at = at(0s)});
  CaptureWriter roomy{dir.path(), 1u << 20, counters};
  roomy.write(nothing);
  CHECK(roomy.full_part() == 0);
}

TEST_CASE("a capture that goes writes no longer than its farewell, and what is written is whole") {
  Rig rig;
  rig.options.chunks = 1000;
  rig.options.farewell = 0s;
  rig.capture().begin(at(0s), at(0s));
  std::string large(CaptureChunk::usual_bytes / 2,
                    ' ');  // no text: much slower to write than to copy
  std::uint32_t random = 1;
  for (auto& c : large) c = static_cast<char>((random = random * 1664525 + 1) >> 24);
  for (int i = 0; i < 100; ++i) rig.frame(large, at(1s));
  rig.capture().end(at(2s));
  rig.made.reset();
  std::size_t frames = 0;
  for (const auto& name : std::filesystem::exists(rig.options.folder)
                              ? names_in(rig.options.folder)
                              : std::vector<std::string>{}) {
    const auto read = read_all(rig.options.folder / name);
    CHECK(read.mistake.empty());
    CHECK(read.torn == 0);
    frames += count(read.lines, R"("what":"frame")");
  }
  CHECK(frames < 100);
}

TEST_CASE("the minutes of an instrument are each kept once, in order") {
  std::vector<CaptureState::Minute> minutes;
  keep_minute(minutes, {"WTI", at(1min), {1, 1, 1, 1}});
  keep_minute(minutes, {"WTI", at(2min), {2, 2, 2, 2}});
  keep_minute(minutes, {"BTC", at(1min), {9, 9, 9, 9}});
  keep_minute(minutes, {"WTI", at(2min), {3, 3, 3, 3}});
  keep_minute(minutes, {"WTI", at(1min), {4, 4, 4, 4}});
  REQUIRE(minutes.size() == 3);
  CHECK(minutes[0].prices[0] == 1);
  CHECK(minutes[1].prices[0] == 3);
  CHECK(minutes[2].instrument == "BTC");
}
