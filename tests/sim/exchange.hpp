#pragma once
// A simulated venue on the net: its market, its clients' sessions, and what goes wrong with it.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "tests/sim/market.hpp"
#include "tests/sim/tls_server.hpp"
#include "tests/sim/venue.hpp"

namespace foghorn::sim {

class Exchange final : public Service {
 public:
  /// `scenario` must outlive it, and it must outlive the executor's context.
  Exchange(asio::any_io_executor executor, const Credentials& credentials, const Scenario& scenario,
           std::string venue);

  std::uint16_t listen(std::uint16_t port) { return port_ = server_.listen(port); }
  std::uint16_t port() const { return port_; }
  const std::string& venue() const { return market_.venue(); }

  /// Moves the market to `t` and tells every client; a source that repeats itself late does so now.
  void move(Timestamp t);
  /// Tells every client once more what it knows, so that none takes our patience for a dead line.
  void repeat();
  void publish(const Push& push);

  void cut(bool by_reset);  ///< ends every connection and accepts no other
  void restore();
  void mute(bool muted) { muted_ = muted; }
  void send_garbage();
  void repeat_late(const std::string& symbol, Duration by);

  /// What clients are subscribed to now, of all connections.
  std::set<std::string> streams() const;
  /// Whether a client has subscribed to something since prices were told last.
  bool has_newcomers() const { return newcomers_; }
  /// Whether it sends data now: not cut, not mute.
  bool speaks() const { return !down_ && !muted_; }

  /// Forced closes of before the start, which whoever subscribes first is told.
  std::uint64_t earlier_orders() const { return earlier_orders_; }
  /// Forced closes that some client was told as they happened.
  std::uint64_t published_orders() const { return published_orders_; }

  Admission admits(std::string_view target) override;
  void opened(WsPeer& peer, std::string_view target) override;
  void text(WsPeer& peer, std::string_view message) override;
  void closed(WsPeer& peer) override { clients_.erase(&peer); }
  HttpPlan http(const HttpCall& call) override;

 private:
  void tell_prices();
  void send(WsPeer& peer, Frames frames);
  void act(WsPeer& peer, Reply reply);

  VenueMarket market_;
  TlsServer server_;
  std::uint16_t port_{};
  std::map<WsPeer*, std::unique_ptr<VenueSession>> clients_;
  bool down_{};
  bool muted_{};
  bool newcomers_{};
  std::uint64_t earlier_orders_{};
  std::uint64_t published_orders_{};
};

}  // namespace foghorn::sim
