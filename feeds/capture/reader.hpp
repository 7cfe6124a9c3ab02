#pragma once
// Captures read back: a file record by record, compressed or not, or all files of a folder in
// order. A tail that a crash tore is the end of its file, and said; what is wrong before it is a
// mistake with its line.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "feeds/capture/record.hpp"

namespace foghorn {

/// One file, streamed; holds no more than a line and a frame of it.
class CaptureReader {
 public:
  static constexpr std::size_t longest_line = 64u << 20;

  /// Errors: the system's, where the file cannot be opened.
  static Result<CaptureReader> open(const std::filesystem::path& file);
  ~CaptureReader();
  CaptureReader(CaptureReader&&) noexcept;
  CaptureReader& operator=(CaptureReader&&) noexcept;

  /// The next record, valid until the next call; nullopt at the end. A mistake is the last answer.
  /// The first record of a file is its FileBegins, and no other is.
  std::variant<std::optional<CaptureRecord>, Mistake> next();

  /// At the end: how many bytes of the file could not be used, because a crash tore them or the
  /// disk lost them.
  std::uint64_t torn_bytes() const;

  std::uint64_t bytes_read() const;  ///< of the file, so far

 private:
  struct Impl;
  explicit CaptureReader(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

struct CaptureFile {
  std::filesystem::path path;
  Timestamp run{};
  std::uint64_t part{};
  std::uint64_t bytes{};
};

/// What `path` holds, a file or a folder of them, run by run and part by part. A file without a
/// whole first line (its first frame was torn) is left out. A mistake in any first line is one.
std::variant<std::vector<CaptureFile>, Mistake> find_captures(const std::filesystem::path& path);

}  // namespace foghorn
