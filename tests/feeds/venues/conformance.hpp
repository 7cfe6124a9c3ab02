#pragma once
// What venues really sent, read as their pages say. The captures are not part of the project: where
// they do not lie beside the checkout, there is nothing to test.

#include <catch2/catch_test_macros.hpp>

#include <sstream>

#include "tests/feeds/venues/decoding.hpp"

namespace foghorn::test {

struct Capture {
  const char* file;
  const char* venue;
  std::vector<Lines> frames;  ///< what each line of the file says
};

/// What each capture says, frame by frame; skips where there are none.
inline void check_captures(const std::vector<Capture>& captures) {
  const std::filesystem::path folder{FOGHORN_FRAMES};
  if (!std::filesystem::is_directory(folder)) SKIP("no captures beside this checkout");
  for (const auto& capture : captures) {
    std::istringstream lines{file_text(folder / (std::string{capture.file} + ".jsonl"))};
    Decoding decoding{capture.venue};
    std::vector<Lines> said;
    for (std::string line; std::getline(lines, line);)
      said.push_back(decoding.said(unwrapped(line)));
    CAPTURE(capture.file);
    REQUIRE(said.size() == capture.frames.size());
    for (std::size_t i = 0; i < said.size(); ++i) {
      CAPTURE(i + 1);
      CHECK(said[i] == capture.frames[i]);
    }
  }
}

}  // namespace foghorn::test
