#pragma once
// A feed's books as its connections speak to them: whoever listens in is told the same, first.

#include "feeds/feed_books.hpp"

namespace foghorn {

class TappedBooks {
 public:
  /// `books` and `tap` (which may be null) outlive this.
  TappedBooks(FeedBooks& books, Tap* tap) : books_{books}, tap_{tap} {}

  /// Gives the connection its serial number.
  std::uint32_t opened(std::uint32_t link, std::uint32_t takes_over, Timestamp t) {
    const auto serial = ++last_serial_;
    if (closed_) return serial;
    if (tap_) tap_->opened(ref(link, serial), takes_over, t);
    books_.opened(link, serial, takes_over, t);
    return serial;
  }
  FrameAnswer frame(std::uint32_t link, std::uint32_t serial, const Frame& frame, Timestamp t) {
    if (tap_) tap_->frame(ref(link, serial), frame, t);
    return books_.frame(link, serial, frame, t);
  }
  void ended(std::uint32_t link, std::uint32_t serial, LinkEnd how, Timestamp t) {
    if (tap_) tap_->ended(ref(link, serial), how, t);
    books_.ended(link, serial, how, t);
  }
  Result<std::size_t> contracts(std::string_view body, Timestamp t) {
    if (closed_) return std::size_t{0};
    if (tap_) tap_->contracts(books_.options().name, body, t);
    return books_.contracts(body, t);
  }
  Result<std::size_t> candles(std::string_view symbol, std::string_view body, Timestamp t) {
    if (closed_) return std::size_t{0};
    if (tap_) tap_->candles(books_.options().name, symbol, body, t);
    return books_.candles(symbol, body, t);
  }

  /// Ends what is open. After it nobody is told of anything.
  void close(Timestamp t) {
    for (std::uint32_t link = 0; link < books_.links(); ++link) {
      if (const auto next = books_.successor(link); next != 0) ended(link, next, LinkEnd::lost, t);
      if (const auto carrier = books_.carrier(link); carrier != 0)
        ended(link, carrier, LinkEnd::lost, t);
    }
    tap_ = nullptr;
    closed_ = true;
  }

  /// From `t` on another one listens in, or nobody: it is told first what is open.
  void listen_in(Tap* tap, Timestamp t) {
    tap_ = tap;
    for (std::uint32_t link = 0; tap_ && link < books_.links(); ++link) {
      const auto carrier = books_.carrier(link);
      if (carrier != 0) tap_->opened(ref(link, carrier), 0, t);
      if (const auto next = books_.successor(link); next != 0)
        tap_->opened(ref(link, next), carrier, t);
    }
  }

  FeedBooks& books() { return books_; }

 private:
  LinkRef ref(std::uint32_t link, std::uint32_t serial) const {
    return {.feed = books_.options().name, .link = link, .serial = serial};
  }

  FeedBooks& books_;
  Tap* tap_;
  std::uint32_t last_serial_{};
  bool closed_{};
};

}  // namespace foghorn
