#pragma once
// From chunks of records to files: each chunk becomes lines, and one zstd frame of them, so that a
// crash costs at most the frame it tore. Has no thread and no clock: time is the records' own.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "feeds/capture/chunk.hpp"
#include "feeds/capture/folder.hpp"

namespace foghorn {

/// What a capture has to show; read from any thread.
struct CaptureCounters {
  std::atomic<std::uint64_t> bytes{};    ///< written to files
  std::atomic<std::uint64_t> records{};  ///< the same
  std::atomic<std::uint64_t> dropped{};  ///< records that are in no file
  std::atomic<bool> up{};                ///< a file is open and takes what comes
};

class CaptureWriter {
 public:
  static constexpr Duration sync_every = std::chrono::seconds{5};

  /// `counters` outlive the writer.
  CaptureWriter(std::filesystem::path folder, std::uint64_t max_bytes, CaptureCounters& counters);
  ~CaptureWriter();

  /// Writes the chunk; its first record may begin a file. A chunk that finds no file open, or a
  /// disk that does not take it, is counted as dropped, logged where that is news, and told by a
  /// RecordsLost in the next file, which is marked as after a loss.
  void write(const CaptureChunk& chunk);

  /// Which part the current file is, where it has its share of `max_bytes`, so that a new one
  /// should begin; else 0.
  std::uint64_t full_part() const {
    return folder_.open() && folder_.current_bytes() >= most_of_a_file_ ? part_ : 0;
  }

  /// Makes durable what was written.
  void sync();

 private:
  struct Compressor;

  void drop(const CaptureChunk& chunk);
  Result<void> write_lines(const CaptureChunk& chunk);
  Result<void> write_frame();
  void fail(boost::system::error_code error);

  CaptureFolder folder_;
  std::uint64_t most_of_a_file_;
  CaptureCounters& counters_;
  std::unique_ptr<Compressor> compressor_;
  std::string lines_;
  std::uint64_t part_{};  // of the current file
  RecordsLost lost_{};
  Timestamp synced_{no_time};
  bool failing_{};
};

}  // namespace foghorn
