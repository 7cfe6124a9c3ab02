#pragma once
// The market as one venue's clients see it at one simulated time: every listed symbol's present
// quote, its latest trades and the latest forced closes. Knows nothing of sockets or of the venue's
// language.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/orders.hpp"
#include "tests/sim/scenario.hpp"

namespace foghorn::sim {

/// One symbol at one time: its last trade, and the book around it.
struct Quote {
  std::string symbol{};
  int decimals{};
  double contract{1.0};  ///< coins in one contract
  Timestamp time{};
  double price{};
  double size{};  ///< of the last trade, in coins
  bool taker_buys{};
  std::uint64_t trade_id{};

  double bid() const;  ///< one step below the price
  double ask() const;  ///< one step above
  /// `value` with the symbol's decimals, as venues write prices.
  std::string written(double value) const;
};

class VenueMarket {
 public:
  /// Stands at the scenario's start, with a little history before it. `scenario` must outlive it.
  VenueMarket(const Scenario& scenario, std::string venue);

  /// Every symbol trades once at `t`, at what path, basis and faults make its price.
  void move(Timestamp t);
  /// Every symbol trades once more at its present price and time.
  void repeat();
  /// The venue publishes `orders`.
  void publish(const std::vector<Order>& orders);

  const std::string& venue() const { return venue_; }
  Timestamp now() const { return now_; }
  const std::vector<Quote>& quotes() const { return quotes_; }
  const Quote* quote(std::string_view symbol) const;  ///< null where not listed
  std::vector<Quote> recent_trades(
      std::string_view symbol) const;  ///< before the present one, oldest first
  const std::deque<Order>& recent_orders() const { return recent_orders_; }  ///< oldest first

  /// What `symbol` said at `t`, with the id of a trade of its own.
  Quote quote_at(std::string_view symbol, Timestamp t);

 private:
  struct Listing {
    const SimInstrument* instrument{};
    const SimSource* source{};
  };

  double price_at(const Listing& listing, Timestamp t) const;
  void fill(std::size_t i, Timestamp t);

  const Scenario& scenario_;
  std::string venue_;
  Timestamp now_{};
  std::uint64_t seed_;
  std::uint64_t next_trade_id_{4'000'000'001};
  std::vector<Listing> listings_;
  std::vector<Quote> quotes_;
  std::deque<std::vector<Quote>> earlier_;
  std::deque<Order> recent_orders_;
};

}  // namespace foghorn::sim
