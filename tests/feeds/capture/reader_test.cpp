#include "feeds/capture/reader.hpp"

#include <zstd.h>
#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/capture/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

std::string header(Timestamp run = at(0s), std::uint64_t part = 1) {
  std::string line;
  append_line(line,
              FileBegins{.foghorn = "0.1.0", .run = run, .part = part, .setup = "{}", .at = run});
  return line;
}

std::string times(int from, int to) {
  std::string lines;
  for (int i = from; i < to; ++i) append_line(lines, TimePassed{at(std::chrono::seconds{i})});
  return lines;
}

std::string frame(std::string_view text) {
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 3));
  return bytes;
}

struct Rig {
  TempDir dir;
  std::filesystem::path file = dir.path() / "capture-20250101T000000Z.jsonl.zst";

  WasRead read(std::string_view bytes) {
    write_bytes(file, bytes);
    return read_all(file);
  }
};

}  // namespace

TEST_CASE("a capture is read frame after frame, or uncompressed") {
  Rig rig;
  const auto lines = header() + times(0, 300);
  const auto read = rig.read(frame(header() + times(0, 100)) + frame(times(100, 300)));
  CHECK(read.lines == lines);
  CHECK(read.torn == 0);
  CHECK(rig.read(lines).lines == lines);
  CHECK(rig.read(frame(lines)).lines == lines);
}

TEST_CASE("a capture cut off anywhere gives all whole frames before the cut") {
  Rig rig;
  const auto first = frame(header() + times(0, 40));
  const auto second = frame(times(40, 80));
  const auto all = first + second;
  for (std::size_t cut = first.size(); cut < all.size(); ++cut) {
    const auto read = rig.read(std::string_view{all}.substr(0, cut));
    CAPTURE(cut);
    CHECK(read.mistake.empty());
    CHECK(read.lines == header() + times(0, 40));
    CHECK(read.torn == cut - first.size());
  }
}

TEST_CASE("what a power cut left in place of a frame is torn as well") {
  Rig rig;
  const auto first = frame(header() + times(0, 40));
  for (const auto& rest : {std::string(5000, '\0'), std::string(200'000, 'x')}) {
    const auto read = rig.read(first + rest);
    CHECK(read.lines == header() + times(0, 40));
    CHECK(read.torn == rest.size());
  }
}

TEST_CASE("an uncompressed capture cut off within a line ends before it") {
  Rig rig;
  const auto read = rig.read(header() + times(0, 2) + R"({"at":17356)");
  CHECK(read.lines == header() + times(0, 2));
  CHECK(read.mistake.empty());
  CHECK(read.torn == 11);
}

TEST_CASE("a wrong line is named by its file and line") {
  Rig rig;
  const auto read = rig.read(frame(header() + times(0, 2) + "{\"at\":1,\"what\":\"wonder\"}\n"));
  CHECK(read.lines == header() + times(0, 2));
  CHECK(read.mistake == rig.file.string() +
                            ":4:1: \"what\" is none that this version knows; give a file that "
                            "foghorn wrote");
}

TEST_CASE("only the first line begins a capture") {
  Rig rig;
  CHECK(rig.read(times(0, 1)).mistake.find(":1:1: only the first line") != std::string::npos);
  CHECK(rig.read(header() + header()).mistake.find(":2:1: only the first line") !=
        std::string::npos);
}

TEST_CASE("a foreign file is refused in words") {
  Rig rig;
  CHECK(rig.read("time,instrument,price\n").mistake ==
        rig.file.string() + ":1:1: this is not a JSON object; give a file that foghorn wrote");
}

TEST_CASE("a frame larger than ours ever are is read without holding all of it") {
  Rig rig;
  const auto lines = header() + times(0, 200'000);
  const auto bytes = frame(lines);
  CHECK(rig.read(bytes).lines == lines);
  const auto cut = rig.read(std::string_view{bytes}.substr(0, bytes.size() - 10));
  CHECK(cut.mistake.empty());
  CHECK(cut.lines.size() > lines.size() / 2);
  CHECK(cut.torn > 0);
}

TEST_CASE("the captures of a folder come run by run and part by part, whatever their names") {
  const TempDir dir;
  write_bytes(dir.path() / "capture-c.jsonl", header(at(0s), 1));
  write_bytes(dir.path() / "capture-b.jsonl.zst", frame(header(at(0s), 2)));
  write_bytes(dir.path() / "capture-a.jsonl", header(at(9s), 1));
  write_bytes(dir.path() / "capture-torn.jsonl.zst", frame(header()).substr(0, 20));
  write_bytes(dir.path() / "other.txt", "hello");
  const auto found = find_captures(dir.path());
  const auto& files = std::get<std::vector<CaptureFile>>(found);
  REQUIRE(files.size() == 3);
  CHECK(files[0].path.filename() == "capture-c.jsonl");
  CHECK(files[1].path.filename() == "capture-b.jsonl.zst");
  CHECK(files[2].path.filename() == "capture-a.jsonl");
}

TEST_CASE("a folder without captures, and a file that is not there, are mistakes") {
  const TempDir dir;
  CHECK(std::get<Mistake>(find_captures(dir.path())).what == "there is no capture in it");
  CHECK(std::get<Mistake>(find_captures(dir.path() / "none.jsonl")).what ==
        "No such file or directory");
}
