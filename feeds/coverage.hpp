#pragma once
// Whether all liquidations that a feed asked for are seen: over all its streams and connections.

#include <cstddef>
#include <functional>

#include "model/time.hpp"

namespace foghorn {

/// Nothing is expected of streams that the venue refused, be it a symbol that is no longer listed:
/// one of them must not keep the others' sums incomplete for ever. Where all are refused, nothing
/// is seen.
class Coverage {
 public:
  /// Told when `complete()` changes, and as of when.
  using OnChange = std::function<void(bool complete, Timestamp at)>;

  explicit Coverage(OnChange changed) : changed_{std::move(changed)} {}

  /// One more stream was asked for; before any of the below.
  void expect() { ++expected_; }

  void seen(Timestamp at) {
    change([this] { ++seen_; }, at);
  }
  void unseen(Timestamp at) {
    change([this] { --seen_; }, at);
  }
  void refused(Timestamp at) {
    change([this] { --expected_; }, at);
  }
  void asked_again(Timestamp at) {
    change([this] { ++expected_; }, at);
  }

  bool complete() const { return expected_ > 0 && seen_ == expected_; }

 private:
  template <class Step>
  void change(Step step, Timestamp at) {
    const bool before = complete();
    step();
    if (complete() != before) changed_(complete(), at);
  }

  OnChange changed_;
  std::size_t expected_{};
  std::size_t seen_{};
};

}  // namespace foghorn
