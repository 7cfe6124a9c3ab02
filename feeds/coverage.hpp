#pragma once
// Whether all liquidations that a feed asked for are seen: over all its streams and connections.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "model/time.hpp"

namespace foghorn {

/// What there is of one liquidation stream: asked for, and no more; seen; or refused by the venue.
enum class Seeing : std::uint8_t { asked, seen, refused };

/// Nothing is expected of streams that the venue refused, be it a symbol that is no longer listed:
/// one of them must not keep the others' sums incomplete for ever. Where all are refused, nothing
/// is seen.
class Coverage {
 public:
  /// Told when `complete()` changes, and as of when.
  using OnChange = std::function<void(bool complete, Timestamp at)>;

  explicit Coverage(OnChange changed) : changed_{std::move(changed)} {}

  /// One more stream is asked for. Returns its number.
  std::size_t add() {
    streams_.push_back(Seeing::asked);
    ++expected_;
    return streams_.size() - 1;
  }

  Seeing operator[](std::size_t stream) const { return streams_[stream]; }

  void set(std::size_t stream, Seeing now, Timestamp at) {
    const bool before = complete();
    count(streams_[stream], -1);
    count(streams_[stream] = now, +1);
    if (complete() != before) changed_(complete(), at);
  }

  bool complete() const { return expected_ > 0 && seen_ == expected_; }

 private:
  void count(Seeing what, int by) {
    if (what != Seeing::refused) expected_ += by;
    if (what == Seeing::seen) seen_ += by;
  }

  OnChange changed_;
  std::vector<Seeing> streams_;
  std::ptrdiff_t expected_{};
  std::ptrdiff_t seen_{};
};

}  // namespace foghorn
