#pragma once
// Keeps one link of a feed up and its events flowing, until cancelled: by one connection, and by
// two while one is replaced before it is cut.

#include <boost/asio/awaitable.hpp>

#include <functional>

#include "feeds/connect_pacer.hpp"
#include "feeds/login.hpp"
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
  /// At the earliest so long after its opening a connection is replaced because the venue leaves.
  Duration least_age{std::chrono::seconds{15}};
  /// A connection of which the venue refused a part is replaced at this age, to ask again: it may
  /// have been for a moment. Twice as old each time in a row, up to an hour.
  Duration ask_again{std::chrono::minutes{1}};
};

/// Everything a session needs. References are to what its Feed (or a test) owns, and outlive the
/// session.
struct SessionContext {
  TappedBooks& books;
  std::uint32_t link{};
  ArrivalClock& clock;
  ConnectPacer& pacer;
  WsConnector connect;
  WsOptions options;
  std::function<asio::awaitable<LoggedIn>()> log_in;  ///< empty: the venue wants none
  std::function<double()> random;                     ///< uniform in [0, 1)
  SessionPolicy policy;
};

/// Never returns; ends by cancellation.
asio::awaitable<void> run_session(SessionContext context);

}  // namespace foghorn
