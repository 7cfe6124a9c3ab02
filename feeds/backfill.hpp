#pragma once
// Asks a venue's REST interface for minutes of the past, page by page, until all that was wanted is
// told or given up. One per feed.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "feeds/backoff.hpp"
#include "feeds/contracts.hpp"
#include "feeds/counters.hpp"
#include "feeds/venues/venue.hpp"
#include "net/clock.hpp"
#include "net/http_client.hpp"

namespace foghorn {

struct BackfillPolicy {
  Duration first_backoff{std::chrono::seconds{1}};
  Duration longest_backoff{std::chrono::seconds{60}};
  Duration longest_wait{std::chrono::minutes{10}};  ///< that a Retry-After is obeyed for
  std::size_t tries{5};        ///< of one page; then what it belongs to is given up
  std::size_t most_wants{64};  ///< that wait; then the oldest is dropped
};

/// What is referred to is the Feed's, and outlives the backfill.
struct BackfillContext {
  std::string feed;  ///< for the log
  const Venue& venue;
  ArrivalClock& clock;
  /// The whole URL of a path; empty: the feed has no REST.
  std::function<std::string(std::string_view path)> address;
  HttpOptions options;
  HttpFetch fetch;  ///< keeps the venue's spacing between two requests
  /// Reads an answer's body and says how many minutes it held. Errors: bad_protocol.
  std::function<Result<std::size_t>(std::string_view symbol, std::string_view body)> accept;
  std::function<double()> random;  ///< uniform in [0, 1)
  BackfillPolicy policy;
};

class Backfill {
 public:
  explicit Backfill(BackfillContext context);

  /// Whether the feed can be asked at all.
  bool possible() const;

  /// Wants the minutes of `request` (of any number of pages). Before run(), or while it runs.
  void want(CandleRequest request);

  /// Something that was wanted is neither told nor given up.
  bool busy() const { return !wants_.empty(); }

  /// Serves what is wanted; never returns, ends by cancellation. Each want's newest page first,
  /// then its oldest (a window's left edge), then from the newest back; wants take turns, so that
  /// every symbol's last hour and left edge are there before anybody's whole day is.
  asio::awaitable<void> run();

  const BackfillCounts& counts() const { return counts_; }

 private:
  struct Want {
    CandleRequest left;      // what was not asked for yet
    std::size_t pages{};     // that were told
    std::uint64_t number{};  // in the order of coming
  };

  Want* next();
  CandleRequest page_of(const Want& want) const;
  void told(std::uint64_t number, const CandleRequest& page, std::size_t minutes);
  void give_up(std::uint64_t number, const boost::system::error_code& error);
  asio::awaitable<void> serve(std::uint64_t number, const CandleRequest& page);

  BackfillContext context_;
  Backoff backoff_;
  std::deque<Want> wants_;
  std::uint64_t last_number_{};
  BackfillCounts counts_;
  // Of run(), which owns it: either may end first. Cancelled when there is something to do.
  std::weak_ptr<asio::steady_timer> wake_;
};

}  // namespace foghorn
