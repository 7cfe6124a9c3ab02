#pragma once
// /api/v1/stream: what the status page shows, as server-sent events. One producer asks the market
// thread at most once a second, whoever listens, and not at all when nobody does; each reader gets
// what has changed since it was last told.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/page_json.hpp"
#include "net/http_message.hpp"

namespace foghorn {

/// Where the stream's parts come from. All of it is used on the service thread.
struct PageSources {
  /// The market thread's state, with the prices of the past where that is true; null where the
  /// thread did not answer in time.
  std::function<asio::awaitable<std::shared_ptr<const PageSnapshot>>(bool with_past)> market;
  /// What stands beside it.
  std::function<std::vector<PagePart>(const PageSnapshot&)> parts;
  std::function<Timestamp()> clock;  ///< the wall's
};

struct PageRhythm {
  std::chrono::milliseconds every{std::chrono::seconds{1}};  ///< a look at the market
  std::chrono::milliseconds alive{
      std::chrono::seconds{5}};  ///< the longest silence towards a reader
  /// How long the engine's timers, which are stepped every second, may stand before it counts as
  /// stalled, though its thread answers.
  std::chrono::milliseconds still{std::chrono::seconds{5}};
};

class PageStream {
 public:
  PageStream(asio::any_io_executor executor, PageSources sources, PageRhythm rhythm = {});

  PageStream(const PageStream&) = delete;
  PageStream& operator=(const PageStream&) = delete;

  /// A reader's reply. Its pieces may outlive run(); nobody asks for one once this is gone.
  HttpReply open();

  /// The producer, until cancelled.
  asio::awaitable<void> run();

  std::size_t readers() const { return *readers_; }

 private:
  struct Reader;
  /// A part as readers know it.
  struct Told {
    PagePart part;
    std::uint64_t since{};  ///< the version that it came with
  };

  asio::awaitable<std::string> next(std::shared_ptr<Reader> reader);
  asio::awaitable<void> wait_for_reader();
  asio::awaitable<void> look();
  bool stands_still(Timestamp stepped);
  void take(std::vector<PagePart> parts);
  std::vector<PagePart> with_pasts(std::vector<PagePart> parts, bool fresh);
  std::string state_event(std::uint64_t seen) const;
  std::string times() const;

  PageSources sources_;
  PageRhythm rhythm_;
  asio::steady_timer wanted_;   // used as a condition variable: cancelled when a reader comes
  asio::steady_timer changed_;  // likewise, after each look
  std::shared_ptr<std::size_t> readers_{std::make_shared<std::size_t>()};  // its readers' too
  std::vector<Told> told_;
  std::vector<PagePart> pasts_;     // of the last look that had them
  Timestamp pasts_of_{no_time};     // the minute they were asked for in
  Timestamp engine_time_{no_time};  // of the last look that was answered
  Timestamp stepped_{no_time};      // when its timers last were, and when that was news to us
  std::chrono::steady_clock::time_point stepped_seen_{};
  std::uint64_t version_{};
  std::uint64_t complete_since_{};  // readers that were told less than this are told everything
  bool fresh_{};                    // the last look is not older than its readers
  bool stalled_{};                  // it was not answered, or the engine stands still
};

}  // namespace foghorn
