#pragma once
// The server's side of a venue's protocol for one connection: what it answers, and how it words its
// data. Pure: texts in, texts out. Written from the venues' own pages and independently of the
// daemon's decoders, so that the two check each other.

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/market.hpp"

namespace foghorn::sim {

using Frames = std::vector<std::string>;

/// What a venue does upon a message.
struct Reply {
  Frames frames{};
  bool drop{};  ///< it ends the connection, without a close frame
};

class VenueSession {
 public:
  virtual ~VenueSession() = default;

  /// What it says of its own accord once the connection is open.
  virtual Reply opened() { return {}; }

  /// A text frame of the client.
  virtual Reply text(std::string_view message) = 0;

  /// Data frames for what `quotes` say and the client subscribed to: all trades last, so
  /// that who has judged them has judged the rest.
  virtual void prices(const std::vector<Quote>& quotes, Frames& out) = 0;

  /// Data frames for a push of forced closes at `time`.
  virtual void liquidations(const std::vector<Order>& orders, Timestamp time, Frames& out) = 0;

  /// What the client is subscribed to and will receive, as the daemon's status names streams:
  /// "trades CLUSDT", "ticker CLUSDT", "liquidations *".
  const std::set<std::string>& streams() const { return streams_; }

 protected:
  bool subscribed(std::string_view kind, std::string_view symbol) const;

  std::set<std::string> streams_;
};

/// The session of a client that opened `target` (path and query). Null where the venue has nothing
/// there (it answers 404) or is not one of bybit, okx, hyperliquid, binance-futures. `market` must
/// outlive it.
std::unique_ptr<VenueSession> make_session(const VenueMarket& market, std::string_view target);

std::unique_ptr<VenueSession> make_bybit_session(const VenueMarket& market,
                                                 std::string_view target);
std::unique_ptr<VenueSession> make_okx_session(const VenueMarket& market, std::string_view target);
std::unique_ptr<VenueSession> make_hyperliquid_session(const VenueMarket& market,
                                                       std::string_view target);
std::unique_ptr<VenueSession> make_binance_session(const VenueMarket& market,
                                                   std::string_view target);

/// The venue's REST answer to a GET of `target`; empty where it has none.
std::string rest_answer(const VenueMarket& market, std::string_view target);

/// Whether it tells recent forced closes to whoever subscribes to them.
bool tells_recent_orders(std::string_view venue);

/// Sixteen hexadecimal digits that are different each time, for connection ids and hashes.
std::string fresh_hex();

}  // namespace foghorn::sim
