#pragma once
// Records on their way from the market thread to the writer's, with copies of all that they borrow.
// Made for being filled: no allocation, and no more than a copy of a frame's text, until it is
// full.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/capture/record.hpp"

namespace foghorn {

class CaptureChunk {
 public:
  static constexpr std::size_t usual_bytes = 256u << 10;
  static constexpr std::size_t usual_records = 4096;

  CaptureChunk();
  CaptureChunk(const CaptureChunk&) = delete;
  CaptureChunk& operator=(const CaptureChunk&) = delete;

  /// Whether another record with texts of `bytes` fits without an allocation.
  bool has_room(std::size_t bytes) const {
    return records_.size() < usual_records && bytes <= bytes_.size() - used_;
  }

  /// Fits or not.
  void add(const CaptureRecord& record);

  /// In the order of add().
  const std::vector<CaptureRecord>& records() const { return records_; }
  bool empty() const { return records_.empty(); }
  /// Whether its first record begins a file.
  bool begins_file() const {
    return !empty() && std::holds_alternative<FileBegins>(records_.front());
  }

  void clear();

 private:
  struct Copy;

  std::string_view keep(std::string_view text);

  std::vector<char> bytes_;
  std::size_t used_{};
  std::deque<std::string> beyond_;  // texts that did not fit
  std::vector<CaptureRecord> records_;
};

/// When it happened, by engine time's clock.
Timestamp time_of(const CaptureRecord& record);

}  // namespace foghorn
