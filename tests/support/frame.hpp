#pragma once
// Frames from text, laid out as the line would leave them.

#include <memory>
#include <string_view>

#include "model/wire.hpp"

namespace foghorn::test {

/// A frame that owns its bytes, exactly as many as promised, so that a sanitizer sees who reads one
/// byte too far.
class OwnedFrame {
 public:
  explicit OwnedFrame(std::string_view text, Frame::Kind kind = Frame::Kind::text)
      : size_{text.size()}, kind_{kind}, bytes_{std::make_unique<char[]>(size_ + Frame::padding)} {
    text.copy(bytes_.get(), size_);
  }

  operator Frame() const {
    return {.data = bytes_.get(), .size = size_, .capacity = size_ + Frame::padding, .kind = kind_};
  }

 private:
  std::size_t size_;
  Frame::Kind kind_;
  std::unique_ptr<char[]> bytes_;
};

}  // namespace foghorn::test
