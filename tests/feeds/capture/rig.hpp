#pragma once
// Captures in a directory of the test's own, written and read back.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "feeds/capture/capture.hpp"
#include "feeds/capture/reader.hpp"
#include "tests/support/frame.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/time.hpp"

namespace foghorn::test {

inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline void write_bytes(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream{file, std::ios::binary} << bytes;
}

/// What a reader says of a file: its lines, and how it ended.
struct WasRead {
  std::string lines;
  std::string mistake;
  std::uint64_t torn{};

  bool has(std::string_view part) const { return lines.find(part) != std::string::npos; }
};

inline WasRead read_all(const std::filesystem::path& file) {
  WasRead result;
  auto reader = CaptureReader::open(file);
  if (!reader) return {{}, reader.error().message(), 0};
  while (true) {
    const auto next = reader->next();
    if (const auto* mistake = std::get_if<Mistake>(&next)) {
      result.mistake = to_line(*mistake);
      break;
    }
    const auto& record = std::get<std::optional<CaptureRecord>>(next);
    if (!record) break;
    append_line(result.lines, *record);
  }
  result.torn = reader->torn_bytes();
  return result;
}

inline WasRead read_folder(const std::filesystem::path& folder) {
  WasRead all;
  for (const auto& name : names_in(folder)) all.lines += read_all(folder / name).lines;
  return all;
}

}  // namespace foghorn::test
