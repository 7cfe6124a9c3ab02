#pragma once
// Texts as they were when somebody last looked at them.

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace foghorn::test {

/// `text` is tests/report/golden/`name`, to the byte. FOGHORN_WRITE_GOLDEN=1 writes the file anew.
inline void check_golden(const std::string& name, const std::string& text) {
  const auto file = std::string{FOGHORN_ROOT} + "/tests/report/golden/" + name;
  if (std::getenv("FOGHORN_WRITE_GOLDEN")) std::ofstream{file, std::ios::binary} << text;
  std::ifstream in{file, std::ios::binary};
  const std::string golden{std::istreambuf_iterator<char>{in}, {}};
  INFO(name);
  CHECK(text == golden);
}

}  // namespace foghorn::test
