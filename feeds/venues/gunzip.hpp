#pragma once
// Frames that are gzip (RFC 1952, one member), as some venues send every one of theirs.

#include <zlib.h>

#include <memory>
#include <optional>
#include <vector>

#include "model/wire.hpp"

namespace foghorn::wire {

/// Inflates frames into one buffer, which grows to the largest of them and then stays.
class Gunzip {
 public:
  /// A frame of more is refused, before anything is inflated or allocated.
  static constexpr std::size_t most = 8 * 1024 * 1024;

  Gunzip();

  static bool is_gzip(Frame frame);

  /// The text inside, valid until the next call; nullopt where `frame` is no whole gzip member, is
  /// none alone, or holds more than `most`.
  std::optional<Frame> inflate(Frame frame);

 private:
  struct End {
    void operator()(z_stream* stream) const;
  };

  std::unique_ptr<z_stream, End> stream_;
  std::vector<char> buffer_;
};

}  // namespace foghorn::wire
