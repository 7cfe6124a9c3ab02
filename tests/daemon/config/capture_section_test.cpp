// [capture].

#include <catch2/catch_test_macros.hpp>

#include "tests/daemon/config/rig.hpp"

namespace foghorn::test {
namespace {

using Lines = std::vector<std::string>;

CaptureSpec capture(const std::string& keys) {
  return good(read("[daemon]\ndata_dir = \"/var/lib/foghorn\"\n[capture]\n" + keys)).capture;
}

TEST_CASE("nothing is captured unless the config says so") {
  CHECK_FALSE(good(read("")).capture.enabled);
}

TEST_CASE("captures lie among the daemon's data, 2 GiB of them, a file an hour") {
  CHECK(capture("enabled = true\n") == CaptureSpec{.enabled = true,
                                                   .dir = "/var/lib/foghorn/capture",
                                                   .max_bytes = 2'147'483'648,
                                                   .rotate = std::chrono::hours{1}});
}

TEST_CASE("a capture's folder, size and rotation are as written") {
  const auto spec = capture("dir = \"/big\"\nmax_bytes = \"500MiB\"\nrotate = \"15m\"\n");
  CHECK(spec.dir == "/big");
  CHECK(spec.max_bytes == 524'288'000);
  CHECK(spec.rotate == std::chrono::minutes{15});
}

TEST_CASE("a size has a unit, and room for a few files") {
  for (const auto* wrong : {"2GB", "2 GiB", "2000000000", "-1GiB", "GiB", "1.5GiB", ""}) {
    CAPTURE(wrong);
    CHECK(mistakes_in(read("[capture]\nmax_bytes = \"" + std::string{wrong} + "\"\n")).size() == 1);
  }
  CHECK(mistakes_in(read("[capture]\nmax_bytes = \"2GB\"\n")) ==
        Lines{"config.toml:2:13: [capture] max_bytes: \"2GB\" is not a size; write a whole number "
              "and its unit, like \"2GiB\" or \"500MiB\""});
  CHECK(mistakes_in(read("[capture]\nmax_bytes = \"1MiB\"\n")) ==
        Lines{"config.toml:2:13: [capture] max_bytes: \"1MiB\" is too little; write \"16MiB\" or "
              "more"});
}

TEST_CASE("check says where captures go, if there are any") {
  const auto text = describe(good(read("[capture]\nenabled = true\ndir = \"/big\"\n")));
  CHECK(text.find("/big, 2048 MiB at most, a file every 1h") != std::string::npos);
  CHECK(describe(good(read(""))).find("capture") == std::string::npos);
}

}  // namespace
}  // namespace foghorn::test
