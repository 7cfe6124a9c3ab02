#pragma once
// Keeps one connection of a venue up and its events flowing, until cancelled.

#include <boost/asio/awaitable.hpp>

#include <functional>

#include "feeds/connect_pacer.hpp"
#include "feeds/session_fsm.hpp"
#include "feeds/tapped_books.hpp"
#include "net/clock.hpp"
#include "net/ws_stream.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct SessionPolicy {
  BackoffPolicy backoff;
  Duration write_limit{std::chrono::seconds{10}};  ///< to send one text
  Duration watch_every{std::chrono::seconds{1}};   ///< how often silence is looked for
};

/// Everything a session needs. References are to what its Feed (or a test) owns, and outlive the
/// session.
struct SessionContext {
  TappedBooks& books;
  std::uint32_t link{};  ///< whose connection it keeps up
  ArrivalClock& clock;
  ConnectPacer& pacer;
  WsConnector connect;
  WsOptions options;
  std::function<double()> random;  ///< uniform in [0, 1)
  SessionPolicy policy;
};

/// Never returns; ends by cancellation.
asio::awaitable<void> run_session(SessionContext context);

}  // namespace foghorn
