// What the kernel says of a process, read from files of its shape.
#include "daemon/process_facts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

/// A process in the group system.slice/foghorn.service.
struct Groups {
  TempDir dir;
  std::filesystem::path root{dir.string()};

  explicit Groups(const char* line = "0::/system.slice/foghorn.service\n") {
    std::ofstream{root / "cgroup"} << line;
    std::filesystem::create_directories(root / "system.slice/foghorn.service");
  }
  void bound(const char* file, const char* text) const { std::ofstream{root / file} << text; }
  double limit() const { return memory_limit(root / "cgroup", root); }
};

}  // namespace

TEST_CASE("the memory limit is the least bound from the process's group up") {
  const Groups groups;
  groups.bound("system.slice/foghorn.service/memory.max", "1073741824\n");
  groups.bound("system.slice/foghorn.service/memory.high", "max\n");
  CHECK(groups.limit() == 1073741824.0);
  groups.bound("system.slice/memory.max", "536870912\n");
  CHECK(groups.limit() == 536870912.0);
}

TEST_CASE(
    "where the kernel begins to slow a process is its limit, below the one where it ends it") {
  const Groups groups;
  groups.bound("system.slice/foghorn.service/memory.max", "1073741824\n");
  groups.bound("system.slice/foghorn.service/memory.high", "805306368\n");
  CHECK(groups.limit() == 805306368.0);
}

TEST_CASE("a container's own root group has its limit") {
  const Groups groups{"0::/\n"};
  groups.bound("memory.max", "268435456\n");
  CHECK(groups.limit() == 268435456.0);
}

TEST_CASE("without a bound, or with control groups of version 1, the limit is infinite") {
  CHECK(std::isinf(Groups{}.limit()));
  CHECK(std::isinf(Groups{"3:memory:/system.slice\n"}.limit()));
}

TEST_CASE("a process knows its own figures") {
  const auto facts = process_facts();
  CHECK(facts.resident_bytes > 0);
  CHECK(facts.open_fds >= 3);
  CHECK(facts.open_fds < facts.max_fds);
  CHECK(facts.start_time_seconds > 1.7e9);
  CHECK(process_facts().start_time_seconds == facts.start_time_seconds);
}
