#include "feeds/capture/folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/feeds/capture/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

const std::string first = "capture-20250101T000000Z.jsonl.zst";
const std::string second = "capture-20250101T000001Z.jsonl.zst";
const std::string third = "capture-20250101T000002Z.jsonl.zst";

}  // namespace

TEST_CASE("capture files are named by when they begin, in UTC") {
  CHECK(capture_file_name(at(3h + 15min + 999ms)) == "capture-20250101T031500Z.jsonl.zst");
  CHECK(is_capture_file_name("capture-20250101T031500Z.jsonl"));
  CHECK_FALSE(is_capture_file_name("foghorn.db"));
}

TEST_CASE("a capture folder is made where there is none") {
  const TempDir dir;
  CaptureFolder folder{dir.path() / "a" / "b", 1000};
  REQUIRE(folder.begin(at(0s)));
  REQUIRE(folder.append("bytes"));
  folder.end();
  CHECK(bytes_of(dir.path() / "a" / "b" / first) == "bytes");
}

TEST_CASE("two captures that begin within one second have names in their order") {
  const TempDir dir;
  CaptureFolder folder{dir.path(), 1000};
  for (int i = 0; i < 3; ++i) {
    REQUIRE(folder.begin(at(0s)));
    REQUIRE(folder.append("x"));
  }
  CHECK(names_in(dir.path()) == Names{first, second, third});
}

TEST_CASE("a capture file into which nothing was written is not left behind") {
  const TempDir dir;
  CaptureFolder folder{dir.path(), 1000};
  REQUIRE(folder.begin(at(0s)));
  folder.end();
  CHECK(names_in(dir.path()).empty());
}

TEST_CASE("the oldest captures make room for the newest, earlier runs' among them") {
  const TempDir dir;
  write_bytes(dir.path() / first, std::string(600, 'x'));
  write_bytes(dir.path() / second, std::string(300, 'x'));
  write_bytes(dir.path() / "foghorn.db", std::string(5000, 'x'));
  CaptureFolder folder{dir.path(), 1000};
  REQUIRE(folder.begin(at(2s)));
  REQUIRE(folder.append(std::string(100, 'y')));
  CHECK(names_in(dir.path()) == Names{first, second, third, "foghorn.db"});
  REQUIRE(folder.append("z"));
  CHECK(names_in(dir.path()) == Names{second, third, "foghorn.db"});
  CHECK(folder.total_bytes() == 401);
}

TEST_CASE("the current capture is never deleted: it is full instead") {
  const TempDir dir;
  CaptureFolder folder{dir.path(), 1000};
  REQUIRE(folder.begin(at(0s)));
  REQUIRE(folder.append(std::string(900, 'y')));
  CHECK_FALSE(folder.append(std::string(101, 'z')));
  CHECK(bytes_of(dir.path() / first) == std::string(900, 'y'));
}

TEST_CASE("a folder that cannot be made is an error with the system's words") {
  const TempDir dir;
  write_bytes(dir.path() / "file", "");
  CaptureFolder folder{dir.path() / "file" / "below", 1000};
  const auto begun = folder.begin(at(0s));
  REQUIRE_FALSE(begun);
  CHECK(begun.error().message() == "Not a directory");
}
