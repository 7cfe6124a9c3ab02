#pragma once
// The files of captures in a folder of their own: named by when they begin, appended to, made
// durable, and the oldest deleted so that all together stay within a bound. One thread.

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "model/result.hpp"
#include "model/time.hpp"

namespace foghorn {

/// "capture-20261122T031500Z.jsonl.zst"
std::string capture_file_name(Timestamp at);
/// Whether a file of that name may be a capture's, compressed or not.
bool is_capture_file_name(const std::string& name);

class CaptureFolder {
 public:
  /// Opens nothing yet. `max_bytes` holds for what the folder has of captures, earlier runs' too.
  CaptureFolder(std::filesystem::path path, std::uint64_t max_bytes);
  ~CaptureFolder();
  CaptureFolder(const CaptureFolder&) = delete;
  CaptureFolder& operator=(const CaptureFolder&) = delete;

  /// Ends the current file, if any, and begins one. Makes the folder where there is none. Errors
  /// are the system's.
  Result<void> begin(Timestamp at);

  /// All of `bytes`, or none of them: what a full disk took of them is taken back. Deletes the
  /// oldest files, never the current one, where the bound asks for it.
  Result<void> append(std::string_view bytes);

  /// What was appended outlives a power cut.
  Result<void> sync();

  void end();

  bool open() const { return file_ >= 0; }
  std::uint64_t current_bytes() const { return current_bytes_; }
  std::uint64_t total_bytes() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  void look_around();
  bool make_room(std::uint64_t bytes);

  std::filesystem::path path_;
  std::uint64_t max_bytes_;
  std::map<std::string, std::uint64_t> others_;  // sizes by name, which is by age
  std::uint64_t others_bytes_{};
  std::string current_;
  std::uint64_t current_bytes_{};
  int file_{-1};
};

}  // namespace foghorn
